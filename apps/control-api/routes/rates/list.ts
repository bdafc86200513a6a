import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { RateSheet } from '#contracts/api/rates.ts'
import { readLegQuotes, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import { ProblemError } from '#api/problems.ts'
import { rateSheetOf } from '#api/rate-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/rates: what every provider's leg that changes currency costs now, how old that is, and who said so. 409 no_corridor_data before the first import. */
export const listRates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/rates', {
    config: { permission: 'rate:read', audit: null },
    schema: { operationId: 'listRates', summary: 'Today’s rates', tags: ['rates and quotes'], response: { 200: RateSheet, ...problems } },
  }, async (request) => {
    const { market, quotes } = await withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [market, quotes] = await Promise.all([readMarket(deps, tx), readLegQuotes(tx)])
      return { market, quotes }
    })
    if (market.snapshot === null) throw new ProblemError('no_corridor_data')
    return rateSheetOf(market.snapshot, quotes, { clock: clockNow(market.settings, deps.now()), time_zone: market.settings.time_zone })
  })
}
