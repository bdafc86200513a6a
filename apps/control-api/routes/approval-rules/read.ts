import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApprovalRules, ApprovalRulesQuery } from '#contracts/api/approval-rules.ts'
import { hasSecondAdmin, listDecidedApprovalRules, readApprovalRulesInForce, readProposedApprovalRules, withTenantRead } from '#database/index.ts'
import { rulesOf, ruleView } from '#execution/approval-rules.ts'
import { ruleSetOf } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/approval-rules: the rules in force, the proposal that waits for a second person, and what was decided before. */
export const getApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/approval-rules', {
    config: { permission: 'approval_rules:read', audit: null },
    schema: { operationId: 'getApprovalRules', summary: 'The rules of approval', tags: ['approval rules'], querystring: ApprovalRulesQuery, response: { 200: ApprovalRules, ...problems } },
  }, async (request) => {
    const { cursor, limit } = request.query
    const { in_force, proposal, second_admin, history } = await paged(() => withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [in_force, proposal, second_admin, history] = await Promise.all([
        readApprovalRulesInForce(tx), readProposedApprovalRules(tx), hasSecondAdmin(tx), listDecidedApprovalRules(tx, { limit: limit ?? 20, cursor: cursor ?? null }),
      ])
      return { in_force, proposal, second_admin, history }
    }))
    return {
      in_force: { version: in_force?.version ?? 0, decided_at: in_force?.decided_at ?? null, rules: rulesOf(in_force?.rules ?? null).map(ruleView) },
      proposal: proposal === null ? null : ruleSetOf(proposal), second_admin, history: { items: history.items.map(ruleSetOf), next_cursor: history.next_cursor },
    }
  })
}
