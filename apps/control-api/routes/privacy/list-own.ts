import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { OwnPrivacyRequest } from '#contracts/api/privacy.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { listOwnPrivacyRequests as readOwn, withTenantRead } from '#database/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/privacy/requests: what I asked for about my data, the newest first. */
export const listOwnPrivacyRequests = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/privacy/requests', {
    config: { permission: 'own_privacy_request:read', audit: null },
    schema: { operationId: 'listOwnPrivacyRequests', summary: 'My privacy requests', tags: ['privacy'], response: { 200: page(OwnPrivacyRequest), ...problems } },
  }, async (request) => ({ items: await withTenantRead(deps.db, actorOf(request), readOwn), next_cursor: null }))
}
