import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RateSheet } from '#contracts/api/rates.ts'
import { readLegQuotes, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import { rateSheetOf } from '#api/rate-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/rates: what every provider's leg that changes currency costs now, how old that is, and who said so. An empty sheet before the first import. */
export const listRates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/rates', {
    config: { permission: 'rate:read', audit: null },
    schema: { operationId: 'listRates', summary: 'Today’s rates', tags: ['rates and quotes'], response: { 200: RateSheet, ...problems } },
  }, async (request) => {
    const { market, quotes } = await withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [market, quotes] = await Promise.all([readMarket(deps, tx), readLegQuotes(tx)])
      return { market, quotes }
    })
    const clock = clockNow(market.settings, deps.now())
    if (market.snapshot === null) return { snapshot_digest: '', clock, mids: { as_of: '', definition: '' }, counts: { all: 0, stale: 0, refused: 0 }, items: [] }
    return rateSheetOf(market.snapshot, quotes, { clock, time_zone: market.settings.time_zone })
  })
}
