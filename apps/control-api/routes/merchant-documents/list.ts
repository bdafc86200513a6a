import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MerchantDocuments } from '#contracts/api/merchant-documents.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readDocumentsToShow } from '#api/read-documents.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/merchants/:id/documents: its papers with expiry and used value, and what its quarter has left; a Merchant Client finds its own alone. */
export const listMerchantDocuments = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/merchants/:id/documents', {
    config: { permission: 'merchant_document:read', audit: null },
    schema: { operationId: 'listMerchantDocuments', summary: 'Papers of a merchant', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), response: { 200: MerchantDocuments, ...problems } },
  }, async (request) => readDocumentsToShow(deps, actorOf(request), request.params.id))
}
