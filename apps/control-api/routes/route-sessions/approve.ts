import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ApproveBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { addApproval, newId } from '#database/index.ts'
import { hasExpired } from '#orchestrator/merchant-view/index.ts'
import { approvalsThatHold } from '#api/approval-view.ts'
import { payeeRefusal } from '#api/execution-gates.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { commandAndShow } from '#api/session-command.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/approve: one person approves exactly what stands. With the last approval that is asked for the session is approved; any
 * change of the offer or of the payee's details leaves it without force.
 */
export const approveRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/approve', {
    config: { permission: 'route_session:approve', audit: 'route_session.approved' },
    schema: { operationId: 'approveRouteSession', summary: 'Approve what stands', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: ApproveBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { version, content_version, reason_code, note = null } = request.body
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['accepted', 'approved'] }, async ({ tx, session, market_clock, refuse }) => {
      if (session.content_version !== content_version) return refuse({ code: 'stale_version' })
      if (session.agreed_content_version !== content_version) return refuse({ code: 'not_agreed' })
      const payee = payeeRefusal(session)
      if (payee !== null) return refuse(payee)
      if (session.degraded.length > 0) return refuse({ code: 'degraded_not_acceptable' })
      if (hasExpired(session.valid_until, market_clock)) return refuse({ code: 'offer_expired' })
      const held = approvalsThatHold(session)
      if (held.some(({ user_id }) => user_id === actor.user_id)) {
        if (session.state !== 'accepted' || held.length < session.required_approvals) return refuse({ code: 'already_approved' })
        // It was approved, the merchant was asked something, and what was approved still stands: whoever approved it says so, and nobody is asked to approve twice.
        return { to: 'approved', reason: reason_code, facts: { content_version, details_version: session.details_version, reason_code, approvals: held.length, required: session.required_approvals } }
      }
      // The desk decides; a Platform Admin is its second person and never its first.
      if (actor.role === 'platform_admin' && held.length === 0) return refuse({ code: 'admin_is_second' })
      const candidate_id = session.offer?.candidate_id ?? session.decision?.recommended_id
      if (candidate_id === null || candidate_id === undefined) return refuse({ code: 'wrong_state' })
      await addApproval(tx, { id: newId(), session_id: session.id, content_version, details_version: session.details_version, candidate_id, reason_code, note })
      const last = session.state === 'accepted' && held.length + 1 >= session.required_approvals
      return { ...(last ? { to: 'approved' as const, reason: reason_code } : {}), facts: { content_version, details_version: session.details_version, candidate_id, reason_code, approvals: held.length + 1, required: session.required_approvals } }
    })
  })
}
