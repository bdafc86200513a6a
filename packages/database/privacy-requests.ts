/** What people ask about their data, and what a Platform Admin answers. The database keeps one open request of a kind and person, and one answer. */
import type { OwnPrivacyRequest, PrivacyRequest, PrivacyRequestKind } from '#contracts/api/privacy.ts'
import { decodeCursor, encodeCursor, isUuid } from './cursor.ts'
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'

const OWN = 'id, kind, note, state, requested_at, due_at, answered_at, refusal'

/** The actor's own requests here, the newest first; at most 100. */
export const listOwnPrivacyRequests = (tx: Tx): Promise<OwnPrivacyRequest[]> =>
  tx.sql<OwnPrivacyRequest>(`select ${OWN} from privacy_requests where tenant_id = $1 and user_id = $2 order by id desc limit 100`, [tx.actor.tenant_id, tx.actor.user_id])

/** One own request; null where the actor has none of this id. */
export async function readOwnPrivacyRequest(tx: Tx, id: string): Promise<OwnPrivacyRequest | null> {
  return (await tx.sql<OwnPrivacyRequest>(`select ${OWN} from privacy_requests where tenant_id = $1 and user_id = $2 and id = $3`, [tx.actor.tenant_id, tx.actor.user_id, id]))[0] ?? null
}

/** Asks for something; null where the actor has an open request of this kind. */
export async function createPrivacyRequest(tx: Tx, { kind, note }: { readonly kind: PrivacyRequestKind; readonly note: string | null }): Promise<string | null> {
  const id = newId()
  // Two at once: the second waits for the first and finds it.
  const made = await tx.sql('insert into privacy_requests (tenant_id, id, user_id, kind, note) values ($1, $2, $3, $4, $5) on conflict do nothing returning id', [tx.actor.tenant_id, id, tx.actor.user_id, kind, note])
  return made.length === 1 ? id : null
}

type RequestRow = Omit<PrivacyRequest, 'person'> & { readonly user_id: string; readonly name: string; readonly role: PrivacyRequest['person']['role']; readonly ended_at: string | null; readonly erased_at: string | null }
const SELECT = `select r.id, r.kind, r.note, r.state, r.requested_at, r.due_at, r.answered_at, r.refusal, r.state = 'open' and r.due_at < now() as overdue, r.user_id, m.display_name as name, m.role, m.ended_at, m.erased_at
  from privacy_requests r join memberships m on m.tenant_id = r.tenant_id and m.user_id = r.user_id`
const fromRow = ({ user_id, name, role, ended_at, erased_at, ...request }: RequestRow): PrivacyRequest => ({ ...request, person: { user_id, name, role, ended_at, erased_at } })

/** A page of the company's requests: open ones by what is due first, answered ones the newest first. Throws CursorError. */
export async function listPrivacyRequests(tx: Tx, ask: { readonly state: 'open' | 'answered'; readonly limit: number; readonly cursor?: string | null }): Promise<{ items: PrivacyRequest[]; next_cursor: string | null }> {
  const [from] = ask.cursor ? decodeCursor(ask.cursor, [isUuid]) : [null]
  const [is, order] = ask.state === 'open' ? ['>', 'asc'] : ['<', 'desc']
  const rows = await tx.sql<RequestRow>(`${SELECT} where r.tenant_id = $1 and (r.state = 'open') = $2 and ($3::uuid is null or r.id ${is} $3) order by r.id ${order} limit ${Math.trunc(ask.limit) + 1}`,
    [tx.actor.tenant_id, ask.state === 'open', from])
  const items = rows.slice(0, ask.limit).map(fromRow)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([items.at(-1)!.id]) : null }
}

/** One request of the company; null where there is none of this id. */
export async function readPrivacyRequest(tx: Tx, id: string): Promise<PrivacyRequest | null> {
  const [row] = await tx.sql<RequestRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [tx.actor.tenant_id, id])
  return row === undefined ? null : fromRow(row)
}

/**
 * Answers an open request, `refusal` null for done. `stale_version` where somebody has answered it; `not_erased` for an erasure that is said to be done:
 * it is done by eraseMember, which answers the request itself. Nothing is changed on a status other than `answered`.
 */
export async function answerPrivacyRequest(tx: Tx, id: string, refusal: string | null): Promise<{ readonly status: 'answered' | 'not_found' | 'stale_version' | 'not_erased'; readonly kind: PrivacyRequestKind | null }> {
  const { tenant_id, user_id } = tx.actor
  // Two admins at once: the second waits here and finds the first one's answer.
  const [held] = await tx.sql<{ kind: PrivacyRequestKind; state: string }>('select kind, state from privacy_requests where tenant_id = $1 and id = $2 for update', [tenant_id, id])
  if (held === undefined) return { status: 'not_found', kind: null }
  if (held.state !== 'open') return { status: 'stale_version', kind: held.kind }
  if (held.kind === 'erasure' && refusal === null) return { status: 'not_erased', kind: held.kind }
  await tx.sql('update privacy_requests set state = $3, refusal = $4, answered_at = now(), answered_by = $5 where tenant_id = $1 and id = $2',
    [tenant_id, id, refusal === null ? 'done' : 'refused', refusal, user_id])
  return { status: 'answered', kind: held.kind }
}
