/**
 * Random markets of a chosen size, from a seed: money states in four layers of countries from Lagos to Shanghai, parallel legs,
 * fees, spreads (some better than mid), slippage, limits, calendars, stale data, rules, refused pairs and documents.
 * What it makes is a valid dataset; the tables that do not matter to routing are those of the real one.
 */
import type { PaymentIntent } from '#contracts/routing.ts'
import { PREFERENCES } from '#contracts/routing.ts'
import type { Dataset, ProviderRecord } from '../dataset.ts'
import { randomAmount } from './mutations.ts'
import type { Random } from './prng.ts'

type LegRecord = ProviderRecord['legs'][number]
type Pair = Pick<LegRecord, 'from' | 'to' | 'from_country' | 'to_country' | 'kind'>
type Money = { amount: string; currency: string }

/** `currencies` is the share of all currencies that each country trades: the more, the more states and the fewer routes. */
export type GraphSize = { readonly pairs: number; readonly legs: number; readonly currencies: number }
export const SMALL: GraphSize = { pairs: 30, legs: 40, currencies: 0.1 }
export const MIDDLE: GraphSize = { pairs: 250, legs: 300, currencies: 1 }
export const LARGE: GraphSize = { pairs: 700, legs: 3_000, currencies: 1 }

const LAYERS: readonly (readonly string[])[] = [['NG'], ['GH', 'KE', 'ZA', 'AE', 'GB'], ['HK', 'US'], ['CN']]
const FIAT = ['USD', 'EUR', 'GBP', 'HKD', 'CNH', 'CNY', 'ZAR', 'AED', 'KES', 'GHS']
const ZONES: Readonly<Record<string, string>> = {
  NG: 'Africa/Lagos', GH: 'Africa/Accra', KE: 'Africa/Nairobi', ZA: 'Africa/Johannesburg', AE: 'Asia/Dubai', GB: 'Europe/London',
  HK: 'Asia/Hong_Kong', US: 'America/New_York', CN: 'Asia/Shanghai',
}
const DOCUMENTS = ['PROFORMA_INVOICE', 'FORM_M_VALID_FX', 'FORM_Q', 'SOURCE_OF_FUNDS', 'TRAVEL_RULE_DATA', 'SHIPPING_DOCS_60D', 'COMMERCIAL_INVOICE_OR_PO']
const STEPS = ['submit_documents', 'instruct_bank', 'place_order', 'agent_pays_supplier', 'supplier_confirms_credit', 'nobody_covers_this']

/** The pairs of states a random market trades, without repeats: cross-border between layers, exchange inside one, and the last legs. */
function randomPairs(random: Random, { pairs: count, currencies }: GraphSize): Pair[] {
  // Few currencies a country, so that routes meet; Lagos always has the source's.
  const held = new Map(LAYERS.flat().map((country) => [country, country === 'NG' ? ['NGN', 'USD'] : country === 'CN' ? ['CNH', 'USD'] : random.some(FIAT, currencies).concat('USD')]))
  const pairs: Pair[] = []
  const seen = new Set<string>()
  const addPair = (pair: Pair): void => {
    const key = Object.values(pair).join('|')
    if (pairs.length < count && !seen.has(key) && !(pair.from === pair.to && pair.kind === 'fx')) { seen.add(key); pairs.push(pair) }
  }
  const state = (layer: number): [string, string] => {
    const country = random.pick(LAYERS[layer]!)
    return [random.pick(held.get(country)!), country]
  }
  const last = (): ['CNY' | 'USD', string] => [random.chance(0.8) ? 'CNY' : 'USD', 'CN']
  addPair({ from: 'NGN', to: 'NGN', from_country: 'NG', to_country: 'NG', kind: 'fund' })
  for (let tries = 0; pairs.length < count && tries < count * 50; tries++) {
    const roll = random.next()
    const layer = random.integer(0, 2)
    const [from, from_country] = state(layer)
    if (roll < 0.3) {
      const [to, to_country] = state(random.integer(layer + 1, 3))
      addPair({ from, to, from_country, to_country, kind: 'cross_border_transfer' })
    } else if (roll < 0.45) addPair({ from, to: random.pick(held.get(from_country)!), from_country, to_country: from_country, kind: 'fx' })
    else if (roll < 0.65) {
      const [to, to_country] = last()
      addPair({ from: random.pick(held.get('CN')!), to, from_country: 'CN', to_country, kind: random.chance(0.8) ? 'settlement' : 'agent_payout' })
    } else if (roll < 0.8) {
      const [to, to_country] = last()
      addPair({ from, to, from_country, to_country, kind: random.pick(['payout', 'documentary_credit', 'agent_payout', 'escrow', 'mirror_settlement']) })
    } else if (roll < 0.86) addPair({ from: 'NGN', to: random.pick(['USDT', 'USDC']), from_country: 'NG', to_country: null, kind: 'onramp' })
    else if (roll < 0.92) { const token = random.pick(['USDT', 'USDC']); addPair({ from: token, to: token, from_country: null, to_country: null, kind: 'onchain' }) }
    else if (roll < 0.96) addPair({ from: random.pick(['USDT', 'USDC']), to: random.pick(held.get('HK')!), from_country: null, to_country: 'HK', kind: 'offramp' })
    else addPair({ from: random.pick(['USDT', 'USDC']), to: 'CNY', from_country: null, to_country: 'CN', kind: random.pick(['payout', 'offramp']) })
  }
  return pairs
}

