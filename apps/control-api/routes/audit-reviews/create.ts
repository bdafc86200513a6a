import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AuditReview, AuditReviewBody } from '#contracts/api/audit-reviews.ts'
import { problems } from '#api/http/operation.ts'
import { appendAuditReview, refused, withTenantWrite, type AuditReview as StoredReview } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { auditReviewOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/audit-reviews: a view was looked through up to this event. It covers everything behind the same person's review before; events of the
 * reviewer's own among it are counted, so that a review of oneself never passes for another's. 409 stale_version where this person reviewed that far already.
 */
export const createAuditReview = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/audit-reviews', {
    config: { permission: 'audit:review', audit: 'audit.reviewed', stepUp: true },
    schema: { operationId: 'createAuditReview', summary: 'Mark a view as reviewed', tags: ['audit'], body: AuditReviewBody, response: { 201: AuditReview, ...problems } },
  }, async (request, reply) => {
    const { view, through_seq, hash, note = null } = request.body
    const written = await withTenantWrite<StoredReview, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const review = await appendAuditReview(tx, { view, through_seq, hash, note })
      if (typeof review === 'string') {
        const why: Refused = { code: review === 'unknown' ? 'not_found' : review }
        return refused(why, { action: 'audit.reviewed', entity: 'audit_view', entity_id: view, facts: { through_seq, code: why.code } })
      }
      const { id, after_seq, events, own_events } = review
      return {
        audit: { action: 'audit.reviewed', entity: 'audit_review', entity_id: id, transition_seq: 0, facts: { view, after_seq, through_seq, events, own_events } },
        response: { status: 201, body: review },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(auditReviewOf(written.value.body))
  })
}
