import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MerchantDocument, WithdrawDocumentBody } from '#contracts/api/merchant-documents.ts'
import { readMerchantDocument, refused, withdrawMerchantDocument as withdraw, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readDocumentsToShow } from '#api/read-documents.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/merchant-documents/:id/withdraw: it counts no more. What was paid under it stays written. */
export const withdrawMerchantDocument = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/merchant-documents/:id/withdraw', {
    config: { permission: 'merchant_document:withdraw', audit: 'merchant_document.withdrawn' },
    schema: { operationId: 'withdrawMerchantDocument', summary: 'Withdraw a paper', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: WithdrawDocumentBody, response: { 200: MerchantDocument, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { because } = request.body
    const written = await withTenantWrite<{ id: string; merchant_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'merchant_document.withdrawn', entity: 'merchant_document', entity_id: id, facts: { code: refusal.code } })
      const document = await readMerchantDocument(tx, id, { merchant_id: visibleMerchantId(actor) })
      if (document === null) return refuse({ code: 'not_found' })
      if (!(await withdraw(tx, id, { because }))) return refuse({ code: 'document_over' })
      return {
        audit: { action: 'merchant_document.withdrawn', entity: 'merchant_document', entity_id: id, transition_seq: 2, facts: { merchant_id: document.merchant_id, document: document.code, because } },
        response: { status: 200, body: { id, merchant_id: document.merchant_id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { items } = await readDocumentsToShow(deps, actor, written.value.body.merchant_id)
    return items.find((item) => item.id === id)!
  })
}
