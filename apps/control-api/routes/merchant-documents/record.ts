import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MerchantDocument, MerchantDocumentBody } from '#contracts/api/merchant-documents.ts'
import { sameOnPaper } from '#contracts/text.ts'
import { hasLiveDocument, isMerchantFile, isUsedInOtherMoney, newId, refused, saveMerchantDocument, withTenantWrite } from '#database/index.ts'
import { expiryOf } from '#execution/checks/papers.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import { readDocumentsToShow, readVisibleMerchant, todayIn } from '#api/read-documents.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/merchants/:id/documents: a paper with its number and day. Until when it counts follows from the corridor data, or is an earlier day. */
export const recordMerchantDocument = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/merchants/:id/documents', {
    config: { permission: 'merchant_document:record', audit: 'merchant_document.recorded' },
    schema: { operationId: 'recordMerchantDocument', summary: 'Record a paper of a merchant', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: MerchantDocumentBody, response: { 201: MerchantDocument, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: merchant_id } = request.params
    const { code, issued_on, expires_on = null, goods_class, value = null, artifact_id = null, supersedes = null } = request.body
    const number = sameOnPaper(request.body.number)
    const id = newId()
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'merchant_document.recorded', entity: 'merchant', entity_id: merchant_id, facts: { code: refusal.code } })
      const merchant = await readVisibleMerchant(tx, actor, merchant_id)
      if (merchant === null) return refuse({ code: 'not_found' })
      const market = await readMarket(deps, tx)
      const { snapshot } = market
      if (snapshot === null) return refuse({ code: 'no_corridor_data' })
      // What the desk makes itself is no paper of the merchant.
      if (!snapshot.documents.bit.has(code) || snapshot.documents.stage(code) === 'desk') return refuse({ code: 'unknown_document', field: '/code' })
      if (issued_on > todayIn(market, merchant.country, deps.now())!) return refuse({ code: 'invalid_field', field: '/issued_on' })
      const validity = snapshot.documents.validity(code)
      const expiry = expiryOf(issued_on, (goods_class === undefined ? undefined : validity?.goods_class?.[goods_class]) ?? validity?.default ?? null, expires_on)
      if (typeof expiry === 'string') return refuse({ code: 'invalid_field', field: '/expires_on' })
      if (value !== null && !/[1-9]/.test(value.amount)) return refuse({ code: 'invalid_field', field: '/value/amount' })
      if (value !== null && !snapshot.usd_mids.has(value.currency)) return refuse({ code: 'invalid_field', field: '/value/currency' })
      if (artifact_id !== null && !(await isMerchantFile(tx, artifact_id, merchant_id))) return refuse({ code: 'not_found', field: '/artifact_id' })
      if (await hasLiveDocument(tx, { merchant_id, code, number, supersedes })) return refuse({ code: 'document_recorded', field: '/number' })
      if (await isUsedInOtherMoney(tx, { merchant_id, code, number, currency: value?.currency ?? null })) return refuse({ code: 'invalid_field', field: value === null ? '/value' : '/value/currency' })
      if (!(await saveMerchantDocument(tx, { id, merchant_id, code, number, issued_on, expires_on: expiry.expires_on, value, artifact_id, supersedes }))) return refuse({ code: 'document_over', field: '/supersedes' })
      return {
        audit: { action: 'merchant_document.recorded', entity: 'merchant_document', entity_id: id, transition_seq: 1, facts: { merchant_id, document: code, issued_on, expires_on: expiry.expires_on, amount: value?.amount ?? null, currency: value?.currency ?? null, supersedes } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { items } = await readDocumentsToShow(deps, actor, merchant_id)
    return reply.code(201).send(items.find((item) => item.id === written.value.body.id)!)
  })
}
