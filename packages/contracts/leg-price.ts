/**
 * A provider's price of a leg in the units a desk says it in ("NGN per USD"), and the spread in basis points against mid that it comes to. Each
 * gives the other exactly: fractions of bigints, rounded only where a text is made. Pure, and used by the engine and by the rates page alike.
 */
import { withoutZeros } from './money.ts'

export type Fraction = { readonly n: bigint; readonly d: bigint }
/** `unit` per one `per`: NGN per USD */
export type QuotedAs = { readonly unit: string; readonly per: string }

const TEN_THOUSAND = 10_000n
/** What no desk means: a price this far from mid is a slip of the finger or a price of another pair. In basis points. */
export const SPREAD_MIN_BPS = -1_000n
export const SPREAD_MAX_BPS = 5_000n

/** The exact value of a decimal text; null for anything else. */
export function fractionOf(text: string): Fraction | null {
  const match = /^(-?)([0-9]{1,18})(?:\.([0-9]{1,12}))?$/.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = ''] = match
  const n = BigInt(whole + fraction)
  return { n: sign === '-' ? -n : n, d: 10n ** BigInt(fraction.length) }
}

/** Half away from zero, with exactly so many decimals. */
export function roundedText({ n, d }: Fraction, digits: number): string {
  const scaled = (n < 0n ? -n : n) * 10n ** BigInt(digits)
  const whole = (scaled * 2n + d) / (d * 2n)
  const text = whole.toString().padStart(digits + 1, '0')
  const shown = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return n < 0n && whole > 0n ? `-${shown}` : shown
}

/** The shortest decimal text of a fraction whose denominator is a power of ten times nothing else, else rounded to twelve decimals. */
export const plainText = (value: Fraction): string => withoutZeros(roundedText(value, 12))

/** How the pair is said: so that the mid is one or more. `mid` is units of `to` for one `from`. */
export const quotedAsOf = (from: string, to: string, mid: Fraction): QuotedAs => (mid.n >= mid.d ? { unit: to, per: from } : { unit: from, per: to })

/** The mid in the units the pair is quoted in. */
export const midAs = (mid: Fraction, from: string, as: QuotedAs): Fraction => (as.per === from ? mid : { n: mid.d, d: mid.n })

/** The spread in bps that a price above zero comes to: what leaves the leg falls short of mid by so much. */
export function spreadOfPrice(price: Fraction, from: string, as: QuotedAs, mid: Fraction): Fraction {
  const out = as.per === from ? price : { n: price.d, d: price.n }
  // 1 − out ÷ mid
  const d = out.d * mid.n
  return { n: (d - out.n * mid.d) * TEN_THOUSAND, d }
}

/** The price that a spread below 10,000 bps comes to. */
export function priceOfSpread(spread_bps: Fraction, from: string, as: QuotedAs, mid: Fraction): Fraction {
  const out = { n: mid.n * (TEN_THOUSAND * spread_bps.d - spread_bps.n), d: mid.d * TEN_THOUSAND * spread_bps.d }
  return as.per === from ? out : { n: out.d, d: out.n }
}

/** Decimals a price of this size is shown with: as many as a desk reads aloud. */
export const priceDigits = (price: Fraction): number => (price.n >= 10n * price.d ? 4 : 6)

/** Whether a spread is one that a desk can mean. */
export const isPlausibleSpread = ({ n, d }: Fraction): boolean => n >= SPREAD_MIN_BPS * d && n <= SPREAD_MAX_BPS * d
