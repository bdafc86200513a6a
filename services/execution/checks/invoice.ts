/** Deposit and balance of one invoice, added up to its total. Pure and exact; rounded only where a figure is shown. */
import type { InvoiceStanding } from '#contracts/api/invoices.ts'
import { minorDigits } from '#contracts/money.ts'
import type { InvoicePart, SessionState } from '#database/index.ts'
import { add, compare, div, floorScaled, fromDecimal, fromInteger, minorToDecimal, mul, sub, toDecimalNearest, ZERO, type Rational } from '#orchestrator/rational.ts'
import type { MidBetween } from './papers.ts'

type Group = InvoiceStanding['parts'][number]['group']
const GROUP_OF: Readonly<Record<SessionState, Group>> = {
  draft: 'offered', recommended: 'offered', no_route: 'stopped', policy_unavailable: 'stopped', accepted: 'planned', awaiting_merchant: 'planned', approved: 'planned',
  executing: 'on_its_way', paused: 'on_its_way', completed: 'done', failed: 'stopped', returned: 'stopped', cancelled: 'stopped', expired: 'stopped',
}
/** Groups that count towards the invoice. */
const COUNTS: ReadonlySet<Group> = new Set(['planned', 'on_its_way', 'done'])
const HUNDRED = fromInteger(100)

/** What a part brings to the invoice, exact, in the invoice's currency: what was asked for in it, else what the supplier receives, at mid where that is another currency. */
function valueOf(part: InvoicePart, currency: string, mid: MidBetween): { readonly exact: Rational; readonly converted: boolean } {
  if (part.amount.side === 'supplier_receives' && part.amount.currency === currency) return { exact: fromDecimal(part.amount.value), converted: false }
  const brings = part.receives ?? { amount: part.amount.value, currency: part.amount.currency }
  if (brings.currency === currency) return { exact: fromDecimal(brings.amount), converted: false }
  return { exact: mul(fromDecimal(brings.amount), mid(brings.currency, currency)), converted: true }
}

/** Hundredths of a percent, down: 99.999 % is not all of it. */
const pctDown = (part: Rational, total: Rational): string => minorToDecimal(floorScaled(mul(div(part, total), HUNDRED), 2), 2)

/** The whole invoice as it was said last; null where nobody said it. */
const totalOf = (parts: readonly InvoicePart[]): string | null => parts.findLast(({ invoice_total }) => invoice_total !== null)?.invoice_total ?? null

/** How the invoice stands: each part, what is covered by parts that were agreed to, what is done, what is open. `parts` stand oldest first. */
export function invoiceStanding(number: string, currency: string, parts: readonly InvoicePart[], mid: MidBetween): InvoiceStanding {
  const digits = minorDigits(currency)
  const said = totalOf(parts)
  const total = said === null ? null : fromDecimal(said)
  const valued = parts.map((part) => ({ part, group: GROUP_OF[part.state], ...valueOf(part, currency, mid) }))
  const sumOf = (counts: (group: Group) => boolean): Rational => valued.filter(({ group }) => counts(group)).reduce((sum, { exact }) => add(sum, exact), ZERO)
  const [covered, done] = [sumOf((group) => COUNTS.has(group)), sumOf((group) => group === 'done')]
  const money = (exact: Rational) => ({ amount: toDecimalNearest(exact, digits), currency })
  const over = total !== null && compare(covered, total) > 0
  const covered_pct = total === null ? null : pctDown(covered, total)
  return {
    number, total: total === null ? null : money(total), covered: money(covered), done: money(done), covered_pct, done_pct: total === null ? null : pctDown(done, total),
    open: total === null ? null : money(over ? ZERO : sub(total, covered)),
    open_pct: covered_pct === null ? null : over ? '0.00' : toDecimalNearest(sub(HUNDRED, fromDecimal(covered_pct)), 2),
    over, at_mid: valued.some(({ group, converted }) => converted && COUNTS.has(group)),
    parts: valued.map(({ part, group, exact, converted }) => ({
      session_id: part.session_id, reference: part.reference, paid: part.paid as InvoiceStanding['parts'][number]['paid'], group, amount: money(exact), at_mid: converted,
      pct: total === null ? null : toDecimalNearest(mul(div(exact, total), HUNDRED), 2), requested_at: part.requested_at,
    })),
  }
}

/** Whether the invoice would come to more than its total if the session of this id were agreed to as well. */
export function wouldExceed(session_id: string, currency: string, parts: readonly InvoicePart[], mid: MidBetween): boolean {
  const said = totalOf(parts)
  if (said === null) return false
  const sum = parts.filter((part) => part.session_id === session_id || COUNTS.has(GROUP_OF[part.state])).reduce((sum, part) => add(sum, valueOf(part, currency, mid).exact), ZERO)
  return compare(sum, fromDecimal(said)) > 0
}
