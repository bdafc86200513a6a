import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, page, PageQuery } from '#contracts/api/common.ts'
import { Merchant } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { listMerchants as readMerchants, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { pageOf } from '#api/http/offset-cursor.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { merchantOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/merchants: the merchants of this workspace; a Merchant Client gets its own one alone. */
export const listMerchants = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/merchants', {
    config: { permission: 'merchant:list', audit: null },
    schema: { operationId: 'listMerchants', summary: 'Merchants', tags: ['merchants and suppliers'], querystring: Type.Object(PageQuery, closed), response: { 200: page(Merchant), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const only = visibleMerchantId(actor)
    const merchants = await withTenantRead(deps.db, actor, (tx) => readMerchants(tx))
    const visible = merchants.filter((merchant) => only === null || merchant.id === only).map(merchantOf)
    const { items, next_cursor } = pageOf(visible, request.query.cursor, request.query.limit ?? 100)
    return { items: [...items], next_cursor }
  })
}
