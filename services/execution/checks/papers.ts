/** Papers of a merchant: until when they count, how they stand on a day, and which of them a payment uses. Pure, on calendar days and exact amounts. */
import type { MerchantDocument } from '#contracts/api/merchant-documents.ts'
import { minorDigits, type Money } from '#contracts/money.ts'
import type { MerchantDocumentRow } from '#database/index.ts'
import { add, compare, fromDecimal, mul, sub, toDecimalDown, toDecimalUp, ZERO, type Rational } from '#orchestrator/rational.ts'

const DAY_MS = 86_400_000
/** From how many days before its last a paper is said to run out soon. */
export const SOON_DAYS = 14

const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`)
/** The day that lies so many days later. */
export const plusDays = (day: string, days: number): string => new Date(toMs(day) + days * DAY_MS).toISOString().slice(0, 10)
/** Days from one day to another; negative where the other lies before. */
export const daysBetween = (from: string, to: string): number => Math.round((toMs(to) - toMs(from)) / DAY_MS)

/** The days of a validity of the corridor data: P180D. Throws on any other duration: it would be guessed. */
export function daysOfValidity(validity: string): number {
  const days = /^P([1-9][0-9]{0,4})D$/.exec(validity)?.[1]
  if (days === undefined) throw new Error(`not a validity in days: ${JSON.stringify(validity)}`)
  return Number(days)
}

/**
 * The last day on which a paper counts: so many days from its issue as the corridor data says, or an earlier one that was typed. `too_late` where
 * the typed day lies behind what the data allows, or before the issue.
 */
export function expiryOf(issued_on: string, validity: string | null, typed: string | null): { readonly expires_on: string | null } | 'too_late' | 'too_early' {
  const last = validity === null ? null : plusDays(issued_on, daysOfValidity(validity))
  if (typed === null) return { expires_on: last }
  if (typed < issued_on) return 'too_early'
  return last !== null && typed > last ? 'too_late' : { expires_on: typed }
}

/** How a paper stands on a day. Its last day still counts. */
export function standingOf(row: Pick<MerchantDocumentRow, 'state' | 'expires_on' | 'value' | 'used'>, day: string): MerchantDocument['standing'] {
  if (row.state !== 'live') return row.state
  if (row.expires_on !== null && row.expires_on < day) return 'expired'
  if (row.value !== null && compare(fromDecimal(row.used ?? '0'), fromDecimal(row.value.amount)) >= 0) return 'used_up'
  return row.expires_on !== null && daysBetween(day, row.expires_on) <= SOON_DAYS ? 'expires_soon' : 'counts'
}

/** What is left of a paper's value, exact; null without one. */
export function leftOf(row: Pick<MerchantDocumentRow, 'value' | 'used'>): Money | null {
  if (row.value === null) return null
  const { amount, currency } = row.value
  return { amount: toDecimalDown(sub(fromDecimal(amount), fromDecimal(row.used ?? '0')), minorDigits(currency)), currency }
}

export type HeldPaper = { readonly id: string; readonly code: string; readonly value: Money; readonly used: string }
export type PaperUse = { readonly document_id: string; readonly money: Money }
/** One unit of the first currency in the second at mid, exact. */
export type MidBetween = (from: string, to: string) => Rational

/**
 * What a payment takes of the papers that its route goes through: of each code the whole amount, of the first paper that has it left; papers run
 * out in the order given. Null where papers of a code are held and none has enough left. A code without a held paper takes nothing: the
 * merchant said that it has one, and its value is not known here. An amount in another currency is converted at mid and rounded up.
 */
export function usesOf(codes: readonly string[], papers: readonly HeldPaper[], paid: Money, mid: MidBetween): readonly PaperUse[] | null {
  const uses: PaperUse[] = []
  for (const code of codes) {
    const held = papers.filter((paper) => paper.code === code)
    if (held.length === 0) continue
    const use = held.flatMap((paper): PaperUse[] => {
      const { currency } = paper.value
      const amount = toDecimalUp(mul(fromDecimal(paid.amount), mid(paid.currency, currency)), minorDigits(currency))
      return compare(add(fromDecimal(paper.used), fromDecimal(amount)), fromDecimal(paper.value.amount)) <= 0 ? [{ document_id: paper.id, money: { amount, currency } }] : []
    })[0]
    if (use === undefined) return null
    uses.push(use)
  }
  return uses
}

/** The sum of amounts in several currencies, in one, at mid. */
export const sumAt = (parts: readonly Money[], currency: string, mid: MidBetween): Rational =>
  parts.reduce((sum, part) => add(sum, mul(fromDecimal(part.amount), mid(part.currency, currency))), ZERO)
