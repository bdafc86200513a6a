/**
 * Single-use links: a Platform Admin invites a member, or lets one choose a new password. The link carries 256 random bits, once; the
 * database keeps their SHA-256. What a link may not do across Operator Companies is in docs/decisions/0007.
 */
import type { Role } from '#contracts/roles.ts'
import { appendAlone, newId, NOTHING_DONE, recordDenial, type Database, type TenantContext } from '#database/index.ts'
import { TooBusy, hashPassword, passwordProblem, verifyPassword } from './passwords.ts'
import { giveBackTry, reserveLinkTry, reserveTry, type Source, type Try } from './throttle.ts'
import { hashOf, isToken, newToken } from './tokens.ts'

/** How long a link of each purpose can be used. */
export const LINK_LASTS_S = { invite: 72 * 60 * 60, recovery: 60 * 60 } as const
export type LinkPurpose = keyof typeof LINK_LASTS_S

export type NewLink =
  | { readonly purpose: 'invite'; readonly email: string; readonly role: Role; readonly merchant_id: string | null; readonly display_name: string }
  | { readonly purpose: 'recovery'; readonly email: string; readonly user_id: string }

/** An open transaction in the signed tenant; whoever makes a company's first admin on the server itself has no user_id. */
export type LinkStore = {
  readonly actor: { readonly tenant_id: string; readonly user_id: string | null }
  sql<R extends Record<string, unknown>>(text: string, values: readonly unknown[]): Promise<R[]>
}
/** `token` is the only copy there will ever be: show it once, store it nowhere. */
export type MadeLink = { readonly id: string; readonly token: string; readonly expires_at: string }

const normal = (email: string): string => email.trim().toLowerCase()

/** Makes a link inside the caller's transaction, which writes the audit row; an older open link of the same purpose and address ends. */
export async function createLink(tx: LinkStore, link: NewLink): Promise<MadeLink> {
  const [id, token, email] = [newId(), newToken(), normal(link.email)]
  const { tenant_id, user_id: made_by } = tx.actor
  await tx.sql('update account_links set revoked_at = now() where tenant_id = $1 and email = $2 and purpose = $3 and used_at is null and revoked_at is null', [tenant_id, email, link.purpose])
  const invite = link.purpose === 'invite' ? link : null
  // The database's clock, which also says when it is over.
  const [made] = await tx.sql<{ expires_at: string }>(`insert into account_links (tenant_id, id, token_hash, purpose, email, role, merchant_id, display_name, user_id, made_by, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + make_interval(secs => $11))
    returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at`,
  [tenant_id, id, hashOf(token), link.purpose, email, invite?.role ?? null, invite?.merchant_id ?? null, invite?.display_name ?? null,
    link.purpose === 'recovery' ? link.user_id : null, made_by, LINK_LASTS_S[link.purpose]])
  return { id, token, expires_at: made!.expires_at }
}

type FoundLink = {
  tenant_id: string; id: string; purpose: LinkPurpose; tenant_name: string; email: string; role: Role; merchant_id: string | null; expires_at: string
  account_id: string | null; password_hash: string | null
}

async function findLink(db: Database, token: string): Promise<FoundLink | null> {
  if (!isToken(token)) return null
  const { rows: [row] } = await db.pool.query<FoundLink>(
    'select tenant_id, id, purpose, tenant_name, email, role, merchant_id, expires_at, account_id, password_hash from fc.find_link($1)', [hashOf(token)])
  return row ?? null
}

/** "a•••@example.com": enough to know one's own address by, and no more. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  return `${[...email][0]}•••${email.slice(at)}`
}

/** What the page of a link may show. The same for an address with an account and one without. */
export type ShownLink = { readonly purpose: LinkPurpose; readonly company: string; readonly email_masked: string; readonly role: Role; readonly expires_at: string }
export type OpenedLink =
  | { readonly status: 'ok'; readonly link: ShownLink }
  | { readonly status: 'unusable' }
  | { readonly status: 'delayed'; readonly retry_after_s: number }

/** Reads a link without using it. Unknown, used, revoked, expired and foreign tokens are alike; tries are throttled by network, apart from sign-ins. */
export async function openLink(db: Database, request: { readonly token: string; readonly ip: string }): Promise<OpenedLink> {
  const tried = await reserveLinkTry(db, request.ip)
  if (tried.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(tried.wait_ms / 1000) }
  const link = await findLink(db, request.token)
  if (link === null) return { status: 'unusable' }
  await giveBackTry(db, tried)
  return { status: 'ok', link: { purpose: link.purpose, company: link.tenant_name, email_masked: maskEmail(link.email), role: link.role, expires_at: link.expires_at } }
}

