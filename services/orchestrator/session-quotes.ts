/** Quotes of one session: checked as they are written, and laid over the market when the session is priced again. Pure. */
import { fractionOf, isPlausibleSpread, plainText, roundedText, spreadOfPrice, type Fraction, type QuotedAs } from '#contracts/leg-price.ts'
import type { LegQuote } from '#contracts/market-overlay.ts'
import { isPayable } from '#contracts/money.ts'
import { instantOf } from './calendar.ts'
import { DAY_S, HOUR_S } from './durations.ts'
import type { Leg } from './leg.ts'
import { add, compare, div, fromDecimal, mul, type Rational, sub, ZERO } from './rational.ts'

export type QuoteKind = 'indicative' | 'firm' | 'operator_observed'
/** Nobody may rely on a quote for longer than this, whatever it says of itself. The database holds the outer bounds. */
export const VALID_MAX_S: Readonly<Record<QuoteKind, number>> = { firm: 24 * HOUR_S, indicative: 24 * HOUR_S, operator_observed: 24 * HOUR_S }

export type SaidQuote = {
  readonly kind: QuoteKind
  readonly sell_amount: string | null; readonly buy_amount: string | null
  readonly price: string; readonly quoted_as: QuotedAs
  /** null: worked out */
  readonly total_price: string | null
  readonly fee: { readonly amount: string; readonly currency: string }
  readonly observed_at: string; readonly expires_at: string
}
export type QuoteIssue = { readonly code: 'invalid_field' | 'quote_total_differs' | 'quote_expired'; readonly field: string }
export type CheckedQuote = { readonly total_price: string; readonly spread_bps: string; readonly expires_at: string; readonly expiry_capped: boolean }

/** Both amounts of a quote, exactly; null where nothing would be bought or sold. */
export function amountsOf({ sell_amount, buy_amount, price, quoted_as, fee }: Pick<SaidQuote, 'sell_amount' | 'buy_amount' | 'price' | 'quoted_as' | 'fee'>, from: string): { sold: Rational; bought: Rational } | null {
  const p = fromDecimal(price)
  // what one unit that is sold buys
  const rate = quoted_as.per === from ? p : div({ n: 1n, d: 1n }, p)
  const amount = fromDecimal(fee.amount)
  const [fee_sold, fee_bought] = fee.currency === from ? [amount, ZERO] : [ZERO, amount]
  const sold = sell_amount === null ? add(div(add(fromDecimal(buy_amount!), fee_bought), rate), fee_sold) : fromDecimal(sell_amount)
  const bought = sell_amount === null ? fromDecimal(buy_amount!) : sub(mul(sub(sold, fee_sold), rate), fee_bought)
  return compare(sold, ZERO) > 0 && compare(bought, ZERO) > 0 ? { sold, bought } : null
}

const half = (text: string): Rational => ({ n: 1n, d: 2n * 10n ** BigInt(text.split('.')[1]?.length ?? 0) })

/** The formulas of a quote, held on write: total price = what is sold ÷ what is bought (or the other way round, as it is quoted), the fee in it. */
export function checkQuote(said: SaidQuote, leg: Pick<Leg, 'from' | 'to' | 'mid'>, market_clock: string): QuoteIssue | CheckedQuote {
  const { quoted_as: as, price, sell_amount, buy_amount, fee } = said
  const issue = (field: string, code: QuoteIssue['code'] = 'invalid_field'): QuoteIssue => ({ code, field })
  const value = fractionOf(price)
  if (value === null || value.n <= 0n) return issue('/price')
  if (!((as.unit === leg.from && as.per === leg.to) || (as.unit === leg.to && as.per === leg.from))) return issue('/quoted_as')
  if (sell_amount !== null && buy_amount !== null) return issue('/buy_amount')
  if (said.kind === 'firm' && sell_amount === null && buy_amount === null) return issue('/sell_amount')
  if (sell_amount !== null && !(fromDecimal(sell_amount).n > 0n && isPayable(sell_amount, leg.from))) return issue('/sell_amount')
  if (buy_amount !== null && !(fromDecimal(buy_amount).n > 0n && isPayable(buy_amount, leg.to))) return issue('/buy_amount')
  if (fee.currency !== leg.from && fee.currency !== leg.to) return issue('/fee/currency')
  const hasAmount = sell_amount !== null || buy_amount !== null
  if (!hasAmount && fromDecimal(fee.amount).n !== 0n) return issue('/fee')
  const spread = spreadOfPrice(value, leg.from, as, leg.mid.exact)
  if (!isPlausibleSpread(spread)) return issue('/price')
  const amounts = hasAmount ? amountsOf(said, leg.from) : null
  if (hasAmount && amounts === null) return issue('/fee/amount')
  const total: Fraction = amounts === null ? value : as.unit === leg.from ? div(amounts.sold, amounts.bought) : div(amounts.bought, amounts.sold)
  if (said.total_price !== null) {
    const given = fractionOf(said.total_price)
    if (given === null || given.n <= 0n) return issue('/total_price')
    const apart = sub(given, total)
    const room = add(half(said.total_price), mul(div(given, value), half(price)))
    if (compare(apart.n < 0n ? { n: -apart.n, d: apart.d } : apart, room) > 0) return issue('/total_price', 'quote_total_differs')
  }
  const [now, at, end] = [market_clock, said.observed_at, said.expires_at].map(instantOf) as [number, number, number]
  if (at > now || at < now - 30 * DAY_S) return issue('/observed_at')
  const latest = at + VALID_MAX_S[said.kind]
  if (end <= at) return issue('/expires_at')
  if (Math.min(end, latest) <= now) return issue('/expires_at', 'quote_expired')
  return {
    total_price: said.total_price ?? roundedText(total, 12), spread_bps: roundedText(spread, 6),
    expires_at: `${new Date(Math.min(end, latest) * 1000).toISOString().slice(0, 19)}Z`, expiry_capped: end > latest,
  }
}

export type KeptQuote = Omit<SaidQuote, 'total_price'> & { readonly leg: string; readonly from: string }

/** A session's quote as the engine prices it. A firm one carries its whole fee, turned into the currency that enters the leg, to twelve decimals. */
export function legQuoteOf({ leg, kind, from, price, quoted_as, fee, observed_at, expires_at }: KeptQuote): LegQuote {
  const utc = (text: string): string => `${new Date(instantOf(text) * 1000).toISOString().slice(0, 19)}Z`
  const value = fromDecimal(price)
  const entering = fee.currency === from ? fromDecimal(fee.amount) : div(fromDecimal(fee.amount), quoted_as.per === from ? value : div({ n: 1n, d: 1n }, value))
  return {
    leg, said: { price: plainText(value), unit: quoted_as.unit, per: quoted_as.per }, observed_at: utc(observed_at), expires_at: utc(expires_at), firm_fee: kind === 'firm' ? plainText(entering) : null,
  }
}

/** Whether a quote speaks of what goes through its leg: a firm one holds for its own amount and for less. */
export function coversAmount(quote: KeptQuote, hop: { readonly amount_in: string; readonly amount_out: string }): boolean {
  if (quote.kind !== 'firm') return true
  return quote.sell_amount !== null ? compare(fromDecimal(hop.amount_in), fromDecimal(quote.sell_amount)) <= 0 : compare(fromDecimal(hop.amount_out), fromDecimal(quote.buy_amount!)) <= 0
}
