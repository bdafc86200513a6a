/** Reviews of the audit's saved views: what is still to review, who reviewed it and up to which number. */
import { AUDIT_VIEWS, likesOf, type AuditView } from '#contracts/audit-views.ts'
import { decodeCursor, encodeCursor, isUuid } from './cursor.ts'
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'

export type AuditReview = {
  readonly id: string; readonly view: AuditView; readonly after_seq: number; readonly through_seq: number
  readonly events: number; readonly own_events: number; readonly note: string | null; readonly user_id: string; readonly name: string; readonly at: string
}
export type ViewState = {
  readonly view: AuditView
  readonly last: AuditReview | null
  /** events of the view behind the last review, counted up to UNREVIEWED_MAX */
  readonly unreviewed: number
  /** the newest event of the view; null where there is none */
  readonly newest_seq: number | null
}
/** Counting stops here: nobody reviews more at once, and the count stays cheap. */
export const UNREVIEWED_MAX = 1_000

type ReviewRow = Omit<AuditReview, 'after_seq' | 'through_seq'> & { after_seq: string; through_seq: string }
const SELECT = 'select r.id, r.view, r.after_seq, r.through_seq, r.events, r.own_events, r.note, r.user_id, m.display_name as name, r.at from audit_reviews r join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.user_id'
const fromRow = (row: ReviewRow): AuditReview => ({ ...row, after_seq: Number(row.after_seq), through_seq: Number(row.through_seq) })

/** The review that reaches furthest, of anybody or of one person. */
const readLast = async (tx: Tx, view: AuditView, of: string | null): Promise<AuditReview | null> => {
  const [row] = await tx.sql<ReviewRow>(`${SELECT} where r.tenant_id = $1 and r.view = $2 and ($3::uuid is null or r.user_id = $3) order by r.through_seq desc, r.id desc limit 1`, [tx.actor.tenant_id, view, of])
  return row === undefined ? null : fromRow(row)
}

/** Where each view stands. */
export async function readViewStates(tx: Tx): Promise<ViewState[]> {
  return Promise.all(AUDIT_VIEWS.map(async (view): Promise<ViewState> => {
    const last = await readLast(tx, view, null)
    const [row] = await tx.sql<{ unreviewed: number; newest_seq: string | null }>(
      `select (select count(*)::int from (select 1 from audit_events where tenant_id = $1 and seq > $2 and action like any ($3) limit ${UNREVIEWED_MAX}) behind) as unreviewed,
        (select seq from audit_events where tenant_id = $1 and action like any ($3) order by seq desc limit 1) as newest_seq`,
      [tx.actor.tenant_id, last?.through_seq ?? 0, likesOf(view)])
    return { view, last, unreviewed: row!.unreviewed, newest_seq: row!.newest_seq === null ? null : Number(row!.newest_seq) }
  }))
}

/** A page of reviews, newest first. Throws CursorError. */
export async function listAuditReviews(tx: Tx, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: AuditReview[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isUuid]) : [null]
  // Ids rise with the time.
  const rows = await tx.sql<ReviewRow>(`${SELECT} where r.tenant_id = $1 and ($2::uuid is null or r.id < $2) order by r.id desc limit ${Math.trunc(ask.limit) + 1}`, [tx.actor.tenant_id, before])
  const items = rows.slice(0, ask.limit).map(fromRow)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([items.at(-1)!.id]) : null }
}

/**
 * Marks a view as reviewed by the actor, up to the event of this number and hash: what was reviewed is what was seen. `unknown` where the view has no
 * such event, `stale_version` where this person reviewed that far already. Another person may review the same events again.
 */
export async function appendAuditReview(tx: Tx, { view, through_seq, hash, note }: { readonly view: AuditView; readonly through_seq: number; readonly hash: string; readonly note: string | null }): Promise<AuditReview | 'unknown' | 'stale_version'> {
  const { tenant_id, user_id } = tx.actor
  // One at a time in a view; what the last holder stored is seen by the statement after it.
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('audit review|' || $1 || '|' || $2, 0))", [tenant_id, view])
  const after_seq = (await readLast(tx, view, user_id))?.through_seq ?? 0
  const [event] = await tx.sql<{ hash: Buffer }>('select hash from audit_events where tenant_id = $1 and seq = $2 and action like any ($3)', [tenant_id, through_seq, likesOf(view)])
  if (event === undefined || event.hash.toString('hex') !== hash) return 'unknown'
  if (through_seq <= after_seq) return 'stale_version'
  // What a person's own keys did is the person's own: whoever makes a program must not review it as somebody else's work.
  const [covered] = await tx.sql<{ events: number; own_events: number }>(
    `select count(*)::int as events, count(*) filter (where user_id = $5 or user_id in (select k.user_id from api_keys k where k.tenant_id = $1 and k.created_by = $5))::int as own_events
      from audit_events where tenant_id = $1 and seq > $2 and seq <= $3 and action like any ($4)`, [tenant_id, after_seq, through_seq, likesOf(view), user_id])
  const id = newId()
  await tx.sql('insert into audit_reviews (tenant_id, id, view, after_seq, through_seq, through_hash, events, own_events, note, user_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [tenant_id, id, view, after_seq, through_seq, event.hash, covered!.events, covered!.own_events, note, user_id])
  return fromRow((await tx.sql<ReviewRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [tenant_id, id]))[0]!)
}
