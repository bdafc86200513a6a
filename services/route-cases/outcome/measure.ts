/** One hop that was carried out, measured with the figures of its leg: the time against its p50, the slippage against its curve. */
import type { HopActual, Prediction } from '#contracts/api/settlement.ts'
import { instantOf } from '#orchestrator/calendar.ts'
import { curveAt, type Leg } from '#orchestrator/leg.ts'
import { compare, div, fromDecimal, fromInteger, max, mul, ONE, type Rational, sub, ZERO } from '#orchestrator/rational.ts'
import { finish } from '#orchestrator/timing.ts'

const BPS = fromInteger(10_000)

export type Measured = {
  readonly took_s: number | null
  /** what the leg's p50 and its calendar say for a hop that starts when this one did */
  readonly expected_s: number | null
  /** what slippage took, in bps; below zero where the market moved the right way */
  readonly slippage_bps: Rational | null
  /** what the curve says of the amount that went in */
  readonly curve_bps: Rational | null
}

/** Without a leg (the data has dropped it) only the time that it took is known. */
export function measureHop(leg: Leg | null, hop: HopActual): Measured {
  const started = hop.started_at === null ? null : instantOf(hop.started_at)
  const ended = hop.ended_at === null ? null : instantOf(hop.ended_at)
  return {
    took_s: started === null || ended === null ? null : ended - started,
    expected_s: leg === null || started === null ? null : finish(leg.days, started, leg.p50_s) - started,
    ...(leg === null || hop.amount_in === null || hop.amount_out === null ? { slippage_bps: null, curve_bps: null } : slippage(leg, fromDecimal(hop.amount_in), fromDecimal(hop.amount_out))),
  }
}

/** The price formula of a leg read backwards: out = net × mid × (1 − (spread + slippage) / 10,000). */
function slippage(leg: Leg, amount_in: Rational, amount_out: Rational): Pick<Measured, 'slippage_bps' | 'curve_bps'> {
  const fee = max(mul(amount_in, leg.fee_rate.exact), leg.minimum_fee.exact)
  const net = sub(sub(amount_in, leg.fixed.exact), fee)
  if (compare(net, ZERO) <= 0) return { slippage_bps: null, curve_bps: null }
  return {
    slippage_bps: sub(mul(sub(ONE, div(amount_out, mul(net, leg.mid.exact))), BPS), leg.spread_bps.exact),
    curve_bps: leg.curve === null ? ZERO : curveAt(leg.curve, mul(amount_in, leg.share_per_unit.exact)),
  }
}

/** The leg that a predicted hop ran on, among these; null where none is it. */
export const legOf = (legs: readonly Leg[], hop: Prediction['hops'][number]): Leg | null => legs.find((leg) => leg.provider.id === hop.provider_id
  && leg.from === hop.from && leg.to === hop.to && leg.from_country === hop.from_country && leg.to_country === hop.to_country
  && leg.kind === hop.kind && (leg.record.network ?? null) === hop.network) ?? null
