import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { AuditVerification } from '#contracts/api/audit.ts'
import { problems } from '#api/http/operation.ts'
import { readAuditHead, walkAuditChain, withTenantRead } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/audit-events/verification: every hash of the tenant's chain computed again, and held against every signed checkpoint. A broken chain is an answer, not a failure. */
export const verifyAuditEvents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/audit-events/verification', {
    config: { permission: 'audit:verify', audit: null, rateClass: 'export' },
    schema: { operationId: 'verifyAuditEvents', summary: 'Verify the chain', tags: ['audit'], response: { 200: AuditVerification, ...problems } },
  }, async (request): Promise<Static<typeof AuditVerification>> => {
    const actor = actorOf(request)
    const { kept, ...evidence } = await deps.checkpoints.evidence(actor.tenant_id)
    const verdict = await walkAuditChain((work) => withTenantRead(deps.db, actor, work), actor.tenant_id, { kept })
    const head = verdict.ok ? verdict.head : await withTenantRead(deps.db, actor, readAuditHead)
    return {
      verified: verdict.ok, events: verdict.rows, head_seq: head.seq, head_hash: head.hash,
      first_bad_seq: verdict.ok ? null : verdict.broken_at, how: verdict.ok ? null : verdict.how,
      checkpoints: { ...evidence, kept_outside: deps.checkpoints.kept_outside },
    }
  })
}
