import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Merchant, MerchantBody } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { createMerchant as saveMerchant, refused, withTenantWrite } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { merchantOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/merchants: an importer that this company serves from now on. 409 name_taken where it has one of this name. */
export const createMerchant = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/merchants', {
    config: { permission: 'merchant:write', audit: 'merchant.created', stepUp: true },
    schema: { operationId: 'createMerchant', summary: 'Add a merchant', tags: ['merchants and suppliers'], body: MerchantBody, response: { 201: Merchant, ...problems } },
  }, async (request, reply) => {
    const written = await withTenantWrite<Merchant, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const made = await saveMerchant(tx, request.body)
      if (!made.ok) return refused<Refused>({ code: made.error.code, field: '/name' }, { action: 'merchant.created', entity: 'tenant', entity_id: tx.actor.tenant_id, facts: { code: made.error.code } })
      const { id, type, country, trade_class, version } = made.value
      return {
        audit: { action: 'merchant.created', entity: 'merchant', entity_id: id, transition_seq: version, facts: { type, country, trade_class } },
        response: { status: 201, body: merchantOf(made.value) },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(merchantOf(written.value.body))
  })
}
