/**
 * Every call to a connector goes through here: a time limit, a circuit breaker and a bulkhead for each connector and tenant. A read may be repeated, within
 * a budget; a call that carries money never is. Whatever went out and did not come back whole is `unknown`.
 */
import type { ConnectorId } from '#contracts/connectors.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { CLOSED, permit, settled, type Breaker, type BreakerSettings } from './breaker.ts'
import { makeBulkhead, type Bulkhead, type BulkheadSettings } from './bulkhead.ts'
import { ConnectorFault, type Carried } from './connector.ts'

/** Time as an argument: tests move it by hand. */
export type Clock = { /** milliseconds, never back */ now(): number; /** runs once after so long; answers what calls it off */ after(delay_ms: number, run: () => void): () => void }

export type GuardSettings = {
  /** the whole call, its wait for a place included */
  readonly timeout_ms: number
  readonly breaker: BreakerSettings
  readonly bulkhead: BulkheadSettings
  /** of a read alone: `attempts` in all, the first wait (doubled each time), and one repetition earned by so many calls */
  readonly retry: { readonly attempts: number; readonly wait_ms: number; readonly calls_for_one: number; readonly saved: number }
}
export const GUARD_SETTINGS: GuardSettings = {
  timeout_ms: 10_000,
  breaker: { failures: 5, rest_ms: 30_000 },
  bulkhead: { in_flight: 4, queued: 16 },
  retry: { attempts: 3, wait_ms: 200, calls_for_one: 5, saved: 10 },
}

export type GuardKey = { readonly connector_id: ConnectorId; readonly tenant_id: string }
/** No answer, and why: a ConnectorFault's cause, or `circuit_open`, `bulkhead_full`, `timeout`, `internal`. */
export type NoAnswer = { readonly code: 'connector_unavailable'; readonly cause: string }

export type Guard = {
  /** A read that changes nothing on the other side. Never throws. */
  read<T>(key: GuardKey, call: (signal: AbortSignal) => Promise<T>): Promise<Result<T, NoAnswer>>
  /** One call that may move money, once. Before it went out a refusal is `failed`; afterwards everything but a whole answer is `unknown`. Never throws. */
  carry(key: GuardKey, call: (signal: AbortSignal) => Promise<Carried>): Promise<Carried>
  /** for health and metrics */
  state(key: GuardKey): { readonly breaker: Breaker['state']; readonly in_flight: number; readonly queued: number }
}

type Held = { breaker: Breaker; readonly bulkhead: Bulkhead; /** earned, in calls */ budget: number }
type Tried<T> = { readonly answer: T } | { readonly cause: string; readonly went_out: boolean; readonly retryable: boolean }

/** `chance` gives a number from 0 up to 1: by how much each wait before a repetition is drawn out, so that callers do not return all at once. */
export function makeGuard(settings: GuardSettings, clock: Clock, chance: () => number): Guard {
  const all = new Map<string, Held>()
  const heldFor = ({ connector_id, tenant_id }: GuardKey): Held => {
    const id = `${connector_id} ${tenant_id}`
    let held = all.get(id)
    if (held === undefined) all.set(id, (held = { breaker: CLOSED, bulkhead: makeBulkhead(settings.bulkhead), budget: settings.retry.calls_for_one * settings.retry.saved }))
    return held
  }

  async function once<T>(held: Held, call: (signal: AbortSignal) => Promise<T>, isWell: (answer: T) => boolean, deadline_ms: number): Promise<Tried<T>> {
    const over = new AbortController()
    const timedOut = Promise.withResolvers<'timeout'>()
    const cancel = clock.after(Math.max(0, deadline_ms - clock.now()), () => {
      over.abort(new ConnectorFault('timeout', true))
      timedOut.resolve('timeout')
    })
    try {
      const leave = await held.bulkhead.enter(over.signal)
      if (leave === null) return { cause: over.signal.aborted ? 'timeout' : 'bulkhead_full', went_out: false, retryable: false }
      const { may, breaker } = permit(held.breaker, clock.now())
      held.breaker = breaker
      if (!may) {
        leave()
        return { cause: 'circuit_open', went_out: false, retryable: false }
      }
      const running = new Promise<T>((resolve) => resolve(call(over.signal)))
      // A call that does not heed its signal keeps its place until it ends: hung calls are never more than there are places.
      running.then(leave, leave)
      try {
        const answer = await Promise.race([running, timedOut.promise.then(() => { throw new ConnectorFault('timeout', true) })])
        held.breaker = settled(held.breaker, isWell(answer), clock.now(), settings.breaker)
        return { answer }
      } catch (fault) {
        held.breaker = settled(held.breaker, false, clock.now(), settings.breaker)
        if (over.signal.aborted) return { cause: 'timeout', went_out: true, retryable: true }
        return fault instanceof ConnectorFault ? { cause: fault.message, went_out: true, retryable: fault.retryable } : { cause: 'internal', went_out: true, retryable: false }
      }
    } finally {
      cancel()
    }
  }

  return {
    async read(key, call) {
      const held = heldFor(key)
      const { attempts, wait_ms, calls_for_one, saved } = settings.retry
      const deadline_ms = clock.now() + settings.timeout_ms
      held.budget = Math.min(held.budget + 1, calls_for_one * saved)
      for (let attempt = 1; ; attempt++) {
        const tried = await once(held, call, () => true, deadline_ms)
        if ('answer' in tried) return ok(tried.answer)
        const pause_ms = Math.round(wait_ms * 2 ** (attempt - 1) * (1 + chance()))
        const again = tried.retryable && attempt < attempts && held.budget >= calls_for_one && clock.now() + pause_ms < deadline_ms
        if (!again) return err({ code: 'connector_unavailable', cause: tried.cause })
        held.budget -= calls_for_one
        await new Promise<void>((resolve) => { clock.after(pause_ms, resolve) })
      }
    },
    async carry(key, call) {
      const tried = await once(heldFor(key), call, ({ status }) => status !== 'unknown', clock.now() + settings.timeout_ms)
      if ('answer' in tried) return tried.answer
      return { status: tried.went_out ? 'unknown' : 'failed', cause: tried.cause }
    },
    state(key) {
      const { breaker, bulkhead } = heldFor(key)
      return { breaker: breaker.state, ...bulkhead.load() }
    },
  }
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay_ms, run) {
    const timer = setTimeout(run, delay_ms)
    return () => clearTimeout(timer)
  },
}
