import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApiKeyList } from '#contracts/api/api-keys.ts'
import { ROLES } from '#contracts/roles.ts'
import { listApiKeys as readKeys, withTenantRead } from '#database/index.ts'
import { programScopesOf } from '#platform/roles/index.ts'
import { apiKeyOf } from '#api/api-key-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/api-keys: every key with who made it and when it was last used, and what a new one may be given. */
export const listApiKeys = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/api-keys', {
    config: { permission: 'api_key:read', audit: null },
    schema: { operationId: 'listApiKeys', summary: 'API keys', tags: ['api keys'], response: { 200: ApiKeyList, ...problems } },
  }, async (request) => {
    const keys = await withTenantRead(deps.db, actorOf(request), (tx) => readKeys(tx))
    const offered = ROLES.map((role) => ({ role, scopes: programScopesOf(role) as string[] })).filter(({ scopes }) => scopes.length > 0)
    return { items: keys.map(apiKeyOf), offered }
  })
}
