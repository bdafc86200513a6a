import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ReplayResult } from '#contracts/api/route-sessions.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { readRouteSession, refused, withTenantRead, withTenantWrite } from '#database/index.ts'
import { differencesOf } from '#orchestrator/replay.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/replay: the stored decision computed again from its snapshot, intent and verdicts, and compared. Audited, because it is evidence. */
export const replayRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/replay', {
    config: { permission: 'route_session:replay', audit: 'route_session.replayed', rateClass: 'route' },
    schema: { operationId: 'replayRouteSession', summary: 'Replay the decision', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: ReplayResult, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const session_id = request.params.id
    const stored = await withTenantRead(deps.db, actor, (tx) => readRouteSession(tx, session_id, { merchant_id: visibleMerchantId(actor) }))
    const again = stored === null ? null : await deps.decisions.again(actor, mustSee(actor, stored))
    const written = await withTenantWrite<Static<typeof ReplayResult>, Refused>(deps.db, writeRequestOf(request), async () => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: 'route_session.replayed', entity: 'route_session', entity_id: session_id, facts: { code } })
      if (stored === null) return refuse('not_found')
      if (stored.decision === null || again === null) return refuse('wrong_state')
      const differences = differencesOf(stored.decision, again.routed)
      const result = {
        identical: stored.decision.result_digest === again.routed.result_digest && differences.length === 0,
        stored_digest: stored.decision.result_digest, replayed_digest: again.routed.result_digest, engine_version: again.routed.decision.engine_version, differences,
      }
      return {
        audit: { action: 'route_session.replayed', entity: 'route_session', entity_id: session_id, transition_seq: null, facts: { identical: result.identical, stored_digest: result.stored_digest, replayed_digest: result.replayed_digest } },
        response: { status: 200, body: result },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    // Field by field: the store gives a kept answer back in another order.
    const { identical, stored_digest, replayed_digest, engine_version, differences } = written.value.body
    return { identical, stored_digest, replayed_digest, engine_version, differences: differences.map(({ path, stored, replayed }) => ({ path, stored, replayed })) }
  })
}
