/** Searching, verifying and exporting a tenant's audit chain. Appending is in transactions.ts, and nowhere else. */
import { chainGenesis, payloadOf, walkChain, type ChainHead, type ChainVerdict } from '#contracts/audit-chain.ts'
import { likesOf, type AuditView } from '#contracts/audit-views.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Tx } from './transactions.ts'

type ChainRow = {
  seq: string; at_us: string; user_id: string; action: string; entity: string; entity_id: string; transition_seq: number | null; payload: Buffer; hash: Buffer
}
/** Rows read at a time by whoever walks the whole chain. */
const WALKED_ROWS = 2_000

/** The last row's number and hash, as the append function keeps them; of an empty chain its genesis. */
export async function readAuditHead(tx: Tx): Promise<ChainHead> {
  const [head] = await tx.sql<{ seq: string; hash: Buffer }>('select seq, hash from audit_heads where tenant_id = $1', [tx.actor.tenant_id])
  return head === undefined ? { seq: 0, hash: chainGenesis(tx.actor.tenant_id).toString('hex') } : { seq: Number(head.seq), hash: head.hash.toString('hex') }
}

/** Opens a read of one tenant: each batch of a walk has a transaction of its own, or all share one. */
export type AuditReader = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
export type WalkFrom = {
  /** hashes by number that were kept elsewhere */
  readonly kept?: ReadonlyMap<number, string> | undefined
  /** a row that is known to hold: the walk begins behind it, and says so where it is not there any more */
  readonly after?: ChainHead | undefined
}

/**
 * Walks the chain in batches. An edited row breaks at its own number, a removed or moved one at the number it should have, a cut tail at
 * the head, unless the head was cut too: that shows against `kept`, hashes by number that were kept elsewhere. Every batch is read with the head
 * of its moment, and the last one sees all that is left, so no connection is held from the first row to the last.
 */
export async function walkAuditChain(read: AuditReader, tenant_id: string, { kept, after: start }: WalkFrom = {}): Promise<ChainVerdict> {
  if (start !== undefined && start.seq > 0) {
    const lost = await read((tx) => lostRow(tx, start))
    if (lost !== null) return lost
  }
  const walk = walkChain(tenant_id, kept, start)
  // From the very first there can be: a row put in before number 1 is no part of the chain either.
  for (let after = start === undefined ? '-9223372036854775808' : String(start.seq); ; ) {
    const { page, head } = await read(async (tx) => {
      const [rows, end] = await Promise.all([tx.sql<ChainRow>(`select seq, (extract(epoch from at) * 1000000)::bigint::text as at_us, user_id, action, entity, entity_id, transition_seq, payload, hash
        from audit_events where tenant_id = $1 and seq > $2 order by seq limit ${WALKED_ROWS}`, [tenant_id, after]), readAuditHead(tx)])
      return { page: rows, head: end }
    })
    for (const row of page) {
      const named = !walk.whole
      walk.add({ seq: Number(row.seq), at_us: BigInt(row.at_us), payload: row.payload, hash: row.hash }, columnsAgree(row, tenant_id))
      if (named) return walk.end(head)
      after = row.seq
    }
    if (page.length < WALKED_ROWS) return walk.end(head)
  }
}

/** What is wrong with the row that a walk begins behind, or null. */
async function lostRow(tx: Tx, { seq, hash }: ChainHead): Promise<ChainVerdict | null> {
  const [[row], head] = await Promise.all([tx.sql<{ hash: Buffer }>('select hash from audit_events where tenant_id = $1 and seq = $2', [tx.actor.tenant_id, seq]), readAuditHead(tx)])
  const no = (broken_at: number, how: 'truncated' | 'missing' | 'forked'): ChainVerdict => ({ ok: false, rows: Math.min(head.seq, seq - 1), broken_at, how })
  if (row === undefined) return head.seq < seq ? no(head.seq + 1, 'truncated') : no(seq, 'missing')
  return row.hash.toString('hex') === hash ? null : no(seq, 'forked')
}

/** Walks the whole chain on the snapshot of one transaction. */
export const verifyAuditChain = (tx: Tx, kept?: ReadonlyMap<number, string>): Promise<ChainVerdict> => walkAuditChain((work) => work(tx), tx.actor.tenant_id, { kept })

/** The columns are for searching; the hashed payload is what counts, and they must say the same. */
function columnsAgree(row: ChainRow, tenant_id: string): boolean {
  const said = payloadOf(row.payload)
  return said !== null && said['tenant_id'] === tenant_id && said['user_id'] === row.user_id && said['action'] === row.action && said['entity'] === row.entity
    && said['entity_id'] === row.entity_id && said['transition_seq'] === row.transition_seq
}

export type AuditEvent = {
  readonly seq: number; readonly at: string; readonly action: string; readonly entity: string; readonly entity_id: string
  /** the name of a member who left still stands; null for someone who never was one */
  readonly user_id: string; readonly name: string | null; readonly payload: Readonly<Record<string, unknown>>; readonly hash: string
}
export type AuditFilter = {
  readonly user_id?: string | undefined; readonly action?: string | undefined; readonly entity?: string | undefined; readonly entity_id?: string | undefined
  readonly view?: AuditView | undefined
  /** instants with an offset; `from` is within, `to` is not */
  readonly from?: string | undefined; readonly to?: string | undefined
  /** only events of route sessions that this person requested or moved */
  readonly of_sessions_of?: string | null
}

