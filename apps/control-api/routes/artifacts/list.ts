import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ArtifactPage, ArtifactQuery } from '#contracts/api/artifacts.ts'
import { listArtifacts as readArtifacts, withTenantRead } from '#database/index.ts'
import { artifactReach } from '#platform/artifacts/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { artifactOf } from '#api/artifact-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/artifacts: the files that the actor sees, newest first, those that were refused, replaced or removed among them. */
export const listArtifacts = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/artifacts', {
    config: { permission: 'artifact:read', audit: null },
    schema: { operationId: 'listArtifacts', summary: 'Stored files', tags: ['artifacts'], querystring: ArtifactQuery, response: { 200: ArtifactPage, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { cursor, limit, ...query } = request.query
    const found = await paged(() => withTenantRead(deps.db, actor, (tx) => readArtifacts(tx, artifactReach(actor), query, { limit: limit ?? 20, cursor: cursor ?? null })))
    return { items: found.items.map((row) => artifactOf(row, actor)), next_cursor: found.next_cursor }
  })
}
