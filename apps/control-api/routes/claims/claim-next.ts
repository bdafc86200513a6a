import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ClaimAnswer } from '#contracts/api/desk-work.ts'
import { claimNextSession, refused, sessionChanged, withTenantWrite } from '#database/index.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readClaimToShow } from '#api/read-claim.ts'
import { NEEDS_DESK } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/claim-next: takes in hand what is due first of what needs the desk and no colleague has. Everybody who asks gets another. */
export const claimNextRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/claim-next', {
    config: { permission: 'claim:write', audit: 'route_session.claimed' },
    schema: { operationId: 'claimNextRouteSession', summary: 'Take the next session in hand', tags: ['route sessions'], body: EmptyBody, response: { 200: ClaimAnswer, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const written = await withTenantWrite<{ session_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const session_id = await claimNextSession(tx, NEEDS_DESK)
      if (session_id === null) return refused<Refused>({ code: 'nothing_to_claim' }, { action: 'route_session.claimed', entity: 'request', entity_id: request.id, facts: { code: 'nothing_to_claim' } })
      return {
        audit: { action: 'route_session.claimed', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: { next: true } },
        response: { status: 200, body: { session_id } }, outbox: sessionChanged(session_id, 'claim'),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readClaimToShow(deps, actor, written.value.body.session_id)
  })
}
