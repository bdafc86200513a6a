/** What the desk asks of a merchant about a route session. Whoever changes one has locked its session first, so that of two who close the last asks one carries on. */
import type { ASK_KINDS, ASK_STATES } from '#contracts/api/desk-work.ts'
import type { SessionState } from './types.ts'
import type { Tx } from './transactions.ts'

export type FileRow = { readonly id: string; readonly file_name: string; readonly state: string }
export type AskRow = {
  readonly id: string; readonly session_id: string; readonly kind: (typeof ASK_KINDS)[number]; readonly document_code: string | null; readonly text: string
  /** by the market clock */
  readonly due_at: string; readonly state: (typeof ASK_STATES)[number]; readonly asked_at: string; readonly closed_at: string | null
  readonly answer_text: string | null; readonly file: FileRow | null
}
export type NewAsk = Pick<AskRow, 'id' | 'session_id' | 'kind' | 'document_code' | 'text' | 'due_at'>

const SELECT = `select a.id, a.session_id, a.kind, a.document_code, a.text, a.due_at, a.state, a.asked_at, a.closed_at, a.answer_text,
    case when f.id is not null then jsonb_build_object('id', f.id, 'file_name', f.file_name, 'state', f.state) end as file
  from merchant_asks a left join artifacts f on f.tenant_id = a.tenant_id and f.id = a.artifact_id`
const ASKS_SHOWN = 50

/** The asks of a session, oldest first; with `merchant_id`, only if it is that merchant's. */
export const readAsks = (tx: Tx, session_id: string, ask: { readonly merchant_id?: string | null } = {}): Promise<AskRow[]> =>
  tx.sql<AskRow>(`select * from (${SELECT} where a.tenant_id = $1 and a.session_id = $2
      and ($3::uuid is null or exists (select from route_sessions s where s.tenant_id = $1 and s.id = $2 and s.merchant_id = $3)) order by a.asked_at desc, a.id desc limit ${ASKS_SHOWN}) newest order by asked_at, id`,
  [tx.actor.tenant_id, session_id, ask.merchant_id ?? null])

/** One ask of a session that belongs to this merchant, or to any where it is null. */
export async function readAsk(tx: Tx, id: string, ask: { readonly merchant_id: string | null }): Promise<AskRow | null> {
  const [row] = await tx.sql<AskRow>(`${SELECT} join route_sessions s on s.tenant_id = a.tenant_id and s.id = a.session_id
    where a.tenant_id = $1 and a.id = $2 and ($3::uuid is null or s.merchant_id = $3)`, [tx.actor.tenant_id, id, ask.merchant_id])
  return row ?? null
}

export type SessionHead = { readonly state: SessionState; readonly version: number; readonly merchant_id: string }
const HEAD = 'select state, version, merchant_id from route_sessions where tenant_id = $1 and id = $2 and ($3::uuid is null or merchant_id = $3)'
/** Where a session stands; with `merchant_id`, only if it is that merchant's. */
export async function readSessionHead(tx: Tx, session_id: string, ask: { readonly merchant_id: string | null }): Promise<SessionHead | null> {
  return (await tx.sql<SessionHead>(HEAD, [tx.actor.tenant_id, session_id, ask.merchant_id]))[0] ?? null
}

/** As readSessionHead, kept so until the end of the transaction. */
export async function holdSessionHead(tx: Tx, session_id: string, ask: { readonly merchant_id: string | null }): Promise<SessionHead | null> {
  return (await tx.sql<SessionHead>(`${HEAD} for update`, [tx.actor.tenant_id, session_id, ask.merchant_id]))[0] ?? null
}

export async function insertAsk(tx: Tx, ask: NewAsk): Promise<void> {
  await tx.sql('insert into merchant_asks (tenant_id, id, session_id, kind, document_code, text, due_at, asked_by) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [tx.actor.tenant_id, ask.id, ask.session_id, ask.kind, ask.document_code, ask.text, ask.due_at, tx.actor.user_id])
}

/** Closes an open ask; null where somebody was first, else how many of its session are still open. */
export async function closeAsk(tx: Tx, { id, session_id }: Pick<AskRow, 'id' | 'session_id'>, how: { readonly state: 'answered' | 'withdrawn'; readonly text?: string | null; readonly artifact_id?: string | null }): Promise<number | null> {
  const closed = await tx.sql(`update merchant_asks set state = $3, closed_by = $4, closed_at = clock_timestamp(), answer_text = $5, artifact_id = $6
    where tenant_id = $1 and id = $2 and state = 'open' returning id`, [tx.actor.tenant_id, id, how.state, tx.actor.user_id, how.text ?? null, how.artifact_id ?? null])
  if (closed.length === 0) return null
  const [left] = await tx.sql<{ open: number }>("select count(*)::int as open from merchant_asks where tenant_id = $1 and session_id = $2 and state = 'open'", [tx.actor.tenant_id, session_id])
  return left!.open
}

/** How many asks of a session are open; one more is refused above a number that people can keep in view. */
export async function countOpenAsks(tx: Tx, session_id: string): Promise<number> {
  const [row] = await tx.sql<{ open: number }>("select count(*)::int as open from merchant_asks where tenant_id = $1 and session_id = $2 and state = 'open'", [tx.actor.tenant_id, session_id])
  return row!.open
}

/** Whether a stored file may be sent with a message of this session: the merchant's own, of this very session, and neither refused nor removed. */
export async function isFileOfSession(tx: Tx, id: string, session: { readonly session_id: string; readonly merchant_id: string }): Promise<boolean> {
  const found = await tx.sql(`select from artifacts where tenant_id = $1 and id = $2 and session_id = $3 and merchant_id = $4 and class in ('public', 'merchant') and state in ('quarantined', 'clean')`,
    [tx.actor.tenant_id, id, session.session_id, session.merchant_id])
  return found.length === 1
}
