import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { CancelBody, DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { changeState } from '#api/change-state.ts'
import { CANCELLABLE } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/cancel: stops a session that nobody has approved yet, with a reason. */
export const cancelRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/cancel', {
    config: { permission: 'route_session:cancel', audit: 'route_session.cancelled' },
    schema: { operationId: 'cancelRouteSession', summary: 'Cancel a route session', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: CancelBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, reason } = request.body
    return changeState(deps, request, { session_id: request.params.id, version, from: [...CANCELLABLE], to: 'cancelled', action: 'route_session.cancelled', reason, offer: false })
  })
}
