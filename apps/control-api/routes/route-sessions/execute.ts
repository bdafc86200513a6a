import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ExecuteBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { newId, planSteps, saveSimulation, setExecutionMode } from '#database/index.ts'
import { isLive, modeOf } from '#execution/mode.ts'
import { planOf } from '#execution/plan-steps.ts'
import { hasExpired } from '#orchestrator/merchant-view/index.ts'
import { approvalsThatHold } from '#api/approval-view.ts'
import { missingPapers, payeeRefusal, screeningRefusal } from '#api/execution-gates.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { routeAgain, whyNotNow } from '#api/route-again.ts'
import { commandAndShow } from '#api/session-command.ts'
import { standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/execute: what was approved begins. The server decides the mode from the ceiling and the wish, never above either; the policy is
 * asked again on today's facts, and papers, payee and approvals must stand. Afterwards the first step is ready, and nothing goes on without a person.
 */
export const executeRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/execute', {
    config: { permission: 'route_session:execute', audit: 'route_session.executed', rateClass: 'route' },
    schema: { operationId: 'executeRouteSession', summary: 'Begin the execution', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: ExecuteBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { version, mode: wish, seed } = request.body
    const session_id = request.params.id
    const before = await readSessionToChange(deps, request, session_id)
    const mode = modeOf(before.mode_ceiling, wish)
    // A caller that is behind, or repeats itself, is told so without asking the policy.
    const now = before.version === version && before.state === 'approved' ? await routeAgain(deps, request, before, mode === 'simulation') : null
    const decided = await deps.decisions.offered(actor, before)
    return commandAndShow(deps, request, { session_id, version, from: ['approved'] }, async ({ tx, session, market_clock, refuse }) => {
      if (now === null) return refuse({ code: 'stale_version' })
      const standing = standingCandidate(session, decided)
      if (standing === null) return refuse({ code: 'wrong_state' })
      if (seed !== undefined && mode !== 'simulation') return refuse({ code: 'invalid_field', field: '/seed', detail: 'A seed is of a simulation alone.' })
      const payee = payeeRefusal(session)
      if (payee !== null) return refuse(payee)
      if (approvalsThatHold(session).length < session.required_approvals) return refuse({ code: 'approval_missing' })
      const not = whyNotNow(now.same(standing))
      if (not !== null) return refuse(not)
      if (mode === 'live_safe') return refuse({ code: 'mode_not_available' })
      if (isLive(mode)) {
        const screening = await screeningRefusal(tx, session, standing.hops, market_clock)
        if (screening !== null) return refuse(screening)
        if (hasExpired(session.valid_until, market_clock)) return refuse({ code: 'offer_expired' })
        if (missingPapers(standing).length > 0) return refuse({ code: 'document_missing', detail: `Before payment these are needed: ${missingPapers(standing).join(', ')}.` })
      }
      const steps = planOf(standing, session.reference, newId)
      await Promise.all([setExecutionMode(tx, session_id, mode), planSteps(tx, session_id, market_clock, steps)])
      if (mode === 'simulation') await saveSimulation(tx, session_id, { seed: seed ?? newId(), starts_at: market_clock })
      return { to: 'executing', reason: null, facts: { mode, wish: wish ?? null, ceiling: session.mode_ceiling, candidate_id: standing.id, content_version: session.content_version, steps: steps.length, policy_revision: now.policy_revision } }
    })
  })
}
