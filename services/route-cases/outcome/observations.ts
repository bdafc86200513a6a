/** What one outcome observed of each provider: at most one observation of a kind, however many hops the provider carried. */
import type { Actuals, EstimateKind, Prediction } from '#contracts/api/settlement.ts'
import { compareText, type Leg, legSortKey } from '#orchestrator/leg.ts'
import { add, compare, div, fromInteger, ONE, type Rational, ZERO } from '#orchestrator/rational.ts'
import { observationText } from './estimates.ts'
import { legOf, measureHop, type Measured } from './measure.ts'

export type Observation = {
  readonly provider_id: string
  readonly kind: EstimateKind
  /** a decimal inside the range of its kind */
  readonly observation: string
  /** the legs that it speaks of, by the key that sorts them */
  readonly legs: readonly string[]
}

type Hop = { readonly actual: Actuals['hops'][number]; readonly key: string; readonly measured: Measured }

/**
 * Sorted by provider. `legs` are those of the imported data, which the factors multiply, and not those of the decision's snapshot, in which what was
 * learned before is already at work. A hop that never started says nothing; where a provider carried several, the worst counts for trust and
 * liquidity, and their sum for time and slippage.
 */
export function observationsOf(prediction: Prediction, actuals: Actuals, legs: readonly Leg[]): Observation[] {
  const providers = new Map<string, Hop[]>()
  for (const [i, hop] of prediction.hops.entries()) {
    const actual = actuals.hops[i]!
    if (actual.result === 'not_started') continue
    const leg = legOf(legs, hop)
    const key = leg === null ? [hop.provider_id, hop.from, hop.to, hop.from_country ?? '', hop.to_country ?? '', hop.kind, hop.network ?? ''].join('|') : legSortKey(leg.provider, leg.record)
    providers.set(hop.provider_id, [...(providers.get(hop.provider_id) ?? []), { actual, key, measured: measureHop(leg, actual) }])
  }
  return [...providers].sort(([a], [b]) => compareText(a, b)).flatMap(([provider_id, hops]) => {
    const made = (kind: EstimateKind, of: readonly Hop[], value: Rational | null): Observation[] =>
      (value === null ? [] : [{ provider_id, kind, observation: observationText(kind, value), legs: [...new Set(of.map(({ key }) => key))] }])
    const went = hops.filter(({ actual }) => actual.result === 'success')
    const timed = went.filter(({ measured }) => measured.took_s !== null && measured.expected_s !== null && measured.expected_s > 0)
    const priced = went.filter(({ measured }) => measured.slippage_bps !== null && measured.curve_bps !== null && compare(measured.curve_bps, ZERO) > 0)
    const filled = hops.filter(({ actual }) => actual.filled !== null)
    return [
      ...made('trust', hops, went.length === hops.length ? ONE : ZERO),
      ...made('latency', timed, timed.length === 0 ? null : div(fromInteger(timed.reduce((sum, { measured }) => sum + beyondPrecision(measured.took_s!, measured.expected_s!), 0)), fromInteger(timed.reduce((sum, { measured }) => sum + measured.expected_s!, 0)))),
      ...made('slippage', priced, priced.length === 0 ? null : div(priced.reduce((sum, { measured }) => add(sum, measured.slippage_bps!), ZERO), priced.reduce((sum, { measured }) => add(sum, measured.curve_bps!), ZERO))),
      ...made('liquidity', filled, filled.length === 0 ? null : filled.every(({ actual }) => actual.filled === 'at_once') ? ONE : ZERO),
    ]
  })
}

/** People write down minutes. Without this a rail of thirty seconds that was noted from 10:00 to 10:01 would count as twice as slow as it is. */
const NOTED_WITHIN_S = 60
const beyondPrecision = (took_s: number, expected_s: number): number =>
  took_s > expected_s ? Math.max(expected_s, took_s - NOTED_WITHIN_S) : Math.min(expected_s, took_s + NOTED_WITHIN_S)
