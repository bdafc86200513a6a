import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { PrivacyAnswerBody, PrivacyRequest } from '#contracts/api/privacy.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { answerPrivacyRequest as answer, readPrivacyRequest, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/privacy/member-requests/:id/answer: done, or refused for a reason out of a list, once. An erasure is done by erasing the member, which answers
 * the request itself. 409 stale_version, member_not_erased
 */
export const answerPrivacyRequest = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/privacy/member-requests/:id/answer', {
    config: { permission: 'privacy_request:answer', audit: 'privacy.answered', stepUp: true },
    schema: {
      operationId: 'answerPrivacyRequest', summary: 'Answer a privacy request', tags: ['privacy'], params: Type.Object({ id: Uuid }, closed), body: PrivacyAnswerBody,
      response: { 200: PrivacyRequest, ...problems },
    },
  }, async (request) => {
    const { id } = request.params
    const { answer: said, refusal } = request.body
    if (said === 'refused' && refusal === undefined) return deny(deps, request, { code: 'missing_field', field: '/refusal' })
    if (said === 'done' && refusal !== undefined) return deny(deps, request, { code: 'invalid_field', field: '/refusal' })
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const { status, kind } = await answer(tx, id, refusal ?? null)
      const entry = { action: 'privacy.answered', entity: 'privacy_request', entity_id: id, facts: { kind, answer: said, refusal: refusal ?? null } }
      if (status !== 'answered') return refused<Refused>({ code: status === 'not_erased' ? 'member_not_erased' : status }, entry)
      return { audit: { ...entry, transition_seq: 1 }, response: { status: 200, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    const answered = await withTenantRead(deps.db, actorOf(request), (tx) => readPrivacyRequest(tx, id))
    if (answered === null) throw new ProblemError('not_found')
    return answered
  })
}
