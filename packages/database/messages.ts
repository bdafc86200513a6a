/** The thread of a route session between desk and merchant, and how far each side has read it. */
import type { Side } from '#contracts/api/desk-work.ts'
import { decodeCursor, encodeCursor, isInteger } from './cursor.ts'
import type { FileRow } from './asks.ts'
import type { Tx } from './transactions.ts'

export type MessageRow = {
  readonly id: string; readonly seq: number; readonly from: Side; readonly who: string; readonly at: string
  readonly text: string | null; readonly file: FileRow | null; readonly ask_id: string | null
}
export type NewMessage = { readonly id: string; readonly session_id: string; readonly from: Side } & ({ readonly ask_id: string } | { readonly text: string | null; readonly artifact_id: string | null })

/** Puts a message at the end of its thread and answers its number. Until the transaction ends nobody else writes into the thread, so that numbers go with the order of commits. */
export async function appendMessage(tx: Tx, message: NewMessage): Promise<number> {
  const tenant = tx.actor.tenant_id
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('thread|' || $1 || '|' || $2, 0))", [tenant, message.session_id])
  const said = 'ask_id' in message ? { text: null, artifact_id: null, ask_id: message.ask_id } : { text: message.text, artifact_id: message.artifact_id, ask_id: null }
  const [row] = await tx.sql<{ seq: number }>(`insert into session_messages (tenant_id, id, session_id, seq, from_side, user_id, text, artifact_id, ask_id)
      select $1::uuid, $2::uuid, $3::uuid, coalesce((select max(seq) from session_messages where tenant_id = $1::uuid and session_id = $3::uuid), 0) + 1, $4::text, $5::uuid, $6::text, $7::uuid, $8::uuid returning seq`,
  [tenant, message.id, message.session_id, message.from, tx.actor.user_id, said.text, said.artifact_id, said.ask_id])
  return row!.seq
}

/** What was asked and answered is read from its ask. */
const SELECT = `select m.id, m.seq, m.from_side as "from", b.display_name as who, m.at, m.ask_id,
    case when m.ask_id is null then m.text when m.from_side = 'desk' then a.text else a.answer_text end as text,
    case when f.id is not null then jsonb_build_object('id', f.id, 'file_name', f.file_name, 'state', f.state) end as file
  from session_messages m join memberships b on b.tenant_id = m.tenant_id and b.user_id = m.user_id
    left join merchant_asks a on a.tenant_id = m.tenant_id and a.id = m.ask_id
    left join artifacts f on f.tenant_id = m.tenant_id and f.id = case when m.ask_id is null then m.artifact_id when m.from_side = 'merchant' then a.artifact_id end`

export async function readMessage(tx: Tx, session_id: string, seq: number): Promise<MessageRow | null> {
  return (await tx.sql<MessageRow>(`${SELECT} where m.tenant_id = $1 and m.session_id = $2 and m.seq = $3`, [tx.actor.tenant_id, session_id, seq]))[0] ?? null
}

/** A page of a thread, newest first. Throws CursorError. */
export async function listMessages(tx: Tx, session_id: string, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: MessageRow[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isInteger]) : [null]
  const rows = await tx.sql<MessageRow>(`${SELECT}
    where m.tenant_id = $1 and m.session_id = $2 and ($3::int is null or m.seq < $3) order by m.seq desc limit ${Math.trunc(ask.limit) + 1}`,
  [tx.actor.tenant_id, session_id, before === null ? null : Number(before)])
  const items = rows.slice(0, ask.limit)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([String(items.at(-1)!.seq)]) : null }
}

export type SeenMarks = Readonly<Record<Side, { readonly through_seq: number; readonly at: string | null }>>

/** How far each side has read. */
export async function readSeen(tx: Tx, session_id: string): Promise<SeenMarks> {
  const rows = await tx.sql<{ side: Side; through_seq: number; at: string }>('select side, through_seq, at from message_reads where tenant_id = $1 and session_id = $2', [tx.actor.tenant_id, session_id])
  const of = (side: Side) => {
    const row = rows.find((each) => each.side === side)
    return { through_seq: row?.through_seq ?? 0, at: row?.at ?? null }
  }
  return { desk: of('desk'), merchant: of('merchant') }
}

/** Moves a side's mark on, never back and never beyond what there is. Answers where it stands; null where the thread is empty. */
export async function markSeen(tx: Tx, session_id: string, side: Side, through_seq: number): Promise<number | null> {
  const [row] = await tx.sql<{ through_seq: number }>(`insert into message_reads as r (tenant_id, session_id, side, through_seq)
      select $1::uuid, $2::uuid, $3::text, least($4::int, last.seq) from (select max(seq) as seq from session_messages where tenant_id = $1::uuid and session_id = $2::uuid) last where last.seq is not null
      on conflict (tenant_id, session_id, side) do update set through_seq = greatest(r.through_seq, excluded.through_seq),
        at = case when excluded.through_seq > r.through_seq then excluded.at else r.at end returning r.through_seq`, [tx.actor.tenant_id, session_id, side, through_seq])
  return row?.through_seq ?? null
}
