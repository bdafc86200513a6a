import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ApprovalRuleSet, RefuseApprovalRulesBody } from '#contracts/api/approval-rules.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { decideProposal } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/withdraw: who proposed the rules takes them back. */
export const withdrawApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/withdraw', {
    config: { permission: 'approval_rules:propose', audit: 'approval_rules.withdrawn' },
    schema: { operationId: 'withdrawApprovalRules', summary: 'Withdraw other rules of approval', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: RefuseApprovalRulesBody, response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideProposal(deps, request, request.params.id, { state: 'withdrawn', because: request.body.because }))
}
