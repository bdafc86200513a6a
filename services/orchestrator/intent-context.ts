/** What an intent says, worked out once per request: instants, amounts at mid, rule keys, documents on file, targets. */
import { isToken, minorDigits } from '#contracts/money.ts'
import type { PaymentIntent } from '#contracts/routing.ts'
import { CALENDAR_RANGE, fromLocal, dayOf, instantOf, localDay, zoneOf, type Zone } from './calendar.ts'
import { DAY_S } from './durations.ts'
import { add, compare, fromDecimal, mul, type Rational, toDecimalDown, ZERO } from './rational.ts'
import type { LegKind, RuleMatch } from './dataset.ts'
import { type Graph, graphOf, stateKey } from './graph.ts'
import { type Leg, midBetween } from './leg.ts'
import type { Corridor, Rule, Snapshot } from './snapshot.ts'

/** An intent that no engine can route: a public sentence and the field at fault. */
export class IntentError extends Error {
  readonly code: 'unknown_corridor' | 'unknown_currency' | 'unknown_country' | 'unknown_document' | 'clock_out_of_range' | 'amount_zero'
  readonly field: string
  constructor(code: IntentError['code'], field: string, message: string) {
    super(message)
    this.name = 'IntentError'
    this.code = code
    this.field = field
  }
}

export type Target = {
  readonly state: number
  readonly currency: string
  readonly country: string | null
  readonly method: string
  readonly last_kinds: ReadonlySet<LegKind>
  /** false: the supplier did not agree to be paid so; generated to show the refusal */
  readonly agreed: boolean
}

export type Start = {
  readonly state: number
  readonly currency: string
  /** what is held in this state; null for the payer's own source currency */
  readonly held: { readonly amount: string; readonly exact: Rational } | null
  /** held fiat leaves only through providers marked needs_held_funds */
  readonly only_held_funds_providers: boolean
}

export type IntentContext = {
  readonly snapshot: Snapshot
  readonly corridor: Corridor
  readonly intent: PaymentIntent
  readonly graph: Graph
  readonly created: number
  readonly deadline: number
  readonly source_zone: Zone
  readonly supplier_zone: Zone
  readonly starts: readonly Start[]
  readonly targets: readonly Target[]
  readonly on_file: ReadonlySet<string>
  readonly active_rules: readonly Rule[]
  readonly token_wanted: boolean
  /** 0 where the data is taken to be of the moment (intents of a file); else the market clock decides */
  readonly age_s: (leg: Pick<Leg, 'as_of' | 'observed'>) => number
}

const LAST_KINDS: Readonly<Record<string, readonly LegKind[]>> = {
  mainland_corporate_account: ['settlement', 'payout', 'documentary_credit', 'agent_payout', 'escrow', 'mirror_settlement', 'offramp'],
  hong_kong_corporate_account: ['settlement', 'payout'],
  personal_bank_account: ['settlement', 'payout', 'agent_payout', 'wallet_payout', 'mirror_settlement', 'offramp'],
  mobile_wallet_personal: ['wallet_payout', 'agent_payout', 'payout', 'mirror_settlement', 'offramp'],
  trade_agent: ['agent_payout', 'settlement', 'payout', 'mirror_settlement', 'offramp'],
  token_wallet: ['onchain'],
  bank_account: ['settlement', 'payout', 'documentary_credit'],
}
const lastKinds: Readonly<Record<string, ReadonlySet<LegKind>>> = Object.fromEntries(Object.entries(LAST_KINDS).map(([m, k]) => [m, new Set(k)]))

export type DataAge = 'of_the_moment' | 'market_clock'

