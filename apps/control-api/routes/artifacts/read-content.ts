import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { contentDisposition } from '#platform/storage/index.ts'
import { problems } from '#api/http/operation.ts'
import { FILE_CSP } from '#api/http/secure-headers.ts'
import { openArtifact } from '#api/artifact-bytes.ts'
import type { AppDeps } from '#api/deps.ts'

const Bytes = Type.String({ description: 'The bytes as they came in, to be saved: never shown in place', 'x-media-type': 'application/octet-stream' })

/** GET /api/artifacts/:id/content: the file itself, once it is clean. 409 artifact_quarantined, artifact_refused · 410 artifact_removed */
export const getArtifactContent = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/artifacts/:id/content', {
    config: { permission: 'artifact:read', audit: null },
    schema: { operationId: 'getArtifactContent', summary: 'Download a stored file', tags: ['artifacts'], params: Type.Object({ id: Uuid }, closed), response: { 200: Bytes, ...problems } },
  }, async (request, reply) => {
    const { stored, bytes } = await openArtifact(deps, request, request.params.id, 'download')
    return reply.type(stored.media_type).header('content-length', String(stored.size_bytes)).header('content-disposition', contentDisposition('attachment', stored.file_name))
      .header('content-security-policy', FILE_CSP)
      // The schema says what the bytes are; they are sent as a stream.
      .send(bytes as never)
  })
}
