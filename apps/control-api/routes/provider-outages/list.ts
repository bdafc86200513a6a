import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ProviderOutages } from '#contracts/api/provider-outages.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readOutages } from '#api/outages.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/provider-outages: providers that carry nothing new, the ended ones after them, and the open sessions that go through one. */
export const listProviderOutages = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/provider-outages', {
    config: { permission: 'provider_outage:read', audit: null },
    schema: { operationId: 'listProviderOutages', summary: 'Providers that are out', tags: ['rates and quotes'], response: { 200: ProviderOutages, ...problems } },
  }, async (request) => readOutages(deps, actorOf(request)))
}
