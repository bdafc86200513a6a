import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { DeskRouteSession, MerchantRouteSession, RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { requestRoute } from '#orchestrator/request-route.ts'
import { actorOf, problemOf } from '#api/http/signed-in.ts'
import { clockNow, zoneOfCountry } from '#api/market.ts'
import { readSessionToShow } from '#api/read-session.ts'
import { NOT_EXECUTED } from '#api/merchant-tracking.ts'
import { viewFor } from '#api/session-views.ts'
import type { AppDeps } from '#api/deps.ts'

/** A repeated request gets the session as it was first answered. */
const FIRST_VERSION = 1

/** POST /api/route-sessions: route one payment intent. 201 (state no_route too: it is an answer) · 409 duplicate_invoice · 503 policy_unavailable */
export const createRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions', {
    config: { permission: 'route_session:create', audit: 'route_session.requested', rateClass: 'route' },
    schema: { operationId: 'createRouteSession', summary: 'Request a route', tags: ['route sessions'], body: RouteRequestBody, response: { 201: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    // Tenant and mode come from the actor and the corridor, so a body can never name another one.
    const result = await requestRoute(deps, { actor, idempotency_key: request.idempotencyKey, request_id: request.id, body: request.body })
    if (!result.ok) throw problemOf(result.error)
    if (result.value.kind === 'answered_before') return reply.code(201).send(viewFor(actor, await readSessionToShow(deps, actor, result.value.id, FIRST_VERSION)))
    const { session, routed, snapshot, settings } = result.value
    return reply.code(201).send(viewFor(actor, { session, decided: { routed, snapshot }, executed: NOT_EXECUTED, market_clock: clockNow(settings, deps.now()), supplier_time_zone: zoneOfCountry(snapshot, session.supplier.country) }))
  })
}
