import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ChaseIncidentBody, IncidentWithEvents } from '#contracts/api/payment-incidents.ts'
import { chaseIncident, readIncident, readSettings, refused, withTenantWrite, sessionChanged } from '#database/index.ts'
import { fits } from '#execution/checks/incidents.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow } from '#api/market.ts'
import { readIncidentToShow } from '#api/read-incidents.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/incidents/:id/chase: what is done next, by whom and by when; what the merchant reads changes with it, or stays. */
export const chasePaymentIncident = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/incidents/:id/chase', {
    config: { permission: 'payment_incident:chase', audit: 'payment_incident.chased' },
    schema: { operationId: 'chasePaymentIncident', summary: 'Say what is done next', tags: ['incidents'], params: Type.Object({ id: Uuid }, closed), body: ChaseIncidentBody, response: { 200: IncidentWithEvents, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { version, chaser, action, due_at, note = null } = request.body
    const written = await withTenantWrite<{ id: string; session_id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'payment_incident.chased', entity: 'payment_incident', entity_id: id, facts: { code: refusal.code } })
      const [incident, settings] = await Promise.all([readIncident(tx, id), readSettings(tx)])
      if (incident === null) return refuse({ code: 'not_found' })
      if (incident.state === 'resolved') return refuse({ code: 'incident_over' })
      const merchant_text = request.body.merchant_text ?? incident.merchant_text
      if (!fits(incident.kind, merchant_text)) return refuse({ code: 'invalid_field', field: '/merchant_text' })
      if (Date.parse(due_at) <= Date.parse(clockNow(settings, deps.now()))) return refuse({ code: 'invalid_field', field: '/due_at' })
      const now_at = await chaseIncident(tx, id, version, { chaser, action, due_at, note, merchant_text, merchant_note: request.body.merchant_note ?? null })
      if (now_at === null) return refuse({ code: 'stale_version' })
      return {
        audit: { action: 'payment_incident.chased', entity: 'payment_incident', entity_id: id, transition_seq: now_at, facts: { session_id: incident.session_id, chaser, action, due_at } },
        response: { status: 200, body: { id, session_id: incident.session_id } }, outbox: sessionChanged(incident.session_id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readIncidentToShow(deps, actor, written.value.body)
  })
}
