import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ApproveBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { addApproval, newId, raiseApprovals, readRulesInForce } from '#database/index.ts'
import { ownWhereFourEyes } from '#execution/four-eyes.ts'
import { hasExpired } from '#orchestrator/merchant-view/index.ts'
import { approvalsThatHold } from '#api/approval-view.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { commandAndShow } from '#api/session-command.ts'
import { RULES_ASK_MORE } from '#api/session-views.ts'
import { approvalsNow, standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/approve: one person approves exactly what stands. With the last approval that is asked for the session is approved; any
 * change of the offer or of the payee's details leaves it without force. What is approved takes a further one, for rules that came to ask for more.
 */
export const approveRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/approve', {
    config: { permission: 'route_session:approve', audit: 'route_session.approved' },
    schema: { operationId: 'approveRouteSession', summary: 'Approve what stands', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: ApproveBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { version, content_version, reason_code, note = null } = request.body
    const before = await readSessionToChange(deps, request, request.params.id)
    const decided = await deps.decisions.offered(actor, before)
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['accepted', 'approved'] }, async ({ tx, session, market_clock, refuse }) => {
      if (session.content_version !== content_version) return refuse({ code: 'stale_version' })
      if (session.agreed_content_version !== content_version) return refuse({ code: 'not_agreed' })
      if (session.payee_details !== 'confirmed') return refuse({ code: session.payee_details === 'held' ? 'supplier_on_hold' : 'payee_details_changed' })
      if (session.degraded.length > 0) return refuse({ code: 'degraded_not_acceptable' })
      if (hasExpired(session.valid_until, market_clock)) return refuse({ code: 'offer_expired' })
      // The rules of now, where they ask for more than the agreement did: then one's own is none, and none of one's own counts.
      const asked = approvalsNow(session, standingCandidate(session, decided), decided?.snapshot ?? null, await readRulesInForce(tx))
      const own = ownWhereFourEyes(actor, { ...session, required_approvals: asked.required })
      if (own !== null) return refuse({ code: own })
      const held = approvalsThatHold(session, asked.required)
      if (held.some(({ user_id }) => user_id === actor.user_id)) return refuse({ code: 'already_approved' })
      // The desk decides; a Platform Admin is its second person and never its first.
      if (actor.role === 'platform_admin' && held.length === 0) return refuse({ code: 'admin_is_second' })
      const candidate_id = session.offer?.candidate_id ?? session.decision?.recommended_id
      if (candidate_id === null || candidate_id === undefined) return refuse({ code: 'wrong_state' })
      if (asked.required > session.required_approvals) await raiseApprovals(tx, session.id, asked)
      await addApproval(tx, { id: newId(), session_id: session.id, content_version, details_version: session.details_version, candidate_id, reason_code, note })
      const enough = held.length + 1 >= asked.required
      const moves = session.state === 'accepted' ? (enough ? { to: 'approved' as const, reason: reason_code } : {}) : enough ? {} : { to: 'accepted' as const, reason: RULES_ASK_MORE }
      return { ...moves, facts: { content_version, details_version: session.details_version, candidate_id, reason_code, approvals: held.length + 1, required: asked.required, rules_version: asked.rules_version } }
    })
  })
}
