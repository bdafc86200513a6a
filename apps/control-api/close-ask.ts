/** Closing an ask, by its merchant's answer or by the desk that takes it back: with the last one the session goes back to the desk and its clock runs on. */
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { AskAnswer } from '#contracts/api/desk-work.ts'
import { appendMessage, closeAsk as close, holdSessionHead, isFileOfSession, markSeen, newId, readAsk, readSettings, refused, sessionChanged, transitionSession, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import { clockNow } from './market.ts'
import { readAskToShow } from './read-ask.ts'
import type { AppDeps } from './deps.ts'

export type Closing = { readonly id: string } & ({ readonly state: 'withdrawn' } | { readonly state: 'answered'; readonly text: string | null; readonly artifact_id: string | null })

export async function closeAsk(deps: AppDeps, request: FastifyRequest, closing: Closing): Promise<Static<typeof AskAnswer>> {
  const actor = actorOf(request)
  const { id } = closing
  const action = request.routeOptions.config.audit!
  const seen = { merchant_id: visibleMerchantId(actor) }
  const written = await withTenantWrite<{ id: string; version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (refusal: Refused) => refused(refusal, { action, entity: 'merchant_ask', entity_id: id, facts: { code: refusal.code } })
    const ask = await readAsk(tx, id, seen)
    if (ask === null) return refuse({ code: 'not_found' })
    const { session_id } = ask
    // The session first, as everybody who moves it: then two who close its last asks come one after the other.
    const session = await holdSessionHead(tx, session_id, seen)
    if (session === null) return refuse({ code: 'not_found' })
    const artifact_id = closing.state === 'answered' ? closing.artifact_id : null
    if (closing.state === 'answered' && closing.text === null && artifact_id === null) return refuse({ code: 'missing_field', field: '/text' })
    if (artifact_id !== null && !(await isFileOfSession(tx, artifact_id, { session_id, merchant_id: session.merchant_id }))) return refuse({ code: 'not_found', field: '/artifact_id' })
    const left = await close(tx, ask, closing)
    if (left === null) return refuse({ code: 'ask_closed' })
    if (closing.state === 'answered') await markSeen(tx, session_id, 'merchant', await appendMessage(tx, { id: newId(), session_id, from: 'merchant', ask_id: id }))
    let { version } = session
    if (left === 0) {
      const market_clock = clockNow(await readSettings(tx), deps.now())
      const moved = await transitionSession(tx, { session_id, from: 'awaiting_merchant', to: 'accepted', version, market_clock, reason: closing.state })
      if (!moved.ok) return refuse({ code: moved.error.code })
      version = moved.value.version
    }
    return {
      audit: { action, entity: 'merchant_ask', entity_id: id, transition_seq: 2, facts: { session_id, artifact_id, left_open: left, session_version: version } },
      response: { status: 200, body: { id, version } }, outbox: sessionChanged(session_id, 'ask'),
    }
  })
  if (!written.ok) throw problemOf(written.error)
  return readAskToShow(deps, actor, written.value.body)
}
