import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AcceptBody, DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { changeState, NO_FOUR_EYES } from '#api/change-state.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { askApprovals, standingCandidate } from '#api/standing-offer.ts'
import type { StoredRouteSession, Tx } from '#database/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/accept: the merchant, or the desk for it with a reason, agrees to the recommended route. It pays nothing. */
export const acceptRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/accept', {
    config: { permission: 'route_session:accept', audit: 'route_session.accepted' },
    schema: { operationId: 'acceptRouteSession', summary: 'Accept the recommended route', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: AcceptBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { version, reason, acknowledge_over_invoice } = request.body
    if (actor.role !== 'merchant_client' && reason === undefined) return deny(deps, request, { code: 'reason_required', field: '/reason' })
    if (actor.role === 'merchant_client' && reason !== undefined) return deny(deps, request, { code: 'invalid_field', field: '/reason' })
    // Looked up before the transaction: a decision that is computed again holds no connection.
    const before = await readSessionToChange(deps, request, request.params.id)
    const decided = await deps.decisions.offered(actor, before)
    const standing = standingCandidate(before, decided)
    const fourEyes = async (tx: Tx, session: StoredRouteSession) => (standing === null || decided === null ? NO_FOUR_EYES : askApprovals(tx, session, standing, decided.snapshot))
    return changeState(deps, request, { session_id: request.params.id, version, from: ['recommended', 'awaiting_merchant'], to: 'accepted', action: 'route_session.accepted', reason: reason ?? null, offer: true, over_invoice: acknowledge_over_invoice ?? false, fourEyes })
  })
}
