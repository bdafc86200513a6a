/** What a signed-in person does with the own account: a new password, the list of its sessions, the end of all of them. */
import type { Actor } from '#contracts/roles.ts'
import { appendAlone, NOTHING_DONE, type Database } from '#database/index.ts'
import { TooBusy, hashPassword, passwordProblem, verifyPassword } from './passwords.ts'
import { forgiveTry, giveBackTry, reserveTry, type Source } from './throttle.ts'
import { hashOf, newToken } from './tokens.ts'

export type PasswordChange = Source & {
  /** the session that asks; it gets a new token and all others of the account end */
  readonly token: string
  readonly actor: Actor
  readonly email: string
  readonly current_password: string
  readonly new_password: string
  readonly request_id: string
}
export type PasswordRefusal = 'wrong_password' | 'password_too_short' | 'password_too_long' | 'password_not_new' | 'stale_version'
export type PasswordChangeAnswer =
  | { readonly status: 'ok'; readonly token: string; readonly max_age_s: number }
  | { readonly status: 'refused'; readonly code: PasswordRefusal }
  | { readonly status: 'delayed' | 'busy'; readonly retry_after_s: number }

/** The stored hash of the account of a live session. */
export async function ownPasswordHash(db: Database, { user_id }: Actor, email: string): Promise<string> {
  const { rows: [account] } = await db.pool.query<{ user_id: string; password_hash: string }>('select user_id, password_hash from fc.find_account($1)', [email])
  if (account?.user_id !== user_id) throw new Error('the account of a session is not found by its email')
  return account.password_hash
}

/** Changes the password. The current one is asked for and throttled as at sign-in, so that a session left open is not enough to guess at it. */
export async function changePassword(db: Database, change: PasswordChange): Promise<PasswordChangeAnswer> {
  const problem = passwordProblem(change.new_password)
  if (problem !== null) return { status: 'refused', code: `password_${problem}` }
  if (change.new_password === change.current_password) return { status: 'refused', code: 'password_not_new' }
  const { email } = change
  const tried = await reserveTry(db, email, change)
  if (tried.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(tried.wait_ms / 1000) }
  const old_hash = await ownPasswordHash(db, change.actor, email)
  let next_hash: string
  try {
    if (!(await verifyPassword(old_hash, change.current_password)).right) return { status: 'refused', code: 'wrong_password' }
    next_hash = await hashPassword(change.new_password)
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    await giveBackTry(db, tried)
    return { status: 'busy', retry_after_s: 1 }
  }
  const token = newToken()
  const changed = await replacePassword(db, change, old_hash, next_hash, token)
  await forgiveTry(db, email, tried)
  return changed === null ? { status: 'refused', code: 'stale_version' } : { status: 'ok', token, max_age_s: changed.lasts_s }
}

/** Raised by fc.change_password where this session was ended beside it. */
const SESSION_ENDED = 'FC002'

/** The password, this session's new token, the end of the others and the audit row, in one transaction; null where another change was first. */
async function replacePassword(db: Database, { token, actor, request_id }: PasswordChange, old_hash: string, next_hash: string, next_token: string): Promise<{ lasts_s: number; ended: number } | null> {
  let done: { lasts_s: number; ended: number } | undefined
  try {
    const did = await appendAlone(db, actor, () => ({ action: 'account.password_changed', entity: 'user', entity_id: actor.user_id, transition_seq: null, facts: { sessions_ended: done!.ended } }), { request_id }, async (tx) => {
      [done] = await tx.sql<{ lasts_s: number; ended: number }>('select lasts_s, ended from fc.change_password($1, $2, $3, $4)', [hashOf(token), old_hash, next_hash, hashOf(next_token)])
      return done === undefined ? NOTHING_DONE : undefined
    })
    return did ? done! : null
  } catch (cause) {
    if ((cause as { code?: string }).code === SESSION_ENDED) return null
    throw cause
  }
}

export type AccountSession = { readonly id: string; readonly started_at: string; readonly last_seen_at: string; readonly current: boolean }

/** The live sessions of the token's account, this one first, then the latest seen; at most 100. */
export async function listSessions(db: Database, token: string): Promise<AccountSession[]> {
  const { rows } = await db.pool.query<AccountSession>('select id, started_at, last_seen_at, current from fc.account_sessions($1)', [hashOf(token)])
  return rows
}

/** Ends every session of the account, this one too, and leaves one audit row with their number. False, and nothing is done, where the token opens no session any more. */
export async function signOutEverywhere(db: Database, token: string, actor: Actor, request: { readonly request_id: string }): Promise<boolean> {
  let ended = 0
  return appendAlone(db, actor, () => ({ action: 'session.all_ended', entity: 'user', entity_id: actor.user_id, transition_seq: null, facts: { sessions_ended: ended } }), request, async (tx) => {
    const [row] = await tx.sql<{ ended: number }>('select fc.end_account_sessions($1) as ended', [hashOf(token)])
    ended = row!.ended
    // The session that asks is one of them: with none, its token was replaced or ended since it was looked up.
    return ended === 0 ? NOTHING_DONE : undefined
  })
}
