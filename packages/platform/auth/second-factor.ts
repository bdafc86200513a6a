/** The second factor of an account: enrolling it, taking its codes, new recovery codes, taking it off. */
import type { Actor } from '#contracts/roles.ts'
import { appendAlone, NOTHING_DONE, type AuditEntry, type Database, type Tx } from '#database/index.ts'
import { giveBackTry, keepKnown, reserveCode, type Source, type Try } from './throttle.ts'
import { base32, newRecoveryCodes, newTotpSecret, otpauthUri, recoveryHash, stepOfCode } from './totp.ts'
import { hashOf, newToken } from './tokens.ts'

/** A code as the database takes it: a step of the authenticator, or the hash of a recovery code. One of the two is null. */
export type Proof = { readonly step: number | null; readonly code_hash: Buffer | null; readonly by: 'code' | 'recovery_code' }
export type CodeAnswer = { readonly status: 'ok'; readonly proof: Proof; /** given back once the code is taken */ readonly tries: Try } | { readonly status: 'wrong' } | { readonly status: 'delayed'; readonly retry_after_s: number }

/** The secret of an enrolled account; null for any other. */
export async function readFactorSecret(db: Database, user_id: string): Promise<Buffer | null> {
  const { rows: [row] } = await db.pool.query<{ totp_secret: Buffer }>('select totp_secret from fc.second_factor($1)', [user_id])
  return row?.totp_secret ?? null
}

/** What a code proves, if it is right by its form and its clock. It is taken, once, by the transaction that uses it; tries are counted here. */
export async function readCode(db: Database, who: Source & { readonly user_id: string; readonly email: string }, secret: Buffer, code: string): Promise<CodeAnswer> {
  const tries = await reserveCode(db, who)
  if (tries.wait_ms > 0) return { status: 'delayed', retry_after_s: Math.ceil(tries.wait_ms / 1000) }
  const code_hash = recoveryHash(code)
  if (code_hash !== null) return { status: 'ok', tries, proof: { step: null, code_hash, by: 'recovery_code' } }
  const step = stepOfCode(secret, code.replaceAll(/\s/g, ''), db.now())
  return step === null ? { status: 'wrong' } : { status: 'ok', tries, proof: { step, code_hash: null, by: 'code' } }
}

type Session = { readonly token: string; readonly actor: Actor; readonly request_id: string }

export type SecondFactorState = { readonly enrolled_at: string | null; readonly recovery_codes_left: number }

/** How the account of a live session stands. */
export async function readSecondFactor(db: Database, token: string): Promise<SecondFactorState | null> {
  const { rows: [row] } = await db.pool.query<SecondFactorState>('select enrolled_at, recovery_codes_left from fc.second_factor_state($1)', [hashOf(token)])
  return row ?? null
}

/** One audit row with what `work` does; false where `work` says that there was nothing to do it to. */
async function record({ db, session, action, facts }: { db: Database; session: Session; action: string; facts: () => AuditEntry['facts'] }, work: (tx: Tx) => Promise<boolean>): Promise<boolean> {
  const { actor, request_id } = session
  try {
    return await appendAlone(db, actor, () => ({ action, entity: 'user', entity_id: actor.user_id, transition_seq: null, facts: facts() }), { request_id },
      async (tx) => ((await work(tx)) ? undefined : NOTHING_DONE))
  } catch (cause) {
    // FC002: the session was ended beside it.
    if ((cause as { code?: string }).code === 'FC002') return false
    throw cause
  }
}

/** A new secret to put into an authenticator; it counts for nothing until enrolSecondFactor. Null where a factor is enrolled already. */
export async function beginSecondFactor(db: Database, session: Session & { readonly email: string }): Promise<{ readonly secret: string; readonly otpauth_uri: string } | null> {
  const secret = newTotpSecret()
  const begun = await record({ db, session, action: 'second_factor.begun', facts: () => ({}) }, async (tx) => {
    const [row] = await tx.sql<{ begun: boolean }>('select fc.begin_second_factor($1, $2) as begun', [hashOf(session.token), secret])
    return row!.begun
  })
  return begun ? { secret: base32(secret), otpauth_uri: otpauthUri(secret, session.email) } : null
}

export type EnrolAnswer =
  | { readonly status: 'ok'; readonly token: string; readonly max_age_s: number; readonly recovery_codes: readonly string[] }
  | { readonly status: 'refused'; readonly code: 'wrong_code' | 'not_begun' }
  | { readonly status: 'delayed'; readonly retry_after_s: number }

/** Enrols what was begun, once a code shows that the authenticator has it. The session gets a new token and all others of the account end. */
export async function enrolSecondFactor(db: Database, session: Session & Source & { readonly email: string }, code: string): Promise<EnrolAnswer> {
  const { rows: [begun] } = await db.pool.query<{ totp_secret: Buffer }>('select totp_secret from fc.begun_second_factor($1)', [hashOf(session.token)])
  if (begun === undefined) return { status: 'refused', code: 'not_begun' }
  const read = await readCode(db, { ...session, user_id: session.actor.user_id }, begun.totp_secret, code)
  if (read.status === 'delayed') return read
  if (read.status === 'wrong' || read.proof.step === null) return { status: 'refused', code: 'wrong_code' }
  const { step } = read.proof
  const [token, recovery_codes] = [newToken(), newRecoveryCodes()]
  let done: { lasts_s: number; ended: number } | undefined
  const enrolled = await record({ db, session, action: 'second_factor.enrolled', facts: () => ({ sessions_ended: done!.ended }) }, async (tx) => {
    [done] = await tx.sql<{ lasts_s: number; ended: number }>('select lasts_s, ended from fc.enrol_second_factor($1, $2, $3, $4, $5)',
      [hashOf(session.token), begun.totp_secret, step, recovery_codes.map((each) => recoveryHash(each)!), hashOf(token)])
    return done !== undefined
  })
  await (enrolled ? keepKnown(db, session.email, read.tries) : giveBackTry(db, read.tries))
  return enrolled ? { status: 'ok', token, max_age_s: done!.lasts_s, recovery_codes } : { status: 'refused', code: 'not_begun' }
}

/** Ten new recovery codes in place of all old ones, to be shown once; null where no factor is enrolled. */
export async function renewRecoveryCodes(db: Database, session: Session): Promise<readonly string[] | null> {
  const codes = newRecoveryCodes()
  const renewed = await record({ db, session, action: 'second_factor.codes_renewed', facts: () => ({}) }, async (tx) => {
    const [row] = await tx.sql<{ renewed: boolean }>('select fc.renew_recovery_codes($1, $2) as renewed', [hashOf(session.token), codes.map((each) => recoveryHash(each)!)])
    return row!.renewed
  })
  return renewed ? codes : null
}

/** Takes the factor off the own account; false where none is enrolled. */
export const disableSecondFactor = (db: Database, session: Session): Promise<boolean> =>
  record({ db, session, action: 'second_factor.disabled', facts: () => ({}) }, async (tx) => {
    const [row] = await tx.sql<{ disabled: boolean }>('select fc.disable_second_factor($1) as disabled', [hashOf(session.token)])
    return row!.disabled
  })

export type ResetOutcome = { readonly outcome: 'missing' | 'elsewhere' | 'reset'; readonly sessions_ended: number }

/** Takes a member's factor off and ends that member's sessions, in the admin's own transaction; refused where the account is live in another tenant. */
export async function resetSecondFactor(tx: Tx, user_id: string): Promise<ResetOutcome> {
  const [row] = await tx.sql<ResetOutcome>('select outcome, sessions_ended from fc.reset_second_factor($1)', [user_id])
  return row!
}