const decimals = (value: number, digits: number): string => (digits === 0 ? Math.round(value).toString() : value.toFixed(digits).replace(/\.?0+$/, ''))
const usd = (random: Random, low: number, high: number): Money => ({ amount: decimals(10 ** (low + random.next() * (high - low)), 2), currency: random.pick(['USD', 'USD', 'CNY', 'NGN', 'USDT']) })
const band = (typical: string) => ({ low: typical, typical, high: typical, facts: [] })

function randomProvider(random: Random, id: string, pair: Pair): ProviderRecord {
  const changes = pair.from !== pair.to
  const limit = (probability: number, low: number, high: number) => (random.chance(probability) ? { ...usd(random, low, high), facts: [] } : null)
  const max = limit(0.3, 4.5, 7)
  const country = random.pick([pair.from_country, pair.to_country].filter((one) => one !== null).concat('NG'))
  const fixed = usd(random, -0.5, 1.7)
  return {
    id, name: `Provider ${id}`, archetype: true,
    category: pair.kind === 'onchain' ? 'network' : random.pick(['bank_fx', 'bank_wire', 'exchange', 'otc', 'fintech', 'p2p', 'wallet_rail']),
    countries: [],
    legs: [{ ...pair, ...(random.chance(0.15) ? { documents_required: random.some(DOCUMENTS, 0.3) } : {}) }],
    fee_schedule: {
      ...(random.chance(0.6) ? { fixed: { ...band(fixed.amount), currency: fixed.currency } } : {}),
      ...(random.chance(0.6) ? { bps: band(decimals(random.next() * 80, 3)) } : {}),
      ...(random.chance(0.1) ? { minimum_fee: { ...usd(random, 0, 2.5), facts: [] } } : {}),
    },
    fx_spread_bps: changes && random.chance(0.95) ? band(decimals(random.next() * 120 - (random.chance(0.1) ? 60 : 0), 2)) : null,
    limits: { min: limit(0.25, 0, 4), max: max && random.chance(0.25) ? { ...max, soft: true } : max, daily_liquidity: limit(0.6, 5, 7.5) },
    settlement_latency: {
      low: 'PT1M', high: 'P30D', clock: random.pick(['business', 'business', 'elapsed', 'mixed']), facts: [],
      quantiles: random.pick([
        { p50: 'PT30S', p90: 'PT10M', p99: 'P1D' }, { p50: 'PT6H', p90: 'P1D', p99: 'P2D' }, { p50: 'P1D', p90: 'P2D', p99: 'P9D' },
        { p50: 'P2DT3H', p90: 'P4DT30M', p99: 'P9D' }, { p50: 'PT12M48S', p90: 'PT20H', p99: 'P9D' }, { p50: 'P3D', p90: 'P10D', p99: 'P20D' },
      ]),
    },
    cut_off: random.chance(0.25) ? { always_open: true, facts: [] } : {
      local_time: random.pick(['09:00:00', '14:00:00', '16:30:00', '17:00:00', '23:59:59']), timezone: ZONES[country]!, utc_offset: '+00:00',
      days: random.pick([['MO', 'TU', 'WE', 'TH', 'FR'], ['MO', 'TU', 'WE', 'TH', 'FR', 'SA'], ['SU', 'MO', 'TU', 'WE', 'TH']]), facts: [],
    },
    kyc_level: 'NONE', risk_class: random.pick(['low', 'low', 'low', 'low', 'low', 'moderate', 'elevated', 'high']), regulatory_status: 'random',
    data_freshness: { as_of: random.pick(['2026-09-29', '2026-09-28', '2026-09-01']), max_age: random.pick(['PT30S', 'PT1H', 'PT24H', 'P7D', 'P90D']), basis: 'random' },
    facts: [], notes: 'random', documents_required: random.some(DOCUMENTS, 0.08),
    licence_status: random.pick(['licensed_regulated', 'licensed_regulated', 'licensed_unverified_claim', 'unlicensed_informal']),
    ...(pair.from === 'USD' && pair.from_country === 'NG' && random.chance(0.3) ? { needs_held_funds: true } : {}),
    ...(random.chance(0.15) ? { settlement_window: 'window' } : {}),
  }
}

