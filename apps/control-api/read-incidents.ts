/** Incidents as the desk sees them, after somebody did something about one. */
import type { Static } from 'typebox'
import type { Actor } from '#contracts/roles.ts'
import type { IncidentWithEvents, SessionIncidents } from '#contracts/api/payment-incidents.ts'
import { listSessionIncidents, readSettings, withTenantRead } from '#database/index.ts'
import { stuckSince } from '#execution/checks/incidents.ts'
import { incidentWithEvents } from './check-views.ts'
import { clockNow } from './market.ts'
import { ProblemError } from './problems.ts'
import { readStoredSession } from './read-session.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

/** The incidents of a session, and whether it is stuck without one. */
export async function readIncidentsToShow(deps: AppDeps, actor: Actor, session_id: string): Promise<Static<typeof SessionIncidents>> {
  const session = await readStoredSession(deps, actor, session_id)
  const { rows, settings } = await withTenantRead(deps.db, actor, async (tx) => {
    const [rows, settings] = await Promise.all([listSessionIncidents(tx, session_id), readSettings(tx)])
    return { rows, settings }
  })
  const now = clockNow(settings, deps.now())
  const chased = rows.some(({ kind, state }) => kind === 'stuck' && state !== 'resolved')
  const arrival_p90 = chased ? null : (standingCandidate(session, await deps.decisions.offered(actor, session))?.arrival_p90 ?? null)
  return { items: rows.map((row) => incidentWithEvents(row, now)), stuck_since: stuckSince({ state: session.state, arrival_p90 }, now) }
}

/** One incident of a session after a change of it. */
export async function readIncidentToShow(deps: AppDeps, actor: Actor, { session_id, id }: { readonly session_id: string; readonly id: string }): Promise<IncidentWithEvents> {
  const { rows, settings } = await withTenantRead(deps.db, actor, async (tx) => {
    const [rows, settings] = await Promise.all([listSessionIncidents(tx, session_id), readSettings(tx)])
    return { rows, settings }
  })
  const row = rows.find((row) => row.id === id)
  if (row === undefined) throw new ProblemError('not_found')
  return incidentWithEvents(row, clockNow(settings, deps.now()))
}
