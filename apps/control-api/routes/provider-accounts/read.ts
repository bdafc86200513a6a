import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ProviderAccount } from '#contracts/api/provider-accounts.ts'
import { readProviderAccount, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import { providerAccountOf } from '#api/provider-account-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/provider-accounts/:id: one account, masked. */
export const getProviderAccount = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/provider-accounts/:id', {
    config: { permission: 'provider_account:read', audit: null },
    schema: { operationId: 'getProviderAccount', summary: 'One account with a provider', tags: ['corridors and providers'], params: Type.Object({ id: Uuid }, closed), response: { 200: ProviderAccount, ...problems } },
  }, async (request) => {
    const account = await withTenantRead(deps.db, actorOf(request), (tx) => readProviderAccount(tx, request.params.id))
    if (account === null) throw new ProblemError('not_found')
    return providerAccountOf(account)
  })
}
