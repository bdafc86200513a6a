import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { ProviderAccount, ProviderAccountQuery } from '#contracts/api/provider-accounts.ts'
import { listProviderAccounts as readAccounts, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { providerAccountOf } from '#api/provider-account-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/provider-accounts: accounts that legs run on, masked, of one provider where it is asked for; live ones first. */
export const listProviderAccounts = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/provider-accounts', {
    config: { permission: 'provider_account:read', audit: null },
    schema: { operationId: 'listProviderAccounts', summary: 'Accounts with providers', tags: ['corridors and providers'], querystring: ProviderAccountQuery, response: { 200: page(ProviderAccount), ...problems } },
  }, async (request) => {
    const { provider_id = null, cursor = null, limit = 50 } = request.query
    const { items, next_cursor } = await paged(() => withTenantRead(deps.db, actorOf(request), (tx) => readAccounts(tx, { provider_id, cursor, limit })))
    return { items: items.map(providerAccountOf), next_cursor }
  })
}
