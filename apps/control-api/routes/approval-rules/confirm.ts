import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ApprovalRuleSet } from '#contracts/api/approval-rules.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { decideProposal } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/confirm: another Platform Admin than the one who proposed puts the proposed rules in force. 409 second_admin_required for the proposer. */
export const confirmApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/confirm', {
    config: { permission: 'approval_rules:decide', audit: 'approval_rules.confirmed', stepUp: true },
    schema: { operationId: 'confirmApprovalRules', summary: 'Confirm other rules of approval', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: Type.Object({}, closed), response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideProposal(deps, request, request.params.id, { state: 'confirmed' }))
}
