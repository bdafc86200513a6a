/** The screenings of a session as the desk sees them, with what stands between it and its payment. */
import type { Static } from 'typebox'
import type { Actor } from '#contracts/roles.ts'
import type { SessionScreenings } from '#contracts/api/screenings.ts'
import { listScreenings, readDetailsVersion, readSettings, withTenantRead } from '#database/index.ts'
import { newestScreenings, requiredSubjects, screeningStanding } from '#execution/checks/screening.ts'
import { screeningOf } from './check-views.ts'
import { clockNow } from './market.ts'
import { readStoredSession } from './read-session.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

export async function readScreeningsToShow(deps: AppDeps, actor: Actor, session_id: string): Promise<Static<typeof SessionScreenings>> {
  const session = await readStoredSession(deps, actor, session_id)
  const route = standingCandidate(session, await deps.decisions.offered(actor, session))
  const { rows, version, settings } = await withTenantRead(deps.db, actor, async (tx) => {
    const [rows, version, settings] = await Promise.all([listScreenings(tx, session_id), readDetailsVersion(tx, session.supplier_id), readSettings(tx)])
    return { rows, version, settings }
  })
  const standing_ids = new Set(newestScreenings(rows).map(({ id }) => id))
  return {
    items: rows.map((row) => screeningOf(row, standing_ids.has(row.id))),
    standing: screeningStanding(requiredSubjects(session.intent.goods.class, route?.hops ?? []), rows, clockNow(settings, deps.now()), version ?? 1),
  }
}
