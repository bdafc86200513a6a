/** Members of the tenant in context and the open links made for it. Accounts are out of the serving role's reach: functions of fc_auth answer. */
import type { Role } from '#contracts/roles.ts'
import type { Tx } from './transactions.ts'

export type MemberRow = {
  readonly user_id: string; readonly email: string; readonly display_name: string; readonly role: Role
  readonly merchant_id: string | null; readonly merchant_name: string | null
  readonly state: 'active' | 'ended' | 'disabled'; readonly created_at: string; readonly ended_at: string | null; readonly erased_at: string | null
  /** of the sessions that are kept here, to the minute; null where none is */
  readonly last_seen_at: string | null
}
const MEMBER = 'user_id, email, display_name, role, merchant_id, merchant_name, state, created_at, ended_at, erased_at, last_seen_at'

/** Live members first, then ended ones, by name; at most 1,000. */
export const listMembers = (tx: Tx): Promise<MemberRow[]> => tx.sql<MemberRow>(`select ${MEMBER} from fc.list_members()`)

/** How many Platform Admins can act here. */
export async function countAdmins(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ count: number }>("select count(*)::int as count from fc.list_members() where role = 'platform_admin' and state = 'active'")
  return row!.count
}

/** One member, live or ended; null where this tenant has none of this id. */
export async function readMember(tx: Tx, user_id: string): Promise<MemberRow | null> {
  return (await tx.sql<MemberRow>(`select ${MEMBER} from fc.read_member($1)`, [user_id]))[0] ?? null
}

/** The live member of an address, in lower case. */
export async function liveMemberByEmail(tx: Tx, email: string): Promise<MemberRow | null> {
  return (await tx.sql<MemberRow>(`select ${MEMBER} from fc.read_member((select fc.live_member_of_address($1)))`, [email]))[0] ?? null
}

export type MemberChange = {
  readonly status: 'changed' | 'not_found' | 'not_allowed' | 'last_admin'
  readonly sessions_ended: number
  /** ids of the API keys that the person had made here: who is no Platform Admin any more has none */
  readonly keys_revoked: readonly string[]
}

/** Gives a member another role (a merchant's user one merchant), or ends the membership with null. Roll back on every status but `changed`. */
export async function changeMember(tx: Tx, user_id: string, next: { readonly role: Role; readonly merchant_id: string | null } | null): Promise<MemberChange> {
  const [row] = await tx.sql<MemberChange>('select status, sessions_ended, keys_revoked from fc.change_member($1, $2, $3, $4)', [tx.actor.user_id, user_id, next?.role ?? null, next?.merchant_id ?? null])
  return row!
}

export type Erasure = { readonly status: 'erased' | 'already' | 'not_found' | 'not_allowed' | 'not_ended'; readonly links_blanked: number; readonly requests_closed: number }

/**
 * Puts a pseudonym in place of an ended member of this tenant, and of its links here, and answers its open privacy requests; the account itself goes with the last company that has the
 * person (docs/decisions/0010). Nothing is changed on a status other than `erased`.
 */
export async function eraseMember(tx: Tx, user_id: string): Promise<Erasure> {
  const [row] = await tx.sql<Erasure>('select status, links_blanked, requests_closed from fc.erase_member($1, $2)', [tx.actor.user_id, user_id])
  return row!
}

export type OpenLinkRow = {
  readonly id: string; readonly purpose: 'invite' | 'recovery'; readonly email: string; readonly display_name: string | null; readonly role: Role | null
  readonly merchant_id: string | null; readonly made_by: string | null; readonly made_at: string; readonly expires_at: string
}

/** Links that are neither used nor revoked nor over, the newest first; at most 1,000. */
export const listOpenLinks = (tx: Tx): Promise<OpenLinkRow[]> => tx.sql<OpenLinkRow>(
  `select id, purpose, email, display_name, role, merchant_id, made_by, made_at, expires_at from account_links
   where tenant_id = $1 and used_at is null and revoked_at is null and expires_at > now() order by made_at desc, id desc limit 1000`, [tx.actor.tenant_id])

/** Revokes an open link; false where there is none of this id. */
export async function revokeLink(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.sql('update account_links set revoked_at = now() where tenant_id = $1 and id = $2 and used_at is null and revoked_at is null and expires_at > now() returning id', [tx.actor.tenant_id, id])
  return rows.length === 1
}
