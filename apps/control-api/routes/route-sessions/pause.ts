import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { PauseBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { commandAndShow } from '#api/session-command.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/pause: no step goes on until it is resumed. */
export const pauseRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/pause', {
    config: { permission: 'route_session:execute', audit: 'route_session.paused' },
    schema: { operationId: 'pauseRouteSession', summary: 'Pause the execution', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: PauseBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, reason_code } = request.body
    // Who stops a payment may always: it is going on that takes another pair of eyes.
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['executing'], notOwn: false }, async () => ({ to: 'paused', reason: reason_code, facts: { reason_code } }))
  })
}
