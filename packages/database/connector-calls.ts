/**
 * Calls to connectors that may move money. The intent is committed before anything goes out; markSent is committed right before it does, and whoever did not get
 * it must not send. What a process that died left open becomes `unknown` by sweepCalls, and is never repeated without a person's decision.
 */
import { err, ok, type Result } from '#contracts/result.ts'
import { readTenantsToSign, serverContext } from './audit-checkpoints.ts'
import type { Database } from './pool.ts'
import { withTenantUpkeep, type Tx } from './transactions.ts'
import type { CallEnd, CallRow, NewCall } from './types.ts'

/**
 * Writes the intent of one attempt at one step. `decision_required`: an attempt came before and nobody decided another. `attempt_open`: the one before has not
 * ended, or it was answered. `wrong_mode`: simulated outside simulation, or something real within. All other states of the database throw.
 */
export async function startCall(tx: Tx, call: NewCall): Promise<Result<{ readonly attempt: number }, { readonly code: 'decision_required' | 'attempt_open' | 'wrong_mode' }>> {
  const { tenant_id } = tx.actor
  if ((call.mode === 'simulation') !== (call.connector_id === 'simulated')) return err({ code: 'wrong_mode' })
  // Whoever starts an attempt waits for whoever starts another at this step.
  await tx.sql("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`connector call|${tenant_id}|${call.session_id}|${call.position}`])
  const [last] = await tx.sql<{ attempt: number; state: string }>(
    'select attempt, state from connector_calls where tenant_id = $1 and session_id = $2 and position = $3 order by attempt desc limit 1', [tenant_id, call.session_id, call.position])
  if (last !== undefined && last.state !== 'failed' && last.state !== 'unknown') return err({ code: 'attempt_open' })
  if ((last === undefined) !== (call.decision === null)) return err({ code: last === undefined ? 'attempt_open' : 'decision_required' })
  const attempt = (last?.attempt ?? 0) + 1
  await tx.sql(`insert into connector_calls (tenant_id, id, session_id, position, attempt, connector_id, mode, request_digest, decided_by, decided_because, lease_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp() + $11 * interval '1 second')`,
  [tenant_id, call.id, call.session_id, call.position, attempt, call.connector_id, call.mode, Buffer.from(call.request_digest, 'hex'), call.decision?.by ?? null, call.decision?.because ?? null, call.lease_s])
  return ok({ attempt })
}

/** Says that the call goes out now. False where it was given up meanwhile, or its lease ran out: then nothing may be sent. */
export async function markSent(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.sql("update connector_calls set state = 'sent' where tenant_id = $1 and id = $2 and state = 'intent' and lease_until > clock_timestamp() returning id", [tx.actor.tenant_id, id])
  return rows.length > 0
}

/** Writes what became of a call, once. False where it has an end already: an answer that comes after the call was given up does not change it. */
export async function finishCall(tx: Tx, id: string, end: CallEnd): Promise<boolean> {
  const rows = await tx.sql(`update connector_calls set state = $3, answer_digest = $4, cause = $5, ended_at = clock_timestamp()
    where tenant_id = $1 and id = $2 and (state = 'sent' or state = 'intent' and $3 = 'failed') returning id`,
  [tx.actor.tenant_id, id, end.state, end.state === 'answered' ? Buffer.from(end.answer_digest, 'hex') : null, end.state === 'answered' ? null : end.cause])
  return rows.length > 0
}

/** The attempts at the steps of a session, by step and attempt. */
export const readCalls = (tx: Tx, session_id: string): Promise<CallRow[]> => tx.sql<CallRow>(
  `select id, session_id, position, attempt, connector_id, mode, state, cause, decided_by, decided_because, started_at, ended_at
    from connector_calls where tenant_id = $1 and session_id = $2 order by position, attempt`, [tx.actor.tenant_id, session_id])

/** A call that became unknown because its process is gone. */
export type SweptCall = Pick<CallRow, 'id' | 'session_id' | 'position' | 'attempt'> & { readonly tenant_id: string }

/**
 * Marks every open call whose lease ran out `unknown`, in all tenants, and answers them; the cause says whether it had been sent. To be run at boot and every now
 * and then by any number of servers. It repeats nothing.
 */
export async function sweepCalls(db: Database): Promise<SweptCall[]> {
  const swept: SweptCall[] = []
  for (const tenant_id of await readTenantsToSign(db)) {
    await withTenantUpkeep(db, serverContext(tenant_id), async (tx) => {
      const rows = await tx.sql<Omit<SweptCall, 'tenant_id'>>(
        `update connector_calls set cause = case state when 'intent' then 'process_ended_before_sending' else 'process_ended' end, state = 'unknown', ended_at = clock_timestamp()
          where tenant_id = $1 and state in ('intent', 'sent') and lease_until <= clock_timestamp() returning id, session_id, position, attempt`, [tenant_id])
      swept.push(...rows.map((row) => ({ tenant_id, ...row })))
    })
  }
  return swept
}
