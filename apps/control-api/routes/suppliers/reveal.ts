import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { RevealBody, RevealedDetails } from '#contracts/api/suppliers.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { problems } from '#api/http/operation.ts'
import { appendAlone, isStillMember, readSealedDetails } from '#database/index.ts'
import { openBankDetails } from '#platform/keys/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** Ends the transaction without its audit row; the refusal has its own. */
class NotShown extends Error {
  readonly code: 'not_found' | 'not_signed_in'
  constructor(code: NotShown['code']) { super(code); this.code = code }
}

/**
 * POST /api/suppliers/:id/reveal: the whole bank details, once, for a reason. The audit row is committed before the answer leaves, one for each
 * call: it takes no idempotency key, because an answer with a number in it is never stored.
 */
export const revealSupplier = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/suppliers/:id/reveal', {
    config: { permission: 'supplier:reveal', audit: 'supplier.revealed', idempotent: false, stepUp: true },
    schema: { operationId: 'revealSupplier', summary: 'Show the whole bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: RevealBody, response: { 200: RevealedDetails, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const keys = await deps.keysOf(actor, request.id)
    let revealed: RevealedDetails | undefined
    const entry = { action: 'supplier.revealed', entity: 'supplier', entity_id: id, transition_seq: null, facts: { reason: request.body.reason } }
    try {
      await appendAlone(deps.db, actor, entry, { request_id: request.id }, async (tx) => {
        const [stands, stored] = await Promise.all([isStillMember(tx), readSealedDetails(tx, id, { merchant_id: visibleMerchantId(actor) })])
        if (!stands) throw new NotShown('not_signed_in')
        if (stored === null) throw new NotShown('not_found')
        revealed = { ...openBankDetails(keys, id, stored.bank_details_sealed), bank_name: stored.bank_name, bic: stored.bic }
      })
    } catch (cause) {
      if (cause instanceof NotShown) return deny(deps, request, { code: cause.code })
      throw cause
    }
    return revealed!
  })
}