/** Throws IntentError when the intent speaks of something the snapshot does not know. */
export function contextOf(snapshot: Snapshot, intent: PaymentIntent, data_age: DataAge): IntentContext {
  const corridor = snapshot.corridors.get(intent.corridor_id)
  if (!corridor) throw new IntentError('unknown_corridor', '/corridor_id', 'This corridor is not known here.')
  for (const [field, currency] of [['/amount/currency', intent.amount.currency], ['/invoice_currency', intent.invoice_currency],
    ['/supplier_settlement/currency', intent.supplier_settlement.currency]] as const) {
    if (!snapshot.usd_mids.has(currency)) throw new IntentError('unknown_currency', field, 'There is no mid rate for this currency.')
  }
  const supplier_zone = snapshot.country_zones.get(intent.supplier_settlement.country)
  if (!supplier_zone) throw new IntentError('unknown_country', '/supplier_settlement/country', "The supplier's country has no calendar here.")
  if (!snapshot.country_zones.has(intent.merchant.country)) throw new IntentError('unknown_country', '/merchant/country', "The merchant's country has no calendar here.")
  intent.documents_available.forEach((code, i) => {
    if (!snapshot.documents.bit.has(code)) throw new IntentError('unknown_document', `/documents_available/${i}`, 'This document is not known here.')
  })
  if (compare(fromDecimal(intent.amount.value), ZERO) <= 0) throw new IntentError('amount_zero', '/amount/value', 'The amount must be above zero.')
  const created = instantOf(intent.created_at)
  const deadline = instantOf(intent.needed_by)
  for (const [field, t] of [['/created_at', created], ['/needed_by', deadline]] as const) {
    // Two years are left at the end, so that no chain of legs can leave the calendar.
    if (t < dayOf(CALENDAR_RANGE.first) * DAY_S || t > (dayOf(CALENDAR_RANGE.last) - 730) * DAY_S) {
      throw new IntentError('clock_out_of_range', field, 'This date is outside the calendar.')
    }
  }
  const source_zone = snapshot.country_zones.get(corridor.record.source.country) ?? zoneOf('UTC')
  const graph = graphOf(snapshot, corridor.record.source.country, intent.supplier_settlement.country)
  const held = intent.held_funds ?? []
  const supplier = intent.supplier_settlement
  return {
    snapshot, corridor, intent, graph, created, deadline, source_zone, supplier_zone,
    starts: startsOf(corridor, graph, held), targets: targetsOf(graph, intent),
    on_file: new Set(intent.documents_available),
    active_rules: corridor.rules.filter((rule) => intentKeysHold(rule.match, snapshot, intent, corridor)),
    token_wanted: supplier.method === 'token_wallet' || supplier.prefers !== undefined || held.some((h) => isToken(h.currency)),
    age_s: data_age === 'of_the_moment' ? () => 0
      : ({ as_of, observed }) => Math.max(0, created - (observed?.at_s ?? fromLocal(source_zone, dayOf(as_of) * DAY_S + 9 * 3600))),
  }
}

function startsOf(corridor: Corridor, graph: Graph, held: NonNullable<PaymentIntent['held_funds']>): Start[] {
  const { currency, country } = corridor.record.source
  const starts: Start[] = []
  const source = graph.index.get(stateKey(currency, country, 'payer'))
  if (source !== undefined) starts.push({ state: source, currency, held: null, only_held_funds_providers: false })
  // What is held in one place is one sum, however many lines say so.
  const sums = new Map<number, { currency: string; token: boolean; exact: Rational }>()
  for (const funds of held) {
    const token = isToken(funds.currency)
    const state = graph.index.get(stateKey(funds.currency, token ? null : funds.country, token ? 'wallet_out' : 'payer'))
    if (state !== undefined) sums.set(state, { currency: funds.currency, token, exact: add(sums.get(state)?.exact ?? ZERO, fromDecimal(funds.amount)) })
  }
  for (const [state, { currency: heldIn, token, exact }] of sums) {
    starts.push({ state, currency: heldIn, held: { amount: toDecimalDown(exact, minorDigits(heldIn)), exact }, only_held_funds_providers: !token })
  }
  return starts
}

