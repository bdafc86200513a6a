import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { contentDisposition } from '#platform/storage/index.ts'
import { problems } from '#api/http/operation.ts'
import { PREVIEW_CSP } from '#api/http/secure-headers.ts'
import { openArtifact } from '#api/artifact-bytes.ts'
import { previewOf } from '#api/artifact-views.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

const Bytes = Type.String({ description: 'A picture or a PDF, for a frame or picture of our own page', 'x-media-type': 'application/octet-stream' })

/** GET /api/artifacts/:id/preview: a picture or PDF to be shown in place, once it is clean. 409 no_preview for every other kind */
export const previewArtifact = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/artifacts/:id/preview', {
    config: { permission: 'artifact:read', audit: null },
    schema: { operationId: 'previewArtifact', summary: 'Show a stored file', tags: ['artifacts'], params: Type.Object({ id: Uuid }, closed), response: { 200: Bytes, ...problems } },
  }, async (request, reply) => {
    const { stored, bytes } = await openArtifact(deps, request, request.params.id, 'preview', ({ media_type }) => { if (previewOf(media_type) === 'none') throw new ProblemError('no_preview') })
    return reply.type(stored.media_type).header('content-length', String(stored.size_bytes)).header('content-disposition', contentDisposition('inline', stored.file_name))
      .header('content-security-policy', PREVIEW_CSP).header('x-frame-options', 'SAMEORIGIN')
      .send(bytes as never)
  })
}
