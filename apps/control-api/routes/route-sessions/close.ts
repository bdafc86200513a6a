import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { digestOf } from '#contracts/canonical-json.ts'
import { closed, Uuid } from '#contracts/api/common.ts'
import { CloseBody, SessionOutcome } from '#contracts/api/settlement.ts'
import { closeSession, listSessionIncidents, mayClose, refused, withTenantWrite, sessionChanged } from '#database/index.ts'
import { ownWhereFourEyes } from '#execution/four-eyes.ts'
import { problems } from '#api/http/operation.ts'
import { whyNotLost } from '#api/loss.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { layLearned } from '#api/learn.ts'
import { clockNow } from '#api/market.ts'
import { isSimulation, measure, readOutcomeToShow, readSettlement } from '#api/settlement.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/close: ends what was carried out with what really happened. The outcome is measured against the prediction, and a real
 * one counts for the estimates of its providers from now on: the next route is found on them.
 */
export const closeRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/close', {
    config: { permission: 'route_session:close', audit: 'route_session.closed' },
    schema: { operationId: 'closeRouteSession', summary: 'Close with what happened', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: CloseBody, response: { 200: SessionOutcome, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { version, ...actuals } = request.body
    const settlement = await readSettlement(deps, actor, id)
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'route_session.closed', entity: 'route_session', entity_id: id, facts: { code: refusal.code } })
      if (settlement === null) return refuse({ code: 'not_found' })
      const may = await mayClose(tx, { id, version }, actuals.result)
      if (!may.ok) return refuse(may.error)
      if (settlement === 'no_prediction') return refuse({ code: 'wrong_state' })
      // What was read ahead of the transaction is what stands inside it, or is of no use.
      if (settlement.session.version !== version) return refuse({ code: 'stale_version' })
      const no = actuals.result === 'completed' ? ownWhereFourEyes(actor, settlement.session) : await whyNotLost(tx, actor, settlement.session)
      if (no !== null) return refuse({ code: no })
      if (actuals.result === 'completed' && (await listSessionIncidents(tx, id)).some(({ state }) => state !== 'resolved')) return refuse({ code: 'incident_open' })
      const measured = measure(settlement, actuals, deps.now())
      if ('issue' in measured) return refuse(measured.issue)
      const { session, settings, prediction } = settlement
      const { outcome, observations } = measured
      const simulation = isSimulation(session)
      const done = await closeSession(tx, {
        session_id: id, from: may.value.from, version, market_clock: clockNow(settings, deps.now()), simulation, outcome, prediction, prediction_digest: digestOf(prediction), evidence: observations,
      })
      if (!done.ok) return refuse(done.error)
      const snapshot_digest = simulation ? null : await layLearned(deps, tx)
      return {
        audit: {
          action: 'route_session.closed', entity: 'route_session', entity_id: id, transition_seq: done.value.version,
          facts: {
            from: may.value.from, to: outcome.result, because: outcome.because, simulation, candidate_id: prediction.candidate_id, sent: outcome.sent, received: outcome.received, cost_bps: outcome.cost_bps, score: outcome.score,
            evidence: simulation ? 0 : observations.length, snapshot_digest,
          },
        },
        response: { status: 200, body: { id } }, outbox: sessionChanged(id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readOutcomeToShow(deps, actor, id)
  })
}
