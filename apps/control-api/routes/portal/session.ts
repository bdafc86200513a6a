import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PortalSession } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/portal/session: who I am here, what I may do, which page is mine, and where the market clock stands. */
export const getPortalSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/portal/session', {
    config: { permission: 'session:read', audit: null },
    schema: { operationId: 'getPortalSession', summary: 'My session', tags: ['portal'], response: { 200: PortalSession, ...problems } },
  }, async (request) => {
    return portalSession(deps, actorOf(request), request.sessionToken!)
  })
}
