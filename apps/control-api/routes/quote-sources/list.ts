import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { QuoteSources } from '#contracts/api/quote-sources.ts'
import { listQuoteSources as readSources, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { quoteSourceOf } from '#api/quote-source-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/quote-sources: where providers send signed quotes, by label. */
export const listQuoteSources = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/quote-sources', {
    config: { permission: 'quote_source:read', audit: null },
    schema: { operationId: 'listQuoteSources', summary: 'Sources of signed quotes', tags: ['quotes'], response: { 200: QuoteSources, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    return { items: (await withTenantRead(deps.db, actor, readSources)).map((row) => quoteSourceOf(actor.tenant_id, row)) }
  })
}
