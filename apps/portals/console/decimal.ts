/** Decimal strings, worked on as integers: no amount and no share of a score goes through a float here. */

const DIGITS = 12

/** A decimal string as an integer of 10^-12. Throws on anything else: what the API sends is always a decimal. */
export function toUnits(decimal: string): bigint {
  const match = /^(-?)([0-9]+)(?:\.([0-9]{1,12}))?$/.exec(decimal)
  if (!match) throw new Error(`not a decimal: ${decimal}`)
  const size = BigInt(match[2]!) * 10n ** BigInt(DIGITS) + BigInt((match[3] ?? '').padEnd(DIGITS, '0'))
  return match[1] === '-' ? -size : size
}

/** Units as a decimal string with exactly `digits` decimals, halves away from zero. */
export function fromUnits(units: bigint, digits: number): string {
  const step = 10n ** BigInt(DIGITS - digits)
  const size = units < 0n ? -units : units
  const rounded = (size + step / 2n) / step
  const text = rounded.toString().padStart(digits + 1, '0')
  const sign = units < 0n && rounded !== 0n ? '-' : ''
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** "141.342339" → "141.3" */
export const roundTo = (decimal: string, digits: number): string => fromUnits(toUnits(decimal), digits)

/** Basis points as a percentage: "141.342339" → "1.41" */
export const bpsToPct = (bps: string, digits = 2): string => fromUnits(roundedDiv(toUnits(bps), 100n), digits)

const roundedDiv = (value: bigint, by: bigint): bigint => value / by

/** The sum of decimals, exact. */
export const sumOf = (decimals: readonly string[]): bigint => decimals.reduce((sum, each) => sum + toUnits(each), 0n)

/** Which of two decimals is larger: negative, zero or positive, for sorting. */
export function compareDecimals(a: string, b: string): number {
  const difference = toUnits(a) - toUnits(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** How many hundredths of a percent `part` is of `whole`: only for the width of a bar, never for a number that is read. */
export const shareForWidth = (part: bigint, whole: bigint): number => (whole <= 0n ? 0 : Number((part * 10_000n) / whole) / 100)
