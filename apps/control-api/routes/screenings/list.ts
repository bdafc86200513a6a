import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SessionScreenings } from '#contracts/api/screenings.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readScreeningsToShow } from '#api/read-screenings.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/screenings: every screening of the payment, and what stands between it and its execution now. */
export const listScreenings = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/screenings', {
    config: { permission: 'screening:read', audit: null },
    schema: { operationId: 'listScreenings', summary: 'Screenings of a session', tags: ['screenings'], params: Type.Object({ id: Uuid }, closed), response: { 200: SessionScreenings, ...problems } },
  }, async (request) => readScreeningsToShow(deps, actorOf(request), request.params.id))
}
