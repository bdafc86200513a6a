import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed } from '#contracts/api/common.ts'
import { Provider } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { withTenantRead } from '#database/index.ts'
import { providerDetail } from '#governance/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/providers/:id: legs, prices, limits and times of one provider, each with where it comes from. */
export const getProvider = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/providers/:id', {
    config: { permission: 'provider:read', audit: null },
    schema: { operationId: 'getProvider', summary: 'One provider', tags: ['corridors and providers'], params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 80 }) }, closed), response: { 200: Provider, ...problems } },
  }, async (request) => {
    const { snapshot } = await withTenantRead(deps.db, actorOf(request), (tx) => readMarket(deps, tx))
    const record = snapshot?.dataset.providers.find(({ id }) => id === request.params.id)
    const estimate = snapshot?.dataset.estimates.providers.find(({ provider_id }) => provider_id === request.params.id)
    if (record === undefined || estimate === undefined) throw new ProblemError('not_found')
    return providerDetail(record, estimate)
  })
}
