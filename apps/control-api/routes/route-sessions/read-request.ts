import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { requestOfIntent } from '#orchestrator/intent-of-request.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readStoredSession } from '#api/read-session.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/request: what was asked, as it was asked, so that it can be sent again. */
export const getRouteRequest = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/request', {
    config: { permission: 'route_session:read', audit: null },
    schema: { operationId: 'getRouteRequest', summary: 'The request behind a session', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), response: { 200: RouteRequestBody, ...problems } },
  }, async (request) => {
    const session = await readStoredSession(deps, actorOf(request), request.params.id)
    return requestOfIntent(session.intent, session.supplier_id, session.invoice_number)
  })
}
