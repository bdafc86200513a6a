/** How old the prices of a dataset are by the market clock. Pure. */
import { dayOf, fromLocal, instantOf, zoneOf } from './calendar.ts'
import type { Dataset } from './dataset.ts'
import { DAY_S, durationSeconds, HOUR_S } from './durations.ts'

export type DataAge = {
  /** the day of the rates */
  readonly as_of: string
  readonly providers: number
  /** older than they may be, which makes a route conditional; the refused among them */
  readonly stale: number
  /** so old that policy refuses every route over them */
  readonly refused: number
}

/** Ages count from nine o'clock of the day that the data is of, in the company's zone, as a route counts them in the payer's. */
export function dataAge({ providers, estimates, rates }: Dataset, market: { readonly clock: string; readonly time_zone: string }): DataAge {
  const [now, zone] = [instantOf(market.clock), zoneOf(market.time_zone)]
  const { max_age_ratio_conditional, max_age_ratio_refused } = estimates.default_limits
  const ratios = providers.map(({ data_freshness: { as_of, max_age } }) => Math.max(0, now - fromLocal(zone, dayOf(as_of) * DAY_S + 9 * HOUR_S)) / durationSeconds(max_age))
  const above = (limit: string): number => ratios.filter((ratio) => ratio > Number(limit)).length
  return { as_of: rates.as_of, providers: providers.length, stale: above(max_age_ratio_conditional), refused: above(max_age_ratio_refused) }
}
