import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Merchant, MerchantChange } from '#contracts/api/suppliers.ts'
import { problems } from '#api/http/operation.ts'
import { changeMerchant as saveChange, refused, withTenantWrite } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { merchantOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** PATCH /api/merchants/:id: corrects what is named, at the version that was read. Sessions keep what they were routed with. */
export const changeMerchant = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.patch('/api/merchants/:id', {
    config: { permission: 'merchant:write', audit: 'merchant.changed', stepUp: true },
    schema: { operationId: 'changeMerchant', summary: 'Correct a merchant', tags: ['merchants and suppliers'], params: Type.Object({ id: Uuid }, closed), body: MerchantChange, response: { 200: Merchant, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<Merchant, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const changed = await saveChange(tx, id, request.body)
      const entity = { action: 'merchant.changed', entity: 'merchant', entity_id: id }
      if (!changed.ok) return refused<Refused>({ code: changed.error.code, ...(changed.error.code === 'name_taken' ? { field: '/name' } : {}) }, { ...entity, facts: { code: changed.error.code } })
      // Which fields, and not their words: a name is nothing that a chain keeps for good.
      const fields = Object.keys(request.body).filter((field) => field !== 'version').sort()
      return { audit: { ...entity, transition_seq: changed.value.version, facts: { fields } }, response: { status: 200, body: merchantOf(changed.value) } }
    })
    if (!written.ok) throw problemOf(written.error)
    return merchantOf(written.value.body)
  })
}
