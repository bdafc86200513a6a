/** What a merchant pays and what it costs, the desk's fee included. All of it exact; nothing is a float. */
import { minorDigits, type Money } from '#contracts/money.ts'
import type { Candidate } from '#contracts/routing.ts'
import { add, compare, div, fromDecimal, mul, sub, toDecimalNearest, toDecimalUp, type Rational, ZERO } from '../rational.ts'

/** The amount alone of what carries more, as a merchant's view shows it. */
export const moneyOnly = ({ amount, currency }: Money): { amount: string; currency: string } => ({ amount, currency })

/** A desk fee rule as it is stored: the larger of fixed + bps and the minimum. */
export type DeskFeeRule = { readonly fixed: Money; readonly bps: string; readonly minimum: Money }

/**
 * The desk's fee on what is sent, in its currency, rounded up to the minor unit. `mid(from, to)` converts an amount of the rule that is
 * in another currency.
 */
export function deskFee(rule: DeskFeeRule | null, sent: Money, mid: (from: string, to: string) => Rational): Money {
  if (rule === null) return { amount: toDecimalNearest(ZERO, minorDigits(sent.currency)), currency: sent.currency }
  const inSent = (money: Money): Rational => mul(fromDecimal(money.amount), money.currency === sent.currency ? { n: 1n, d: 1n } : mid(money.currency, sent.currency))
  const share = div(mul(fromDecimal(sent.amount), fromDecimal(rule.bps)), { n: 10_000n, d: 1n })
  const fee = add(inSent(rule.fixed), share)
  const minimum = inSent(rule.minimum)
  return { amount: toDecimalUp(compare(fee, minimum) >= 0 ? fee : minimum, minorDigits(sent.currency)), currency: sent.currency }
}

export type AllIn = { readonly merchant_pays: Money; readonly cost: Money; readonly pct: string }

/** You pay = sent + fee; the cost is what you pay less what the supplier gets at mid; the percentage is of what you pay. */
export function allIn(candidate: Pick<Candidate, 'sent' | 'cost'>, fee: Money): AllIn {
  const digits = minorDigits(candidate.sent.currency)
  const pays = add(fromDecimal(candidate.sent.amount), fromDecimal(fee.amount))
  const cost = add(fromDecimal(candidate.cost.amount), fromDecimal(fee.amount))
  const pct = pays.n === 0n ? ZERO : div(mul(cost, { n: 100n, d: 1n }), pays)
  return {
    merchant_pays: { amount: toDecimalNearest(pays, digits), currency: candidate.sent.currency },
    cost: { amount: toDecimalNearest(cost, digits), currency: candidate.sent.currency },
    pct: toDecimalNearest(pct, 2),
  }
}

export type Rate = { readonly base: string; readonly quote: string; readonly value: string; readonly mid: string }

/** The merchant's rate, all-in, beside the mid rate: 1 of what the supplier gets in what you pay, or the other way where that is below 1. */
export function rateOf(candidate: Pick<Candidate, 'received' | 'mid_rate'>, pays: Money): Rate | null {
  const [paid, received, mid] = [fromDecimal(pays.amount), fromDecimal(candidate.received.amount), fromDecimal(candidate.mid_rate)]
  if (paid.n === 0n || received.n === 0n || mid.n === 0n) return null
  const dear = compare(mid, { n: 1n, d: 1n }) >= 0
  const one: Rational = { n: 1n, d: 1n }
  const [value, fair] = dear ? [div(paid, received), mid] : [div(received, paid), div(one, mid)]
  const digits = compare(sub(fair, { n: 10n, d: 1n }), ZERO) >= 0 ? 2 : 4
  const [base, quote] = dear ? [candidate.received.currency, pays.currency] : [pays.currency, candidate.received.currency]
  return { base, quote, value: toDecimalNearest(value, digits), mid: toDecimalNearest(fair, digits) }
}
