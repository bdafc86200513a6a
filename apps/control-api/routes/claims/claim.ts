import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ClaimAnswer, ClaimBody } from '#contracts/api/desk-work.ts'
import { claimSession, readClaim, readSessionHead, refused, sessionChanged, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readClaimToShow } from '#api/read-claim.ts'
import { DONE } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/claim: takes a session in hand for a quarter of an hour, or keeps it. A colleague's only with a reason. */
export const claimRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/claim', {
    config: { permission: 'claim:write', audit: 'route_session.claimed' },
    schema: { operationId: 'claimRouteSession', summary: 'Take a session in hand', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: ClaimBody, response: { 200: ClaimAnswer, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const { takeover } = request.body
    const written = await withTenantWrite<{ session_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: 'route_session.claimed', entity: 'route_session', entity_id: session_id, facts: { code } })
      const [session, before] = await Promise.all([readSessionHead(tx, session_id, { merchant_id: visibleMerchantId(actor) }), readClaim(tx, session_id)])
      if (session === null) return refuse('not_found')
      if (DONE.includes(session.state)) return refuse('wrong_state')
      const holder = before === null || before.user_id === actor.user_id ? null : before.user_id
      // Only from whom the caller saw: a colleague who took it meanwhile is asked first.
      if (!(await claimSession(tx, session_id, takeover === undefined ? null : holder))) return refuse('claimed_by_other')
      return {
        audit: { action: 'route_session.claimed', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: { from: holder, takeover: holder === null ? null : (takeover ?? null), renewed: before?.user_id === actor.user_id } },
        response: { status: 200, body: { session_id } }, outbox: sessionChanged(session_id, 'claim'),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readClaimToShow(deps, actor, session_id)
  })
}
