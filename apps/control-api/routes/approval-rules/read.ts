import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApprovalRules } from '#contracts/api/approval-rules.ts'
import { readApprovalRules } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/approval-rules: the rules in force as sentences, what is proposed with its difference to them, and what was decided before. */
export const getApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/approval-rules', {
    config: { permission: 'approval_rules:read', audit: null },
    schema: { operationId: 'getApprovalRules', summary: 'How many people approve a route', tags: ['approval rules'], response: { 200: ApprovalRules, ...problems } },
  }, async (request) => readApprovalRules(deps, actorOf(request)))
}
