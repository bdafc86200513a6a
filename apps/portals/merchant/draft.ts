import type { RouteRequestBody, Supplier } from '../api/types.ts'
import { parseAmount } from '../shared/money.ts'
import { dayOf, formatHour, instantIn } from '../shared/time.ts'
import { zoneOf } from '../shared/places.ts'
import { workStorage } from './privacy-choice.ts'
import { storedValue } from './storage.ts'

/** What has been typed so far, as typed: it survives a reload, and turns into a request body only when it is whole. */
export type Draft = {
  readonly supplier_id: string
  readonly side: 'supplier_receives' | 'merchant_sends'
  readonly amount: string
  readonly held_currency: string
  readonly held_amount: string
  readonly purpose: 'goods' | 'services'
  readonly description: string
  readonly goods_class: RouteRequestBody['goods']['class'] | ''
  readonly paid: RouteRequestBody['goods']['paid'] | ''
  readonly invoice_number: string
  readonly invoice_currency: string
  readonly invoice_total: string
  readonly account_count: string
  readonly day: string
  readonly time: string
  readonly hard_deadline: boolean
  readonly preference: RouteRequestBody['preference']
  readonly max_total_cost_pct: string
  readonly funding: RouteRequestBody['funding']
  readonly documents: readonly string[]
}

export const emptyDraft: Draft = {
  supplier_id: '', side: 'supplier_receives', amount: '', held_currency: '', held_amount: '', purpose: 'goods', description: '', goods_class: '',
  paid: '', invoice_number: '', invoice_currency: '', invoice_total: '', account_count: '1', day: '', time: '17:00', hard_deadline: false, preference: 'balanced',
  max_total_cost_pct: '', funding: 'bank_transfer', documents: [],
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && Object.entries(emptyDraft).every(([key, sample]) => {
    const held = (value as Record<string, unknown>)[key]
    return Array.isArray(sample) ? Array.isArray(held) : typeof held === typeof sample
  })

const stored = storedValue<Draft>('flowclaw.kept.draft', workStorage, isDraft)

/** The draft and a way to change some of it. */
export function useDraft(): [Draft, (change: Partial<Draft>) => void] {
  const draft = stored.use() ?? emptyDraft
  return [draft, (change) => stored.write({ ...(stored.read() ?? emptyDraft), ...change })]
}
export const clearDraft = (): void => stored.write(null)
export const startDraft = (draft: Draft): void => stored.write(draft)
/** Whether there is an unfinished request to go on with. */
export const useHasDraft = (): boolean => stored.use() !== null

export const STEPS = ['supplier', 'amount', 'goods', 'time', 'papers'] as const
export type Step = (typeof STEPS)[number]

/** Field → message key, for what keeps a step from being whole. Messages live in the strings. */
export function stepErrors(step: Step, draft: Draft, now: number, supplier: Supplier | undefined): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {}
  if (step === 'supplier' && !supplier) errors['supplier_id'] = 'need_supplier'
  if (step === 'amount') {
    if (parseAmount(draft.amount) === null) errors['amount'] = draft.amount.trim() ? 'bad_amount' : 'need_amount'
    if (draft.held_currency && parseAmount(draft.held_amount) === null) errors['held_amount'] = 'bad_amount'
  }
  if (step === 'goods') {
    if (!draft.description.trim()) errors['description'] = 'need_description'
    if (draft.purpose === 'goods' && !draft.goods_class) errors['goods_class'] = 'need_goods_class'
    if (!draft.paid) errors['paid'] = 'need_paid'
    if (!draft.invoice_number.trim()) errors['invoice_number'] = 'need_invoice'
    if (draft.invoice_total.trim() && parseAmount(draft.invoice_total) === null) errors['invoice_total'] = 'bad_amount'
    if (!/^([1-9][0-9]?|100)$/.test(draft.account_count)) errors['account_count'] = 'bad_account_count'
  }
  if (step === 'time') {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(draft.day)) errors['day'] = 'need_day'
    else if (Date.parse(instantIn(draft.day, draft.time || '17:00', zoneOf(supplier?.country ?? ''))) <= now) errors['day'] = 'day_passed'
    if (draft.max_total_cost_pct.trim() && !/^[0-9]{1,2}(\.[0-9]{1,2})?$/.test(draft.max_total_cost_pct.trim())) errors['max_total_cost_pct'] = 'bad_percent'
  }
  return errors
}

/** The invoice's currency where nothing was said: the currency the supplier is paid in, dollars for a token. */
export const invoiceCurrency = (draft: Draft, supplier: Supplier): string =>
  draft.invoice_currency || (['USDT', 'USDC'].includes(supplier.settlement_currency) ? 'USD' : supplier.settlement_currency)

/** The request body of a whole draft. */
export function toRequest(draft: Draft, supplier: Supplier, corridor: { id: string; source_country: string; source_currency: string }): RouteRequestBody {
  const held = draft.held_currency ? parseAmount(draft.held_amount) : null
  const isToken = draft.held_currency === 'USDT' || draft.held_currency === 'USDC'
  return {
    supplier_id: supplier.id,
    corridor_id: corridor.id,
    amount: {
      side: draft.side, value: parseAmount(draft.amount) ?? draft.amount,
      currency: (draft.side === 'merchant_sends' ? corridor.source_currency : supplier.settlement_currency) as RouteRequestBody['amount']['currency'],
    },
    needed_by: instantIn(draft.day, draft.time || '17:00', zoneOf(supplier.country)),
    hard_deadline: draft.hard_deadline,
    purpose: draft.purpose,
    goods: { description: draft.description.trim(), class: draft.goods_class || 'consumer', paid: draft.paid || 'full_advance' },
    invoice: {
      number: draft.invoice_number.trim(), currency: invoiceCurrency(draft, supplier) as RouteRequestBody['invoice']['currency'],
      account_count: Number.parseInt(draft.account_count, 10),
      ...(draft.invoice_total.trim() ? { total: parseAmount(draft.invoice_total) ?? draft.invoice_total } : {}),
    },
    documents_available: [...new Set(draft.documents)].sort(),
    preference: draft.preference,
    funding: draft.funding,
    ...(draft.max_total_cost_pct.trim() ? { max_total_cost_pct: draft.max_total_cost_pct.trim() } : {}),
    ...(held === null ? {} : {
      held_funds: [{ currency: draft.held_currency as RouteRequestBody['amount']['currency'], country: isToken ? null : corridor.source_country, amount: held }],
    }),
  }
}

/** A draft that asks again for what an earlier request asked for. The invoice number and the day stay open: they are new each time. */
export function draftFromRequest(request: RouteRequestBody, supplierCountry: string, keepInvoice: boolean): Draft {
  const zone = zoneOf(supplierCountry)
  const held = request.held_funds?.[0]
  return {
    ...emptyDraft,
    supplier_id: request.supplier_id, side: request.amount.side, amount: request.amount.value, held_currency: held?.currency ?? '', held_amount: held?.amount ?? '',
    purpose: request.purpose, description: request.goods.description, goods_class: request.goods.class, paid: request.goods.paid,
    invoice_number: keepInvoice ? request.invoice.number : '', invoice_currency: request.invoice.currency, account_count: String(request.invoice.account_count),
    day: keepInvoice ? dayOf(request.needed_by, zone) : '', time: formatHour(request.needed_by, zone), hard_deadline: request.hard_deadline,
    preference: request.preference, max_total_cost_pct: request.max_total_cost_pct ?? '', funding: request.funding, documents: request.documents_available,
  }
}
