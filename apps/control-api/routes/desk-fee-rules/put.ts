import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { DeskFeeRule, DeskFeeRuleBody } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { putDeskFeeRule as saveRule, readCorridor, readMerchant, refused, withTenantWrite } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { deskFeeRuleOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** PUT /api/desk-fee-rules: sets the fee of one merchant and corridor (null means every one). It changes no session that was routed before. */
export const putDeskFeeRule = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.put('/api/desk-fee-rules', {
    config: { permission: 'desk_fee_rule:write', audit: 'desk_fee_rule.set', stepUp: true },
    schema: { operationId: 'putDeskFeeRule', summary: 'Set a desk fee rule', tags: ['desk fee'], body: DeskFeeRuleBody, response: { 200: DeskFeeRule, ...problems } },
  }, async (request) => {
    const { merchant_id, corridor_id, fixed, bps, minimum, reason } = request.body
    const written = await withTenantWrite<Static<typeof DeskFeeRule>, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (field: string) => refused<Refused>({ code: 'not_found', field }, { action: 'desk_fee_rule.set', entity: 'desk_fee_rule', entity_id: request.id, facts: { code: 'not_found' } })
      const [merchant, corridor] = await Promise.all([merchant_id === null ? undefined : readMerchant(tx, merchant_id), corridor_id === null ? undefined : readCorridor(tx, corridor_id)])
      if (merchant === null) return refuse('/merchant_id')
      if (corridor === null) return refuse('/corridor_id')
      const rule = await saveRule(tx, { merchant_id, corridor_id, fixed, bps, minimum, reason })
      return {
        audit: { action: 'desk_fee_rule.set', entity: 'desk_fee_rule', entity_id: rule.id, transition_seq: rule.version, facts: { merchant_id, corridor_id, fixed, bps, minimum } },
        response: { status: 200, body: deskFeeRuleOf(rule) },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    // Field by field again: the store gives a kept answer back in another order.
    return deskFeeRuleOf(written.value.body)
  })
}
