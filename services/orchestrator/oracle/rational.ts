/** Exact fractions of bigints for the oracle's money. Slow and plain on purpose; shares nothing with the engine's arithmetic. */
export type Fraction = { readonly n: bigint; readonly d: bigint }

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** A fraction with a positive denominator, reduced only once it is long: reducing costs more than the arithmetic it saves. */
export function fraction(n: bigint, d: bigint): Fraction {
  if (d === 0n) throw new Error('division by zero')
  if (d < 0n) return fraction(-n, -d)
  if (d >> 512n === 0n) return { n, d }
  const common = gcd(n, d)
  return common > 1n ? { n: n / common, d: d / common } : { n, d }
}

export const ZERO: Fraction = { n: 0n, d: 1n }
export const ONE: Fraction = { n: 1n, d: 1n }
export const whole = (value: bigint | number): Fraction => ({ n: BigInt(value), d: 1n })

const read = new Map<string, Fraction>()

/** Reads a decimal string exactly. */
export function decimal(text: string): Fraction {
  const known = read.get(text)
  if (known) return known
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text)
  if (!match) throw new Error(`not a decimal: ${JSON.stringify(text)}`)
  const digits = match[3] ?? ''
  const n = BigInt(match[2]! + digits)
  const value = { n: match[1] ? -n : n, d: 10n ** BigInt(digits.length) }
  read.set(text, value)
  return value
}

export const add = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d)
export const subtract = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d)
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d)
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n)
export const compare = (a: Fraction, b: Fraction): number => {
  const [left, right] = [a.n * b.d, b.n * a.d]
  return left < right ? -1 : left > right ? 1 : 0
}
export const less = (a: Fraction, b: Fraction): boolean => compare(a, b) < 0
export const larger = (a: Fraction, b: Fraction): Fraction => (less(a, b) ? b : a)
export const smaller = (a: Fraction, b: Fraction): Fraction => (less(b, a) ? b : a)

export const floor = (a: Fraction): bigint => (a.n >= 0n ? a.n / a.d : -((-a.n + a.d - 1n) / a.d))
export const ceil = (a: Fraction): bigint => -floor({ n: -a.n, d: a.d })

/** The nearest double to about 1e-15 of the value, whatever the length of the two bigints. */
export function toNumber(a: Fraction): number {
  if (a.n === 0n) return 0
  const negative = a.n < 0n
  const n = negative ? -a.n : a.n
  // Scale so that the integer quotient has at least 60 significant bits before it becomes a double.
  const shift = BigInt(Math.max(0, (a.d.toString(16).length - n.toString(16).length) * 4 + 68))
  const quotient = Number((n << shift) / a.d) / 2 ** Number(shift)
  return negative ? -quotient : quotient
}

/** Minor units as a decimal string, e.g. 12345 with 2 digits is "123.45". */
export function minorText(units: bigint, digits: number): string {
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0')
  return `${units < 0n ? '-' : ''}${text.slice(0, text.length - digits)}${digits ? `.${text.slice(-digits)}` : ''}`
}
