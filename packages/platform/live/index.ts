/**
 * Changes as they are told to pages. Each server reads the outbox of the tenants that somebody listens to: at once where it wrote the row itself or
 * was notified, and every few seconds whatever happens. A notification is a hint; what is told comes from the outbox alone. May import contracts and
 * the store.
 */
import { clearOutbox, isSnapshot, listenToOutbox, notifyOutbox, OUTBOX_KEPT_S, readOutbox, readTenantsToSign, type Database, type Listening, type OutboxEvent } from '#database/index.ts'

export type { OutboxEvent } from '#database/index.ts'
/** `id` names the place after these events: whoever asks for what came after it is told the rest. */
export type Told = { readonly id: string; readonly events: readonly OutboxEvent[] }

export type LiveOptions = {
  readonly db: Database
  readonly now: () => Date
  /** makes what one listener tells itself unlike what another does */
  readonly newProbe: () => string
  readonly onTrouble: (what: string, cause: unknown) => void
  /** false where notifications cannot be heard: then it asks every second */
  readonly listen: boolean
  /** tests wait less */
  readonly every_ms?: number
}

export type Live = {
  /** tells `to` of every change of the tenant from now on; ends when the answer is called */
  subscribe(tenant_id: string, to: (told: Told) => void): Promise<{ readonly id: string; end(): void }>
  /** what came after a place; null where that is too long ago to know, or no place at all */
  since(tenant_id: string, id: string): Promise<Told | null>
  /** whether other servers' notifications are heard, for the metrics */
  readonly listening: boolean
  start(): void
  stop(): Promise<void>
}

const POLLED_EVERY_MS = 1_000
/** Where notifications are heard this only finds what a lost one would have told. */
const LOOKED_EVERY_MS = 5_000
const CLEARED_EVERY_MS = 300_000
const NOTIFIED_EVERY_MS = 30
const HEARD_AGAIN_MS = [1_000, 5_000, 30_000] as const
/** A place is good for less than rows are kept, so that none of its rows is gone. */
const PLACE_LASTS_S = OUTBOX_KEPT_S - 300

type Tail = { snapshot: string | null; readonly to: Set<(told: Told) => void>; reading: Promise<void> | null; again: boolean }

/** Puts the reader together. It reads for whoever subscribes; without `start` it hears no other server and clears nothing. */
export function createLive({ db, now, newProbe, onTrouble, listen, every_ms }: LiveOptions): Live {
  const tails = new Map<string, Tail>()
  const toNotify = new Set<string>()
  let heard: Listening | null = null
  let stopped = false
  const timers = new Map<string, NodeJS.Timeout>()

  const later = (name: string, ms: number, work: () => void): void => {
    if (stopped || timers.has(name)) return
    const timer = setTimeout(() => { timers.delete(name); work() }, ms)
    timer.unref()
    timers.set(name, timer)
  }
  const placeOf = (snapshot: string): string => Buffer.from(`${Math.floor(now().getTime() / 1000)}|${snapshot}`).toString('base64url')

  async function readOn(tenant_id: string, tail: Tail): Promise<void> {
    do {
      tail.again = false
      const { snapshot, events } = await readOutbox(db, tenant_id, tail.snapshot)
      tail.snapshot = snapshot
      if (events.length > 0) for (const to of [...tail.to]) to({ id: placeOf(snapshot), events })
    } while (tail.again && tail.to.size > 0)
  }
  function wake(tenant_id: string): Promise<void> {
    const tail = tails.get(tenant_id)
    if (tail === undefined || stopped) return Promise.resolve()
    // What is being read now may have been looked at before the row was there.
    if (tail.reading !== null) { tail.again = true; return tail.reading }
    tail.reading = readOn(tenant_id, tail).finally(() => { tail.reading = null })
    return tail.reading
  }
  const wakeQuietly = (tenant_id: string): void => { wake(tenant_id).catch((cause: unknown) => onTrouble('the outbox could not be read', cause)) }

  const wrote = (tenant_id: string): void => {
    wakeQuietly(tenant_id)
    if (!listen) return
    toNotify.add(tenant_id)
    // Some writes at once are one notification.
    later('notify', NOTIFIED_EVERY_MS, () => {
      const told = [...toNotify]
      toNotify.clear()
      notifyOutbox(db, told).catch((cause: unknown) => onTrouble('other servers could not be notified', cause))
    })
  }
  db.onOutbox.add(wrote)

  const look = (): void => {
    for (const tenant_id of tails.keys()) wakeQuietly(tenant_id)
    later('look', every_ms ?? (heard === null ? POLLED_EVERY_MS : LOOKED_EVERY_MS), look)
  }
  const clear = (): void => {
    void (async () => {
      for (const tenant_id of await readTenantsToSign(db)) if (!stopped) await clearOutbox(db, tenant_id)
    })().catch((cause: unknown) => { if (!stopped) onTrouble('the outbox could not be cleared', cause) }).finally(() => later('clear', CLEARED_EVERY_MS, clear))
  }
  const hear = (tries: number): void => {
    const again = (cause: unknown): void => {
      heard = null
      if (stopped) return
      if (tries === 0) onTrouble('notifications are not heard: the outbox is asked every second', cause)
      later('hear', HEARD_AGAIN_MS[Math.min(tries, HEARD_AGAIN_MS.length - 1)]!, () => hear(tries + 1))
    }
    listenToOutbox(db, newProbe(), { wake: wakeQuietly, lost: () => { heard = null; later('hear', HEARD_AGAIN_MS[0], () => hear(0)) } }).then(async (listening) => {
      heard = listening
      if (stopped) await listening.close()
    }).catch(again)
  }

  return {
    async subscribe(tenant_id, to) {
      let tail = tails.get(tenant_id)
      if (tail === undefined) tails.set(tenant_id, (tail = { snapshot: null, to: new Set(), reading: null, again: false }))
      const mine = tail
      mine.to.add(to)
      const end = (): void => {
        mine.to.delete(to)
        if (mine.to.size === 0 && tails.get(tenant_id) === mine) tails.delete(tenant_id)
      }
      try {
        // The place from which this one is told everything: at or before the next that is told to it.
        if (mine.snapshot === null) await wake(tenant_id)
        return { id: placeOf(mine.snapshot!), end }
      } catch (cause) {
        end()
        throw cause
      }
    },
    async since(tenant_id, id) {
      const [at = '', snapshot = ''] = Buffer.from(id, 'base64url').toString('utf8').split('|')
      const age_s = Math.floor(now().getTime() / 1000) - Number(at)
      if (!/^[1-9][0-9]{0,11}$/.test(at) || age_s > PLACE_LASTS_S || age_s < -PLACE_LASTS_S || !isSnapshot(snapshot)) return null
      const read = await readOutbox(db, tenant_id, snapshot)
      return { id: placeOf(read.snapshot), events: read.events }
    },
    get listening() { return heard !== null },
    start() {
      if (listen) hear(0)
      look()
      clear()
    },
    async stop() {
      stopped = true
      db.onOutbox.delete(wrote)
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.allSettled([...tails.values()].map(({ reading }) => reading))
      await heard?.close()
    },
  }
}
