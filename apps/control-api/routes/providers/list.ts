import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, page, PageQuery } from '#contracts/api/common.ts'
import { ProviderRow } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { withTenantRead } from '#database/index.ts'
import { providerRow } from '#governance/index.ts'
import { pageOf } from '#api/http/offset-cursor.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

const Query = Type.Object({ q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })), category: Type.Optional(Type.String({ maxLength: 60 })), ...PageQuery }, closed)

/** GET /api/providers: who can carry a leg. */
export const listProviders = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/providers', {
    config: { permission: 'provider:read', audit: null },
    schema: { operationId: 'listProviders', summary: 'Providers', tags: ['corridors and providers'], querystring: Query, response: { 200: page(ProviderRow), ...problems } },
  }, async (request) => {
    const { q, category, cursor, limit = 100 } = request.query
    const { snapshot } = await withTenantRead(deps.db, actorOf(request), (tx) => readMarket(deps, tx))
    if (snapshot === null) return { items: [], next_cursor: null }
    const estimates = new Map(snapshot.dataset.estimates.providers.map((estimate) => [estimate.provider_id, estimate]))
    const words = q?.toLowerCase()
    const rows = snapshot.dataset.providers
      .filter((record) => (category === undefined || record.category === category) && (words === undefined || `${record.id} ${record.name}`.toLowerCase().includes(words)))
      .map((record) => providerRow(record, estimates.get(record.id)!))
    const { items, next_cursor } = pageOf(rows, cursor, limit)
    return { items: [...items], next_cursor }
  })
}
