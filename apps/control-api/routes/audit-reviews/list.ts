import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { AuditReviewPage, AuditReviewQuery } from '#contracts/api/audit-reviews.ts'
import { problems } from '#api/http/operation.ts'
import { listAuditReviews as readReviews, readViewStates, withTenantRead } from '#database/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { auditReviewOf } from '#api/party-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/audit-reviews: where each saved view stands, and who reviewed what, newest first. */
export const listAuditReviews = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/audit-reviews', {
    config: { permission: 'audit:review', audit: null },
    schema: { operationId: 'listAuditReviews', summary: 'What was reviewed, and by whom', tags: ['audit'], querystring: AuditReviewQuery, response: { 200: AuditReviewPage, ...problems } },
  }, async (request): Promise<Static<typeof AuditReviewPage>> => {
    const { cursor, limit = 50 } = request.query
    return paged(() => withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [page, states] = await Promise.all([readReviews(tx, { limit, cursor: cursor ?? null }), cursor === undefined ? readViewStates(tx) : null])
      return {
        items: page.items.map(auditReviewOf), next_cursor: page.next_cursor,
        views: states === null ? null : states.map(({ last, ...state }) => ({ ...state, last: last === null ? null : auditReviewOf(last) })),
      }
    }))
  })
}
