import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MarketDataImportPage, MarketDataImportQuery } from '#contracts/api/market-data.ts'
import { problems } from '#api/http/operation.ts'
import { listDataRevisions, withTenantRead } from '#database/index.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { marketDataImportOf } from '#api/market-data-files.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/market-data/imports: which data came in when, by whom, newest first. */
export const listMarketDataImports = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/market-data/imports', {
    config: { permission: 'market_data:read', audit: null },
    schema: { operationId: 'listMarketDataImports', summary: 'Imports of corridor data', tags: ['corridor data'], querystring: MarketDataImportQuery, response: { 200: MarketDataImportPage, ...problems } },
  }, async (request) => {
    const { cursor, limit = 50 } = request.query
    const { items, next_cursor } = await paged(() => withTenantRead(deps.db, actorOf(request), (tx) => listDataRevisions(tx, { limit, cursor: cursor ?? null })))
    return { items: items.map(marketDataImportOf), next_cursor }
  })
}
