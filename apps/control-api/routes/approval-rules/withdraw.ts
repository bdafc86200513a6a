import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ApprovalRuleSet } from '#contracts/api/approval-rules.ts'
import { decideRules } from '#api/decide-rules.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/withdraw: who proposed the rules takes them back. 409 not_your_proposal, rules_decided */
export const withdrawApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/withdraw', {
    config: { permission: 'approval_rules:propose', audit: 'approval_rules.withdrawn' },
    schema: { operationId: 'withdrawApprovalRules', summary: 'Take proposed approval rules back', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideRules(deps, request, request.params.id, { to: 'withdrawn' }))
}
