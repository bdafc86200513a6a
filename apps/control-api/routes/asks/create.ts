import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AskAnswer, AskBody } from '#contracts/api/desk-work.ts'
import { appendMessage, countOpenAsks, holdSessionHead, insertAsk, markSeen, newId, readSettings, refused, releaseSession, sessionChanged, transitionSession, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow } from '#api/market.ts'
import { readAskToShow } from '#api/read-ask.ts'
import type { AppDeps } from '#api/deps.ts'

const OPEN_ASKS_MAX = 10
const ASKABLE = ['accepted', 'approved', 'awaiting_merchant'] as const

/** POST /api/route-sessions/:id/asks: asks the merchant for something. The session waits on the merchant from now on, and the desk's clock stands. */
export const askMerchant = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/asks', {
    config: { permission: 'ask:write', audit: 'ask.asked' },
    schema: { operationId: 'askMerchant', summary: 'Ask the merchant', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: AskBody, response: { 201: AskAnswer, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const { version, kind, text, due_at, document_code = null } = request.body
    const id = newId()
    const written = await withTenantWrite<{ id: string; version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'ask.asked', entity: 'route_session', entity_id: session_id, facts: { code: refusal.code } })
      const session = await holdSessionHead(tx, session_id, { merchant_id: visibleMerchantId(actor) })
      if (session === null) return refuse({ code: 'not_found' })
      if (session.version !== version) return refuse({ code: 'stale_version' })
      const state = ASKABLE.find((askable) => askable === session.state)
      if (state === undefined) return refuse({ code: 'wrong_state' })
      if ((kind === 'document') !== (document_code !== null)) return refuse({ code: document_code === null ? 'missing_field' : 'invalid_field', field: '/document_code' })
      const market_clock = clockNow(await readSettings(tx), deps.now())
      if (!(Date.parse(due_at) > Date.parse(market_clock))) return refuse({ code: 'invalid_field', field: '/due_at' })
      if ((await countOpenAsks(tx, session_id)) >= OPEN_ASKS_MAX) return refuse({ code: 'too_many_asks' })
      const moved = state === 'awaiting_merchant' ? null : await transitionSession(tx, { session_id, from: state, to: 'awaiting_merchant', version, market_clock, reason: kind })
      if (moved?.ok === false) return refuse({ code: moved.error.code })
      await insertAsk(tx, { id, session_id, kind, document_code, text, due_at })
      await markSeen(tx, session_id, 'desk', await appendMessage(tx, { id: newId(), session_id, from: 'desk', ask_id: id }))
      // What waits on the merchant is in nobody's hand at the desk.
      await releaseSession(tx, session_id)
      const now = moved === null ? version : moved.value.version
      return {
        audit: { action: 'ask.asked', entity: 'merchant_ask', entity_id: id, transition_seq: 1, facts: { session_id, kind, due_at, session_version: now } },
        response: { status: 201, body: { id, version: now } }, outbox: sessionChanged(session_id, 'ask'),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readAskToShow(deps, actor, written.value.body))
  })
}