function randomCurve(random: Random): [string, string][] {
  const points: [string, string][] = [['0', random.chance(0.8) ? '0' : '2.5']]
  // Gaps of a tenth and steps below 60 bps keep one more cent in from bringing less out.
  for (let share = 0, bps = 3; random.chance(0.7) && points.length < 5;) {
    share += 0.1 + random.next() * 0.4
    bps += random.next() * 60
    points.push([decimals(share, 3), decimals(bps, 2)])
  }
  return points
}

function randomEstimate(random: Random, provider_id: string): Dataset['estimates']['providers'][number] {
  return {
    provider_id,
    posture: random.chance(0.96) ? random.pick(['verified', 'verified', 'probation']) : random.pick(['unverified', 'suspended']),
    ...(random.chance(0.95) ? { trust_prior: { successes: random.integer(0, 40), failures: random.integer(0, 5) } } : {}),
    ...(random.chance(0.95) ? { liquidity_confidence: decimals(0.4 + random.next() * 0.6, 3) } : {}),
    ...(random.chance(0.95) ? { slippage_curve: { share_of_daily_liquidity_to_bps: randomCurve(random) } } : {}),
    human_steps: random.some([0, 1], 0.35).map(() => ({
      kind: random.pick(STEPS), typical: random.pick(['PT10M', 'PT2H', 'P1D']), proof_kinds: random.some(['bank_receipt', 'photo'], 0.6),
      done_by: random.pick(['merchant', 'desk_operator', 'settlement_agent'] as const),
    })),
    connector_id: random.chance(0.9) ? null : random.pick(['tron_status', 'evm_status', 'tron_status', 'evm_status', 'no_such_connector']),
  }
}

type Corridor = Dataset['corridors']['corridors'][number]

function randomRules(random: Random, providers: readonly ProviderRecord[]): Corridor['prohibited_legs'] {
  const id = (name: string) => ({ id: name, reason: 'random', facts: [], status: random.pick(['review', 'restricted', 'prohibited'] as const) })
  const anyLeg = () => random.pick(providers).legs[0]!
  const all: Corridor['prohibited_legs'] = [
    { ...id('one-provider'), match: { provider_id: [random.pick(providers).id] } },
    { ...id('a-currency-pair'), match: { from: [anyLeg().from], to: [anyLeg().to] } },
    { ...id('a-kind-here'), match: { kind: [anyLeg().kind], country: 'CN' } },
    { ...id('a-licence'), match: { licence_status: 'unlicensed_informal', provider_category: ['p2p', 'otc'] } },
    { ...id('a-paper'), match: { requires: 'FORM_M_VALID_FX', payee_matches_seller: false } },
    { ...id('tokens'), match: { uses_token: true, amount_gte: { amount: '1000', currency: 'USD' } } },
    { ...id('third-party'), match: { payer_matches_buyer: false } },
    { ...id('a-cap'), match: { requires: 'FORM_Q', cumulative_gt: { amount: '20000', currency: 'USD', period: 'P3M' } } },
    { ...id('tokens-given'), match: { to: ['USDT', 'USDC'], payee_country: 'CN' } },
    { ...id('large'), match: { advance_payment: true, amount_gt: { amount: '400000', currency: 'USD' } } },
  ]
  return random.some(all, random.pick([0, 0.1, 0.35]))
}

