import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToShow } from '#api/read-session.ts'
import { viewFor } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id: the whole of it for the desk, the merchant-safe view for its merchant. */
export const getRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id', {
    config: { permission: 'route_session:read', audit: null },
    schema: { operationId: 'getRouteSession', summary: 'One route session', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    return viewFor(actor, await readSessionToShow(deps, actor, request.params.id))
  })
}
