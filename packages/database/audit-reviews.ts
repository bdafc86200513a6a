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
  /** events of the view that nobody but their author has reviewed, counted up to UNREVIEWED_MAX */
  readonly unreviewed: number
  /** those among them that their author did review */
  readonly by_author_only: number
  /** how far the actor has reviewed; 0 where never */
  readonly reviewed_through_seq: number
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

/** What a person did, or a program whose key the person made: whoever makes a program must not review it as somebody else's work. */
const didBy = (person: string): string => `(user_id = ${person} or user_id in (select k.user_id from api_keys k where k.tenant_id = $1 and k.created_by = ${person}))`

/**
 * How far the two people who reviewed furthest got, and the actor. A person's reviews cover everything up to the last of them, so the two settle for
 * each event whether somebody else than its author has reviewed it.
 */
async function readReach(tx: Tx, view: AuditView): Promise<{ readonly by: string | null; readonly first: number; readonly second: number; readonly own: number }> {
  const reviewers = await tx.sql<{ user_id: string; through_seq: string }>(
    'select user_id, max(through_seq) as through_seq from audit_reviews where tenant_id = $1 and view = $2 group by user_id order by 2 desc', [tx.actor.tenant_id, view])
  const reached = (reviewer: { through_seq: string } | undefined): number => Number(reviewer?.through_seq ?? 0)
  return { by: reviewers[0]?.user_id ?? null, first: reached(reviewers[0]), second: reached(reviewers[1]), own: reached(reviewers.find(({ user_id }) => user_id === tx.actor.user_id)) }
}

/** Where each view stands. */
export async function readViewStates(tx: Tx): Promise<ViewState[]> {
  return Promise.all(AUDIT_VIEWS.map(async (view): Promise<ViewState> => {
    const [last, reach] = await Promise.all([readLast(tx, view, null), readReach(tx, view)])
    const [row] = await tx.sql<{ unreviewed: number; by_author_only: number; newest_seq: string | null }>(
      `select count(*)::int as unreviewed, count(*) filter (where seq <= $4)::int as by_author_only,
        (select seq from audit_events where tenant_id = $1 and action like any ($2) order by seq desc limit 1) as newest_seq
      from (select seq from audit_events where tenant_id = $1 and action like any ($2) and seq > $3 and (seq > $4 or ${didBy('$5')}) limit ${UNREVIEWED_MAX}) open`,
      [tx.actor.tenant_id, likesOf(view), reach.second, reach.first, reach.by])
    return { view, last, unreviewed: row!.unreviewed, by_author_only: row!.by_author_only, reviewed_through_seq: reach.own, newest_seq: row!.newest_seq === null ? null : Number(row!.newest_seq) }
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
  const [covered] = await tx.sql<{ events: number; own_events: number }>(
    `select count(*)::int as events, count(*) filter (where ${didBy('$5')})::int as own_events
      from audit_events where tenant_id = $1 and seq > $2 and seq <= $3 and action like any ($4)`, [tenant_id, after_seq, through_seq, likesOf(view), user_id])
  const id = newId()
  await tx.sql('insert into audit_reviews (tenant_id, id, view, after_seq, through_seq, through_hash, events, own_events, note, user_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
    [tenant_id, id, view, after_seq, through_seq, event.hash, covered!.events, covered!.own_events, note, user_id])
  return fromRow((await tx.sql<ReviewRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [tenant_id, id]))[0]!)
}
