/**
 * One attempt at one step over a connector. Its intent is committed before this is called (database startCall); here it is marked as sent, goes out once, guarded,
 * and comes back as something that the caller writes down (finishCall) in the transaction in which the step moves on.
 */
import { digestOf } from '#contracts/canonical-json.ts'
import { admitConnector, type ConnectorRefusal, type ExecutionMode } from '#contracts/connectors.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { markSent, withTenantUpkeep, type CallEnd, type Database, type TenantContext } from '#database/index.ts'
import type { Carried, CarryConnector, CarryInstruction, Fetch } from './connector.ts'
import type { Guard } from './guard.ts'

/** A call is given up by its lease when it is twice as old as it can get. */
export const CALL_LEASE_S = 60

export type CarryDeps = { readonly db: Database; readonly guard: Guard; readonly now: () => number; readonly fetch: Fetch }
export type CarryRequest = {
  readonly actor: TenantContext
  readonly call_id: string
  readonly mode: ExecutionMode
  readonly connector: CarryConnector
  readonly instruction: CarryInstruction
}

/** What the digest of a request is of, in the row of its intent. */
export const requestDigest = (instruction: CarryInstruction): string => digestOf(instruction)

/** The end to write for what a connector said. */
export const endOf = (carried: Carried): CallEnd =>
  carried.status === 'failed' || carried.status === 'unknown' ? { state: carried.status, cause: carried.cause } : { state: 'answered', answer_digest: digestOf(carried) }

/**
 * Sends the call whose intent stands, at most once, and answers how the step stands. Refused, with nothing sent, where the registry does not admit the connector to
 * this mode. A call that was given up meanwhile (`lease_lost`) is not sent either, and stays as the sweep marked it.
 */
export async function carryOnce(deps: CarryDeps, { actor, call_id, mode, connector, instruction }: CarryRequest): Promise<Result<Carried, ConnectorRefusal | { readonly code: 'lease_lost' }>> {
  const admitted = admitConnector(connector.id, 'carry', mode)
  if (!admitted.ok) return admitted
  if (!(await withTenantUpkeep(deps.db, actor, (tx) => markSent(tx, call_id)))) return err({ code: 'lease_lost' })
  const { guard, now, fetch } = deps
  return ok(await guard.carry({ connector_id: connector.id, tenant_id: actor.tenant_id },
    (signal) => connector.carry(instruction, { tenant_id: actor.tenant_id, mode, now, signal, fetch })))
}
