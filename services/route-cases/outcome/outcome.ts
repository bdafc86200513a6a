/** What a session came to, held against its prediction. Money is exact; a figure that informs is rounded half away from zero, by name. */
import type { Actuals, MeasuredOutcome, Prediction } from '#contracts/api/settlement.ts'
import { instantOf } from '#orchestrator/calendar.ts'
import type { Leg } from '#orchestrator/leg.ts'
import { add, compare, div, fromDecimal, fromInteger, max, mul, ONE, type Rational, sub, toDecimalNearest, ZERO } from '#orchestrator/rational.ts'
import { DAY_S } from '#orchestrator/durations.ts'
import { legOf, measureHop } from './measure.ts'

const BPS = fromInteger(10_000)
const BPS_DIGITS = 6
/** This many bps more than predicted cost the whole half of the score that is for the cost. */
const WORST_COST_BPS = fromInteger(100)
/** So much later than p90 costs the whole half that is for the time. */
const WORST_LATE_S = fromInteger(DAY_S)
const HALF_SCORE = fromInteger(50)

type Issue = { readonly code: 'invalid_field' | 'missing_field'; readonly field: string }

/** What is wrong with actuals for this route, or null. `latest` is the last instant (epoch seconds) of which anything can be known; null on a clock that stands still. */
export function actualsIssue(prediction: Prediction, actuals: Actuals, latest: number | null): Issue | null {
  const invalid = (field: string): Issue => ({ code: 'invalid_field', field })
  const missing = (field: string): Issue => ({ code: 'missing_field', field })
  const well = actuals.result === 'completed'
  if (!well && actuals.because === undefined) return missing('/because')
  if (well && actuals.because !== undefined) return invalid('/because')
  if (actuals.sent.currency !== prediction.sent.currency) return invalid('/sent/currency')
  if (!isPositive(actuals.sent.amount)) return invalid('/sent/amount')
  if (well && actuals.received === undefined) return missing('/received')
  if (well && actuals.arrived_at === undefined) return missing('/arrived_at')
  if (actuals.received !== undefined && actuals.received.currency !== prediction.received.currency) return invalid('/received/currency')
  if (actuals.received !== undefined && !isPositive(actuals.received.amount)) return invalid('/received/amount')
  if (actuals.hops.length !== prediction.hops.length) return invalid('/hops')
  const instants: [string, string][] = []
  let over = false
  for (const [i, hop] of actuals.hops.entries()) {
    const at = `/hops/${i}`
    if (well && hop.result !== 'success') return invalid(`${at}/result`)
    // Money does not move on from a hop that did not go well.
    if (over && hop.result !== 'not_started' && hop.result !== 'returned') return invalid(`${at}/result`)
    over ||= hop.result !== 'success'
    if (hop.result === 'not_started') for (const field of ['started_at', 'ended_at', 'amount_in', 'amount_out', 'filled'] as const) if (hop[field] !== null) return invalid(`${at}/${field}`)
    for (const field of ['amount_in', 'amount_out'] as const) if (hop[field] !== null && !isPositive(hop[field])) return invalid(`${at}/${field}`)
    if (hop.started_at !== null && hop.ended_at !== null && instantOf(hop.ended_at) < instantOf(hop.started_at)) return invalid(`${at}/ended_at`)
    for (const field of ['started_at', 'ended_at'] as const) if (hop[field] !== null) instants.push([`${at}/${field}`, hop[field]])
  }
  if (!well && !over) return invalid('/hops')
  if (actuals.arrived_at !== undefined) {
    const first = actuals.hops[0]!.started_at
    if (first !== null && instantOf(actuals.arrived_at) < instantOf(first)) return invalid('/arrived_at')
    instants.push(['/arrived_at', actuals.arrived_at])
  }
  const future = latest === null ? undefined : instants.find(([, at]) => instantOf(at) > latest)
  return future === undefined ? null : invalid(future[0])
}

const isPositive = (amount: string): boolean => compare(fromDecimal(amount), ZERO) > 0

/**
 * The outcome beside the prediction. `legs` are those that the decision priced; `mid` turns what was received into what was sent, at the decision's
 * mid, unrounded.
 */
export function outcomeOf(prediction: Prediction, actuals: Actuals, legs: readonly Leg[], mid: Rational): MeasuredOutcome {
  const sent = fromDecimal(actuals.sent.amount)
  const received = actuals.received === undefined ? null : fromDecimal(actuals.received.amount)
  const cost = received === null ? null : mul(sub(ONE, div(mul(received, mid), sent)), BPS)
  const over = cost === null ? null : sub(cost, fromDecimal(prediction.cost_bps))
  const arrived = actuals.arrived_at === undefined ? null : instantOf(actuals.arrived_at)
  const after_p50_s = arrived === null ? null : arrived - instantOf(prediction.arrival_p50)
  const after_p90_s = arrived === null ? null : arrived - instantOf(prediction.arrival_p90)
  const bps = (value: Rational | null): string | null => (value === null ? null : toDecimalNearest(value, BPS_DIGITS))
  return {
    result: actuals.result, because: actuals.because ?? null, sent: actuals.sent, received: actuals.received ?? null,
    rate: received === null ? null : toDecimalNearest(div(sent, received), 6), cost_bps: bps(cost), cost_difference_bps: bps(over),
    arrived_at: actuals.arrived_at ?? null, after_p50_s, after_p90_s,
    fell: after_p50_s === null || after_p90_s === null ? null : after_p50_s <= 0 ? 'by_p50' : after_p90_s <= 0 ? 'by_p90' : 'after_p90',
    hops: actuals.hops.map((hop, i) => {
      const measured = measureHop(legOf(legs, prediction.hops[i]!), hop)
      return { ...hop, took_s: measured.took_s, expected_s: measured.expected_s, slippage_bps: bps(measured.slippage_bps), expected_slippage_bps: bps(measured.curve_bps) }
    }),
    score: actuals.result !== 'completed' || over === null || after_p90_s === null ? '0.00' : toDecimalNearest(scoreOf(over, after_p90_s), 2),
  }
}

/** 100 for what was promised or better; half is lost in even steps for cost above it, half for time past p90. */
function scoreOf(over_bps: Rational, after_p90_s: number): Rational {
  const kept = (by: Rational, worst: Rational): Rational => mul(HALF_SCORE, sub(ONE, least(ONE, div(max(ZERO, by), worst))))
  return add(kept(over_bps, WORST_COST_BPS), kept(fromInteger(after_p90_s), WORST_LATE_S))
}
const least = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b)
