/** What a simulated run came to, in the words in which a session is closed. Pure. */
import type { Actuals, HopActual } from '#contracts/api/settlement.ts'
import { compare, fromDecimal, ZERO } from '#orchestrator/rational.ts'
import type { SimulatedEvent, SimulatedEventKind, Simulation } from './events.ts'

const BECAUSE: Readonly<Record<string, NonNullable<Actuals['because']>>> = {
  beneficiary_bank_refused: 'provider_refused', limit_reached: 'not_enough_liquidity', compliance_hold: 'compliance_stop',
  account_name_differs: 'wrong_details', account_closed: 'bank_returned', recalled: 'recalled',
}

/** The actuals of a whole run over a route of so many hops: times on the simulated clock, amounts exact. */
export function actualsOfRun({ events, outcome }: Simulation, hops: number): Actuals {
  const stopped = events.find(({ kind }) => kind === 'hop_failed' || kind === 'hop_returned')
  return {
    result: outcome.status, sent: outcome.sent, hops: Array.from({ length: hops }, (_, index) => hopOf(events.filter(({ hop }) => hop === index))),
    ...(outcome.received === null ? {} : { received: outcome.received, arrived_at: outcome.ended_at }),
    ...(stopped === undefined ? {} : { because: BECAUSE[stopped.facts.cause!] ?? 'provider_refused' }),
  }
}

const RESULTS = { hop_confirmed: 'success', hop_failed: 'failed', hop_returned: 'returned' } as const satisfies Partial<Record<SimulatedEventKind, HopActual['result']>>
const NOT_STARTED: HopActual = { result: 'not_started', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null }

function hopOf(events: readonly SimulatedEvent[]): HopActual {
  const started = events.find(({ kind }) => kind === 'hop_started')
  const ended = events.find(({ kind }) => Object.hasOwn(RESULTS, kind))
  if (started === undefined || ended === undefined) return NOT_STARTED
  const result = RESULTS[ended.kind as keyof typeof RESULTS]
  const out = result === 'success' ? positive(ended.amounts.out?.amount) : null
  return {
    result, started_at: started.at, ended_at: ended.at, amount_in: positive(started.amounts.in?.amount), amount_out: out,
    filled: result !== 'success' ? null : events.some(({ kind }) => kind === 'filled') ? 'in_parts' : 'at_once',
  }
}

/** Fees may eat the whole of a small amount; of nothing there is nothing to say. */
const positive = (amount: string | undefined): string | null => (amount !== undefined && compare(fromDecimal(amount), ZERO) > 0 ? amount : null)
