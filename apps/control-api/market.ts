/** The tenant's market as operations read it: the clock, and the snapshot of the data in force. */
import type { Static } from 'typebox'
import type { MarketClock } from '#contracts/api/portal.ts'
import { readSettings, readSnapshotFiles, type TenantSettings, type Tx } from '#database/index.ts'
import { isoInZone, instantOf, zoneOf } from '#orchestrator/calendar.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

export type Market = { readonly settings: TenantSettings; /** null while no data was imported */ readonly snapshot: Snapshot | null }

/** Settings and snapshot of the tenant, inside a transaction that reads more. */
export async function readMarket(deps: Pick<AppDeps, 'snapshots'>, tx: Tx): Promise<Market> {
  const settings = await readSettings(tx)
  const digest = settings.snapshot_digest
  const snapshot = digest === null ? null : await deps.snapshots.get(digest, () => readSnapshotFiles(tx, digest))
  if (digest !== null && snapshot === null) throw new ProblemError('unavailable')
  return { settings, snapshot }
}

/** The imported data below whatever is laid over it: where priors come from, and what factors multiply. */
export const importedData = (snapshot: Snapshot): Snapshot => snapshot.over?.base ?? snapshot

/** The market clock now, in the tenant's own zone. */
export function clockNow(settings: Pick<TenantSettings, 'market_clock' | 'time_zone'>, now: Date): string {
  return isoInZone(zoneOf(settings.time_zone), settings.market_clock === null ? Math.floor(now.getTime() / 1000) : instantOf(settings.market_clock))
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

/** "Demo market of 29 September 2026" on a fixed market; a live one needs no words. */
export function marketOf(settings: Pick<TenantSettings, 'market_clock' | 'time_zone'>, now: Date): Static<typeof MarketClock> {
  const clock = clockNow(settings, now)
  const demo = settings.market_clock !== null
  return { clock, demo, label: demo ? `Demo market of ${Number(clock.slice(8, 10))} ${MONTHS[Number(clock.slice(5, 7)) - 1]} ${clock.slice(0, 4)}` : null }
}

/** The zone of a supplier's country, in which arrival dates are said. */
export const zoneOfCountry = (snapshot: Snapshot | null, country: string): string => snapshot?.country_zones.get(country)?.name ?? 'UTC'
