import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SessionOutcome } from '#contracts/api/settlement.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readOutcomeToShow } from '#api/settlement.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/outcome: what was predicted of the route, and once the session is closed what it came to. */
export const getSessionOutcome = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/outcome', {
    config: { permission: 'candidate:read', audit: null },
    schema: { operationId: 'getSessionOutcome', summary: 'The outcome beside its prediction', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), response: { 200: SessionOutcome, ...problems } },
  }, async (request) => readOutcomeToShow(deps, actorOf(request), request.params.id))
}
