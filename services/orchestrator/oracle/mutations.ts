/** Random variations of an intent: amounts, clocks, papers, methods, held funds. All of them valid by the contract. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { GOODS_CLASSES, PAID_WHEN, PREFERENCES, TRADE_CLASSES } from '#contracts/routing.ts'
import type { OracleData } from './data.ts'
import type { Random } from './prng.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Intent = Writable<PaymentIntent>

const OFFSETS: Readonly<Record<string, string>> = { NG: '+01:00', KE: '+03:00', GH: '+00:00', ZA: '+02:00' }

/** An amount with a spread of sizes: from a few units to far above every limit. */
export function randomAmount(random: Random): string {
  const value = 10 ** (1 + random.next() * 7.5)
  const text = random.chance(0.3) ? value.toFixed(2) : Math.max(1, Math.round(value)).toString()
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}

function at(random: Random, offset: string, from: string, days: number): string {
  const minutes = Math.round(random.next() * days * 24 * 60)
  const shifted = new Date(Date.parse(`${from}T00:00:00Z`) + minutes * 60_000)
  return `${shifted.toISOString().slice(0, 19)}${offset}`
}

const later = (text: string, hours: number): string => {
  const offset = text.slice(19)
  const sign = offset.startsWith('-') ? -1 : 1
  const shift = offset === 'Z' ? 0 : sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)))
  return `${new Date(Date.parse(text) + (shift * 60 + hours * 3600) * 1000).toISOString().slice(0, 19)}${offset}`
}

type Settlement = readonly [PaymentIntent['supplier_settlement']['method'], string, string]
const SETTLEMENTS: Readonly<Record<string, readonly Settlement[]>> = {
  CN: [
    ['mainland_corporate_account', 'CNY', 'CN'], ['mainland_corporate_account', 'CNY', 'CN'], ['mainland_corporate_account', 'USD', 'CN'],
    ['hong_kong_corporate_account', 'USD', 'HK'], ['hong_kong_corporate_account', 'HKD', 'HK'], ['personal_bank_account', 'CNY', 'CN'],
    ['mobile_wallet_personal', 'CNY', 'CN'], ['trade_agent', 'CNY', 'CN'], ['token_wallet', 'USDT', 'CN'], ['token_wallet', 'USDC', 'CN'],
  ],
  AE: [['bank_account', 'AED', 'AE'], ['bank_account', 'USD', 'AE'], ['token_wallet', 'USDT', 'AE']],
  US: [['bank_account', 'USD', 'US'], ['bank_account', 'USD', 'US'], ['token_wallet', 'USDC', 'US']],
}

function settlement(random: Random, destination: string): Intent['supplier_settlement'] {
  const [method, currency, country] = random.pick(SETTLEMENTS[destination]!)
  return {
    method, currency, country, city: 'any',
    payee_type: random.pick(['company', 'company', 'individual', 'mixed']),
    payee_is_contract_seller: random.chance(0.7),
    account_count: random.chance(0.8) ? 1 : random.integer(2, 8),
    accepts_other_settlement: random.chance(0.4),
    ...(random.chance(0.2) ? { prefers: random.pick(['USDT', 'USDC'] as const) } : {}),
  }
}

/** The intent with some of its fields drawn anew. `documents` are the codes a merchant may have on file. */
export function mutated(random: Random, data: OracleData, base: PaymentIntent, id: string): PaymentIntent {
  const intent = structuredClone(base) as Intent
  intent.id = id
  const documents = Object.keys((data.corridors as unknown as { document_codes: Record<string, string> }).document_codes)
  const corridor = data.corridors.corridors.find((one) => one.id === intent.corridor_id)!
  const destination = (corridor as unknown as { destination: { country: string } }).destination.country
  const change = random.chance.bind(random)
  if (change(0.5)) {
    intent.created_at = at(random, OFFSETS[corridor.source.country] ?? 'Z', random.pick(['2026-05-01', '2026-05-01', '2026-05-01', '2027-09-01', '2025-06-01']), 220)
    intent.needed_by = later(intent.created_at, Math.round(10 ** (random.next() * 3.4)))
  }
  if (change(0.4)) intent.needed_by = later(intent.created_at, Math.round(10 ** (random.next() * 3.4)))
  if (change(0.3)) intent.hard_deadline = random.chance(0.5)
  if (change(0.35)) intent.supplier_settlement = settlement(random, destination)
  if (change(0.6)) {
    const side = random.pick(['merchant_sends', 'supplier_receives'] as const)
    const currencies = [corridor.source.currency, intent.supplier_settlement.currency, 'USD', 'CNY', 'USDT']
    intent.amount = { side, value: randomAmount(random), currency: random.pick(currencies) }
  }
  if (change(0.6)) intent.documents_available = random.some(documents, random.pick([0.2, 0.5, 0.8, 0.95]))
  if (change(0.5)) intent.preference = random.pick(PREFERENCES)
  if (change(0.2)) intent.purpose = random.pick(['goods', 'services'])
  if (change(0.3)) intent.goods = { ...intent.goods, class: random.pick(GOODS_CLASSES), paid: random.pick(PAID_WHEN) }
  if (change(0.2)) intent.merchant = { ...intent.merchant, trade_class: random.pick(TRADE_CLASSES) }
  if (change(0.2)) intent.first_payment_to_supplier = random.chance(0.5)
  if (change(0.2)) intent.funding = random.pick(['bank_transfer', 'mobile_money'])
  if (change(0.2)) intent.invoice_currency = random.pick(['USD', 'CNY', 'USDT', corridor.source.currency])
  if (change(0.3)) intent.max_total_cost_pct = random.pick(['0.5', '1', '1.42', '2', '5'])
  if (change(0.4)) {
    const country = corridor.source.country
    intent.held_funds = random.some([
      { currency: 'USD', country, amount: randomAmount(random) },
      { currency: 'USDT', country: null, amount: randomAmount(random) },
      { currency: 'USDC', country: null, amount: randomAmount(random) },
      { currency: 'USDT', country: null, amount: '250.5' },
    ], 0.4)
  }
  if (change(0.4)) {
    intent.period_totals = [{ document: 'FORM_Q', amount: random.integer(0, 21_000).toString(), currency: random.pick(['USD', 'CNY']), period: 'P3M' }]
  }
  return intent
}

/** The same intent made some minutes to some months after the data was taken, so that some of it is stale. */
export function movedFromData(random: Random, base: PaymentIntent): PaymentIntent {
  const offset = base.created_at.slice(19)
  const created = later(later(`2026-09-29T09:00:00${offset}`, 0), Math.round(10 ** (random.next() * 4.5)) / 10)
  const exact = random.chance(0.2) ? `2026-09-29T09:${String(random.integer(0, 59)).padStart(2, '0')}:${String(random.integer(0, 59)).padStart(2, '0')}${offset}` : created
  const hours = (Date.parse(base.needed_by) - Date.parse(base.created_at)) / 3_600_000
  return { ...base, created_at: exact, needed_by: later(exact, hours) }
}
