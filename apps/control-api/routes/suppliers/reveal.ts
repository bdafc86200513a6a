import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { RevealBody, RevealedDetails } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { reveal } from '#api/http/reveal.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSealedDetails } from '#database/index.ts'
import { openBankDetails } from '#platform/keys/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/suppliers/:id/reveal: the whole bank details, once, for a reason. It takes no idempotency key, because an answer with a number in it
 * is never stored.
 */
export const revealSupplier = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/suppliers/:id/reveal', {
    config: { permission: 'supplier:reveal', audit: 'supplier.revealed', idempotent: false, stepUp: true },
    schema: { operationId: 'revealSupplier', summary: 'Show the whole bank details', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: RevealBody, response: { 200: RevealedDetails, ...problems } },
  }, async (request): Promise<RevealedDetails> => {
    const { id } = request.params
    return reveal(deps, request, {
      entity: 'supplier', id, reason: request.body.reason,
      read: (tx) => readSealedDetails(tx, id, { merchant_id: visibleMerchantId(actorOf(request)) }),
      open: (keys, row) => ({ ...openBankDetails(keys, id, row.bank_details_sealed), bank_name: row.bank_name, bic: row.bic }),
    })
  })
}
