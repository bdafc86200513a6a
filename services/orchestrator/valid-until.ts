/** Until when a recommendation's price stands: the first of its providers' data is due for renewal then. By the market clock. Pure. */
import type { Candidate } from '#contracts/routing.ts'
import { dayOf, fromLocal, instantOf, isoInZone, zoneOf } from './calendar.ts'
import { DAY_S, durationSeconds, HOUR_S } from './durations.ts'
import type { Snapshot } from './snapshot.ts'

/** At least an hour, so that a price that is stale already (and shown as such) can still be looked at and agreed to. */
export function validUntil(snapshot: Snapshot, candidate: Candidate, market_clock: string): string {
  const now = instantOf(market_clock)
  const corridorCountry = candidate.hops[0]!.from.country
  const zone = (corridorCountry === null ? undefined : snapshot.country_zones.get(corridorCountry)) ?? zoneOf('UTC')
  const ids = new Set(candidate.hops.map((hop) => hop.provider_id))
  const ends = snapshot.dataset.providers.filter((provider) => ids.has(provider.id))
    .map(({ data_freshness: { as_of, max_age } }) => fromLocal(zone, dayOf(as_of) * DAY_S + 9 * HOUR_S) + durationSeconds(max_age))
  return isoInZone(zone, Math.max(now + HOUR_S, Math.min(...ends)))
}
