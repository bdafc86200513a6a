/**
 * Synthetic markets of a given size, from a seed: states, pairs and parallel legs with tiers of price, slippage, limits, calendars,
 * documents and refused pairs, in the shape of the real dataset, so that the whole engine runs on them unchanged.
 */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { Dataset, EstimateRecord, ProviderRecord } from '#orchestrator/dataset.ts'

export type GraphSize = { readonly legs: number; readonly states: number; readonly pairs: number }
export const SIZES: Readonly<Record<number, GraphSize>> = {
  40: { legs: 40, states: 16, pairs: 30 }, 300: { legs: 300, states: 40, pairs: 120 }, 3000: { legs: 3_000, states: 100, pairs: 500 },
}

/** mulberry32: small, seeded, the same everywhere. */
export function prng(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CURRENCIES = ['NGN', 'KES', 'GHS', 'ZAR', 'CNY', 'CNH', 'USD', 'HKD', 'AED', 'EUR', 'GBP']
const COUNTRIES = ['NG', 'KE', 'GH', 'ZA', 'CN', 'HK', 'AE', 'US', 'GB']
const SOURCE = { currency: 'NGN', country: 'NG' }
const TARGET = { currency: 'CNY', country: 'CN' }

type Place = { currency: string; country: string }

/** The demo dataset with its providers, estimates and corridors replaced by synthetic ones of the given size. */
export function syntheticDataset(real: Dataset, size: GraphSize, seed: number): Dataset {
  const random = prng(seed)
  const below = (n: number): number => Math.floor(random() * n)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!
  const between = (low: number, high: number): string => (low + random() * (high - low)).toFixed(2)

  const places: Place[] = []
  for (const country of COUNTRIES) for (const currency of CURRENCIES) places.push({ currency, country })
  for (let i = places.length - 1; i > 0; i--) { const j = below(i + 1); [places[i], places[j]] = [places[j]!, places[i]!] }
  // Source, the supplier's accounts, then whatever else fills the states: holders double those in the supplier's country.
  const isEnd = (p: Place): boolean => (p.country === SOURCE.country && p.currency === SOURCE.currency) || (p.country === TARGET.country && ['CNY', 'USD', 'CNH'].includes(p.currency))
  const used = [...places.filter(isEnd), ...places.filter((p) => !isEnd(p))].slice(0, Math.max(6, size.states - 4))
  const abroad = used.filter((p) => p.country !== TARGET.country)
  const arriving = used.filter((p) => p.country === TARGET.country)

  type Pair = { from: Place; to: Place; kind: 'cross_border_transfer' | 'fx' | 'settlement' }
  const pairs: Pair[] = arriving.map((from) => ({ from, to: TARGET, kind: 'settlement' }))
  const seen = new Set(pairs.map((p) => JSON.stringify(p)))
  const chain = [SOURCE, ...abroad.filter((p) => p.currency !== SOURCE.currency || p.country !== SOURCE.country).slice(0, 3), arriving[0]!]
  const add = (from: Place, to: Place) => {
    const pair: Pair = { from, to, kind: from.country === to.country ? 'fx' : 'cross_border_transfer' }
    const key = JSON.stringify(pair)
    if (from.country === TARGET.country || (from.country === to.country && from.currency === to.currency) || seen.has(key) || (pair.kind === 'fx' && to.country === TARGET.country)) return
    seen.add(key)
    pairs.push(pair)
  }
  chain.slice(1).forEach((to, i) => add(chain[i]!, to))
  for (let tries = 0; pairs.length < size.pairs && tries < size.pairs * 50; tries++) add(pick(abroad), random() < 0.12 ? pick(arriving) : pick(abroad))

  const documents = ['CAC_CERT', 'TIN', 'PROFORMA_INVOICE', 'COMMERCIAL_INVOICE_OR_PO', 'RMB_PURPOSE_CODE', 'INSURANCE_110', 'FORM_M_VALID_FX', 'SUPPLIER_CONTRACT']
  const providers: ProviderRecord[] = []
  const estimates: EstimateRecord[] = []
  for (let i = 0; i < size.legs; i++) {
    const { from, to, kind } = i < pairs.length ? pairs[i]! : pick(pairs)
    const model = pick(real.providers.filter((p) => !p.needs_held_funds && p.settlement_window === undefined))
    const estimate = real.estimates.providers.find((e) => e.provider_id === model.id)!
    const id = `p${String(i).padStart(5, '0')}`
    providers.push({
      ...model, id, name: `Synthetic ${id}`, legs: [{ from: from.currency, to: to.currency, from_country: from.country, to_country: to.country, kind }],
      risk_class: pick(['low', 'low', 'low', 'moderate', 'elevated']),
      fee_schedule: {
        fixed: { low: '0', typical: between(0, 60), high: '100', currency: 'USD', facts: [] },
        bps: { low: '0', typical: between(0, 60), high: '100', facts: [] },
        ...(random() < 0.1 ? { minimum_fee: { amount: between(5, 80), currency: 'USD', facts: [] } } : {}),
      },
      fx_spread_bps: { low: '0', typical: between(5, 160), high: '200', facts: [] },
      limits: {
        min: { amount: between(50, 1_500), currency: 'USD', facts: [] }, max: { amount: between(80_000, 3_000_000), currency: 'USD', facts: [] },
        daily_liquidity: random() < 0.7 ? { amount: between(500_000, 20_000_000), currency: 'USD', facts: [] } : null,
      },
      documents_required: documents.filter(() => random() < 0.35),
    })
    estimates.push({
      ...estimate, provider_id: id, posture: random() < 0.08 ? 'unverified' : random() < 0.2 ? 'probation' : 'verified', connector_id: null,
      trust_prior: { successes: 3 + below(40), failures: below(5) }, liquidity_confidence: between(0.5, 0.99),
      slippage_curve: { share_of_daily_liquidity_to_bps: [['0', '0'], ['0.1', between(0, 8)], ['0.5', between(10, 40)], ['1', between(50, 150)]] },
    })
  }
  const base = real.corridors.corridors.find((c) => c.id === 'ng-cn')!
  return {
    ...real, providers,
    estimates: { ...real.estimates, providers: estimates },
    corridors: {
      ...real.corridors,
      corridors: [{
        ...base, id: 'bench', prohibited_legs: base.prohibited_legs.filter((r) => r.match.provider_id === undefined),
        allowed_pairs: pairs.map(({ from, to }) => ({ from: from.currency, to: to.currency, from_country: from.country, to_country: to.country, status: random() < 0.1 ? 'review' as const : 'allowed' as const, facts: [] }))
          .filter(() => random() > 0.05),
      }],
    },
  }
}

/** Random intents over the synthetic corridor: both sides, four preferences, amounts over three orders of magnitude. */
export function syntheticIntents(count: number, seed: number): PaymentIntent[] {
  const random = prng(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
  return Array.from({ length: count }, (_, i): PaymentIntent => {
    const receives = random() < 0.5
    const usd = 1_500 * 10 ** (random() * 2.2)
    return {
      id: `bench-${i}`, corridor_id: 'bench', created_at: '2026-09-29T09:00:00+01:00', needed_by: `2026-10-${String(5 + Math.floor(random() * 24)).padStart(2, '0')}T17:00:00+08:00`,
      hard_deadline: false, merchant: { type: 'limited_company', city: 'Lagos', country: 'NG', trade: 'general goods', trade_class: 'general' },
      purpose: 'goods', goods: { description: 'goods', class: 'consumer', paid: 'full_advance' },
      amount: receives ? { side: 'supplier_receives', value: (usd * 6.7).toFixed(2), currency: 'CNY' } : { side: 'merchant_sends', value: (usd * 1326).toFixed(2), currency: 'NGN' },
      invoice_currency: 'CNY',
      supplier_settlement: {
        method: 'mainland_corporate_account', currency: 'CNY', country: 'CN', city: 'Yiwu', payee_type: 'company', payee_is_contract_seller: true, account_count: 1, accepts_other_settlement: false,
      },
      first_payment_to_supplier: false, documents_available: ['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'PROFORMA_INVOICE', 'SUPPLIER_MAINLAND_CORPORATE_ACCOUNT'],
      preference: pick(['balanced', 'cheapest', 'fastest', 'safest']), funding: 'bank_transfer',
    }
  })
}
