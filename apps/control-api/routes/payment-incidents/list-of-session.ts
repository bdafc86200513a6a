import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SessionIncidents } from '#contracts/api/payment-incidents.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readIncidentsToShow } from '#api/read-incidents.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/incidents: what went wrong with the payment, step by step, and whether it is stuck. */
export const listSessionIncidents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/incidents', {
    config: { permission: 'payment_incident:read', audit: null },
    schema: { operationId: 'listSessionIncidents', summary: 'Incidents of a session', tags: ['incidents'], params: Type.Object({ id: Uuid }, closed), response: { 200: SessionIncidents, ...problems } },
  }, async (request) => readIncidentsToShow(deps, actorOf(request), request.params.id))
}