export type LinkUse = Source & { readonly token: string; readonly password: string; readonly request_id: string }
export type UsedLink =
  | { readonly status: 'ok'; readonly purpose: LinkPurpose; readonly role: Role; readonly tenant_id: string }
  | { readonly status: 'unusable' | 'wrong_password' | 'password_too_short' | 'password_too_long' }
  | { readonly status: 'delayed' | 'busy'; readonly retry_after_s: number }

/**
 * Uses a link up, once. An invitation takes the password of the account that the address has, or makes the account with it; a recovery sets it
 * anew and ends every session of the account. Nobody is signed in by it: the person signs in next, second factor and all.
 */
export async function useLink(db: Database, use: LinkUse): Promise<UsedLink> {
  // Looked at first and for everyone alike, or a short password would tell whether the address has an account.
  const problem = passwordProblem(use.password)
  if (problem !== null) return { status: `password_${problem}` }
  const of_links = await reserveLinkTry(db, use.ip)
  if (of_links.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(of_links.wait_ms / 1000) }
  const tries: Try[] = [of_links]
  const link = await findLink(db, use.token)
  if (link === null) return { status: 'unusable' }
  const joins = link.purpose === 'invite' && link.account_id !== null
  // A link must not be a second way to guess at an account's password: such a try counts against the account too.
  if (joins) {
    const account = await reserveTry(db, link.email, use)
    if (account.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(account.wait_ms / 1000) }
    tries.push(account)
  }
  let new_hash: string | null = null
  try {
    if (joins) {
      if (!(await verifyPassword(link.password_hash, use.password)).right) return await refuseUse(db, link, use, 'wrong_password')
    } else {
      new_hash = await hashPassword(use.password)
    }
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    await Promise.all(tries.map((each) => giveBackTry(db, each)))
    return { status: 'busy', retry_after_s: 1 }
  }
  const account_id = link.account_id ?? newId()
  if (!(await redeem(db, link, account_id, joins ? link.password_hash : null, new_hash, use))) return refuseUse(db, link, use, 'unusable')
  await Promise.all(tries.map((each) => giveBackTry(db, each)))
  return { status: 'ok', purpose: link.purpose, role: link.role, tenant_id: link.tenant_id }
}

/** Account, membership or password, the end of sessions, the used link and the audit row, in one transaction; false where another was first. */
async function redeem(db: Database, link: FoundLink, account_id: string, verified: string | null, new_hash: string | null, use: LinkUse): Promise<boolean> {
  let ended = 0
  const actor: TenantContext = { tenant_id: link.tenant_id, user_id: account_id, role: link.role, merchant_id: link.merchant_id }
  const entry = () => ({ action: 'account_link.used', entity: 'account_link', entity_id: link.id, transition_seq: 2, facts: { purpose: link.purpose, role: link.role, merchant_id: link.merchant_id, sessions_ended: ended } })
  try {
    return await appendAlone(db, actor, entry, use, async (tx) => {
      const [row] = await tx.sql<{ ended: number | null }>('select fc.use_link($1, $2, $3, $4) as ended', [hashOf(use.token), account_id, verified, new_hash])
      if (row!.ended === null) return NOTHING_DONE
      ended = row!.ended
    })
  } catch (cause) {
    const { code, constraint } = cause as { code?: string; constraint?: string }
    // The address got its account from another company's invitation in this very moment; the next try asks for its password.
    if (code === '23505' && constraint === 'users_email_key') return false
    throw cause
  }
}

/** A refused use of a link that exists is on record, as a wrong password at sign-in is, in the name of the account; an address without one leaves none. */
async function refuseUse<const S extends 'unusable' | 'wrong_password'>(db: Database, link: FoundLink, use: LinkUse, status: S): Promise<{ status: S }> {
  if (link.account_id !== null) {
    await recordDenial(db, { tenant_id: link.tenant_id, user_id: link.account_id, role: link.role, merchant_id: link.merchant_id },
      { action: 'account_link.used', code: status === 'unusable' ? 'link_unusable' : 'wrong_credentials', entity: 'account_link', entity_id: link.id, request_id: use.request_id })
  }
  return { status }
}
