import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ClearScreeningBody, Screening } from '#contracts/api/screenings.ts'
import { clearScreening as clear, holdSession, listScreenings, readScreening, readSettings, refused, withTenantRead, withTenantWrite, sessionChanged } from '#database/index.ts'
import { newestScreenings } from '#execution/checks/screening.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { screeningOf } from '#api/check-views.ts'
import { clockNow } from '#api/market.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/screenings/:id/clear: somebody other than who screened says why a possible hit is none. A hit is never cleared; it is screened again, by somebody else. */
export const clearScreening = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/screenings/:id/clear', {
    config: { permission: 'screening:clear', audit: 'screening.cleared', stepUp: true },
    schema: { operationId: 'clearScreening', summary: 'Clear a possible hit', tags: ['screenings'], params: Type.Object({ id: Uuid }, closed), body: ClearScreeningBody, response: { 200: Screening, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const { because } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'screening.cleared', entity: 'screening', entity_id: id, facts: { code: refusal.code } })
      const screening = await readScreening(tx, id)
      if (screening === null) return refuse({ code: 'not_found' })
      await holdSession(tx, screening.session_id)
      const [settings, rows] = await Promise.all([readSettings(tx), listScreenings(tx, screening.session_id)])
      // What is no possible hit, is cleared already or has another one in its place has nothing to clear.
      if (screening.result !== 'possible_hit' || !newestScreenings(rows).some((row) => row.id === id && row.cleared_by === null)) return refuse({ code: 'nothing_to_clear' })
      if (screening.screened_by === actor.user_id) return refuse({ code: 'second_person_for_hit' })
      if (!(await clear(tx, id, { because, at: clockNow(settings, deps.now()) }))) return refuse({ code: 'nothing_to_clear' })
      return {
        audit: { action: 'screening.cleared', entity: 'screening', entity_id: id, transition_seq: 2, facts: { session_id: screening.session_id, subject: screening.subject, because, screened_by: screening.screened_by } },
        response: { status: 200, body: { id } }, outbox: sessionChanged(screening.session_id),
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const shown = await withTenantRead(deps.db, actor, async (tx) => {
      const row = await readScreening(tx, id)
      return row === null ? null : { row, newest: newestScreenings(await listScreenings(tx, row.session_id)) }
    })
    if (shown === null) throw new ProblemError('not_found')
    return screeningOf(shown.row, shown.newest.some((row) => row.id === id))
  })
}
