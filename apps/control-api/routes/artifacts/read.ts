import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Artifact } from '#contracts/api/artifacts.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readArtifactToShow } from '#api/artifact-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/artifacts/:id: what a stored file is, and whether it can be opened. */
export const getArtifact = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/artifacts/:id', {
    config: { permission: 'artifact:read', audit: null },
    schema: { operationId: 'getArtifact', summary: 'One stored file', tags: ['artifacts'], params: Type.Object({ id: Uuid }, closed), response: { 200: Artifact, ...problems } },
  }, async (request) => readArtifactToShow(deps, actorOf(request), request.params.id))
}
