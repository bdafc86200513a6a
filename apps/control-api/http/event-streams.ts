/**
 * Open pages that are told of changes (server-sent events). Bounded in number and in what waits for a slow reader; a stream ends with the session,
 * membership or role it was opened under, at the latest at the next beat and always before it would tell anything more.
 */
import { Readable } from 'node:stream'
import type { LiveEvent } from '#contracts/api/events.ts'
import type { Actor } from '#contracts/roles.ts'
import type { Live, Told } from '#platform/live/index.ts'
import { eventsFor } from '#platform/live/visible.ts'
import type { Metrics } from './metrics.ts'

export type StreamLimits = { readonly actor: number; readonly tenant: number; readonly server: number; /** bytes that a slow reader may leave waiting */ readonly waiting_bytes: number; readonly beat_ms: number }
export const STREAM_LIMITS: StreamLimits = { actor: 6, tenant: 300, server: 3_000, waiting_bytes: 64 * 1024, beat_ms: 15_000 }

/** Why a stream ended; a label of the metrics. */
export type StreamEnd = 'reader_left' | 'not_allowed' | 'slow' | 'time' | 'shutdown' | 'fault'

export type StreamAsk = {
  readonly actor: Actor
  /** whether the actor still is who the stream was opened as; asked before anything is told */
  readonly stands: () => Promise<boolean>
  readonly after: string | null
  /** ends it after so long; 0: once what there is has been told */
  readonly wait_ms: number
}
export type EventStreams = {
  /** null where the actor, its workspace or the server has as many as it may */
  open(ask: StreamAsk): Promise<Readable | null>
  /** ends all of them, and opens no more */
  close(): void
}

const said = (event: 'hello' | 'change' | 'beat', id: string, data: unknown): string => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Keeps the streams of one app. */
export function createEventStreams(live: Live, metrics: Pick<Metrics, 'streams' | 'streamEnded'>, limits: StreamLimits = STREAM_LIMITS): EventStreams {
  const open = new Map<Readable, (why: StreamEnd) => void>()
  const counts = new Map<string, number>()
  let closed = false

  /** Takes a place for each of the names; false, and none is taken, where one has no room. */
  function take(actor: Actor): (() => void) | null {
    const places = [[`tenant ${actor.tenant_id}`, limits.tenant], [`actor ${actor.tenant_id} ${actor.user_id}`, limits.actor], ['server', limits.server]] as const
    if (closed || places.some(([name, most]) => (counts.get(name) ?? 0) >= most)) return null
    for (const [name] of places) counts.set(name, (counts.get(name) ?? 0) + 1)
    return () => {
      for (const [name] of places) {
        const left = counts.get(name)! - 1
        if (left === 0) counts.delete(name)
        else counts.set(name, left)
      }
    }
  }

  async function start({ actor, stands, after, wait_ms }: StreamAsk, giveBack: () => void): Promise<Readable> {
    const stream = new Readable({ read: () => undefined })
    let waiting: Told[] = []
    let over = false
    let greeted = false
    let pumping: Promise<void> = Promise.resolve()
    const timers: NodeJS.Timeout[] = []
    const { tenant_id } = actor
    let unsubscribe = (): void => undefined
    const end = (why: StreamEnd): void => {
      if (over) return
      over = true
      for (const timer of timers) clearTimeout(timer)
      unsubscribe()
      giveBack()
      open.delete(stream)
      metrics.streams(open.size)
      metrics.streamEnded(why)
      // A slow reader would never get to the end of what waits for it.
      if (why === 'slow' || why === 'reader_left') stream.destroy()
      else stream.push(null)
    }
    const write = (text: string): void => {
      if (over) return
      stream.push(text)
      if (stream.readableLength > limits.waiting_bytes) end('slow')
    }
    const tell = (told: readonly Told[]): void => {
      const seen = new Map<string, LiveEvent>()
      for (const { events } of told) for (const event of eventsFor(actor, { tenant_id, events })) seen.set(`${event.topic} ${event.session_id}`, event)
      for (const event of seen.values()) write(said('change', told.at(-1)!.id, event))
    }
    let last: string
    /** Tells what waits, if there is anything for this actor and it still is one. */
    const pump = async (): Promise<void> => {
      if (over || !greeted || waiting.length === 0) return
      const told = waiting
      waiting = []
      last = told.at(-1)!.id
      if (!told.some(({ events }) => eventsFor(actor, { tenant_id, events }).length > 0)) return
      if (await stands()) tell(told)
      else end('not_allowed')
    }
    const beat = async (): Promise<void> => {
      if (over) return
      if (!(await stands())) return end('not_allowed')
      write(said('beat', last, {}))
    }
    const inTurn = (work: () => Promise<void>): Promise<void> => (pumping = pumping.then(work).catch(() => end('fault')))
    const subscribed = await live.subscribe(tenant_id, (told) => { waiting.push(told); void inTurn(pump) })
    unsubscribe = subscribed.end
    last = subscribed.id
    stream.on('close', () => end('reader_left'))
    open.set(stream, end)
    metrics.streams(open.size)
    if (closed) end('shutdown')
    try {
      // What was missed is read after the subscription began: what happens in between is told twice rather than never.
      const missed = after === null ? null : await live.since(tenant_id, after)
      write(said('hello', missed?.id ?? subscribed.id, { reset: missed === null }))
      // Whoever lost the right to be told since the request was admitted is told nothing of it.
      if (missed !== null && !(await stands())) end('not_allowed')
      else if (missed !== null) { last = missed.id; tell([missed]) }
    } catch (cause) {
      end('fault')
      throw cause
    }
    greeted = true
    await inTurn(pump)
    if (wait_ms === 0) end('time')
    else if (!over) {
      timers.push(setInterval(() => { void inTurn(beat) }, limits.beat_ms))
      timers.push(setTimeout(() => end('time'), wait_ms))
    }
    return stream
  }

  return {
    async open(ask) {
      const giveBack = take(ask.actor)
      if (giveBack === null) return null
      let given = false
      const once = (): void => { if (!given) { given = true; giveBack() } }
      try {
        return await start(ask, once)
      } catch (cause) {
        once()
        throw cause
      }
    },
    close() {
      closed = true
      for (const end of [...open.values()]) end('shutdown')
    },
  }
}