function targetsOf(graph: Graph, intent: PaymentIntent): Target[] {
  const s = intent.supplier_settlement
  const targets: Target[] = []
  const addTarget = (currency: string, country: string | null, method: string, agreed: boolean) => {
    const state = graph.index.get(stateKey(currency, isToken(currency) ? null : country, 'payee'))
    if (state === undefined || targets.some((t) => t.state === state)) return
    targets.push({ state, currency, country: isToken(currency) ? null : country, method, last_kinds: lastKinds[method]!, agreed })
  }
  addTarget(s.currency, s.country, s.method, true)
  if (s.accepts_other_settlement) {
    if (s.method === 'token_wallet') {
      addTarget('CNY', 'CN', 'mainland_corporate_account', true)
      addTarget('USD', 'CN', 'mainland_corporate_account', true)
    } else if (s.method === 'mainland_corporate_account') addTarget(s.currency === 'CNY' ? 'USD' : 'CNY', s.country, s.method, true)
  }
  const agreed = s.method === 'token_wallet' || s.accepts_other_settlement
  if (s.prefers !== undefined) addTarget(s.prefers, null, 'token_wallet', agreed)
  for (const funds of intent.held_funds ?? []) if (isToken(funds.currency)) addTarget(funds.currency, null, 'token_wallet', agreed)
  return targets
}

/** The intent's amount in another currency at mid, exact. */
export const amountAtMid = (snapshot: Snapshot, intent: PaymentIntent, currency: string): Rational =>
  mul(fromDecimal(intent.amount.value), midBetween(snapshot.usd_mids, intent.amount.currency, currency))

/** What this payment and the period's earlier ones come to, in the rule's currency. */
export function cumulative(snapshot: Snapshot, intent: PaymentIntent, document: string, currency: string): { before: Rational; with_this: Rational } {
  const totals = (intent.period_totals ?? []).filter((t) => t.document === document)
  const before = totals.reduce((sum, t) => add(sum, mul(fromDecimal(t.amount), midBetween(snapshot.usd_mids, t.currency, currency))), ZERO)
  return { before, with_this: add(before, amountAtMid(snapshot, intent, currency)) }
}

const ADVANCE = ['deposit', 'full_advance', 'balance_before_shipment']

/** Whether the keys of a rule that speak of the intent all hold (those of legs and routes are not looked at). */
export function intentKeysHold(match: RuleMatch, snapshot: Snapshot, intent: PaymentIntent, corridor: Corridor): boolean {
  const s = intent.supplier_settlement
  const over = (threshold: { amount: string; currency: string } | undefined, orEqual: boolean): boolean => {
    if (!threshold) return true
    const order = compare(amountAtMid(snapshot, intent, threshold.currency), fromDecimal(threshold.amount))
    return orEqual ? order >= 0 : order > 0
  }
  const is = <T>(expected: T | undefined, actual: T): boolean => expected === undefined || expected === actual
  return is(match.payee_country, s.country)
    && is(match.payee_type, s.payee_type)
    && is(match.purpose, intent.purpose)
    && is(match.payee_matches_seller, s.payee_is_contract_seller)
    && (match.payee_role === undefined || (s.method === 'trade_agent' && match.payee_role.includes('agent')))
    && is(match.sender_type, intent.purpose === 'goods' ? 'business' : 'individual')
    && is(match.source_country, corridor.record.source.country)
    && is(match.advance_payment, ADVANCE.includes(intent.goods.paid))
    && is(match.capital_goods, intent.goods.class === 'plant_machinery')
    && is(match.goods_import, intent.purpose === 'goods')
    && over(match.amount_gt, false) && over(match.amount_gte, true)
    && (match.cumulative_gt === undefined || compare(
      cumulative(snapshot, intent, match.requires!, match.cumulative_gt.currency).with_this, fromDecimal(match.cumulative_gt.amount)) > 0)
}

/** The local date of an instant in a country, as a day number. */
export const dayIn = (context: IntentContext, country: string, t: number): number =>
  localDay(context.snapshot.country_zones.get(country) ?? context.source_zone, t)
