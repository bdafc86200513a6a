/** Step-up: whoever holds a session proves again to be its person, and the session goes on under a new token. */
import type { Actor } from '#contracts/roles.ts'
import { appendAlone, type Database } from '#database/index.ts'
import { TooBusy, verifyPassword } from './passwords.ts'
import { giveBackTry, reserveTry } from './throttle.ts'
import { hashOf, newToken } from './tokens.ts'

export type StepUp = {
  /** the session that is proved; it gets a new token */
  readonly token: string
  readonly actor: Actor
  readonly email: string
  readonly password: string
  readonly ip: string
  readonly request_id: string
}
export type StepUpAnswer =
  | { readonly status: 'ok'; readonly token: string; readonly max_age_s: number }
  | { readonly status: 'refused'; readonly code: 'wrong_password' | 'stale_version' }
  | { readonly status: 'delayed' | 'busy'; readonly retry_after_s: number }

/** Proves a session by the account's password. Tries are counted as at sign-in, so that a session left open is not enough to guess. */
export async function stepUp(db: Database, request: StepUp): Promise<StepUpAnswer> {
  const { email, ip } = request
  const { wait_ms } = await reserveTry(db, email, ip)
  if (wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(wait_ms / 1000) }
  const { rows: [account] } = await db.pool.query<{ user_id: string; password_hash: string }>('select user_id, password_hash from fc.find_account($1)', [email])
  if (account?.user_id !== request.actor.user_id) throw new Error('the account of a session is not found by its email')
  try {
    if (!(await verifyPassword(account.password_hash, request.password)).right) return { status: 'refused', code: 'wrong_password' }
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    await giveBackTry(db, email, ip, false)
    return { status: 'busy', retry_after_s: 1 }
  }
  const proved = await proveSession(db, request, account.password_hash)
  await giveBackTry(db, email, ip, true)
  return proved ?? { status: 'refused', code: 'stale_version' }
}

class Moved extends Error {}

/** The proof, the new token and the audit row in one transaction; null where the session ended or the password changed meanwhile. */
async function proveSession(db: Database, { token, actor, request_id }: StepUp, verified: string): Promise<Extract<StepUpAnswer, { status: 'ok' }> | null> {
  const next = newToken()
  let lasts_s = 0
  try {
    await appendAlone(db, actor, { action: 'session.proved', entity: 'session', entity_id: actor.session_id, transition_seq: null, facts: { by: 'password' } }, { request_id }, async (tx) => {
      const [row] = await tx.sql<{ lasts_s: number }>('select lasts_s from fc.prove_session($1, $2, $3)', [hashOf(token), verified, hashOf(next)])
      if (row === undefined) throw new Moved()
      lasts_s = row.lasts_s
    })
    return { status: 'ok', token: next, max_age_s: lasts_s }
  } catch (cause) {
    if (cause instanceof Moved) return null
    throw cause
  }
}
