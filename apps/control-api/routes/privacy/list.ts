import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PrivacyRequestPage, PrivacyRequestQuery } from '#contracts/api/privacy.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { listPrivacyRequests as readRequests, withTenantRead } from '#database/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/privacy/member-requests: what people of this company asked about their data; the open ones, what is due first, unless the answered are asked for. */
export const listPrivacyRequests = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/privacy/member-requests', {
    config: { permission: 'privacy_request:read', audit: null },
    schema: { operationId: 'listPrivacyRequests', summary: 'Privacy requests of members', tags: ['privacy'], querystring: PrivacyRequestQuery, response: { 200: PrivacyRequestPage, ...problems } },
  }, async (request) => {
    const { state = 'open', limit = 50, cursor = null } = request.query
    return paged(() => withTenantRead(deps.db, actorOf(request), (tx) => readRequests(tx, { state, limit, cursor })))
  })
}
