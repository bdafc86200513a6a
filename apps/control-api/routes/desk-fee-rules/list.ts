import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { DeskFeeRule } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { listDeskFeeRules as readRules, withTenantRead } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { deskFeeRuleOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/desk-fee-rules: the desk's own fee, from the most general rule to the most particular. */
export const listDeskFeeRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/desk-fee-rules', {
    config: { permission: 'desk_fee_rule:read', audit: null },
    schema: { operationId: 'listDeskFeeRules', summary: 'Desk fee rules', tags: ['desk fee'], response: { 200: page(DeskFeeRule), ...problems } },
  }, async (request) => {
    const rules = await withTenantRead(deps.db, actorOf(request), (tx) => readRules(tx))
    return { items: rules.map(deskFeeRuleOf), next_cursor: null }
  })
}
