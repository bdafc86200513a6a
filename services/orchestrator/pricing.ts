/**
 * What a route delivers for what is sent, and the smallest amount to send for what must arrive.
 *
 * Two forms of one formula (corridors/README "Price of a leg"): doubles, about fifteen digits, for search and score; exact rationals
 * for what is shown, and wherever a double stands too near an edge to be trusted. Nothing is rounded inside a route.
 */
import { add, ceilScaled, compare, div, fromInteger, max, mul, ONE, type Rational, reduce, sub, toNumber, ZERO } from './rational.ts'
import { type Curve, curveAt, type Leg } from './leg.ts'

const BPS = 10_000
const BPS_EXACT: Rational = { n: 10_000n, d: 1n }
/** Relative width around an edge inside which a double does not decide. Six hops of a dozen roundings err below 1e-14; this leaves room. */
const UNSURE = 1e-13

/** Slippage in bps at a share of daily liquidity. */
export function slippageAt(curve: Curve, share: number): number {
  const last = curve.share.length - 1
  if (share <= curve.share[0]!.approx) return curve.bps[0]!.approx
  if (share >= curve.share[last]!.approx) return curve.bps[last]!.approx
  let i = 1
  while (curve.share[i]!.approx < share) i++
  const x0 = curve.share[i - 1]!.approx
  const y0 = curve.bps[i - 1]!.approx
  return y0 + (curve.bps[i]!.approx - y0) * ((share - x0) / (curve.share[i]!.approx - x0))
}

/** Slippage of a leg in bps for an amount that enters it. */
export const slippageOf = (leg: Leg, amount: number): number => (leg.curve === null ? 0 : slippageAt(leg.curve, amount * leg.share_per_unit.approx))

/** What leaves a leg for an amount that enters it. Never negative. */
export function legOut(leg: Leg, amount: number): number {
  const fee = Math.max(amount * leg.fee_rate.approx, leg.minimum_fee.approx)
  const net = Math.max(0, amount - leg.fixed.approx - fee)
  return net * leg.mid.approx * Math.max(0, 1 - (leg.spread_bps.approx + slippageOf(leg, amount)) / BPS)
}

/** The amount that must enter a leg so that `out` leaves it; Infinity where no amount does. */
function legIn(leg: Leg, out: number): number {
  const fixed = leg.fixed.approx
  const rate = leg.fee_rate.approx
  const minimum = leg.minimum_fee.approx
  let amount = out / leg.mid.approx
  // Slippage moves slowly with the amount, so solving with the last slippage converges by two digits a round.
  for (let round = 0; round < 60; round++) {
    const keeps = 1 - (leg.spread_bps.approx + slippageOf(leg, amount)) / BPS
    if (keeps <= 0) return Number.POSITIVE_INFINITY
    const net = out / (leg.mid.approx * keeps)
    const next = Math.max((net + fixed) / (1 - rate), net + fixed + minimum)
    if (Math.abs(next - amount) <= amount * 1e-16 || leg.curve === null) return next
    amount = next
  }
  return amount
}

/**
 * A leg's exact formula with its constants multiplied out, so that a hop costs a handful of products and its result has no more digits
 * than it must: net = (A·keep − fixed) ÷ scale and, on one segment of the curve, what the rate keeps = (base − A·slope) ÷ unit.
 */
type ExactLeg = {
  /** above this amount the percentage is the larger fee; null when there is no minimum fee */
  readonly minimum_fee_until: Rational | null
  readonly by_rate: NetTerm
  readonly by_minimum: NetTerm
  /** amounts at which the next segment begins; segments.length = from.length + 1 */
  readonly from: readonly Rational[]
  readonly segments: readonly KeepTerm[]
}
type NetTerm = { readonly keep: bigint; readonly fixed: bigint; readonly scale: bigint }
type KeepTerm = { readonly base: bigint; readonly slope: bigint; readonly unit: bigint }

const gcd = (a: bigint, b: bigint): bigint => { while (b !== 0n) [a, b] = [b, a % b]; return a < 0n ? -a : a }

function netTerm(keep: Rational, fixed: Rational): NetTerm {
  const [k, f] = [reduce(keep), reduce(fixed)]
  const scale = (k.d / gcd(k.d, f.d)) * f.d
  return { keep: k.n * (scale / k.d), fixed: f.n * (scale / f.d), scale }
}

