import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, oneOf, page, PageQuery, Uuid } from '#contracts/api/common.ts'
import { DETAILS_STATES, Supplier } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { listSuppliers as readSuppliers, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { supplierOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

const Query = Type.Object({ merchant_id: Type.Optional(Uuid), q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })), details_state: Type.Optional(oneOf(DETAILS_STATES)), ...PageQuery }, closed)

/** GET /api/suppliers: saved suppliers, of one merchant where the desk asks for it; a Merchant Client sees its own. */
export const listSuppliers = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/suppliers', {
    config: { permission: 'supplier:read', audit: null },
    schema: { operationId: 'listSuppliers', summary: 'Suppliers', tags: ['merchants and suppliers'], querystring: Query, response: { 200: page(Supplier), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { merchant_id, q, details_state, cursor, limit } = request.query
    const only = visibleMerchantId(actor)
    // A merchant that asks for another's suppliers gets the page of a merchant that has none.
    if (only !== null && merchant_id !== undefined && merchant_id !== only) return { items: [], next_cursor: null }
    const page = await paged(() => withTenantRead(deps.db, actor, (tx) =>
      readSuppliers(tx, { merchant_id: only ?? merchant_id ?? null, q: q ?? null, details_state: details_state ?? null, limit: limit ?? 50, cursor: cursor ?? null })))
    return { items: page.items.map(supplierOf), next_cursor: page.next_cursor }
  })
}
