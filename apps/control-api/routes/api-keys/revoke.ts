import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ApiKey } from '#contracts/api/api-keys.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { readApiKey, refused, revokeApiKey as endKey, withTenantRead, withTenantWrite } from '#database/index.ts'
import { apiKeyOf } from '#api/api-key-views.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/api-keys/:id/revoke: ends a key for good, from the next request on every instance. 409 stale_version where it was revoked before. */
export const revokeApiKey = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/api-keys/:id/revoke', {
    config: { permission: 'api_key:write', audit: 'api_key.revoked', stepUp: true },
    schema: { operationId: 'revokeApiKey', summary: 'Revoke an API key', tags: ['api keys'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: ApiKey, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'api_key.revoked', entity: 'api_key', entity_id: id, facts: { code: refusal.code } })
      const key = await readApiKey(tx, id)
      if (key === null) return refuse({ code: 'not_found' })
      if (!(await endKey(tx, id))) return refuse({ code: 'stale_version' })
      return { audit: { action: 'api_key.revoked', entity: 'api_key', entity_id: id, transition_seq: 2, facts: {} }, response: { status: 200, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const key = await withTenantRead(deps.db, actorOf(request), (tx) => readApiKey(tx, id))
    if (key === null) throw new ProblemError('not_found')
    return apiKeyOf(key)
  })
}
