import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { IncidentWithEvents, OpenIncidentBody } from '#contracts/api/payment-incidents.ts'
import { firstSentence } from '#contracts/incidents.ts'
import { holdSession, listSessionIncidents, newId, openIncident, readRouteSession, readSettings, refused, withTenantWrite, sessionChanged } from '#database/index.ts'
import { canOpen, fits } from '#execution/checks/incidents.ts'
import { compare, fromDecimal } from '#orchestrator/rational.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow } from '#api/market.ts'
import { readIncidentToShow } from '#api/read-incidents.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/incidents: a payment that was sent came back, was called back, arrived short or does not arrive. Its merchant is told at once. */
export const openPaymentIncident = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/incidents', {
    config: { permission: 'payment_incident:open', audit: 'payment_incident.opened' },
    schema: { operationId: 'openPaymentIncident', summary: 'Open an incident', tags: ['incidents'], params: Type.Object({ id: Uuid }, closed), body: OpenIncidentBody, response: { 201: IncidentWithEvents, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const { kind, chaser, action, due_at, note = null, merchant_note = null, amount_missing = null } = request.body
    const merchant_text = request.body.merchant_text ?? firstSentence(kind)
    const id = newId()
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'payment_incident.opened', entity: 'route_session', entity_id: session_id, facts: { code: refusal.code } })
      // Whoever moves the session on waits for this incident, or was first and is seen.
      await holdSession(tx, session_id)
      const [session, settings, incidents] = await Promise.all([readRouteSession(tx, session_id), readSettings(tx), listSessionIncidents(tx, session_id)])
      if (session === null) return refuse({ code: 'not_found' })
      if (!canOpen(kind, session.state)) return refuse({ code: 'wrong_state' })
      if (incidents.some((other) => other.kind === kind && other.state !== 'resolved')) return refuse({ code: 'incident_open' })
      if (!fits(kind, merchant_text)) return refuse({ code: 'invalid_field', field: '/merchant_text' })
      if ((kind === 'short_credited') !== (amount_missing !== null)) return refuse({ code: amount_missing === null ? 'missing_field' : 'invalid_field', field: '/amount_missing' })
      if (amount_missing !== null && !/[1-9]/.test(amount_missing.amount)) return refuse({ code: 'invalid_field', field: '/amount_missing/amount' })
      // Of what the supplier gets, and no more than all of it.
      if (amount_missing !== null && amount_missing.currency !== session.receives?.currency) return refuse({ code: 'invalid_field', field: '/amount_missing/currency' })
      if (amount_missing !== null && compare(fromDecimal(amount_missing.amount), fromDecimal(session.receives!.amount)) > 0) return refuse({ code: 'invalid_field', field: '/amount_missing/amount' })
      if (Date.parse(due_at) <= Date.parse(clockNow(settings, deps.now()))) return refuse({ code: 'invalid_field', field: '/due_at' })
      await openIncident(tx, { id, session_id, kind, chaser, action, due_at, note, merchant_text, merchant_note, amount_missing })
      return {
        audit: { action: 'payment_incident.opened', entity: 'payment_incident', entity_id: id, transition_seq: 1, facts: { session_id, kind, chaser, action, due_at, amount_missing: amount_missing?.amount ?? null, currency: amount_missing?.currency ?? null } },
        response: { status: 201, body: { id } }, outbox: sessionChanged(session_id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readIncidentToShow(deps, actor, { session_id, id: written.value.body.id }))
  })
}
