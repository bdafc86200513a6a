import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SessionProbe } from '#contracts/api/probes.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionProbe } from '#api/probes.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/probe: what the standing route takes of the caps as a controlled probe, how many must approve that, and what it holds once it is one. */
export const getSessionProbe = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/probe', {
    config: { permission: 'execution:read', audit: null },
    schema: { operationId: 'getSessionProbe', summary: 'A session as a controlled probe', tags: ['controlled probes'], params: Type.Object({ id: Uuid }, closed), response: { 200: SessionProbe, ...problems } },
  }, async (request) => readSessionProbe(deps, actorOf(request), request.params.id))
}
