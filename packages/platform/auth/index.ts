/**
 * Sign-in, sessions, sign-out. The browser holds a random token; the database holds its SHA-256, and who it belongs to is read anew on
 * every request. May import contracts and the store.
 */
import { setTimeout } from 'node:timers/promises'
import type { Actor, Role } from '#contracts/roles.ts'
import { appendAlone, newId, NOTHING_DONE, recordDenial, type Database } from '#database/index.ts'
import { TooBusy, hashPassword, passwordProblem, verifyPassword } from './passwords.ts'
import { readCode, readFactorSecret, type Proof } from './second-factor.ts'
import { giveBackTry, renewDevice, reserveTry, type Source, type Try } from './throttle.ts'
import { hashOf, isToken, newToken } from './tokens.ts'

export { changePassword, listSessions, signOutEverywhere, type PasswordRefusal } from './account.ts'
export { createLink, LINK_LASTS_S, maskEmail, openLink, useLink, type LinkPurpose, type LinkStore, type MadeLink, type NewLink, type UsedLink } from './links.ts'
export { findProgram, newApiKey } from './api-keys.ts'
export { switchTenant } from './switch-tenant.ts'
export { hashPassword, passwordProblem, PASSWORD_BYTES_MAX, PASSWORD_CHARACTERS_MIN } from './passwords.ts'
export { beginSecondFactor, disableSecondFactor, enrolSecondFactor, readSecondFactor, renewRecoveryCodes, resetSecondFactor } from './second-factor.ts'
export { stepUp, type StepUpRefusal } from './step-up.ts'
export { readOwnData } from './own-data.ts'
export { DEVICES_MAX, sourcePrefix } from './throttle.ts'

/** A session ends after this long at the latest; after 30 minutes without a request earlier (migration 0004). */
export const SESSION_LASTS_S = 12 * 60 * 60
/** A wrong try is never answered sooner: its audit row, which only a known account leaves, must not be told by the clock. */
const WRONG_ANSWERS_AFTER_MS = 500

/** An actor, and how far its session may go now. */
export type SessionActor = Actor & {
  /** it signed in or stepped up within five minutes */
  readonly proved: boolean
  /** a Platform Admin whose tenant asks for a second factor, without one: it may only look after its own account */
  readonly must_enrol: boolean
}

/** Who a session token belongs to now; null when it is unknown, idle too long, over, or its account or membership ended. */
export async function findActor(db: Database, token: string): Promise<SessionActor | null> {
  if (!isToken(token)) return null
  const { rows: [row] } = await db.pool.query<SessionActor>({
    ...(db.prepared ? { name: 'fc_session_actor' } : {}), text: 'select session_id, user_id, tenant_id, role, merchant_id, display_name, proved, must_enrol from fc.session_actor($1)', values: [hashOf(token)],
  })
  return row ?? null
}

export type SignedIn = {
  readonly email: string
  readonly expires_at: string
  /** until when the last proof counts; may have passed */
  readonly proved_until: string
  /** whether the account has a second factor, and whether it must have one before anything else */
  readonly enrolled: boolean
  readonly must_enrol: boolean
  readonly tenant: { readonly id: string; readonly name: string; readonly time_zone: string }
  readonly merchant: { readonly id: string; readonly name: string; readonly city: string; readonly country: string } | null
  readonly memberships: readonly { readonly tenant_id: string; readonly tenant_name: string; readonly role: Role; readonly merchant_id: string | null; readonly merchant_name: string | null }[]
}

/** What a portal shows about whoever holds the token; null as findActor. */
export async function readSignedIn(db: Database, token: string): Promise<SignedIn | null> {
  if (!isToken(token)) return null
  const { rows: [row] } = await db.pool.query<SignedIn>('select email, expires_at, proved_until, enrolled, must_enrol, tenant, merchant, memberships from fc.session_detail($1)', [hashOf(token)])
  return row ?? null
}

export type SignInRequest = Source & {
  readonly email: string
  readonly password: string
  /** of the authenticator, or a recovery code; asked for where the account has a second factor */
  readonly code?: string | undefined
  /** which membership; the first by name where none is given */
  readonly tenant_id?: string | undefined
  /** the token the browser came with: it ends, so that nobody can plant a session and wait */
  readonly previous_token?: string | null
  readonly request_id: string
}
export type SignInAnswer =
  | { readonly status: 'ok'; readonly token: string; readonly max_age_s: number; readonly actor: Actor; /** what the browser's device cookie holds from now on */ readonly devices: readonly string[] }
  | { readonly status: 'wrong' }
  /** the password is right; the same again with a code */
  | { readonly status: 'code_asked' }
  | { readonly status: 'wrong_code' }
  | { readonly status: 'delayed'; readonly retry_after_s: number }
  | { readonly status: 'busy'; readonly retry_after_s: number }

type Account = { user_id: string; password_hash: string; disabled: boolean; memberships: { tenant_id: string; role: Role; merchant_id: string | null; display_name: string }[] }

