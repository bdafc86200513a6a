import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { IncidentWithEvents, ResolveIncidentBody } from '#contracts/api/payment-incidents.ts'
import { holdSession, readIncident, readRouteSession, readSettings, readSteps, refused, resolveIncident, skipOpenSteps, transitionSession, withTenantWrite, sessionChanged } from '#database/index.ts'
import { endsReturned, refusalOf } from '#execution/checks/incidents.ts'
import { problems } from '#api/http/operation.ts'
import { whyNotLost } from '#api/loss.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow } from '#api/market.ts'
import { readIncidentToShow } from '#api/read-incidents.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/incidents/:id/resolve: how it ended. Money that is back ends the session as returned, in the same transaction. */
export const resolvePaymentIncident = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/incidents/:id/resolve', {
    config: { permission: 'payment_incident:resolve', audit: 'payment_incident.resolved' },
    schema: { operationId: 'resolvePaymentIncident', summary: 'Resolve an incident', tags: ['incidents'], params: Type.Object({ id: Uuid }, closed), body: ResolveIncidentBody, response: { 200: IncidentWithEvents, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { version, resolution, proof_reference = null, note = null } = request.body
    const written = await withTenantWrite<{ id: string; session_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'payment_incident.resolved', entity: 'payment_incident', entity_id: id, facts: { code: refusal.code } })
      const incident = await readIncident(tx, id)
      if (incident === null) return refuse({ code: 'not_found' })
      await holdSession(tx, incident.session_id)
      const [session, settings] = await Promise.all([readRouteSession(tx, incident.session_id), readSettings(tx)])
      const no = refusalOf(incident, { resolution, proof_reference, user_id: actor.user_id })
      if (no !== null) return refuse({ code: no })
      const not_lost = session !== null && endsReturned(resolution, session.state) ? await whyNotLost(tx, actor, session) : null
      if (not_lost !== null) return refuse({ code: not_lost })
      const done = await resolveIncident(tx, { ...incident, version }, { resolution, proof_reference, note })
      if (!done.ok || session === null) return refuse({ code: 'stale_version' })
      const market_clock = clockNow(settings, deps.now())
      let returned_at_version: number | null = null
      if (endsReturned(resolution, session.state)) {
        // What nobody knows of is found out first; what was not begun will not be.
        if ((await readSteps(tx, session.id)).some(({ state }) => state === 'unknown')) return refuse({ code: 'steps_not_done' })
        await skipOpenSteps(tx, session.id, market_clock)
        const moved = await transitionSession(tx, { session_id: session.id, from: session.state, to: 'returned', version: session.version, market_clock, reason: 'The money is back.' })
        if (!moved.ok) return refuse({ code: moved.error.code })
        returned_at_version = moved.value.version
      }
      return {
        audit: { action: 'payment_incident.resolved', entity: 'payment_incident', entity_id: id, transition_seq: done.value.version, facts: { session_id: session.id, kind: incident.kind, resolution, proof: proof_reference !== null, opened_by: incident.opened_by, returned_at_version } },
        response: { status: 200, body: { id, session_id: session.id } }, outbox: sessionChanged(session.id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readIncidentToShow(deps, actor, written.value.body)
  })
}
