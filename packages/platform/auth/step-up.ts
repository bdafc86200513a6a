/** Step-up: whoever holds a session proves again to be its person, and the session goes on under a new token. */
import type { Actor } from '#contracts/roles.ts'
import { appendAlone, NOTHING_DONE, type Database } from '#database/index.ts'
import { ownPasswordHash } from './account.ts'
import { TooBusy, verifyPassword } from './passwords.ts'
import { readCode, readFactorSecret, type Proof } from './second-factor.ts'
import { forgiveTry, giveBackTry, reserveTry, type Source, type Try } from './throttle.ts'
import { hashOf, newToken } from './tokens.ts'

export type StepUp = Source & {
  /** the session that is proved; it gets a new token */
  readonly token: string
  readonly actor: Actor
  readonly email: string
  /** what proves an account without a second factor */
  readonly password?: string | undefined
  /** what proves one with a second factor: of the authenticator, or a recovery code */
  readonly code?: string | undefined
  readonly request_id: string
}
export type StepUpRefusal = 'password_required' | 'code_required' | 'wrong_password' | 'wrong_code' | 'stale_version'
export type StepUpAnswer =
  | { readonly status: 'ok'; readonly token: string; readonly max_age_s: number }
  | { readonly status: 'refused'; readonly code: StepUpRefusal }
  | { readonly status: 'delayed' | 'busy'; readonly retry_after_s: number }

/** `tries` are given back once the proof counted: those at a code */
type Shown = { readonly verified: string; readonly proof: Proof | null; readonly tries?: Try }

/**
 * Proves a session: by a code where a second factor is enrolled, else by the password. Tries are counted as at sign-in, so that a session left
 * open is not enough to guess.
 */
export async function stepUp(db: Database, request: StepUp): Promise<StepUpAnswer> {
  const { email } = request
  const secret = await readFactorSecret(db, request.actor.user_id)
  if (secret !== null && request.code === undefined) return { status: 'refused', code: 'code_required' }
  if (secret === null && request.password === undefined) return { status: 'refused', code: 'password_required' }
  const tried = await reserveTry(db, email, request)
  if (tried.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(tried.wait_ms / 1000) }
  const shown = secret === null ? await byPassword(db, request, tried) : await byCode(db, request, secret)
  if ('status' in shown) return shown
  const proved = await proveSession(db, request, shown)
  // A code that somebody took before, or that was never one of this account's.
  if (proved === null && shown.proof !== null) return { status: 'refused', code: 'wrong_code' }
  await forgiveTry(db, email, tried)
  if (shown.tries !== undefined) await giveBackTry(db, shown.tries)
  return proved ?? { status: 'refused', code: 'stale_version' }
}

async function byPassword(db: Database, { actor, email, password }: StepUp, tried: Try): Promise<Shown | StepUpAnswer> {
  const stored = await ownPasswordHash(db, actor, email)
  try {
    return (await verifyPassword(stored, password!)).right ? { verified: stored, proof: null } : { status: 'refused', code: 'wrong_password' }
  } catch (cause) {
    if (!(cause instanceof TooBusy)) throw cause
    await giveBackTry(db, tried)
    return { status: 'busy', retry_after_s: 1 }
  }
}

async function byCode(db: Database, { actor, email, code, ...source }: StepUp, secret: Buffer): Promise<Shown | StepUpAnswer> {
  const read = await readCode(db, { ...source, user_id: actor.user_id, email }, secret, code!)
  if (read.status === 'ok') return { verified: '', proof: read.proof, tries: read.tries }
  return read.status === 'wrong' ? { status: 'refused', code: 'wrong_code' } : read
}

/** The proof, the new token and the audit row in one transaction; null where the session ended, the password changed or the code was taken meanwhile. */
async function proveSession(db: Database, { token, actor, request_id }: StepUp, { verified, proof }: Shown): Promise<Extract<StepUpAnswer, { status: 'ok' }> | null> {
  const next = newToken()
  let lasts_s = 0
  const did = await appendAlone(db, actor, { action: 'session.proved', entity: 'session', entity_id: actor.session_id, transition_seq: null, facts: { by: proof?.by ?? 'password' } }, { request_id }, async (tx) => {
    const [row] = await tx.sql<{ lasts_s: number }>('select lasts_s from fc.prove_session($1, $2, $3, $4, $5)', [hashOf(token), verified, proof?.step ?? null, proof?.code_hash ?? null, hashOf(next)])
    if (row === undefined) return NOTHING_DONE
    lasts_s = row.lasts_s
  })
  return did ? { status: 'ok', token: next, max_age_s: lasts_s } : null
}
