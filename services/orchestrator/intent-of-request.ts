/** The engine's input, built by the server: what the body says, with the merchant's, the supplier's and the clock's part put in. Pure. */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { instantOf, isoInZone } from './calendar.ts'
import type { Snapshot } from './snapshot.ts'

/** The tenant's market clock at this wall clock, said in the zone of a country. Deadlines, quote expiry and data age read this one. */
export function marketClock(settings: { readonly market_clock: string | null }, wallClock: Date, snapshot: Snapshot, country: string): string {
  const instant = settings.market_clock === null ? Math.floor(wallClock.getTime() / 1000) : instantOf(settings.market_clock)
  const zone = snapshot.country_zones.get(country)
  return zone === undefined ? `${new Date(instant * 1000).toISOString().slice(0, 19)}Z` : isoInZone(zone, instant)
}

/** What the server knows of the two sides; the store's rows are these. */
type MerchantPart = { readonly type: string; readonly city: string; readonly country: string; readonly trade: string; readonly trade_class: string; readonly documents_on_file: readonly string[] }
type SupplierPart = {
  readonly method: string; readonly settlement_currency: string; readonly country: string; readonly city: string; readonly payee_type: string
  readonly payee_is_contract_seller: boolean; readonly accepts_other_settlement: boolean; readonly prefers: string | null; readonly network: string | null
}
export type IntentParts = {
  readonly id: string
  readonly created_at: string
  readonly merchant: MerchantPart
  readonly supplier: SupplierPart
  readonly first_payment_to_supplier: boolean
  readonly period_totals: readonly NonNullable<PaymentIntent['period_totals']>[number][]
}

export function intentOfRequest(body: RouteRequestBody, parts: IntentParts): PaymentIntent {
  const { merchant, supplier } = parts
  return {
    id: parts.id,
    corridor_id: body.corridor_id,
    created_at: parts.created_at,
    needed_by: body.needed_by,
    hard_deadline: body.hard_deadline,
    merchant: {
      type: merchant.type as PaymentIntent['merchant']['type'], city: merchant.city, country: merchant.country, trade: merchant.trade,
      trade_class: merchant.trade_class as PaymentIntent['merchant']['trade_class'],
    },
    purpose: body.purpose,
    goods: { description: body.goods.description, class: body.goods.class, paid: body.goods.paid },
    amount: { side: body.amount.side, value: body.amount.value, currency: body.amount.currency },
    invoice_currency: body.invoice.currency,
    supplier_settlement: {
      method: supplier.method as PaymentIntent['supplier_settlement']['method'], currency: supplier.settlement_currency, country: supplier.country, city: supplier.city,
      payee_type: supplier.payee_type as PaymentIntent['supplier_settlement']['payee_type'], payee_is_contract_seller: supplier.payee_is_contract_seller,
      account_count: body.invoice.account_count, accepts_other_settlement: supplier.accepts_other_settlement,
      ...(supplier.prefers === null ? {} : { prefers: supplier.prefers as 'USDT' | 'USDC' }),
      ...(supplier.network === null ? {} : { network: supplier.network as 'TRON' | 'ETHEREUM' | 'SOLANA' }),
    },
    first_payment_to_supplier: parts.first_payment_to_supplier,
    // A paper that the desk has on file for the merchant need not be said again.
    documents_available: [...new Set([...body.documents_available, ...merchant.documents_on_file])].sort(),
    preference: body.preference,
    ...(body.max_total_cost_pct === undefined ? {} : { max_total_cost_pct: body.max_total_cost_pct }),
    funding: body.funding,
    ...(body.held_funds === undefined || body.held_funds.length === 0 ? {} : { held_funds: body.held_funds }),
    ...(parts.period_totals.length === 0 ? {} : { period_totals: [...parts.period_totals] }),
  }
}

/** What a merchant or the desk asked, out of a stored intent: the form of "Send again". */
export function requestOfIntent(intent: PaymentIntent, supplier_id: string, invoice_number: string): RouteRequestBody {
  return {
    supplier_id,
    corridor_id: intent.corridor_id,
    amount: intent.amount,
    needed_by: intent.needed_by,
    hard_deadline: intent.hard_deadline,
    purpose: intent.purpose,
    goods: intent.goods,
    invoice: { number: invoice_number, currency: intent.invoice_currency, account_count: intent.supplier_settlement.account_count },
    documents_available: intent.documents_available,
    preference: intent.preference,
    ...(intent.max_total_cost_pct === undefined ? {} : { max_total_cost_pct: intent.max_total_cost_pct }),
    funding: intent.funding,
    ...(intent.held_funds === undefined ? {} : { held_funds: intent.held_funds }),
  }
}
