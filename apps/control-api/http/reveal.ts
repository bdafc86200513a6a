/** Showing what is sealed: the one place that an opened value leaves by, so that none leaves without its audit row. */
import type { FastifyRequest } from 'fastify'
import { appendAlone, isStillMember, NOTHING_DONE, type Json, type Tx } from '#database/index.ts'
import type { TenantKeys } from '#platform/keys/index.ts'
import type { AppDeps } from '#api/deps.ts'
import { actorOf, deny } from './signed-in.ts'

export type Revealing<Row, Shown> = {
  readonly entity: string
  readonly id: string
  /** a word of the operation's list: the audit keeps it */
  readonly reason: string
  /** more that the audit keeps: which part of the entity was shown */
  readonly facts?: Readonly<Record<string, Json>>
  /** the sealed row where the actor may see it, or null */
  readonly read: (tx: Tx) => Promise<Row | null>
  readonly open: (keys: TenantKeys, row: Row) => Shown
}

/**
 * Opens one sealed row for whoever is still a member. The audit row, of the operation's own action, is committed before the answer leaves, one for
 * each call; a value that does not open leaves none. Throws ProblemError, KeysUnavailable or SealRefused.
 */
export async function reveal<Row, Shown>(deps: AppDeps, request: FastifyRequest, { entity, id, reason, facts = {}, read, open }: Revealing<Row, Shown>): Promise<Shown> {
  const actor = actorOf(request)
  // Before the transaction: a key service that is away holds no connection.
  const keys = await deps.keysOf(actor, request.id)
  let outcome: { readonly shown: Shown } | { readonly refused: 'not_signed_in' | 'not_found' } | undefined
  const entry = { action: request.routeOptions.config.audit!, entity, entity_id: id, transition_seq: null, facts: { reason, ...facts } }
  await appendAlone(deps.db, actor, entry, { request_id: request.id }, async (tx) => {
    const [stands, row] = await Promise.all([isStillMember(tx), read(tx)])
    outcome = !stands ? { refused: 'not_signed_in' } : row === null ? { refused: 'not_found' } : { shown: open(keys, row) }
    return 'refused' in outcome ? NOTHING_DONE : undefined
  })
  // The refusal has an audit row of its own.
  return 'shown' in outcome! ? outcome.shown : deny(deps, request, { code: outcome!.refused })
}
