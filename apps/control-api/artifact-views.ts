/** A stored file as the API gives it, field by field: the key of its bytes is in no type that reaches this file. */
import type { Artifact } from '#contracts/api/artifacts.ts'
import type { Actor } from '#contracts/roles.ts'
import { readArtifact, withTenantRead, type ArtifactRow } from '#database/index.ts'
import { artifactReach } from '#platform/artifacts/index.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

/** How a browser can show it. */
export const previewOf = (media_type: string): Artifact['preview'] => (media_type === 'application/pdf' ? 'pdf' : media_type.startsWith('image/') ? 'image' : 'none')

/** A merchant is told which side a file came from and no name of the desk, and nothing of what checks it. */
export function artifactOf(row: ArtifactRow, actor: Pick<Actor, 'role'>): Artifact {
  const own_side = row.uploaded_by_role === 'merchant_client' ? 'merchant' : 'desk'
  const is_merchant = actor.role === 'merchant_client'
  return {
    id: row.id, class: row.class, kind: row.kind, file_name: row.file_name, media_type: row.media_type as Artifact['media_type'], size_bytes: row.size_bytes, sha256: row.sha256,
    state: row.state, preview: previewOf(row.media_type), scanned_at: row.scanned_at, scanner: is_merchant ? null : row.scanner,
    refused_because: row.refused_because as Artifact['refused_because'], waits_because: row.waits_because as Artifact['waits_because'],
    merchant_id: row.merchant_id, session_id: row.session_id, session_reference: row.session_reference, supersedes: row.supersedes, superseded_by: row.superseded_by,
    uploaded_at: row.uploaded_at, uploaded_by: { side: own_side, name: is_merchant && own_side === 'desk' ? null : row.uploaded_by_name },
    keep_until: row.keep_until, removed_at: row.removed_at, removed_because: row.removed_because as Artifact['removed_because'],
  }
}

/** The file as the actor sees it after it did something to it. */
export async function readArtifactToShow(deps: Pick<AppDeps, 'db'>, actor: Actor, id: string): Promise<Artifact> {
  const row = await withTenantRead(deps.db, actor, (tx) => readArtifact(tx, id, artifactReach(actor)))
  if (row === null) throw new ProblemError('not_found')
  return artifactOf(row, actor)
}
