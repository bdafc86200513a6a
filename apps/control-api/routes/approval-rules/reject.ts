import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ApprovalRuleSet, RefuseApprovalRulesBody } from '#contracts/api/approval-rules.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { decideProposal } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/reject: another Platform Admin leaves the rules in force as they are. */
export const rejectApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/reject', {
    config: { permission: 'approval_rules:decide', audit: 'approval_rules.rejected' },
    schema: { operationId: 'rejectApprovalRules', summary: 'Reject other rules of approval', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: RefuseApprovalRulesBody, response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideProposal(deps, request, request.params.id, { state: 'rejected', because: request.body.because }))
}
