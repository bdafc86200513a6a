import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { RecordedScreening, ScreeningBody } from '#contracts/api/screenings.ts'
import { foundHitElsewhere, holdSession, isScreeningFile, listScreenings, newId, readDetailsVersion, readRouteSession, readSettings, refused, saveScreening, withTenantWrite, type SessionState, sessionChanged } from '#database/index.ts'
import { screeningStops } from '#execution/checks/read-standing.ts'
import { findsOwnHitGone, screeningExpiry } from '#execution/checks/screening.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow } from '#api/market.ts'
import { readScreeningsToShow } from '#api/read-screenings.ts'
import type { AppDeps } from '#api/deps.ts'

/** States in which there is a payment to screen for: of those that are over nothing is paid any more. */
const SCREENED: ReadonlySet<SessionState> = new Set(['recommended', 'accepted', 'awaiting_merchant', 'approved', 'executing', 'paused'])

/**
 * POST /api/route-sessions/:id/screenings: what the desk found about one subject of the payment, in which list of which day. It counts for 24 hours
 * of the market clock. A hit, or a possible one, stops a payment that is being carried out: the session is paused in the same transaction.
 */
export const recordScreening = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/screenings', {
    config: { permission: 'screening:record', audit: 'screening.recorded' },
    schema: { operationId: 'recordScreening', summary: 'Record a screening', tags: ['screenings'], params: Type.Object({ id: Uuid }, closed), body: ScreeningBody, response: { 201: RecordedScreening, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { id: session_id } = request.params
    const { subject, result, list_name, list_date, artifact_id = null, note = null } = request.body
    const id = newId()
    const written = await withTenantWrite<{ id: string; paused: boolean }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'screening.recorded', entity: 'route_session', entity_id: session_id, facts: { code: refusal.code } })
      // Ahead of what is read: whoever moves the session waits for this screening, or was first and is seen.
      await holdSession(tx, session_id)
      const [session, settings, rows] = await Promise.all([readRouteSession(tx, session_id), readSettings(tx), listScreenings(tx, session_id)])
      if (session === null) return refuse({ code: 'not_found' })
      if (!SCREENED.has(session.state)) return refuse({ code: 'wrong_state' })
      const now = clockNow(settings, deps.now())
      if (list_date > now.slice(0, 10)) return refuse({ code: 'invalid_field', field: '/list_date' })
      if (artifact_id !== null && !(await isScreeningFile(tx, artifact_id, session_id))) return refuse({ code: 'not_found', field: '/artifact_id' })
      if (findsOwnHitGone(rows, { subject, result, screened_by: actor.user_id }) || (result === 'no_hit' && (await foundHitElsewhere(tx, session_id, subject)))) return refuse({ code: 'second_person_for_hit' })
      const details_version = (await readDetailsVersion(tx, session.supplier_id)) ?? 1
      await saveScreening(tx, { id, session_id, subject, result, list_name, list_date, screened_at: now, expires_at: screeningExpiry(now), details_version, artifact_id, note })
      const stopped = result === 'no_hit' ? null : await screeningStops(tx, session, now)
      return {
        audit: { action: 'screening.recorded', entity: 'screening', entity_id: id, transition_seq: 1, facts: { session_id, subject, result, list_date, details_version, paused_at_version: stopped } },
        response: { status: 201, body: { id, paused: stopped !== null } }, outbox: sessionChanged(session_id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { id: recorded, paused } = written.value.body
    const { items, standing } = await readScreeningsToShow(deps, actor, session_id)
    return reply.code(201).send({ screening: items.find((item) => item.id === recorded)!, standing, paused })
  })
}