/** Signs in by email and password. Unknown account, wrong password, disabled account and missing membership answer alike and take alike. */
export async function signIn(db: Database, request: SignInRequest): Promise<SignInAnswer> {
  const email = request.email.trim().toLowerCase()
  const tried = await reserveTry(db, email, request)
  if (tried.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(tried.wait_ms / 1000) }
  const { rows: [account] } = await db.pool.query<Account>('select user_id, password_hash, disabled, memberships from fc.find_account($1)', [email])
  const floor = setTimeout(WRONG_ANSWERS_AFTER_MS)
  let verdict: { right: boolean; outdated: boolean }
  try {
    verdict = await verifyPassword(account?.password_hash ?? null, request.password)
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    await giveBackTry(db, tried)
    return { status: 'busy', retry_after_s: 1 }
  }
  const membership = account?.memberships.find((m) => request.tenant_id === undefined || m.tenant_id === request.tenant_id)
  if (!verdict.right || account === undefined || account.disabled || membership === undefined) {
    const told = membership ?? account?.memberships[0]
    // Nobody's workspace is told of an address that nobody has; the delay and the log are what is left of it.
    if (account !== undefined && told !== undefined) {
      await recordDenial(db, { ...told, user_id: account.user_id }, { action: 'session.started', code: 'wrong_credentials', entity: 'user', entity_id: account.user_id, request_id: request.request_id })
    }
    await floor
    return { status: 'wrong' }
  }
  const verified = verdict.outdated ? await renewHash(db, account, request.password) : account.password_hash

  const actor: Actor = { session_id: newId(), user_id: account.user_id, ...membership }
  const shown = await secondStep(db, actor, { ...request, email })
  if ('status' in shown) return shown

  const token = newToken()
  const opened = await appendAlone(db, actor, { action: 'session.started', entity: 'session', entity_id: actor.session_id, transition_seq: 1, facts: shown.proof === null ? {} : { by: shown.proof.by } }, request, async (tx) => {
    const [row] = await tx.sql<{ expires_at: string | null }>('select fc.open_session($1, $2, $3, $4, $5, make_interval(secs => $6), $7, $8, $9) as expires_at', [
      hashOf(token), actor.session_id, actor.user_id, actor.tenant_id, request.previous_token ? hashOf(request.previous_token) : null, SESSION_LASTS_S, verified, shown.proof?.step ?? null, shown.proof?.code_hash ?? null,
    ])
    // Membership ended or password changed between the look-up and here: no session, and no audit row that says there was one.
    return row?.expires_at == null ? NOTHING_DONE : undefined
  })
  // A code that was taken before ends here too: it opens nothing twice.
  if (!opened) return shown.proof === null ? { status: 'wrong' } : wrongCode(db, actor, request.request_id)
  const devices = await renewDevice(db, email, tried, request)
  if (shown.tries !== undefined) await giveBackTry(db, shown.tries)
  return { status: 'ok', token, max_age_s: SESSION_LASTS_S, actor, devices }
}

/**
 * What an account with a second factor shows beside its password. Both come in one request, so that there is no half of a sign-in that could be
 * stolen or planted; the tries of the password are not forgiven before the code is right.
 */
async function secondStep(db: Database, actor: Actor, { email, code, request_id, ...source }: SignInRequest): Promise<{ readonly proof: Proof | null; readonly tries?: Try } | SignInAnswer> {
  const secret = await readFactorSecret(db, actor.user_id)
  if (secret === null) return { proof: null }
  if (code === undefined) {
    await appendAlone(db, actor, { action: 'session.code_asked', entity: 'user', entity_id: actor.user_id, transition_seq: null, facts: {} }, { request_id })
    return { status: 'code_asked' }
  }
  const read = await readCode(db, { ...source, user_id: actor.user_id, email }, secret, code)
  return read.status === 'wrong' ? wrongCode(db, actor, request_id) : read.status === 'ok' ? { proof: read.proof, tries: read.tries } : read
}

async function wrongCode(db: Database, actor: Actor, request_id: string): Promise<SignInAnswer> {
  await recordDenial(db, actor, { action: 'session.started', code: 'wrong_code', entity: 'user', entity_id: actor.user_id, request_id })
  return { status: 'wrong_code' }
}

/** Makes the hash anew with today's parameters; answers the one that is stored afterwards, as far as this sign-in knows. */
async function renewHash(db: Database, account: Account, password: string): Promise<string> {
  // Accounts of before the present minimum keep their old hash until they choose a new password.
  if (passwordProblem(password) !== null) return account.password_hash
  try {
    const renewed = await hashPassword(password)
    const { rows: [row] } = await db.pool.query<{ replaced: boolean }>('select fc.replace_password_hash($1, $2, $3) as replaced', [account.user_id, account.password_hash, renewed])
    return row!.replaced ? renewed : account.password_hash
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    return account.password_hash
  }
}

/**
 * Ends the session for good: the same token answers nothing afterwards. False, and nothing is recorded, where the token opens no session any
 * more: it was ended, or went on under a new token (a step-up), since it was looked up. That session lives, and no row may say that it ended.
 */
export async function signOut(db: Database, token: string, actor: Actor, request: { readonly request_id: string }): Promise<boolean> {
  return appendAlone(db, actor, { action: 'session.ended', entity: 'session', entity_id: actor.session_id, transition_seq: 2, facts: {} }, request, async (tx) => {
    const [row] = await tx.sql<{ ended: boolean }>('select fc.end_session($1) as ended', [hashOf(token)])
    return row!.ended ? undefined : NOTHING_DONE
  })
}
