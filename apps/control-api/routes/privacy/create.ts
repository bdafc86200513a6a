import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { OwnPrivacyRequest, PrivacyRequestBody } from '#contracts/api/privacy.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { createPrivacyRequest as create, readOwnPrivacyRequest, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/privacy/requests: asks for a copy, a correction or an erasure; a Platform Admin answers within thirty days. 409 privacy_request_open */
export const createPrivacyRequest = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/privacy/requests', {
    config: { permission: 'own_privacy_request:write', audit: 'privacy.requested' },
    schema: { operationId: 'createPrivacyRequest', summary: 'Ask about my data', tags: ['privacy'], body: PrivacyRequestBody, response: { 201: OwnPrivacyRequest, ...problems } },
  }, async (request, reply) => {
    const { kind, note = null } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const id = await create(tx, { kind, note })
      if (id === null) return refused<Refused>({ code: 'privacy_request_open', field: '/kind' }, { action: 'privacy.requested', entity: 'user', entity_id: tx.actor.user_id, facts: { kind } })
      return { audit: { action: 'privacy.requested', entity: 'privacy_request', entity_id: id, transition_seq: 0, facts: { kind } }, response: { status: 201, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const made = await withTenantRead(deps.db, actorOf(request), (tx) => readOwnPrivacyRequest(tx, written.value.body.id))
    if (made === null) throw new ProblemError('not_found')
    return reply.code(201).send(made)
  })
}
