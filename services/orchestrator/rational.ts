/** Exact fractions of bigints: what every amount is inside a route. Denominators are positive; nothing is rounded until an edge asks. */

export type Rational = { readonly n: bigint; readonly d: bigint }

export const ZERO: Rational = { n: 0n, d: 1n }
export const ONE: Rational = { n: 1n, d: 1n }

/** The exact value of a decimal string such as "-12.340". Throws on anything else. */
export function fromDecimal(text: string): Rational {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text)
  if (!match) throw new Error(`not a decimal: ${JSON.stringify(text)}`)
  const [, sign, whole, fraction = ''] = match
  const n = BigInt(whole! + fraction)
  return { n: sign ? -n : n, d: 10n ** BigInt(fraction.length) }
}

export const fromInteger = (n: bigint | number): Rational => ({ n: BigInt(n), d: 1n })
export const add = (a: Rational, b: Rational): Rational => (a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d })
export const sub = (a: Rational, b: Rational): Rational => (a.d === b.d ? { n: a.n - b.n, d: a.d } : { n: a.n * b.d - b.n * a.d, d: a.d * b.d })
export const mul = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d })
export function div(a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw new Error('division by zero')
  return b.n > 0n ? { n: a.n * b.d, d: a.d * b.n } : { n: -a.n * b.d, d: a.d * -b.n }
}
export function compare(a: Rational, b: Rational): number {
  const left = a.n * b.d
  const right = b.n * a.d
  return left < right ? -1 : left > right ? 1 : 0
}
export const max = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b)

/** Lowest terms: a chain of legs doubles its digits with each slippage, so long chains reduce now and then. */
export function reduce(a: Rational): Rational {
  let x = a.n < 0n ? -a.n : a.n
  let y = a.d
  while (y !== 0n) [x, y] = [y, x % y]
  return x <= 1n ? a : { n: a.n / x, d: a.d / x }
}

/** Largest integer ≤ a × 10^digits. */
export function floorScaled(a: Rational, digits: number): bigint {
  const n = a.n * 10n ** BigInt(digits)
  const q = n / a.d
  return n % a.d < 0n ? q - 1n : q
}
/** Smallest integer ≥ a × 10^digits. */
export const ceilScaled = (a: Rational, digits: number): bigint => -floorScaled({ n: -a.n, d: a.d }, digits)

/** An integer of minor units as a decimal string with exactly `digits` decimals. */
export function minorToDecimal(minor: bigint, digits: number): string {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const sign = minor < 0n ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
export const toDecimalDown = (a: Rational, digits: number): string => minorToDecimal(floorScaled(a, digits), digits)
export const toDecimalUp = (a: Rational, digits: number): string => minorToDecimal(ceilScaled(a, digits), digits)
/** Half away from zero: for figures that inform (bps, rates), never for what is paid. */
export function toDecimalNearest(a: Rational, digits: number): string {
  const half = { n: 5n, d: 10n ** BigInt(digits + 1) }
  return a.n < 0n ? minorToDecimal(ceilScaled(sub(a, half), digits), digits) : minorToDecimal(floorScaled(add(a, half), digits), digits)
}

/** Nearest double. Used for bounds and for scores in bps, never for an amount that is shown or compared at an edge. */
export function toNumber(a: Rational): number {
  const bits = (x: bigint) => (x < 0n ? -x : x).toString(2).length
  const shift = Math.max(0, bits(a.n) - bits(a.d) < 0 ? 64 + bits(a.d) - bits(a.n) : 64)
  const scaled = (a.n << BigInt(shift)) / a.d
  return Number(scaled) / 2 ** shift
}
