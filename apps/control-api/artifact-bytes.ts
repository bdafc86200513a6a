/** The bytes of a stored file for whoever may have them: nobody before they are judged, and of a restricted one each reading is on record before its first byte. */
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { appendAlone, isStillMember, NOTHING_DONE, readStoredBytes, withTenantRead, type StoredBytes } from '#database/index.ts'
import { artifactReach, isReadingAudited } from '#platform/artifacts/index.ts'
import { StoreUnavailable } from '#platform/storage/index.ts'
import { actorOf } from './http/signed-in.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

const CLOSED = { quarantined: 'artifact_quarantined', refused: 'artifact_refused', removed: 'artifact_removed' } as const

/** `accepts` refuses a file that is not shown in this way, ahead of any reading. */
export async function openArtifact(deps: AppDeps, request: FastifyRequest, id: string, how: 'download' | 'preview', accepts: (stored: StoredBytes) => void = () => undefined): Promise<{ stored: StoredBytes; bytes: Readable }> {
  const actor = actorOf(request)
  const stored = await withTenantRead(deps.db, actor, (tx) => readStoredBytes(tx, id, artifactReach(actor)))
  if (stored === null) throw new ProblemError('not_found')
  if (stored.state !== 'clean') throw new ProblemError(CLOSED[stored.state])
  accepts(stored)
  if (isReadingAudited(stored.class)) {
    const entry = { action: 'artifact.read', entity: 'artifact', entity_id: id, transition_seq: null, facts: { how, class: stored.class, sha256: stored.sha256 } }
    const recorded = await appendAlone(deps.db, actor, entry, { request_id: request.id }, async (tx) => ((await isStillMember(tx)) ? undefined : NOTHING_DONE))
    if (!recorded) throw new ProblemError('not_signed_in')
  }
  const bytes = await deps.artifacts.open(stored)
  if (bytes === null) throw new StoreUnavailable('bytes of a clean artifact are missing')
  return { stored, bytes }
}
