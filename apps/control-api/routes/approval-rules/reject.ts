import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ApprovalRuleSet, RejectApprovalRulesBody } from '#contracts/api/approval-rules.ts'
import { decideRules } from '#api/decide-rules.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/reject: another Platform Admin than the proposer says no, and why. 409 second_admin_required, rules_decided */
export const rejectApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/reject', {
    config: { permission: 'approval_rules:decide', audit: 'approval_rules.rejected' },
    schema: { operationId: 'rejectApprovalRules', summary: 'Reject proposed approval rules', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: RejectApprovalRulesBody, response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideRules(deps, request, request.params.id, { to: 'rejected', because: request.body.because }))
}
