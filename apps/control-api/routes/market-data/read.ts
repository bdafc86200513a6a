import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MarketDataState } from '#contracts/api/market-data.ts'
import { problems } from '#api/http/operation.ts'
import { readDataRevision, withTenantRead } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { clockNow, marketOf, readMarket } from '#api/market.ts'
import { marketDataImportOf } from '#api/market-data-files.ts'
import { dataAge } from '#orchestrator/data-age.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/market-data: the corridor data in force, and how old its prices are by the market clock. */
export const getMarketData = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/market-data', {
    config: { permission: 'market_data:read', audit: null },
    schema: { operationId: 'getMarketData', summary: 'Corridor data in force', tags: ['corridor data'], response: { 200: MarketDataState, ...problems } },
  }, async (request) => withTenantRead(deps.db, actorOf(request), async (tx) => {
    const { settings, snapshot } = await readMarket(deps, tx)
    const in_force = settings.data_revision === null ? null : await readDataRevision(tx, settings.data_revision)
    const clock = clockNow(settings, deps.now())
    return {
      market: marketOf(settings, deps.now()), in_force: in_force === null ? null : marketDataImportOf(in_force),
      age: snapshot === null ? null : dataAge(snapshot.dataset, { clock, time_zone: settings.time_zone }),
    }
  }))
}
