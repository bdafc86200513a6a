import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { Artifact, RemoveArtifactBody } from '#contracts/api/artifacts.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { isEvidence, readStoredBytes, refused, removeArtifact as end, withTenantWrite } from '#database/index.ts'
import { artifactReach } from '#platform/artifacts/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readArtifactToShow } from '#api/artifact-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/artifacts/:id/remove: its bytes go, its row stays with the reason. 410 artifact_removed where that happened before */
export const removeArtifact = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/artifacts/:id/remove', {
    config: { permission: 'artifact:remove', audit: 'artifact.removed', stepUp: true },
    schema: { operationId: 'removeArtifact', summary: 'Remove the bytes of a stored file', tags: ['artifacts'], params: Type.Object({ id: Uuid }, closed), body: RemoveArtifactBody, response: { 200: Artifact, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { reason } = request.body
    // Kept here and in no stored answer: where bytes lie is told to nobody.
    let bytes: string | null = null
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'artifact.removed', entity: 'artifact', entity_id: id, facts: { code: refusal.code } })
      const stored = await readStoredBytes(tx, id, artifactReach(actor))
      if (stored === null) return refuse({ code: 'not_found' })
      if (await isEvidence(tx, id)) return refuse({ code: 'artifact_proves' })
      if (!(await end(tx, id, reason))) return refuse({ code: 'artifact_removed' })
      bytes = stored.storage_key
      return {
        audit: { action: 'artifact.removed', entity: 'artifact', entity_id: id, transition_seq: 3, facts: { because: reason, sha256: stored.sha256 } },
        response: { status: 200, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    // Once the row says so: a server that dies before this leaves bytes that the sweep finds.
    if (bytes !== null) await deps.artifacts.forget(bytes)
    return readArtifactToShow(deps, actor, id)
  })
}
