export type MoneyValue = { readonly amount: string; readonly currency: string }

// The string goes to Intl as it is: Number() would round what it cannot hold. 12 is the most decimals the API sends.
const grouped = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 12 })
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 12 })

/** A decimal string for reading: thousands grouped, at least two decimals, none cut. */
export const formatDecimal = (decimal: string): string => grouped.format(decimal as Intl.StringNumericLiteral)

/** A rate, a percentage or a count for reading: grouped, decimals as they are. */
export const formatNumber = (decimal: string): string => plain.format(decimal as Intl.StringNumericLiteral)

/**
 * What a person typed as an amount ("1,450,000.00", "1 450 000") as the API's decimal string, or null when it is not one.
 * A comma is a thousands mark only where three digits follow; anything else is refused, never guessed.
 */
export function parseAmount(typed: string): string | null {
  const text = typed.trim().replaceAll(/[\s\u00a0\u202f]/g, '')
  if (!/^[0-9]{1,3}(,[0-9]{3})*(\.[0-9]{1,12})?$|^[0-9]+(\.[0-9]{1,12})?$/.test(text)) return null
  const [whole = '', fraction] = text.replaceAll(',', '').split('.')
  const digits = whole.replace(/^0+(?=[0-9])/, '')
  if (digits.length > 18) return null
  const amount = fraction === undefined ? digits : `${digits}.${fraction}`
  return /^0(\.0*)?$/.test(amount) ? null : amount
}
