/** The outbox as it is read: what became visible since the last read, each row once, whatever the order in which transactions commit. */
import pg from 'pg'
import { EVENT_TOPICS, type EventTopic } from '#contracts/api/events.ts'
import { serverContext } from './audit-checkpoints.ts'
import type { Database } from './pool.ts'
import { withTenantRead, withTenantUpkeep } from './transactions.ts'
import type { WriteEffect } from './types.ts'

/** The outbox row of a change of a route session: `outbox: sessionChanged(id)`. */
export const sessionChanged = (session_id: string, topic: EventTopic = 'session'): NonNullable<WriteEffect<unknown>['outbox']> => ({ topic, body: { session_id } })

/** A change that is told, with whose it is, so that it can be kept from everybody else. */
export type OutboxEvent = { readonly topic: EventTopic; readonly session_id: string; readonly merchant_id: string; readonly version: number }
/** `snapshot`: as PostgreSQL writes one; the next read is told what this one did not see. */
export type OutboxRead = { readonly snapshot: string; readonly events: readonly OutboxEvent[] }

const SNAPSHOT = /^[1-9][0-9]{0,18}:[1-9][0-9]{0,18}:(?:[1-9][0-9]{0,18}(?:,[1-9][0-9]{0,18})*)?$/
/** Whether it is a text that PostgreSQL takes for a snapshot. One of another database, or of a later one, only tells too much or too little to who made it up. */
export function isSnapshot(text: string): boolean {
  if (text.length > 1000 || !SNAPSHOT.test(text)) return false
  const [xmin, xmax, running = ''] = text.split(':') as [string, string, string?]
  const ids = running === '' ? [] : running.split(',').map(BigInt)
  return BigInt(xmin) <= BigInt(xmax) && ids.every((id, i) => id >= BigInt(xmin) && id < BigInt(xmax) && (i === 0 || ids[i - 1]! < id)) && BigInt(xmax) < 2n ** 63n
}

/**
 * What the tenant's outbox holds that `since` did not see; nothing where it is null. A mark of the highest id would pass over a row whose
 * transaction began earlier and committed later: a snapshot does not.
 */
export function readOutbox(db: Database, tenant_id: string, since: string | null): Promise<OutboxRead> {
  return withTenantRead(db, serverContext(tenant_id), async (tx) => {
    // Of one transaction: both see by the same snapshot.
    const [[now], events] = await Promise.all([
      tx.sql<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot'),
      since === null ? [] : tx.sql<OutboxEvent>(`select distinct o.topic, s.id as session_id, s.merchant_id, s.version from outbox o
          join route_sessions s on s.tenant_id = o.tenant_id and s.id = (o.body ->> 'session_id')::uuid
        where o.tenant_id = $1 and o.xid >= pg_snapshot_xmin($2::pg_snapshot)::text::bigint and o.topic = any ($3) and not pg_visible_in_snapshot(o.xid::text::xid8, $2::pg_snapshot)`,
      [tenant_id, since, EVENT_TOPICS]),
    ])
    return { snapshot: now!.snapshot, events }
  })
}

/** For how long a row can be read. */
export const OUTBOX_KEPT_S = 3600
const CLEARED_AT_ONCE = 1_000

/** Takes old rows away, some at a time; what another server is clearing is left to it. Answers how many went. */
export function clearOutbox(db: Database, tenant_id: string): Promise<number> {
  return withTenantUpkeep(db, serverContext(tenant_id), async (tx) => {
    const [lock] = await tx.sql<{ got: boolean }>("select pg_try_advisory_xact_lock(hashtextextended('outbox|' || $1, 0)) as got", [tenant_id])
    if (!lock!.got) return 0
    const gone = await tx.sql(`delete from outbox where tenant_id = $1 and id in (select id from outbox where tenant_id = $1 and created_at < now() - make_interval(secs => $2)
        order by id limit ${CLEARED_AT_ONCE}) returning id`, [tenant_id, OUTBOX_KEPT_S])
    return gone.length
  })
}

const CHANNEL = 'flowclaw_outbox'
/** Tells every server that listens that a tenant's outbox has grown. A hint: the ids of tenants, and nothing else. */
export async function notifyOutbox(db: Database, tenant_ids: readonly string[]): Promise<void> {
  await db.pool.query('select pg_notify($1, t) from unnest($2::text[]) as t', [CHANNEL, tenant_ids])
}

export type Listening = { close(): Promise<void> }
const PROBED_WITHIN_MS = 3_000

/**
 * A connection of its own that hears notifyOutbox. Resolves once it has heard itself; rejects where it does not: a pooler in transaction mode
 * takes LISTEN and never delivers.
 */
export async function listenToOutbox(db: Database, probe: string, on: { readonly wake: (tenant_id: string) => void; readonly lost: () => void }): Promise<Listening> {
  const client = new pg.Client({ connectionString: db.pool.options.connectionString, keepAlive: true, application_name: 'flowclaw listener', connectionTimeoutMillis: 5_000 })
  let told = false
  const lost = (): void => {
    if (told) return
    told = true
    on.lost()
  }
  client.on('error', lost)
  client.on('end', lost)
  try {
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('notifications do not arrive on this connection')), PROBED_WITHIN_MS)
      client.on('notification', ({ payload }) => {
        if (payload === probe) {
          clearTimeout(late)
          resolve()
        } else if (payload !== undefined) on.wake(payload)
      })
      notifyOutbox(db, [probe]).catch((cause: unknown) => { clearTimeout(late); reject(cause as Error) })
    })
  } catch (cause) {
    told = true
    await client.end().catch(() => undefined)
    throw cause
  }
  return { close: async () => { told = true; await client.end().catch(() => undefined) } }
}
