import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ReferenceRates } from '#contracts/api/reference-rates.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/reference-rates: what the operator's feed says now. They are shown; a route is priced by them once a Platform Admin applies them. */
export const getReferenceRates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/reference-rates', {
    config: { permission: 'market_data:read', audit: null },
    schema: { operationId: 'getReferenceRates', summary: 'Reference rates of the feed', tags: ['quotes'], response: { 200: ReferenceRates, ...problems } },
  }, async (request) => deps.readRates(actorOf(request).tenant_id, 'manual'))
}