/** A random market of one corridor, `ng-cn`, as a valid dataset. The base gives the holidays and the document tables. */
export function randomDataset(random: Random, base: Dataset, size: GraphSize): Dataset {
  const pairs = randomPairs(random, size)
  const providers = Array.from({ length: size.legs }, (_, i) =>
    randomProvider(random, `p${i}`, i < pairs.length ? pairs[i]! : random.pick(pairs)))
  const statuses = ['allowed', 'allowed', 'allowed', 'allowed', 'conditional', 'review'] as const
  const seen = new Set<string>()
  const refused = random.pick([0, 0.03, 0.1])
  const allowed_pairs: Corridor['allowed_pairs'] = []
  for (const { from, to, from_country, to_country } of pairs) {
    const key = [from, to, from_country, to_country].join('|')
    if (seen.has(key) || random.chance(refused)) continue
    seen.add(key)
    allowed_pairs.push({ from, to, from_country, to_country, status: random.pick(statuses), facts: [] })
  }
  const real = base.corridors.corridors.find((one) => one.id === 'ng-cn')!
  const corridor: Corridor = {
    ...real, allowed_pairs, prohibited_legs: randomRules(random, providers), required_documents: random.some(real.required_documents, 0.5),
    settlement_windows: [{ id: 'window', name: 'Random window', timezone: 'Africa/Lagos', facts: [], duration: { p90: 'P3D', clock: random.pick(['business', 'elapsed'] as const) } }],
  }
  return {
    corridors: { ...base.corridors, corridors: [corridor] },
    providers,
    estimates: { ...base.estimates, providers: providers.map(({ id }) => randomEstimate(random, id)) },
    rates: base.rates,
  }
}

/** A random intent for a random market, of either side. */
export function randomIntent(random: Random, base: PaymentIntent, id: string): PaymentIntent {
  const usual = decimals(10 ** (3 + random.next() * 2.5), random.pick([0, 2]))
  const [side, currency] = random.pick([
    ['merchant_sends', 'NGN'], ['merchant_sends', 'USD'], ['supplier_receives', 'CNY'], ['supplier_receives', 'CNY'], ['supplier_receives', 'USD'],
  ] as const)
  const value = random.chance(0.2) ? randomAmount(random) : currency === 'NGN' ? `${usual.split('.')[0]}000` : usual
  const amount = { side, value, currency }
  const created = new Date(Date.UTC(2026, 8, 29, 8) + random.integer(0, 40 * 24 * 60) * 60_000).toISOString().slice(0, 19)
  const needed = new Date(Date.parse(`${created}Z`) + Math.round(10 ** (random.next() * 3)) * 3_600_000).toISOString().slice(0, 19)
  return {
    ...base, id, corridor_id: 'ng-cn', created_at: `${created}+00:00`, needed_by: `${needed}+00:00`, hard_deadline: random.chance(0.2), amount,
    supplier_settlement: { ...base.supplier_settlement, method: 'mainland_corporate_account', country: 'CN', currency: random.pick(['CNY', 'CNY', 'USD']), accepts_other_settlement: random.chance(0.2) },
    documents_available: random.some(DOCUMENTS.concat('CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'KYB_HK_ENTITY'), 0.8),
    preference: random.pick(PREFERENCES),
    ...(random.chance(0.2) ? { held_funds: [{ currency: 'USD', country: 'NG', amount: randomAmount(random) }] } : {}),
  }
}