/** 1 − (spread + bps)/10,000 times mid, where bps = intercept + slope × amount. */
function keepTerm(leg: Leg, intercept: Rational, slope: Rational): KeepTerm {
  const base = reduce(mul(leg.mid.exact, sub(ONE, div(add(leg.spread_bps.exact, intercept), BPS_EXACT))))
  const per = reduce(mul(leg.mid.exact, div(slope, BPS_EXACT)))
  const unit = (base.d / gcd(base.d, per.d)) * per.d
  return { base: base.n * (unit / base.d), slope: per.n * (unit / per.d), unit }
}

const exactLegs = new WeakMap<Leg, ExactLeg>()

function exactLeg(leg: Leg): ExactLeg {
  const known = exactLegs.get(leg)
  if (known) return known
  const from: Rational[] = []
  const segments: KeepTerm[] = []
  if (leg.curve === null || leg.share_per_unit.exact.n === 0n) segments.push(keepTerm(leg, leg.curve ? leg.curve.bps.at(-1)!.exact : ZERO, ZERO))
  else {
    const { share, bps } = leg.curve
    segments.push(keepTerm(leg, bps[0]!.exact, ZERO))
    from.push(reduce(div(share[0]!.exact, leg.share_per_unit.exact)))
    for (let i = 1; i < share.length; i++) {
      const slope = div(sub(bps[i]!.exact, bps[i - 1]!.exact), sub(share[i]!.exact, share[i - 1]!.exact))
      segments.push(keepTerm(leg, sub(bps[i - 1]!.exact, mul(slope, share[i - 1]!.exact)), mul(slope, leg.share_per_unit.exact)))
      from.push(reduce(div(share[i]!.exact, leg.share_per_unit.exact)))
    }
    segments.push(keepTerm(leg, bps.at(-1)!.exact, ZERO))
  }
  const minimum = leg.minimum_fee.exact
  const rate = leg.fee_rate.exact
  const made: ExactLeg = {
    minimum_fee_until: minimum.n === 0n ? null : rate.n === 0n ? { n: 1n << 200n, d: 1n } : reduce(div(minimum, rate)),
    by_rate: netTerm(sub(ONE, rate), leg.fixed.exact), by_minimum: netTerm(ONE, add(leg.fixed.exact, minimum)), from, segments,
  }
  exactLegs.set(leg, made)
  return made
}

/** What leaves a leg, exactly. */
export function legOutExact(leg: Leg, amount: Rational): Rational {
  const exact = exactLeg(leg)
  const net = exact.minimum_fee_until !== null && compare(amount, exact.minimum_fee_until) < 0 ? exact.by_minimum : exact.by_rate
  const n = amount.n * net.keep - amount.d * net.fixed
  if (n <= 0n) return ZERO
  let i = 0
  while (i < exact.from.length && compare(amount, exact.from[i]!) > 0) i++
  const keep = exact.segments[i]!
  if (keep.slope === 0n) return keep.base <= 0n ? ZERO : { n: n * keep.base, d: amount.d * net.scale * keep.unit }
  const kept = amount.d * keep.base - amount.n * keep.slope
  return kept <= 0n ? ZERO : { n: n * kept, d: amount.d * amount.d * net.scale * keep.unit }
}

export type ExactHop = { readonly amount_in: Rational; readonly fixed: Rational; readonly fee: Rational; readonly slippage_bps: Rational; readonly out: Rational }

/** Every hop of a route, exactly. */
export function priceRouteExact(legs: readonly Leg[], sent: Rational): ExactHop[] {
  let amount_in = sent
  return legs.map((leg) => {
    const hop = {
      amount_in, fixed: leg.fixed.exact, fee: max(mul(amount_in, leg.fee_rate.exact), leg.minimum_fee.exact),
      slippage_bps: leg.curve === null ? ZERO : curveAt(leg.curve, mul(amount_in, leg.share_per_unit.exact)),
      out: legOutExact(leg, amount_in),
    }
    amount_in = hop.out
    return hop
  })
}
/** The amounts that enter each hop and, last, what arrives. */
export function amountsExact(legs: readonly Leg[], sent: Rational): Rational[] {
  const amounts = [sent]
  for (const leg of legs) amounts.push(legOutExact(leg, amounts.at(-1)!))
  return amounts
}
const deliversExact = (legs: readonly Leg[], sent: Rational): Rational => legs.reduce((amount, leg) => legOutExact(leg, amount), sent)

