import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { RejectBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { commandAndShow } from '#api/session-command.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/reject: the desk does not go on with it; the merchant reads the plain reason that belongs to the code. */
export const rejectRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/reject', {
    config: { permission: 'route_session:approve', audit: 'route_session.rejected' },
    schema: { operationId: 'rejectRouteSession', summary: 'Reject', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: RejectBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, reason_code } = request.body
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['accepted', 'awaiting_merchant', 'approved'] }, async () => ({ to: 'cancelled', reason: reason_code, facts: { reason_code } }))
  })
}
