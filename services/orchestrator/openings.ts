/**
 * No route: what would make one possible. Each variant changes one thing that somebody could really change, and is routed in full, so
 * that an opening is a proven route and not a guess. Splitting a payment is never among them.
 */
import type { Opening, PaymentIntent } from '#contracts/routing.ts'
import { dateOf } from './calendar.ts'
import type { Decided } from './engine.ts'
import { dayIn } from './intent-context.ts'
import type { Snapshot } from './snapshot.ts'
import { dayInWords } from './wording.ts'

export type Variant = { readonly change: string; readonly intent: PaymentIntent; readonly remedy: string; readonly merchant_sentence: string | null }

/** A deadline no route can miss, but inside the calendar. */
const A_YEAR_MS = 365 * 86_400_000

/** One change each, in a fixed order. */
export function variantsOf(snapshot: Snapshot, intent: PaymentIntent): Variant[] {
  const corridor = snapshot.corridors.get(intent.corridor_id)!.record
  const s = intent.supplier_settlement
  const variants: Variant[] = []
  const change = (name: string, changed: Partial<PaymentIntent>, remedy: string, merchant_sentence: string | null) =>
    variants.push({ change: name, intent: { ...intent, ...changed }, remedy, merchant_sentence })

  if (intent.hard_deadline) {
    const later = `${new Date(Date.parse(intent.needed_by) + A_YEAR_MS).toISOString().slice(0, 19)}Z`
    change('later_deadline', { needed_by: later }, 'A later deadline.', 'A later date.')
  }
  const { prefers: _prefers, network: _network, ...account } = s
  for (const currency of corridor.destination.currencies) {
    const method = corridor.destination.country === 'CN' ? 'mainland_corporate_account' : 'bank_account'
    const same = s.method === method && s.currency === currency && s.country === corridor.destination.country && s.payee_type === 'company'
    if (same) continue
    change(`company_account_${currency}`, {
      supplier_settlement: { ...account, method, currency, country: corridor.destination.country, payee_type: 'company', payee_is_contract_seller: true },
    }, `The supplier gives its own company account in ${corridor.destination.country === 'CN' ? 'mainland China' : corridor.destination.country}, in ${currency}.`,
    `Your supplier gives a ${currency} account of the company itself, in its legal name.`)
  }
  if (!s.accepts_other_settlement && s.method !== 'mobile_wallet_personal' && s.method !== 'personal_bank_account') {
    change('other_settlement', { supplier_settlement: { ...s, accepts_other_settlement: true } },
      'The supplier agrees in writing to the other settlement currency.', 'Your supplier agrees to be paid in the other currency.')
  }
  for (const code of [...snapshot.documents.structural].sort()) {
    if (intent.documents_available.includes(code)) continue
    const title = snapshot.documents.title(code)
    change(`has_${code}`, { documents_available: [...intent.documents_available, code] }, `The merchant has: ${title}.`, `You have: ${title}.`)
  }
  if (intent.goods.paid !== 'balance_after_shipment' && intent.purpose === 'goods') {
    change('pay_after_shipment', { goods: { ...intent.goods, paid: 'balance_after_shipment' } },
      'The supplier agrees to be paid after shipment instead of in advance.', 'Your supplier agrees to be paid after shipment.')
  }
  const totals = intent.period_totals ?? []
  if (totals.some((t) => Number(t.amount) > 0)) {
    change('next_period', { period_totals: totals.map((t) => ({ ...t, amount: '0' })) }, 'Wait for the next period, when the cap starts again.', 'Wait until the next quarter begins.')
  }
  return variants
}

/** The opening that a routed variant shows, or null when it has no route either. Its `clears` are the reasons that fell away. */
export function openingFrom(base: Decided, variant: Variant, routed: Decided): { opening: Opening; cost: number } | null {
  const best = routed.cheapest
  if (!best) return null
  const still = new Set(routed.judged.flatMap((j) => j.refusals))
  const gone = Object.entries(base.decision.refusals).filter(([code]) => !still.has(code)).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  // What stood in the way of most candidates is what the change clears; the rest went with the candidates that it replaced.
  const many = gone.filter(([, count]) => count * 2 >= base.judged.length)
  const clears = (many.length > 0 ? many : gone.slice(0, 1)).map(([code]) => code)
  const { context } = routed.proposal
  const until = variant.change === 'later_deadline'
    ? dayInWords(dateOf(dayIn(context, context.intent.supplier_settlement.country, Math.min(...routed.ranked.map((j) => j.candidate.arrival_p90))))) : null
  return {
    cost: best.candidate.price.cost_bps,
    opening: {
      clears, candidate_id: best.candidate.id, cost_bps: best.candidate.price.cost_bps.toFixed(6),
      remedy: until ? `A deadline of ${until} or later.` : variant.remedy,
      merchant_sentence: until ? `Move your date to ${until} or later.` : variant.merchant_sentence,
    },
  }
}