/** The smallest whole number of minor units that delivers at least `target`, from a guess; null where no amount does. */
export function smallestSendExact(legs: readonly Leg[], target: Rational, digits: number, guess: bigint): bigint | null {
  const scale = 10n ** BigInt(digits)
  const enough = (minor: bigint): boolean => compare(deliversExact(legs, { n: minor, d: scale }), target) >= 0
  // Gallop from the guess to a bracket, then halve: the guess is right to the unit nearly always.
  let high = guess > 0n ? guess : 1n
  let step = 1n
  let low = 0n
  if (enough(high)) {
    low = high - step
    while (low > 0n && enough(low)) {
      high = low
      step *= 2n
      low = high - step > 0n ? high - step : 0n
    }
  } else {
    low = high
    high = low + step
    while (!enough(high)) {
      low = high
      step *= 2n
      high = low + step
      if (step > 1n << 90n) return null
    }
  }
  while (high - low > 1n) {
    const middle = (high + low) / 2n
    if (enough(middle)) high = middle
    else low = middle
  }
  return high
}

/** A route's figures in doubles. Amounts are in the currencies of their states; `lost` is measured at mid ÷ sent × 10,000. */
export type Price = {
  /** as shown and as cost reads it: rounded up to the minor unit */
  readonly sent: number
  /** as priced: on the send side an amount converted at mid is not rounded */
  readonly priced_sent: number
  readonly amounts_in: Float64Array
  readonly received: number
  readonly cost_bps: number
  readonly slippage_bps: number
  readonly spread_and_slippage_bps: number
  readonly fixed_fee_bps: number
}

export type SendPlan = { readonly priced: number; readonly shown: number }

/** What is sent on the receive side: the amount in minor units that delivers `target`, exact by the argument above. */
export function smallestSend(legs: readonly Leg[], target: number, target_exact: Rational, digits: number): number {
  let amount = target
  for (let i = legs.length - 1; i >= 0; i--) amount = legIn(legs[i]!, amount)
  const scale = 10 ** digits
  const minor = amount * scale
  if (!Number.isFinite(minor)) return Number.POSITIVE_INFINITY
  const up = Math.ceil(minor)
  const edge = Math.min(up - minor, minor - (up - 1))
  if (edge > minor * UNSURE + 1e-9 && minor < 1e15) return up / scale
  const exact = smallestSendExact(legs, target_exact, digits, BigInt(up))
  return exact === null ? Number.POSITIVE_INFINITY : Number(exact) / scale
}

/** Prices a route forward from what is sent. `value_in_sent[i]` turns hop i's currency into the sent one at mid. */
export function priceRoute(legs: readonly Leg[], plan: SendPlan, value_in_sent: (currency: string) => number): Price {
  const amounts_in = new Float64Array(legs.length)
  let amount = plan.priced
  let slipped = 0
  let spread = 0
  let fixed = 0
  for (let i = 0; i < legs.length; i++) {
    const leg = legs[i]!
    amounts_in[i] = amount
    const value = value_in_sent(leg.from)
    const net = Math.max(0, amount - leg.fixed.approx - Math.max(amount * leg.fee_rate.approx, leg.minimum_fee.approx))
    const slip = slippageOf(leg, amount)
    fixed += Math.min(leg.fixed.approx, amount) * value
    slipped += net * (slip / BPS) * value
    spread += net * (leg.spread_bps.approx / BPS) * value
    amount = net * leg.mid.approx * Math.max(0, 1 - (leg.spread_bps.approx + slip) / BPS)
  }
  const sent = plan.shown
  const share = (lost: number): number => (lost / sent) * BPS
  return {
    sent, priced_sent: plan.priced, amounts_in, received: amount,
    cost_bps: (1 - (amount * value_in_sent(legs.at(-1)!.to)) / sent) * BPS,
    slippage_bps: share(slipped), spread_and_slippage_bps: share(slipped + spread), fixed_fee_bps: share(fixed),
  }
}

/** -1, 0 or 1 for an amount against a bound, exact where the doubles are too near each other to say. */
export function compareAmounts(amount: number, bound: number, exactly: () => number): number {
  return Math.abs(amount - bound) > bound * UNSURE ? (amount < bound ? -1 : 1) : exactly()
}

/** The send-side plan: exact conversion at mid, shown rounded up to the minor unit. */
export function sendPlan(exact: Rational, digits: number): SendPlan & { readonly exact: Rational } {
  return { exact, priced: toNumber(exact), shown: Number(ceilScaled(exact, digits)) / 10 ** digits }
}

export const minorToExact = (minor: number, digits: number): Rational => ({ n: BigInt(Math.round(minor * 10 ** digits)), d: fromInteger(10n ** BigInt(digits)).n })