const isSeq = (part: string): boolean => /^[1-9][0-9]{0,17}$/.test(part)

/** A page of audit events, newest first. Throws CursorError. */
export async function listAuditEvents(tx: Tx, ask: AuditFilter & { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: AuditEvent[]; next_cursor: string | null }> {
  const values: unknown[] = [tx.actor.tenant_id]
  const where = ['e.tenant_id = $1']
  const add = (condition: (n: string) => string, value: unknown) => { values.push(value); where.push(condition(`$${values.length}`)) }
  for (const column of ['user_id', 'action', 'entity', 'entity_id'] as const) if (ask[column] !== undefined) add((n) => `e.${column} = ${n}`, ask[column])
  if (ask.from !== undefined) add((n) => `e.at >= ${n}::timestamptz`, ask.from)
  if (ask.to !== undefined) add((n) => `e.at < ${n}::timestamptz`, ask.to)
  if (ask.view !== undefined) add((n) => `e.action like any (${n})`, likesOf(ask.view))
  if (ask.of_sessions_of) add(ofSessionsOf, ask.of_sessions_of)
  if (ask.cursor) add((n) => `e.seq < ${n}::bigint`, decodeCursor(ask.cursor, [isSeq])[0])
  const rows = await tx.sql<Omit<AuditEvent, 'seq' | 'payload' | 'hash'> & { seq: string; payload: Buffer; hash: Buffer }>(
    `select e.seq, e.at, e.user_id, m.display_name as name, e.action, e.entity, e.entity_id, e.payload, e.hash
      from audit_events e left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.user_id
      where ${where.join(' and ')} order by e.seq desc limit ${Math.trunc(ask.limit) + 1}`, values)
  const items = rows.slice(0, ask.limit).map((row) => ({ ...row, seq: Number(row.seq), payload: payloadOf(row.payload) ?? {}, hash: row.hash.toString('hex') }))
  const last = items.at(-1)
  return { items, next_cursor: rows.length > ask.limit && last !== undefined ? encodeCursor([String(last.seq)]) : null }
}

export type AuditChoices = { readonly people: readonly { readonly user_id: string; readonly name: string }[]; readonly actions: readonly string[]; readonly entities: readonly string[] }

/** Events of the sessions that the person of this parameter requested or moved. */
const ofSessionsOf = (n: string): string => `e.entity = 'route_session' and e.entity_id in (select t.session_id::text from route_session_transitions t where t.tenant_id = $1 and t.user_id = ${n})`

/**
 * What a search may ask for: the company's people, and each action and kind of thing that was ever recorded. For whoever sees the events of own
 * sessions alone, only what stands in those: the rest would tell who is a member and what an admin did.
 */
export async function readAuditChoices(tx: Tx, of_sessions_of: string | null): Promise<AuditChoices> {
  if (of_sessions_of !== null) {
    const seen = await tx.sql<{ user_id: string; name: string | null; action: string; entity: string }>(`select distinct e.user_id, m.display_name as name, e.action, e.entity
      from audit_events e left join memberships m on m.tenant_id = e.tenant_id and m.user_id = e.user_id where e.tenant_id = $1 and ${ofSessionsOf('$2')} order by name, e.user_id`, [tx.actor.tenant_id, of_sessions_of])
    const people = new Map(seen.flatMap(({ user_id, name }) => (name === null ? [] : [[user_id, { user_id, name }] as const])))
    return { people: [...people.values()], actions: [...new Set(seen.map(({ action }) => action))].sort(), entities: [...new Set(seen.map(({ entity }) => entity))].sort() }
  }
  // One look into an index for each different word, however many rows carry it.
  const words = (column: 'action' | 'entity') => tx.sql<{ word: string }>(`with recursive words as (
      (select ${column} as word from audit_events where tenant_id = $1 order by ${column} limit 1)
      union all select (select ${column} from audit_events where tenant_id = $1 and ${column} > words.word order by ${column} limit 1) from words where words.word is not null
    ) select word from words where word is not null order by word`, [tx.actor.tenant_id])
  const [people, actions, entities] = await Promise.all([
    tx.sql<{ user_id: string; name: string }>('select user_id, display_name as name from memberships where tenant_id = $1 order by display_name, user_id', [tx.actor.tenant_id]),
    words('action'), words('entity'),
  ])
  return { people, actions: actions.map(({ word }) => word), entities: entities.map(({ word }) => word) }
}

/** A row as an export carries it: its time with microseconds, and the text whose UTF-8 bytes were hashed. */
export type ExportedAuditEvent = { readonly seq: number; readonly at: string; readonly payload: string; readonly hash: string }

/** The rows after one number up to another, oldest first, at most as many as a batch holds. */
export async function readAuditBatch(tx: Tx, range: { readonly after: number; readonly up_to: number }): Promise<ExportedAuditEvent[]> {
  const rows = await tx.sql<{ seq: string; at: string; payload: Buffer; hash: Buffer }>(
    `select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, payload, hash from audit_events
      where tenant_id = $1 and seq > $2 and seq <= $3 order by seq limit ${WALKED_ROWS}`, [tx.actor.tenant_id, range.after, range.up_to])
  return rows.map((row) => ({ seq: Number(row.seq), at: row.at, payload: row.payload.toString('utf8'), hash: row.hash.toString('hex') }))
}
