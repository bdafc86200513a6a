import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { OfferBody } from '#contracts/api/execution.ts'
import { NEW_PRICE_REASONS } from '#contracts/reason-codes.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { makeOffer, type SessionState } from '#database/index.ts'
import { documentsUsed } from '#orchestrator/documents-used.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { routeAgain, whyNotNow } from '#api/route-again.ts'
import { commandAndShow } from '#api/session-command.ts'
import { askApprovals, isOtherRoute, standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'

const FROM: readonly SessionState[] = ['accepted', 'approved']

/**
 * POST /api/route-sessions/:id/offer: the desk offers another lawful candidate, or the same at today's price. The merchant is asked to agree to it; what was
 * agreed to and approved before has no force any more. Priced and judged on today's market, so nobody agrees to a price of yesterday.
 */
export const offerRoute = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/offer', {
    config: { permission: 'route_session:approve', audit: 'route_session.offered', rateClass: 'route' },
    schema: { operationId: 'offerRoute', summary: 'Offer another route, or a new price', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: OfferBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, candidate_id, reason_code, note = null } = request.body
    const session_id = request.params.id
    const before = await readSessionToChange(deps, request, session_id)
    // A caller that is behind, or repeats itself, is told so without asking the policy.
    const now = before.version === version && FROM.includes(before.state) ? await routeAgain(deps, request, before, before.mode_ceiling === 'simulation') : null
    const standing = before.offer?.candidate_id ?? before.decision?.recommended_id ?? null
    const [decided, offered] = await Promise.all([deps.decisions.of(actorOf(request), before), deps.decisions.offered(actorOf(request), before)])
    const same = NEW_PRICE_REASONS.some(({ code }) => code === reason_code)
    return commandAndShow(deps, request, { session_id, version, from: FROM }, async ({ tx, session, refuse }) => {
      if (now === null) return refuse({ code: 'stale_version' })
      const asked = candidate_id === standing ? standingCandidate(session, offered) : (decided?.routed.decided.describe(candidate_id) ?? null)
      if (asked === null) return refuse({ code: 'route_gone', field: '/candidate_id' })
      const candidate = now.same(asked)
      if (same !== (candidate_id === standing)) return refuse({ code: 'invalid_field', field: '/reason_code' })
      const not = whyNotNow(candidate)
      if (not !== null || candidate === null) return refuse(not ?? { code: 'route_gone', field: '/candidate_id' })
      const { required, because, rules_version } = await askApprovals(tx, session, { ...candidate, id: candidate_id }, now.snapshot)
      const content_version = session.content_version + 1
      const why = isOtherRoute(session, candidate_id) && !same ? 'other_route' : reason_code === 'payee_details_changed' ? 'payee_details' : 'new_price'
      await makeOffer(tx, {
        session_id, content_version, because: why, reason_code, note, candidate_id, candidate: { ...candidate, id: candidate_id }, market_clock: now.market_clock, valid_until: now.validUntil(candidate), snapshot_digest: now.snapshot.digest,
        policy_revision: now.policy_revision, desk_fee: now.fee(candidate), documents_used: documentsUsed(candidate), required_approvals: required, four_eyes_because: because, approval_rules_version: rules_version,
      })
      return { to: 'awaiting_merchant', reason: reason_code, facts: { content_version, candidate_id, reason_code, required, sends: `${candidate.sent.amount} ${candidate.sent.currency}`, receives: `${candidate.received.amount} ${candidate.received.currency}` } }
    })
  })
}
