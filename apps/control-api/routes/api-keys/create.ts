import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApiKeyBody, NewApiKey } from '#contracts/api/api-keys.ts'
import { createApiKey as saveKey, readApiKey, readMerchant, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { newApiKey } from '#platform/auth/index.ts'
import { programScopesOf } from '#platform/roles/index.ts'
import { apiKeyOf } from '#api/api-key-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/api-keys: makes a program with a key of its own. The key is in this answer alone; a repeated request gets everything but it. */
export const createApiKey = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/api-keys', {
    config: { permission: 'api_key:write', audit: 'api_key.created', stepUp: true },
    schema: { operationId: 'createApiKey', summary: 'Make an API key', tags: ['api keys'], body: ApiKeyBody, response: { 201: NewApiKey, ...problems } },
  }, async (request, reply) => {
    const { label, role, merchant_id = null, lasts_days } = request.body
    const offered: readonly string[] = programScopesOf(role)
    const beyond = request.body.scopes.findIndex((scope) => !offered.includes(scope))
    if (offered.length === 0) return deny(deps, request, { code: 'invalid_field', field: '/role' })
    if (beyond >= 0) return deny(deps, request, { code: 'invalid_field', field: `/scopes/${beyond}` })
    if ((role === 'merchant_client') !== (merchant_id !== null)) return deny(deps, request, { code: merchant_id === null ? 'missing_field' : 'invalid_field', field: '/merchant_id' })

    const scopes = [...request.body.scopes].sort()
    const { key, prefix, secret_hash } = newApiKey()
    // What is stored under the idempotency key is the id alone: a repeated request must not find the secret, because then the database would hold it.
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'api_key.created', entity: 'request', entity_id: request.id, facts: { code: refusal.code } })
      if (merchant_id !== null && (await readMerchant(tx, merchant_id)) === null) return refuse({ code: 'not_found', field: '/merchant_id' })
      const id = await saveKey(tx, { role, merchant_id, label, prefix, secret_hash, scopes, lasts_days })
      if (id === null) return refuse({ code: 'too_many_keys' })
      return {
        audit: { action: 'api_key.created', entity: 'api_key', entity_id: id, transition_seq: 1, facts: { role, merchant_id, scopes, lasts_days } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const made = await withTenantRead(deps.db, actorOf(request), (tx) => readApiKey(tx, written.value.body.id))
    if (made === null) throw new ProblemError('not_found')
    return reply.code(201).send({ api_key: apiKeyOf(made), secret: written.value.replayed ? null : key })
  })
}
