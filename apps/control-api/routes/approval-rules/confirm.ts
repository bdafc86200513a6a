import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ApprovalRuleSet } from '#contracts/api/approval-rules.ts'
import { decideRules } from '#api/decide-rules.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals/:id/confirm: another Platform Admin than the proposer, one since before it was proposed, puts the rules in force. What is agreed from now on asks by them. 409 second_admin_required, second_admin_too_new, rules_decided */
export const confirmApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals/:id/confirm', {
    config: { permission: 'approval_rules:decide', audit: 'approval_rules.confirmed', stepUp: true },
    schema: { operationId: 'confirmApprovalRules', summary: 'Put proposed approval rules in force', tags: ['approval rules'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: ApprovalRuleSet, ...problems } },
  }, async (request) => decideRules(deps, request, request.params.id, { to: 'confirmed' }))
}
