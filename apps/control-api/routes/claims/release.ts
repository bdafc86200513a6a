import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ClaimAnswer } from '#contracts/api/desk-work.ts'
import { readSessionHead, refused, releaseSession, sessionChanged, withTenantWrite } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readClaimToShow } from '#api/read-claim.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/release: gives a session back to the desk. Where the caller has it no more, a colleague's claim stays. */
export const releaseRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/release', {
    config: { permission: 'claim:write', audit: 'route_session.released' },
    schema: { operationId: 'releaseRouteSession', summary: 'Give a session back', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: ClaimAnswer, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const written = await withTenantWrite<{ session_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: 'route_session.released', entity: 'route_session', entity_id: session_id, facts: { code } })
      if ((await readSessionHead(tx, session_id, { merchant_id: visibleMerchantId(actor) })) === null) return refuse('not_found')
      const held = await releaseSession(tx, session_id)
      return { audit: { action: 'route_session.released', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: { held } }, response: { status: 200, body: { session_id } }, outbox: sessionChanged(session_id, 'claim') }
    })
    if (!written.ok) throw problemOf(written.error)
    return readClaimToShow(deps, actor, session_id)
  })
}
