import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MessageBody, SessionMessage } from '#contracts/api/desk-work.ts'
import { appendMessage, isFileOfSession, markSeen, newId, readMessage, readSessionHead, refused, renewClaim, sessionChanged, withTenantRead, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { messageOf, sideOf } from '#api/desk-work-views.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/messages: writes to the other side. It changes nothing of the session, also after its end. */
export const createMessage = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/messages', {
    config: { permission: 'message:write', audit: 'message.sent' },
    schema: { operationId: 'createMessage', summary: 'Write a message', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: MessageBody, response: { 201: SessionMessage, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const { text = null, artifact_id = null } = request.body
    const id = newId()
    const from = sideOf(actor)
    const written = await withTenantWrite<{ seq: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'message.sent', entity: 'route_session', entity_id: session_id, facts: { code: refusal.code } })
      const session = await readSessionHead(tx, session_id, { merchant_id: visibleMerchantId(actor) })
      if (session === null) return refuse({ code: 'not_found' })
      if (text === null && artifact_id === null) return refuse({ code: 'missing_field', field: '/text' })
      if (artifact_id !== null && !(await isFileOfSession(tx, artifact_id, { session_id, merchant_id: session.merchant_id }))) return refuse({ code: 'not_found', field: '/artifact_id' })
      const seq = await appendMessage(tx, { id, session_id, from, text, artifact_id })
      // Who answers has read what is above the answer.
      await markSeen(tx, session_id, from, seq)
      if (from === 'desk') await renewClaim(tx, session_id)
      return {
        audit: { action: 'message.sent', entity: 'session_message', entity_id: id, transition_seq: 1, facts: { session_id, from, seq, artifact_id } },
        response: { status: 201, body: { seq } }, outbox: sessionChanged(session_id, 'message'),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const message = await withTenantRead(deps.db, actor, (tx) => readMessage(tx, session_id, written.value.body.seq))
    if (message === null) throw new ProblemError('not_found')
    return reply.code(201).send(messageOf(actor, message))
  })
}
