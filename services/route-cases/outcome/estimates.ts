/**
 * How an outcome moves an estimate. All four kinds are one formula, each the posterior mean of its conjugate model:
 *
 *   value = (prior_weight × prior + Σ observations) ÷ (prior_weight + n)
 *
 * with every observation inside the range of its kind and kept in whole millionths, so that one outcome moves the estimate by at most 1/(n + prior_weight) of that range. A sum
 * of exact fractions: the order of outcomes changes nothing, and taking one out leaves what would be if it had never been.
 */
import type { EstimateKind } from '#contracts/api/settlement.ts'
import type { EstimateRecord } from '#orchestrator/dataset.ts'
import { add, compare, div, fromDecimal, fromInteger, mul, ONE, type Rational, reduce, sub, toDecimalNearest, ZERO } from '#orchestrator/rational.ts'
import { withoutZeros } from '#contracts/money.ts'
import { plainDecimal } from '#orchestrator/learned.ts'

/** What an estimate can be, and what an observation of it is held to. Trust and liquidity are shares; latency and slippage are factors on the provider's own figures. */
export const RANGES: Readonly<Record<EstimateKind, { readonly least: Rational; readonly greatest: Rational }>> = {
  trust: { least: ZERO, greatest: ONE },
  liquidity: { least: ZERO, greatest: ONE },
  latency: { least: { n: 1n, d: 4n }, greatest: fromInteger(4) },
  slippage: { least: ZERO, greatest: fromInteger(4) },
}
/** How many outcomes the imported figure weighs where the data does not say. */
const PRIOR_WEIGHT = { liquidity: 20, latency: 10, slippage: 10 } as const
/** Fewer outcomes than this say nothing about a suspension (ROUTING.md 10). */
export const MINIMUM_SAMPLE = 20

export type Prior = {
  readonly mean: Rational
  /** in outcomes, above zero */
  readonly weight: number
  /** no public source gives it; false for a factor, which starts at the provider's own figure */
  readonly illustrative: boolean
  readonly source: string
}

/** The prior of a provider's estimate from the imported data; null where it gives none: then the engine goes on with the worst of the category, and nothing is learned. */
export function priorOf(kind: EstimateKind, { trust_prior, liquidity_confidence, slippage_curve }: EstimateRecord): Prior | null {
  if (kind === 'trust') {
    if (trust_prior === undefined) return null
    const { successes, failures } = trust_prior
    // As the engine reads it (corridors/README "Score"): Beta(successes + 1, failures + 1).
    return { mean: { n: BigInt(successes + 1), d: BigInt(successes + failures + 2) }, weight: successes + failures + 2, illustrative: true, source: `${successes} successes, ${failures} failures in the corridor data` }
  }
  if (kind === 'liquidity') {
    return liquidity_confidence === undefined ? null : { mean: fromDecimal(liquidity_confidence), weight: PRIOR_WEIGHT.liquidity, illustrative: true, source: `liquidity confidence ${liquidity_confidence} in the corridor data` }
  }
  if (kind === 'slippage' && slippage_curve === undefined) return null
  return { mean: ONE, weight: PRIOR_WEIGHT[kind], illustrative: true, source: kind === 'latency' ? 'the latency in the corridor data, as it is' : 'the slippage curve in the corridor data, as it is' }
}

/** Evidence that counts: how many observations, and their exact sum. */
export type Total = { readonly n: number; readonly sum: Rational }
export const NO_EVIDENCE: Total = { n: 0, sum: ZERO }
export const plusOne = ({ n, sum }: Total, observation: string): Total => ({ n: n + 1, sum: reduce(add(sum, fromDecimal(observation))) })

export type Estimate = { readonly n: number; readonly value: Rational }

/** The estimate after this evidence. */
export const estimateOf = ({ mean, weight }: Prior, { n, sum }: Total): Estimate =>
  ({ n, value: reduce(div(add(mul(fromInteger(weight), mean), sum), fromInteger(weight + n))) })

/** What one more observation does, and the bound that it keeps: 1/(n + prior weight), as a share of the range. */
export function moveOf(prior: Prior, before: Total, observation: string): { readonly before: Estimate; readonly after: Estimate; readonly most: Rational } {
  return { before: estimateOf(prior, before), after: estimateOf(prior, plusOne(before, observation)), most: { n: 1n, d: BigInt(before.n + prior.weight) } }
}

/** The observation held to the range of its kind: an outlier counts as the range's end. */
export function clamped(kind: EstimateKind, value: Rational): Rational {
  const { least, greatest } = RANGES[kind]
  return compare(value, least) < 0 ? least : compare(value, greatest) > 0 ? greatest : value
}

/** Where a value lies in its range, 0 to 1: the unit in which the bound is said. */
export const shareOfRange = (kind: EstimateKind, value: Rational): Rational => div(sub(value, RANGES[kind].least), sub(RANGES[kind].greatest, RANGES[kind].least))

/** Past the minimum sample, trust has fallen below one half: somebody should look. Nothing is suspended by this. */
export const proposesSuspension = (trust: Estimate): boolean => trust.n >= MINIMUM_SAMPLE && compare(trust.value, { n: 1n, d: 2n }) < 0

/** Decimals of an observation: every one is kept in millionths, so that a sum of thousands of them stays a short number and exact. */
const OBSERVATION_DIGITS = 6
/** What was seen as it is kept: held to the range of its kind, to the nearest millionth. */
export const observationText = (kind: EstimateKind, seen: Rational): string => withoutZeros(toDecimalNearest(clamped(kind, seen), OBSERVATION_DIGITS))
/** An estimate as it is shown and used: the nearest decimal of twelve places. */
export const valueText = plainDecimal
