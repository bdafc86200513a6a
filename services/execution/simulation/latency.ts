/** How long a simulated hop takes: drawn from the lognormal distribution whose median and 90th percentile are the provider's own. */
import type { Hop } from '#contracts/routing.ts'
import { durationSeconds } from '#orchestrator/durations.ts'
import type { Chance } from './chance.ts'

/** The 90th percentile of the normal distribution, in deviations. */
const Z90 = 1.2815515655446004
/** No simulated hop takes longer than so many of its p90: a tail, not a story without an end. */
const MOST_P90 = 10

/** Whole seconds with this median and 90th percentile; zero where both are. A p90 below the median counts as the median. */
export function drawLatency(p50_s: number, p90_s: number, chance: Chance): number {
  if (p50_s <= 0) return Math.round(Math.max(0, p90_s) * chance.next())
  const deviation = Math.log(Math.max(1, p90_s / p50_s)) / Z90
  return Math.round(Math.min(p50_s * Math.exp(deviation * chance.normal()), Math.max(p50_s, p90_s) * MOST_P90))
}

/**
 * Seconds that the hop takes. Where it keeps business hours, the decision says how long its p50 lasts on the wall, nights and closed days included, and
 * what is drawn is stretched as much.
 */
export function hopLatency(hop: Hop, chance: Chance): number {
  const p50_s = durationSeconds(hop.latency_p50)
  const on_wall_s = (Date.parse(hop.ends_at_p50) - Date.parse(hop.starts_at_p50)) / 1000
  const stretch = p50_s > 0 && on_wall_s > p50_s ? on_wall_s / p50_s : 1
  return Math.round(drawLatency(p50_s, durationSeconds(hop.latency_p90), chance) * stretch)
}
