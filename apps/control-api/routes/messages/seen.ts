import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SeenAnswer, SeenBody } from '#contracts/api/desk-work.ts'
import { markSeen, readSessionHead, refused, sessionChanged, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { sideOf } from '#api/desk-work-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/messages/seen: the caller's side has read the thread up to this message. The mark never goes back. */
export const markMessagesSeen = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/messages/seen', {
    config: { permission: 'message:read', audit: 'message.seen' },
    schema: { operationId: 'markMessagesSeen', summary: 'Mark messages as seen', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: SeenBody, response: { 200: SeenAnswer, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const side = sideOf(actor)
    const written = await withTenantWrite<{ through_seq: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: 'message.seen', entity: 'route_session', entity_id: session_id, facts: { code } })
      if ((await readSessionHead(tx, session_id, { merchant_id: visibleMerchantId(actor) })) === null) return refuse('not_found')
      const through_seq = (await markSeen(tx, session_id, side, request.body.through_seq)) ?? 0
      return {
        audit: { action: 'message.seen', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: { side, through_seq } },
        response: { status: 200, body: { through_seq } }, outbox: sessionChanged(session_id, 'message'),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return { side, through_seq: written.value.body.through_seq }
  })
}
