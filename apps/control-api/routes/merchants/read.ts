import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Merchant } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { readMerchant, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { merchantOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/merchants/:id: one merchant; a Merchant Client finds its own alone. */
export const getMerchant = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/merchants/:id', {
    config: { permission: 'merchant:read', audit: null },
    schema: { operationId: 'getMerchant', summary: 'One merchant', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), response: { 200: Merchant, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const only = visibleMerchantId(actor)
    const merchant = await withTenantRead(deps.db, actor, (tx) => readMerchant(tx, request.params.id))
    if (merchant === null || (only !== null && merchant.id !== only)) throw new ProblemError('not_found')
    return merchantOf(merchant)
  })
}
