import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed } from '#contracts/api/common.ts'
import { ProviderEstimates } from '#contracts/api/settlement.ts'
import { readEvidenceHistory, readEvidenceTotals, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { providerEstimatesOf } from '#api/estimate-views.ts'
import { importedData, readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/providers/:id/estimates: what outcomes taught about a provider: each estimate with its prior, its evidence and its history. */
export const getProviderEstimates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/providers/:id/estimates', {
    config: { permission: 'provider:read', audit: null },
    schema: { operationId: 'getProviderEstimates', summary: 'What outcomes taught about a provider', tags: ['corridors and providers'], params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) }, closed), response: { 200: ProviderEstimates, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const { market, totals, history } = await withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [market, totals, history] = await Promise.all([readMarket(deps, tx), readEvidenceTotals(tx, [id]), readEvidenceHistory(tx, id)])
      return { market, totals, history }
    })
    const record = market.snapshot === null ? undefined : importedData(market.snapshot).dataset.estimates.providers.find(({ provider_id }) => provider_id === id)
    if (record === undefined) throw new ProblemError('not_found')
    return providerEstimatesOf(record, totals, history)
  })
}
