/** A route request as the desk types it, and as the API takes it. Pure. */
import type { RouteRequestBody } from '../../api/types.ts'
import { parseAmount } from '../../shared/money.ts'
import { instantIn } from '../../shared/time.ts'

export type HeldFunds = { readonly currency: string; readonly country: string; readonly amount: string }
export type RequestDraft = {
  readonly merchant_id: string | null
  readonly supplier_id: string | null
  readonly corridor_id: string | null
  readonly side: RouteRequestBody['amount']['side']
  readonly amount: string
  readonly currency: string
  readonly day: string
  readonly time: string
  readonly hard_deadline: boolean
  readonly purpose: RouteRequestBody['purpose']
  readonly description: string
  readonly goods_class: RouteRequestBody['goods']['class']
  readonly paid: RouteRequestBody['goods']['paid']
  readonly invoice_number: string
  readonly invoice_currency: string
  readonly account_count: string
  readonly documents: readonly string[]
  readonly preference: RouteRequestBody['preference']
  readonly max_cost_pct: string
  readonly funding: RouteRequestBody['funding']
  readonly held: readonly HeldFunds[]
  readonly reason: string
}

export const emptyDraft = (day: string): RequestDraft => ({
  merchant_id: null, supplier_id: null, corridor_id: null, side: 'supplier_receives', amount: '', currency: 'CNY', day, time: '17:00', hard_deadline: false, purpose: 'goods',
  description: '', goods_class: 'consumer', paid: 'balance_before_shipment', invoice_number: '', invoice_currency: 'CNY', account_count: '1', documents: [], preference: 'balanced',
  max_cost_pct: '', funding: 'bank_transfer', held: [], reason: '',
})

export type DraftErrors = Partial<Record<keyof RequestDraft, string>>

/** What is still missing or wrong, by field, in plain words; empty when it can be sent. */
export function errorsOf(draft: RequestDraft): DraftErrors {
  const errors: DraftErrors = {}
  if (draft.merchant_id === null) errors.merchant_id = 'Choose the merchant.'
  if (draft.supplier_id === null) errors.supplier_id = 'Choose the supplier.'
  if (draft.corridor_id === null) errors.corridor_id = 'Choose the corridor.'
  if (parseAmount(draft.amount) === null) errors.amount = 'Write an amount above zero, such as 1,450,000.00.'
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(draft.day) || !/^[0-9]{2}:[0-9]{2}$/.test(draft.time)) errors.day = 'Write a day and a time.'
  if (draft.description.trim() === '') errors.description = 'Say what is paid for.'
  if (draft.invoice_number.trim() === '') errors.invoice_number = 'Write the number on the invoice.'
  if (!/^[1-9][0-9]?$|^100$/.test(draft.account_count.trim())) errors.account_count = 'A whole number from 1 to 100.'
  if (draft.max_cost_pct.trim() !== '' && parseAmount(draft.max_cost_pct) === null) errors.max_cost_pct = 'A percentage such as 2.5, or nothing.'
  if (draft.held.some((each) => parseAmount(each.amount) === null)) errors.held = 'Each amount that is held must be above zero.'
  if (draft.reason.trim() === '') errors.reason = 'Say why the desk asks and not the merchant.'
  return errors
}

const TOKENS: ReadonlySet<string> = new Set(['USDT', 'USDC'])

/** The body to send; null while something is missing or wrong. `zone` is the supplier's, in which the deadline was typed. */
export function bodyOf(draft: RequestDraft, zone: string, seen_duplicate: boolean): RouteRequestBody | null {
  if (Object.keys(errorsOf(draft)).length > 0) return null
  const limit = parseAmount(draft.max_cost_pct)
  return {
    supplier_id: draft.supplier_id!, corridor_id: draft.corridor_id!, amount: { side: draft.side, value: parseAmount(draft.amount)!, currency: draft.currency },
    needed_by: instantIn(draft.day, draft.time, zone), hard_deadline: draft.hard_deadline, purpose: draft.purpose,
    goods: { description: draft.description.trim(), class: draft.goods_class, paid: draft.paid },
    invoice: { number: draft.invoice_number.trim(), currency: draft.invoice_currency, account_count: Number(draft.account_count) },
    documents_available: [...draft.documents], preference: draft.preference, ...(limit === null ? {} : { max_total_cost_pct: limit }), funding: draft.funding,
    ...(draft.held.length === 0 ? {} : { held_funds: draft.held.map((each) => ({ currency: each.currency, country: TOKENS.has(each.currency) ? null : each.country, amount: parseAmount(each.amount)! })) }),
    ...(seen_duplicate ? { acknowledge_duplicate_invoice: true } : {}), on_behalf: { merchant_id: draft.merchant_id!, reason: draft.reason.trim() },
  }
}

const POINTERS: readonly (readonly [RegExp, keyof RequestDraft])[] = [
  [/^\/on_behalf\/merchant_id/, 'merchant_id'], [/^\/on_behalf/, 'reason'], [/^\/supplier_id/, 'supplier_id'], [/^\/corridor_id/, 'corridor_id'], [/^\/amount\/currency/, 'currency'], [/^\/amount/, 'amount'],
  [/^\/needed_by/, 'day'], [/^\/goods\/description/, 'description'], [/^\/invoice\/number/, 'invoice_number'], [/^\/invoice\/currency/, 'invoice_currency'], [/^\/invoice\/account_count/, 'account_count'],
  [/^\/documents_available/, 'documents'], [/^\/max_total_cost_pct/, 'max_cost_pct'], [/^\/held_funds/, 'held'],
]
/** The field of the form that a problem's JSON pointer speaks of, or null. */
export const fieldOf = (pointer: string | undefined): keyof RequestDraft | null => (pointer === undefined ? null : (POINTERS.find(([pattern]) => pattern.test(pointer))?.[1] ?? null))
