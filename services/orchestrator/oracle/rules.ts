/** Which rules of a corridor match a candidate, and which speak of the intent itself. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { intentAmount, legsRequire, usesToken } from './documents.ts'
import type { Corridor, OracleData, Rule } from './data.ts'
import { isToken, moneyAtMid, type Hop } from './price.ts'
import { add, less, type Fraction } from './rational.ts'
import type { Route } from './routes.ts'

const LEG_KEYS = ['from', 'to', 'kind', 'country', 'provider_category', 'licence_status', 'provider_id', 'token_peg']
const ROUTE_KEYS = ['requires', 'uses_token', 'payer_matches_buyer']

type MoneyLimit = { readonly amount: string; readonly currency: string; readonly period?: string }

const oneOf = (value: unknown, actual: unknown): boolean => (Array.isArray(value) ? value.includes(actual) : value === actual)

/** What this payment is measured in for a cap, and what it is held against. */
export function capOf(data: OracleData, intent: PaymentIntent, rule: Rule): { payment: Fraction; total: Fraction; cap: Fraction; period: string | null } | null {
  const limit = (rule.match.cumulative_gt ?? rule.match.amount_gt ?? rule.match.amount_gte) as MoneyLimit | undefined
  if (!limit) return null
  const payment = intentAmount(data, intent, limit.currency)
  const before = !rule.match.cumulative_gt ? [] : (intent.period_totals ?? []).filter((one) => oneOf(rule.match.requires, one.document))
  const total = before.reduce((sum, one) => add(sum, moneyAtMid(data, one, limit.currency)), payment)
  return { payment, total, cap: moneyAtMid(data, limit, limit.currency), period: limit.period ?? null }
}

function intentKeyHolds(data: OracleData, intent: PaymentIntent, corridor: Corridor, rule: Rule, key: string): boolean {
  const value = rule.match[key]
  const supplier = intent.supplier_settlement
  switch (key) {
    case 'payee_country': return oneOf(value, supplier.country)
    case 'payee_type': return oneOf(value, supplier.payee_type)
    case 'purpose': return oneOf(value, intent.purpose)
    case 'payee_matches_seller': return value === supplier.payee_is_contract_seller
    case 'payee_role': return supplier.method === 'trade_agent' && oneOf(value, 'agent')
    case 'sender_type': return intent.purpose === 'goods' && oneOf(value, 'business')
    case 'source_country': return oneOf(value, corridor.source.country)
    case 'advance_payment': return value === ['deposit', 'full_advance', 'balance_before_shipment'].includes(intent.goods.paid)
    case 'capital_goods': return value === (intent.goods.class === 'plant_machinery')
    case 'goods_import': return value === (intent.purpose === 'goods')
    case 'amount_gt': { const cap = capOf(data, intent, { ...rule, match: { amount_gt: value } })!; return less(cap.cap, cap.payment) }
    case 'amount_gte': { const cap = capOf(data, intent, { ...rule, match: { amount_gte: value } })!; return !less(cap.payment, cap.cap) }
    case 'cumulative_gt': { const cap = capOf(data, intent, rule)!; return less(cap.cap, cap.total) }
    default: throw new Error(`unknown match key ${key} of rule ${rule.id}`)
  }
}

function legKeyHolds(hop: Hop, key: string, value: unknown): boolean {
  switch (key) {
    case 'from': return oneOf(value, hop.leg.from)
    case 'to': return oneOf(value, hop.leg.to)
    case 'kind': return oneOf(value, hop.leg.kind)
    case 'country': return oneOf(value, hop.leg.to_country)
    case 'provider_category': return oneOf(value, hop.provider.category)
    case 'licence_status': return oneOf(value, hop.provider.licence_status)
    case 'provider_id': return oneOf(value, hop.provider.id)
    // Of the tokens there are today none has a peg that a rule names.
    default: return false
  }
}

function routeKeyHolds(route: Route, key: string, value: unknown): boolean {
  if (key === 'requires') return (Array.isArray(value) ? value : [value]).some((code: string) => legsRequire(route, code))
  if (key === 'uses_token') return value === usesToken(route)
  return value === (route.hops.at(-1)!.leg.kind !== 'agent_payout')
}

const keysOf = (rule: Rule): string[] => Object.keys(rule.match)
const speaksOfWhatThePayeeIsGiven = (rule: Rule): boolean => 'to' in rule.match && 'payee_country' in rule.match

/** Whether a rule matches a candidate: all its leg keys on one leg, all its route keys on the route, all its intent keys on the intent. */
export function ruleMatches(data: OracleData, corridor: Corridor, intent: PaymentIntent, route: Route, rule: Rule): boolean {
  const keys = keysOf(rule)
  const legKeys = keys.filter((key) => LEG_KEYS.includes(key))
  const routeKeys = keys.filter((key) => ROUTE_KEYS.includes(key))
  const intentKeys = keys.filter((key) => !LEG_KEYS.includes(key) && !ROUTE_KEYS.includes(key))
  if (!intentKeys.every((key) => intentKeyHolds(data, intent, corridor, rule, key))) return false
  if (!routeKeys.every((key) => routeKeyHolds(route, key, rule.match[key]))) return false
  if (legKeys.length === 0) return true
  const given = speaksOfWhatThePayeeIsGiven(rule)
  if (given && route.target.method !== 'token_wallet') return false
  const legs = given ? route.hops.slice(-1) : route.hops
  return legs.some((hop) => legKeys.every((key) => legKeyHolds(hop, key, rule.match[key])))
}

/** Whether a rule speaks of the intent itself, whatever route is taken. */
export function ruleSpeaksOfIntent(data: OracleData, corridor: Corridor, intent: PaymentIntent, rule: Rule): boolean {
  const { match } = rule
  const keys = keysOf(rule)
  const isIntentKey = (key: string): boolean => !LEG_KEYS.includes(key) && !ROUTE_KEYS.includes(key)
  if (!keys.filter(isIntentKey).every((key) => intentKeyHolds(data, intent, corridor, rule, key))) return false
  if (keys.every(isIntentKey)) return true

  const { method, prefers, payee_type } = intent.supplier_settlement
  const goods = intent.purpose === 'goods'
  const forGoods = oneOf(match.purpose, 'goods')
  const holdsToken = (intent.held_funds ?? []).some((held) => isToken(held.currency))
  if (speaksOfWhatThePayeeIsGiven(rule) && (method === 'token_wallet' || prefers !== undefined || holdsToken)) return true
  if (oneOf(match.kind, 'wallet_payout') && forGoods && method === 'mobile_wallet_personal' && goods) return true
  if (oneOf(match.payee_type, 'individual') && forGoods && payee_type === 'individual' && goods) return true
  if (oneOf(match.payee_role, 'agent') && method === 'trade_agent') return true
  if ('cumulative_gt' in match && intent.documents_available.some((code) => oneOf(match.requires, code))) return true
  if ('provider_id' in match && oneOf(match.sender_type, 'business')) {
    const providers = data.providers.filter((one) => oneOf(match.provider_id, one.id))
    return providers.some((one) => one.category === 'wallet_rail') && intent.funding === 'mobile_money' && goods
  }
  return false
}

/** A rule that stops payments above an amount; one that only asks for a review is no cap. */
export const isCap = (rule: Rule): boolean => rule.status !== 'review' && ('cumulative_gt' in rule.match || 'amount_gt' in rule.match)
