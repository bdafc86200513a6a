import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { UndoEvidenceBody, UndoneEvidence } from '#contracts/api/settlement.ts'
import { readEvidence, refused, undoEvidence, withTenantWrite } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { layLearned } from '#api/learn.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/estimate-evidence/:id/undo: this piece of evidence counts from now on as if it never was. It stays to be seen, with who took it back and why. */
export const undoEstimateEvidence = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/estimate-evidence/:id/undo', {
    config: { permission: 'estimate_evidence:undo', audit: 'estimate_evidence.undone', stepUp: true },
    schema: { operationId: 'undoEstimateEvidence', summary: 'Take evidence back', tags: ['corridors and providers'], params: Type.Object({ id: Uuid }, closed), body: UndoEvidenceBody, response: { 200: UndoneEvidence, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const { because } = request.body
    const written = await withTenantWrite<UndoneEvidence, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: 'estimate_evidence.undone', entity: 'estimate_evidence', entity_id: id, facts: { code } })
      const evidence = await readEvidence(tx, id)
      if (evidence === null) return refuse('not_found')
      if (evidence.undone || !(await undoEvidence(tx, id, because))) return refuse('evidence_undone')
      const { provider_id, kind, session_id } = evidence
      return {
        audit: { action: 'estimate_evidence.undone', entity: 'estimate_evidence', entity_id: id, transition_seq: 2, facts: { provider_id, kind, session_id, because, snapshot_digest: await layLearned(deps, tx) } },
        response: { status: 200, body: { id, provider_id, kind, undone_because: because } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { provider_id, kind, undone_because } = written.value.body
    return { id, provider_id, kind, undone_because }
  })
}
