/** What a leg does to an amount, exactly as "Price of a leg, exact" in corridors/README.md says. */
import type { Leg, MoneyText, OracleData, Provider } from './data.ts'
import { knownSpread, type KnownEstimate } from './missing.ts'
import { add, ceil, compare, decimal, divide, larger, less, multiply, ONE, smaller, subtract, toNumber, whole, ZERO, type Fraction } from './rational.ts'

export const isToken = (currency: string): boolean => currency === 'USDT' || currency === 'USDC'
export const minorDigits = (currency: string): number => (isToken(currency) ? 6 : 2)

export type Hop = { readonly provider: Provider; readonly estimate: KnownEstimate; readonly leg: Leg }
export type PricedHop = {
  readonly amountIn: Fraction
  readonly out: Fraction
  /** value in USD at mid of what each part took */
  readonly fixedUsd: Fraction
  readonly spreadUsd: Fraction
  readonly slippageUsd: Fraction
  readonly amountRefusals: readonly string[]
  readonly aboveSoftMaximum: boolean
}

const BPS = whole(10_000)

/** Units of a currency that one USD is worth at mid. */
export function usdMid(data: OracleData, currency: string): Fraction {
  if (currency === 'USD') return ONE
  const entry = data.rates.usd_mids.find((rate) => rate.quote === currency)
  if (!entry) throw new Error(`no rate for ${currency}`)
  return decimal(entry.mid)
}
/** An amount in another currency at mid, not rounded. */
export function atMid(data: OracleData, amount: Fraction, from: string, to: string): Fraction {
  return from === to ? amount : divide(multiply(amount, usdMid(data, to)), usdMid(data, from))
}
export const moneyAtMid = (data: OracleData, money: MoneyText, to: string): Fraction => atMid(data, decimal(money.amount), money.currency, to)

/** Slippage in bps at a share of the daily liquidity: a straight line between the points of the curve, flat beyond its ends. */
function slippageBps(curve: readonly (readonly [string, string])[], share: Fraction): Fraction {
  const points = curve.map(([x, y]) => [decimal(x), decimal(y)] as const)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return ZERO
  if (compare(share, first[0]) <= 0) return first[1]
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1]!
    const [x1, y1] = points[i]!
    if (compare(share, x1) <= 0) return add(y0, divide(multiply(subtract(share, x0), subtract(y1, y0)), subtract(x1, x0)))
  }
  return last[1]
}

/** Prices one hop at the amount that enters it. */
export function priceHop(data: OracleData, hop: Hop, amountIn: Fraction): PricedHop {
  const { provider, leg, estimate } = hop
  const { fixed, bps, minimum_fee } = provider.fee_schedule
  const fixedFee = fixed ? moneyAtMid(data, { amount: fixed.typical, currency: fixed.currency }, leg.from) : ZERO
  const share = bps ? divide(multiply(amountIn, decimal(bps.typical)), BPS) : ZERO
  const fee = minimum_fee ? larger(share, moneyAtMid(data, minimum_fee, leg.from)) : share
  const net = larger(ZERO, subtract(subtract(amountIn, fixedFee), fee))
  const spread = leg.from !== leg.to ? decimal(knownSpread(data, provider)) : ZERO
  const { min, max, daily_liquidity } = provider.limits
  const liquidity = daily_liquidity ? moneyAtMid(data, daily_liquidity, leg.from) : null
  const slippage = liquidity ? estimate.curves.map((curve) => slippageBps(curve, divide(amountIn, liquidity))).reduce(larger) : ZERO
  const out = divide(multiply(atMid(data, net, leg.from, leg.to), subtract(BPS, add(spread, slippage))), BPS)

  const amountRefusals: string[] = []
  if (min && less(amountIn, moneyAtMid(data, min, leg.from))) amountRefusals.push(`below_minimum:${provider.id}`)
  const tooMuch = max ? less(moneyAtMid(data, max, leg.from), amountIn) : false
  if (tooMuch && !max?.soft) amountRefusals.push(`limit_exceeded:${provider.id}`)
  if (liquidity && less(liquidity, amountIn)) amountRefusals.push(`insufficient_liquidity:${provider.id}`)

  const usd = (amount: Fraction): Fraction => atMid(data, amount, leg.from, 'USD')
  return {
    amountIn, out,
    fixedUsd: usd(smaller(fixedFee, amountIn)),
    spreadUsd: usd(divide(multiply(net, spread), BPS)),
    slippageUsd: usd(divide(multiply(net, slippage), BPS)),
    amountRefusals,
    aboveSoftMaximum: tooMuch && Boolean(max?.soft),
  }
}

/** Sends an amount through every hop in turn; nothing is rounded on the way. */
export function priceRoute(data: OracleData, hops: readonly Hop[], sent: Fraction): PricedHop[] {
  const priced: PricedHop[] = []
  let amount = sent
  for (const hop of hops) {
    const one = priceHop(data, hop, amount)
    priced.push(one)
    amount = one.out
  }
  return priced
}
const received = (data: OracleData, hops: readonly Hop[], sent: Fraction): Fraction => priceRoute(data, hops, sent).at(-1)!.out

/** The fewest minor units to send so that at least the wanted amount arrives, found by bisection on the exact forward function. */
export function smallestSend(data: OracleData, hops: readonly Hop[], wanted: Fraction): bigint {
  const from = hops[0]!.leg.from
  const scale = 10n ** BigInt(minorDigits(from))
  const delivers = (units: bigint): boolean => compare(received(data, hops, { n: units, d: scale }), wanted) >= 0
  // A first guess by secants; it only narrows where the bisection looks, it never decides.
  const target = hops.at(-1)!.leg.to
  const missingAt = (units: bigint): Fraction => subtract(wanted, received(data, hops, { n: units, d: scale }))
  let before = ceil(multiply(atMid(data, wanted, target, from), whole(scale)))
  let missingBefore = missingAt(before)
  let guess = before + ceil(multiply(atMid(data, missingBefore, target, from), whole(scale)))
  for (let round = 0; round < 3 && guess !== before; round++) {
    const missing = missingAt(guess)
    const gained = toNumber(subtract(missingBefore, missing))
    if (gained === 0) break
    const next = guess + BigInt(Math.round((toNumber(missing) * Number(guess - before)) / gained))
    ;[before, missingBefore, guess] = [guess, missing, next]
  }
  if (guess < 1n) guess = 1n
  let step = 1n
  let high = guess
  while (!delivers(high)) { high += step; step *= 4n }
  let low = high
  step = 1n
  do { low = low > step ? low - step : 0n; step *= 4n } while (low > 0n && delivers(low))
  if (low === 0n && delivers(0n)) return 0n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (delivers(middle)) high = middle
    else low = middle
  }
  return high
}
