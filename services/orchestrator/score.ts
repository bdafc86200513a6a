/** The score of a candidate: bps of what is sent, lower is better, each weight times a value that only grows along a route. */
import type { SCORE_INPUTS } from '#contracts/routing.ts'
import type { WeightName } from './dataset.ts'
import { HOUR_S } from './durations.ts'
import type { Leg } from './leg.ts'
import type { Weights } from './snapshot.ts'

/** What each weight multiplies, in the order of WEIGHT_NAMES. */
export type ScoreValues = Readonly<Record<WeightName, number>>
export type ScoreInputName = (typeof SCORE_INPUTS)[number]

/** Which weights make up which shown input. */
export const INPUT_WEIGHTS: Readonly<Record<ScoreInputName, readonly WeightName[]>> = {
  cost: ['cost'], slippage: ['slippage'], latency: ['hour'], late: ['late_hour'], liquidity: ['liquidity'], risk: ['risk'], trust: ['trust'],
  human: ['human_hour', 'human_step'], actor_risk: ['actor_risk'], freshness: ['freshness'], documents: ['document'], proofs: ['proof'],
  probation: ['probation'], above_guidance: ['above_guidance'],
}

const MOST_LATE_HOURS = 720

/** What a path's legs alone give to the score. */
export type LegFigures = {
  readonly liquidity: number; readonly route_risk: number; readonly risk: number; readonly trust: number
  readonly human_hour: number; readonly human_step: number; readonly actor_risk: number; readonly proof: number; readonly probation: number
}

export function legFigures(legs: readonly Leg[]): LegFigures {
  let liquid = 1
  let safe = 1
  let trusted = 1
  let reliable = 1
  let human_hour = 0
  let human_step = 0
  let proof = 0
  let probation = 0
  for (const leg of legs) {
    liquid *= leg.liquidity_confidence
    safe *= 1 - leg.risk
    trusted *= leg.trust
    reliable *= leg.actor_reliability
    human_hour += leg.human_hours
    human_step += leg.human_steps.length
    proof += leg.proofs
    probation += leg.on_probation ? 1 : 0
  }
  return {
    liquidity: 100 * (1 - liquid), route_risk: 1 - safe, risk: 10_000 * (1 - safe), trust: 10_000 * (1 - trusted),
    human_hour, human_step, actor_risk: 10_000 * (1 - reliable), proof, probation,
  }
}

export function scoreValues(
  figures: LegFigures, route: { cost_bps: number; slippage_bps: number; created: number; arrival_p90: number; deadline: number; worst_age_ratio: number; missing: number; above_guidance: number },
): ScoreValues {
  return {
    cost: route.cost_bps, slippage: route.slippage_bps,
    hour: (route.arrival_p90 - route.created) / HOUR_S,
    late_hour: Math.min(MOST_LATE_HOURS, Math.max(0, (route.arrival_p90 - route.deadline) / HOUR_S)),
    liquidity: figures.liquidity, risk: figures.risk, trust: figures.trust,
    human_hour: figures.human_hour, human_step: figures.human_step, actor_risk: figures.actor_risk,
    freshness: 100 * Math.min(1, route.worst_age_ratio),
    document: route.missing, proof: figures.proof, probation: figures.probation, above_guidance: route.above_guidance,
  }
}

export function scoreOf(weights: Weights, values: ScoreValues): number {
  // Written out: a loop over names costs ten times as much, and this runs for every candidate.
  return weights.cost * values.cost + weights.slippage * values.slippage + weights.hour * values.hour + weights.late_hour * values.late_hour
    + weights.liquidity * values.liquidity + weights.risk * values.risk + weights.trust * values.trust + weights.human_hour * values.human_hour
    + weights.human_step * values.human_step + weights.actor_risk * values.actor_risk + weights.freshness * values.freshness
    + weights.document * values.document + weights.proof * values.proof + weights.probation * values.probation
    + weights.above_guidance * values.above_guidance
}

/** Values within this many bps are equal (corridors/README "Score"). */
export const EQUAL_BPS = 1e-6

/**
 * Sorts by a measure where near values are equal: runs of values each within EQUAL_BPS of the run's first are ties, broken by `then`.
 * A plain comparator with a tolerance would not be transitive.
 */
export function sortTied<T>(items: readonly T[], measure: (item: T) => number, then: (tied: T[]) => T[]): T[] {
  const sorted = [...items].sort((a, b) => measure(a) - measure(b))
  const result: T[] = []
  for (let i = 0; i < sorted.length;) {
    let j = i + 1
    while (j < sorted.length && measure(sorted[j]!) - measure(sorted[i]!) <= EQUAL_BPS) j++
    result.push(...(j - i === 1 ? [sorted[i]!] : then(sorted.slice(i, j))))
    i = j
  }
  return result
}

/** The last resort of ties: (provider id, from, to) of the legs in order; then countries and network, so that no two are equal. */
export function compareByLegs(a: readonly Leg[], b: readonly Leg[]): number {
  for (const keys of [(l: Leg) => [l.provider.id, l.from, l.to], (l: Leg) => [l.from_country ?? '', l.to_country ?? '', l.kind, l.record.network ?? '']]) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const x = keys(a[i]!)
      const y = keys(b[i]!)
      for (let k = 0; k < x.length; k++) if (x[k] !== y[k]) return x[k]! < y[k]! ? -1 : 1
    }
    if (a.length !== b.length) return a.length - b.length
  }
  return 0
}
