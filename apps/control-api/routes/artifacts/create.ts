import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Artifact, ArtifactUpload } from '#contracts/api/artifacts.ts'
import { digestOf } from '#contracts/canonical-json.ts'
import type { Actor } from '#contracts/roles.ts'
import { holdArtifact, insertArtifact, newId, readArtifact, readMerchant, readRouteSession, refused, withTenantWrite, type Tx } from '#database/index.ts'
import { artifactReach, keepDaysOf, mayStore } from '#platform/artifacts/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readArtifactToShow } from '#api/artifact-views.ts'
import { FORM_FAULTS } from '#api/form-faults.ts'
import type { AppDeps } from '#api/deps.ts'

type Upload = Pick<ArtifactUpload, 'class' | 'kind' | 'session_id' | 'merchant_id' | 'supersedes'>

/** POST /api/artifacts: a file comes in, is looked at and stored in quarantine until it is judged. 201 Artifact · 400 file_type_refused, file_content_refused · 413 · 409 storage_full */
export const createArtifact = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/artifacts', {
    config: { permission: 'artifact:upload', audit: 'artifact.uploaded', upload: Object.keys(ArtifactUpload.properties) },
    schema: { operationId: 'createArtifact', summary: 'Upload a file', tags: ['artifacts'], body: ArtifactUpload, response: { 201: Artifact, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { file: file_name, ...asked } = request.body
    const { file, declared_type } = request.upload!
    if (!mayStore(actor, asked.class)) return deny(deps, request, { code: 'invalid_field', field: '/class' })
    if (actor.role === 'merchant_client' && asked.merchant_id !== undefined) return deny(deps, request, { code: 'invalid_field', field: '/merchant_id' })
    const checked = await deps.artifacts.check(file_name, declared_type, file)
    if ('fault' in checked) return deny(deps, request, FORM_FAULTS[checked.fault])

    const id = newId()
    // Before the transaction: a store that is slow holds no connection, and bytes without a row are swept.
    const storage_key = await deps.artifacts.keep(actor.tenant_id, file)
    const claim = { ...writeRequestOf(request), fingerprint: digestOf({ body: request.body, declared_type, sha256: file.sha256 }) }
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, claim, async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'artifact.uploaded', entity: 'artifact', entity_id: id, facts: { code: refusal.code } })
      const owner = await ownerOf(tx, actor, asked)
      if ('code' in owner) return refuse(owner)
      const facts = { class: asked.class, kind: asked.kind, media_type: checked.media_type, size_bytes: file.size_bytes, sha256: file.sha256, ...owner, supersedes: asked.supersedes ?? null }
      const stored = await insertArtifact(tx, {
        id, class: asked.class, kind: asked.kind, file_name, media_type: checked.media_type, size_bytes: file.size_bytes, sha256: file.sha256, storage_key, ...owner,
        supersedes: asked.supersedes ?? null, keep_days: keepDaysOf(asked.kind),
      }, deps.artifacts.limits.quota_bytes)
      if (!stored) return refuse({ code: 'storage_full' })
      return { audit: { action: 'artifact.uploaded', entity: 'artifact', entity_id: id, transition_seq: 1, facts }, response: { status: 201, body: { id } } }
    })
    // Only where it is certain that no row holds them; after an error nobody knows, and the sweep looks an hour later.
    if (!written.ok || written.value.replayed) await deps.artifacts.forget(storage_key)
    if (!written.ok) throw problemOf(written.error)
    deps.artifacts.wake()
    return reply.code(201).send(await readArtifactToShow(deps, actor, written.value.body.id))
  })
}

type Owner = { readonly merchant_id: string | null; readonly session_id: string | null }

/** Whose the file is, by its session, its merchant or its uploader; or why it cannot be stored as asked. */
async function ownerOf(tx: Tx, actor: Actor, asked: Upload): Promise<Owner | Refused> {
  const own = visibleMerchantId(actor)
  let merchant_id = own ?? asked.merchant_id ?? null
  if (asked.session_id !== undefined) {
    const session = await readRouteSession(tx, asked.session_id, { merchant_id: own })
    if (session === null) return { code: 'not_found' }
    if (merchant_id !== null && merchant_id !== session.merchant_id) return { code: 'invalid_field', field: '/merchant_id' }
    merchant_id = session.merchant_id
  } else if (asked.merchant_id !== undefined && (await readMerchant(tx, asked.merchant_id)) === null) return { code: 'not_found' }
  if (asked.class === 'merchant' && merchant_id === null) return { code: 'missing_field', field: '/merchant_id' }
  const owner = { merchant_id, session_id: asked.session_id ?? null }
  return asked.supersedes === undefined ? owner : ((await whyNotReplaced(tx, actor, { ...asked, ...owner, id: asked.supersedes })) ?? owner)
}

/** Why a file cannot take the place of this one, or null: it must be the same kind of file of the same owner, seen by the same people, and nobody replaces what another side brought. */
async function whyNotReplaced(tx: Tx, actor: Actor, by: Owner & Pick<Upload, 'class' | 'kind'> & { readonly id: string }): Promise<Refused | null> {
  await holdArtifact(tx, by.id)
  const old = await readArtifact(tx, by.id, artifactReach(actor))
  if (old === null) return { code: 'not_found' }
  if (old.state === 'removed') return { code: 'artifact_removed' }
  if (old.superseded_by !== null) return { code: 'artifact_superseded' }
  const same = old.class === by.class && old.kind === by.kind && old.merchant_id === by.merchant_id && old.session_id === by.session_id
  const mine = actor.role !== 'merchant_client' || old.uploaded_by_role === 'merchant_client'
  return same && mine ? null : { code: 'invalid_field', field: '/supersedes' }
}
