/** Until when a recommendation's price stands: the first of its legs' prices is due for renewal, or runs out, then. By the market clock. Pure. */
import type { Candidate } from '#contracts/routing.ts'
import { dayOf, fromLocal, instantOf, isoInZone, zoneOf } from './calendar.ts'
import { DAY_S, HOUR_S } from './durations.ts'
import type { Snapshot } from './snapshot.ts'

/** At least an hour, so that a price that is stale already (and shown as such) can still be looked at and agreed to; but no longer than a quote that says its own end. */
export function validUntil(snapshot: Snapshot, candidate: Candidate, market_clock: string): string {
  const now = instantOf(market_clock)
  const corridorCountry = candidate.hops[0]!.from.country
  const zone = (corridorCountry === null ? undefined : snapshot.country_zones.get(corridorCountry)) ?? zoneOf('UTC')
  const legs = snapshot.legs.filter((leg) => candidate.hops.some((hop) => hop.provider_id === leg.provider.id && hop.from.currency === leg.from && hop.to.currency === leg.to))
  const ages = legs.map(({ as_of, observed, max_age_s }) => (observed?.at_s ?? fromLocal(zone, dayOf(as_of) * DAY_S + 9 * HOUR_S)) + max_age_s)
  const said = legs.flatMap(({ observed }) => (observed?.expires_s == null ? [] : [observed.expires_s]))
  return isoInZone(zone, Math.min(Math.max(now + HOUR_S, Math.min(...ages)), ...said))
}
