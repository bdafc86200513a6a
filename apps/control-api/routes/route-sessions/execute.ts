import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import type { Candidate } from '#contracts/routing.ts'
import { ExecuteBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { newId, planSteps, saveSimulation, setExecutionMode } from '#database/index.ts'
import { ownWhereFourEyes } from '#execution/four-eyes.ts'
import { isLive, modeOf } from '#execution/mode.ts'
import { readScreeningStanding } from '#execution/checks/read-standing.ts'
import type { ProbeLeg } from '#execution/probe-legs.ts'
import { planOf } from '#execution/plan-steps.ts'
import { hasExpired } from '#orchestrator/merchant-view/index.ts'
import { approvalsThatHold } from '#api/approval-view.ts'
import { missingPapers, screeningSentence } from '#api/execution-gates.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { approvalsOfProbe, approvalsSentence, judgeProbe, legsAt, probeFourEyes, reserveLegs } from '#api/probes.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { routeAgain, whyNotNow, type RoutedAgain } from '#api/route-again.ts'
import { commandAndShow } from '#api/session-command.ts'
import { standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/execute: what was approved begins. The server decides the mode from the ceiling and the wish, never above either; the policy is
 * asked again on today's facts, and papers, payee and approvals must stand. A controlled probe (`live_safe`) takes two people, and reserves every leg of it under the caps of the
 * company and of its providers, or none. Afterwards the first step is ready, and nothing goes on without a person.
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
    const legs = mode === 'live_safe' && now !== null ? legsOf(standingCandidate(before, decided), now) : null
    const judged = legs === null || now === null ? null : await judgeProbe(deps, request, actor, { legs, market_clock: now.market_clock })
    return commandAndShow(deps, request, { session_id, version, from: ['approved'] }, async ({ tx, session, market_clock, refuse }) => {
      if (now === null) return refuse({ code: 'stale_version' })
      const standing = standingCandidate(session, decided)
      if (standing === null) return refuse({ code: 'wrong_state' })
      if (seed !== undefined && mode !== 'simulation') return refuse({ code: 'invalid_field', field: '/seed', detail: 'A seed is of a simulation alone.' })
      if (session.payee_details !== 'confirmed') return refuse({ code: session.payee_details === 'held' ? 'supplier_on_hold' : 'payee_details_changed' })
      if (approvalsThatHold(session).length < session.required_approvals) return refuse({ code: 'approval_missing' })
      const eyes = mode === 'live_safe' ? probeFourEyes(session, standing, now.snapshot) : { required: session.required_approvals, because: session.four_eyes_because }
      if (mode === 'live_safe') {
        const own = ownWhereFourEyes(actor, { ...session, required_approvals: eyes.required })
        if (own !== null) return refuse({ code: own })
        const held = approvalsOfProbe(session)
        if (held < eyes.required) return refuse({ code: 'approval_missing', detail: approvalsSentence(eyes, held) })
      }
      const not = whyNotNow(now.same(standing))
      if (not !== null) return refuse(not)
      if (isLive(mode)) {
        const screening = await readScreeningStanding(tx, { session, hops: standing.hops, now: market_clock })
        if (!screening.cleared) return refuse({ code: 'screening_open', detail: screeningSentence(screening) })
        if (hasExpired(session.valid_until, market_clock)) return refuse({ code: 'offer_expired' })
        if (missingPapers(standing).length > 0) return refuse({ code: 'document_missing', detail: `Before payment these are needed: ${missingPapers(standing).join(', ')}.` })
      }
      if (judged !== null && 'code' in judged) return refuse(judged)
      const steps = planOf(standing, session.reference, newId)
      await Promise.all([setExecutionMode(tx, session_id, { mode, ...eyes }), planSteps(tx, session_id, market_clock, steps)])
      const over = judged === null || legs === null ? null : await reserveLegs(tx, { session_id, legs, market_clock, policy_revision: judged.policy_revision })
      if (over !== null) return refuse(over)
      if (mode === 'simulation') await saveSimulation(tx, session_id, { seed: seed ?? newId(), starts_at: market_clock })
      return { to: 'executing', reason: null, facts: { mode, wish: wish ?? null, ceiling: session.mode_ceiling, candidate_id: standing.id, content_version: session.content_version, steps: steps.length, policy_revision: now.policy_revision, ...(legs === null ? {} : { probe_day: market_clock.slice(0, 10), probe_usd: legs.map(({ amount_usd }) => amount_usd).join(',') }) } }
    })
  })
}

const legsOf = (candidate: Candidate | null, { snapshot }: RoutedAgain): ProbeLeg[] | null => (candidate === null ? null : legsAt(candidate, snapshot))
