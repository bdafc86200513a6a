import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Supplier } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { readSupplier, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { supplierOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/suppliers/:id: one saved supplier. */
export const getSupplier = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/suppliers/:id', {
    config: { permission: 'supplier:read', audit: null },
    schema: { operationId: 'getSupplier', summary: 'One supplier', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), response: { 200: Supplier, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const supplier = await withTenantRead(deps.db, actor, (tx) => readSupplier(tx, request.params.id, { merchant_id: visibleMerchantId(actor) }))
    if (supplier === null) throw new ProblemError('not_found')
    return supplierOf(supplier)
  })
}
