/** What a merchant agreed to, beside what is offered in its place. Pure. */
import type { Money } from '#contracts/money.ts'
import { minorDigits } from '#contracts/money.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { compare, fromDecimal, sub, toDecimalNearest, ZERO } from '../rational.ts'
import { allIn, moneyOnly } from './price.ts'

type NewOffer = NonNullable<MerchantRouteSession['new_offer']>
/** An offer that another takes the place of, with the desk's own fee in it. */
export type Before = { readonly candidate: Candidate; readonly desk_fee: Money | null }

/** `null` where the two are of different currencies, so that nothing can be compared. */
export function newOfferOf(why: string, before: Before, now: { readonly candidate: Candidate; readonly fee: Money }, time_zone: string): NewOffer | null {
  const { candidate } = before
  if (candidate.sent.currency !== now.candidate.sent.currency) return null
  const old = allIn(candidate, before.desk_fee ?? { amount: '0', currency: candidate.sent.currency })
  const more = sub(fromDecimal(allIn(now.candidate, now.fee).merchant_pays.amount), fromDecimal(old.merchant_pays.amount))
  const side = compare(more, ZERO)
  const digits = minorDigits(candidate.sent.currency)
  return {
    why,
    before: {
      supplier_gets: moneyOnly(candidate.received), you_pay: moneyOnly(old.merchant_pays), all_in_cost: { money: moneyOnly(old.cost), pct_against_mid: old.pct },
      arrives: { earliest: candidate.arrival_p50.slice(0, 10), latest: candidate.arrival_p90.slice(0, 10), time_zone },
    },
    other_route: candidate.id !== now.candidate.id,
    you_pay: { change: side > 0 ? 'more' : side < 0 ? 'less' : 'same', money: { amount: toDecimalNearest(side < 0 ? sub(ZERO, more) : more, digits), currency: candidate.sent.currency } },
  }
}
