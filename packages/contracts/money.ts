/**
 * Money at the edges: decimal strings and ISO-like codes. Inside a route amounts are exact rationals
 * (services/orchestrator/rational.ts); nothing here or there is a float.
 */

export const FIAT_MINOR_DIGITS: Readonly<Record<string, number>> = {
  NGN: 2, KES: 2, GHS: 2, ZAR: 2, CNY: 2, CNH: 2, USD: 2, HKD: 2, AED: 2, EUR: 2, GBP: 2,
}
export const TOKENS = ['USDT', 'USDC'] as const
const TOKEN_DIGITS = 6

export const CURRENCIES: readonly string[] = [...Object.keys(FIAT_MINOR_DIGITS), ...TOKENS]

export const isToken = (currency: string): boolean => (TOKENS as readonly string[]).includes(currency)

/** Decimals an amount of this currency is shown with. Throws on a currency the product does not know. */
export function minorDigits(currency: string): number {
  if (isToken(currency)) return TOKEN_DIGITS
  const digits = Object.hasOwn(FIAT_MINOR_DIGITS, currency) ? FIAT_MINOR_DIGITS[currency] : undefined
  if (digits === undefined) throw new Error(`unknown currency ${JSON.stringify(currency)}`)
  return digits
}

/** A positive or negative decimal without exponent, at most 18 digits before and 12 after the point. */
export const DECIMAL_PATTERN = '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?$'
/** The same, never negative: what an amount in a request must look like. */
export const AMOUNT_PATTERN = '^(0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?$'

/**
 * Schema keyword of an object of an amount and its currency: the name of the amount's field, which may have no more decimals than the
 * currency has. Nobody can pay 0.001 yuan, and rounding it would answer another question than was asked.
 */
export const PAYABLE = 'x-payable'

/** True when an amount can be paid in this currency to the last digit; an unknown currency is somebody else's refusal. */
export function isPayable(amount: string, currency: string): boolean {
  return !CURRENCIES.includes(currency) || (amount.split('.')[1]?.length ?? 0) <= minorDigits(currency)
}

export type Money = { readonly amount: string; readonly currency: string }

/** Two columns of a row as money; null where either is not there. */
export const moneyOrNull = (amount: string | null, currency: string | null): Money | null => (amount === null || currency === null ? null : { amount, currency })

/** A decimal as short as it can be written: "100.500" → "100.5", "100.00" → "100", "100" as it is. */
export const withoutZeros = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)
