/** What the desk must know about a session, each with its facts (corridors/README "Flags of a session"). From data, never from an id. */
import { isToken } from '#contracts/money.ts'
import type { Flag } from '#contracts/routing.ts'
import { AMOUNT_REFUSALS } from './assess.ts'
import { dateOf, weekdayOf, yearOf } from './calendar.ts'
import { DAY_S } from './durations.ts'
import { conditionHolds, intentAsksFor, isStructural, onFile } from './documents.ts'
import { byCost, type Core, type Judged } from './engine.ts'
import { amountAtMid, cumulative, dayIn, type IntentContext, intentKeysHold } from './intent-context.ts'
import { compare, fromDecimal } from './rational.ts'
import type { Rule } from './snapshot.ts'
import { flagText } from './wording.ts'

type Raw = { code: string; candidates: Set<Judged>; facts: Record<string, string> }

const isAmountRefusal = (code: string): boolean => (AMOUNT_REFUSALS as readonly string[]).includes(code.split(':', 1)[0]!)

/** Every flag of a decided session, sorted by severity, then code. */
export function flagsOf(core: Core): Flag[] {
  const { context } = core.proposal
  const lawful = core.ranked
  const found = new Map<string, Raw>()
  const flag = (code: string, candidates: readonly Judged[] = [], facts: Record<string, string> = {}) => {
    const known = found.get(code)
    if (!known) found.set(code, { code, candidates: new Set(candidates), facts })
    else for (const judged of candidates) known.candidates.add(judged)
  }

  ruleFlags(context, lawful, flag)
  documentFlags(context, lawful, flag)
  priceFlags(core, flag)
  timeFlags(core, flag)
  for (const j of lawful) {
    for (const i of j.candidate.above_guidance) flag(`above_guidance:${j.candidate.legs[i]!.provider.id}`, [j])
    for (const i of j.candidate.stale) flag(`stale:${j.candidate.legs[i]!.provider.id}`, [j])
    for (const leg of j.candidate.legs) {
      if (leg.provider.licence_status === 'licensed_unverified_claim') flag(`unverified_claim:${leg.provider.id}`, [j])
      const window = leg.kind === 'onramp' ? context.corridor.record.settlement_windows.find((w) => w.id === leg.provider.settlement_window) : undefined
      if (window?.duration) flag(`slow_settlement:${window.id}`, [j], { settles: window.duration.p90 })
    }
    const { target } = j.candidate
    if (!isToken(target.currency) && target.currency !== context.intent.invoice_currency) {
      flag(`currency_mismatch:${context.intent.invoice_currency}:${target.currency}`, [j])
    }
  }
  // Cheapest first, so that the facts of a flag are those of the candidate that came nearest.
  for (const j of byCost(core.judged.filter((each) => each.amounts_alone))) {
    for (const { code, hop } of j.candidate.arithmetic) {
      if (!isAmountRefusal(code)) continue
      const leg = j.candidate.legs[hop!]!
      const { min, max, daily_liquidity } = leg.provider.limits
      const bound = code.startsWith('below_minimum') ? min : code.startsWith('limit_exceeded') ? max : daily_liquidity
      flag(code, [j], { amount: j.candidate.price.amounts_in[hop!]!.toFixed(2), currency: leg.from, ...(bound ? { bound: `${bound.currency} ${bound.amount}` } : {}), ...(bound?.illustrative ? { illustrative: 'yes' } : {}) })
    }
  }
  const s = context.intent.supplier_settlement
  if (s.account_count > 1) flag('split_payment_pattern', [], { accounts: String(s.account_count) })
  if (context.intent.first_payment_to_supplier) flag('first_payment_checks')
  if (s.payee_type === 'individual' || s.method === 'personal_bank_account' || s.method === 'mobile_wallet_personal') flag('name_match_required')

  return [...found.values()]
    .map(({ code, candidates, facts }) => ({ ...flagText(context, code, facts), candidate_ids: [...candidates].map((j) => j.candidate.id), facts }))
    .sort((a, b) => SEVERITY[b.severity] - SEVERITY[a.severity] || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
}

const SEVERITY = { info: 0, attention: 1, danger: 2 } as const
type Say = (code: string, candidates?: readonly Judged[], facts?: Record<string, string>) => void

function ruleFlags(context: IntentContext, lawful: readonly Judged[], flag: Say): void {
  const { snapshot, intent, corridor } = context
  for (const rule of corridor.rules) {
    if (!intentKeysHold(rule.match, snapshot, intent, corridor)) continue
    if (speaksOfIntent(context, rule)) flag(`${rule.status}:${rule.id}`, [], { rule: rule.reason })
    const cap = rule.match.cumulative_gt ?? rule.match.amount_gt
    if (cap && capConcerns(context, rule)) {
      flag(`no_structuring:${rule.id}`, [], { cap: `${cap.amount} ${cap.currency}` })
      const from = rule.match.cumulative_gt ? nextPeriodThatFits(context, rule) : null
      if (from) flag(`available_from:${rule.id}:${from}`, [], { from })
    }
  }
  for (const j of lawful) {
    for (const { rule } of j.candidate.rules) if (rule.status === 'review') flag(`review:${rule.id}`, [j], { rule: rule.reason })
  }
}

/** Whether a rule whose intent keys hold speaks of the intent itself, not of some leg that a route might or might not use. */
function speaksOfIntent(context: IntentContext, rule: Rule): boolean {
  const { intent, snapshot } = context
  const { match } = rule
  const s = intent.supplier_settlement
  const goods = intent.purpose === 'goods'
  if (!rule.has_leg_keys && !rule.has_route_keys) return true
  if (rule.speaks_of_payout) return context.token_wanted
  if (match.kind?.includes('wallet_payout') && match.purpose === 'goods') return s.method === 'mobile_wallet_personal' && goods
  if (match.payee_type === 'individual' && match.purpose === 'goods') return s.payee_type === 'individual' && goods
  if (match.payee_role?.includes('agent')) return s.method === 'trade_agent'
  if (match.cumulative_gt) return intent.documents_available.includes(match.requires!)
  if (match.sender_type === 'business' && match.provider_id !== undefined) {
    const wallets = snapshot.dataset.providers.filter((p) => match.provider_id!.includes(p.id) && p.category === 'wallet_rail')
    return wallets.length > 0 && intent.funding === 'mobile_money' && goods
  }
  return false
}

const capConcerns = (context: IntentContext, rule: Rule): boolean => {
  if (rule.status === 'review') return false
  return rule.match.cumulative_gt ? context.intent.documents_available.includes(rule.match.requires!) : speaksOfIntent(context, rule)
}

/** The first day of the next calendar quarter, when this payment fits under the cap by itself; null when it does not. */
function nextPeriodThatFits(context: IntentContext, rule: Rule): string | null {
  const cap = rule.match.cumulative_gt!
  if (cap.period === undefined || compare(amountAtMid(context.snapshot, context.intent, cap.currency), fromDecimal(cap.amount)) > 0) return null
  if (compare(cumulative(context.snapshot, context.intent, rule.match.requires!, cap.currency).with_this, fromDecimal(cap.amount)) <= 0) return null
  const today = dateOf(dayIn(context, context.corridor.record.source.country, context.created))
  const year = Number(today.slice(0, 4))
  const quarter = Math.floor((Number(today.slice(5, 7)) - 1) / 3) + 1
  return quarter === 4 ? `${year + 1}-01-01` : `${year}-${String(quarter * 3 + 1).padStart(2, '0')}-01`
}

function documentFlags(context: IntentContext, lawful: readonly Judged[], flag: Say): void {
  const book = context.snapshot.documents
  for (const j of lawful) {
    for (const code of j.candidate.needs.missing) flag(`missing:${code}`, [j], { lead_time: book.lead_time(code) })
    for (const code of j.candidate.needs.after_payment) flag(`after_payment:${code}`, [j])
    for (const code of new Set(j.candidate.legs.flatMap((leg) => leg.documents))) {
      // "FORM_M" of either kind: the flag names the paper, not which of the two.
      const validity = code.startsWith('FORM_M') ? book.validity(code)?.goods_class?.[context.intent.goods.class] : undefined
      if (validity) flag(`validity:FORM_M:${validity}`, [j], { valid_for: validity })
    }
  }
  for (const document of context.corridor.documents) {
    if (document.speaks_of_route || !intentAsksFor(context.intent, document) || !conditionHolds(context, document.code)) continue
    const stage = book.stage(document.code)
    if (stage === 'after_payment') flag(`after_payment:${document.code}`)
    else if (stage === 'before_payment' && onFile(context, document.code) === null) {
      flag(`missing:${document.code}`, [], { lead_time: book.lead_time(document.code), ...(isStructural(context, document.code, context.intent.supplier_settlement.method) ? { structural: 'yes' } : {}) })
    }
  }
}

function priceFlags(core: Core, flag: Say): void {
  const { intent } = core.proposal.context
  const { recommended, cheapest } = core
  if (recommended && intent.max_total_cost_pct !== undefined && recommended.candidate.price.cost_bps > Number(intent.max_total_cost_pct) * 100) {
    flag('above_budget', [recommended], { cost_pct: (recommended.candidate.price.cost_bps / 100).toFixed(2), budget_pct: intent.max_total_cost_pct })
  }
  if (cheapest && cheapest.candidate.price.spread_and_slippage_bps > cheapest.candidate.price.cost_bps / 2) {
    flag('rate_cost_dominates', [cheapest], {
      spread_and_slippage_bps: cheapest.candidate.price.spread_and_slippage_bps.toFixed(1), cost_bps: cheapest.candidate.price.cost_bps.toFixed(1),
    })
  }
  const possible = core.judged.filter((j) => (j.status !== 'refused' || j.amounts_alone) && allVerified(j))
  const least = byCost(possible)[0]
  if (least && least.candidate.price.fixed_fee_bps > 500) flag('fixed_fee_dominates', [least], { fixed_fee_pct: (least.candidate.price.fixed_fee_bps / 100).toFixed(2) })
}

const allVerified = (j: Judged): boolean => j.candidate.legs.every((leg) => leg.estimate.posture === 'verified')

function timeFlags(core: Core, flag: Say): void {
  const { context } = core.proposal
  const { intent, snapshot } = context
  const recommended = core.recommended?.candidate
  const supplierCountry = intent.supplier_settlement.country
  const countries = new Set([supplierCountry, intent.merchant.country,
    ...(recommended?.legs.flatMap((leg) => [leg.from_country, leg.to_country]).filter((c) => c !== null) ?? [])])
  const until = Math.max(context.deadline, recommended?.arrival_p90 ?? 0)
  for (const country of [...countries].sort()) {
    const first = dayIn(context, country, context.created)
    const last = dayIn(context, country, until)
    for (const run of snapshot.closures.get(country)?.runs ?? []) {
      if (run.last >= first && run.first <= last) flag(`holiday:${country}:${dateOf(run.first)}`, core.recommended ? [core.recommended] : [], { first: dateOf(run.first), last: dateOf(run.last) })
    }
  }
  const due = dayIn(context, supplierCountry, context.deadline)
  const closed = snapshot.closures.get(supplierCountry)
  const run = closed?.runs.find((r) => r.first <= due && due <= r.last)
  if (run) {
    let open = run.last + 1
    while (weekdayOf(open) > 4 || closed!.days.has(open)) open++
    flag(`closed_until:${supplierCountry}:${dateOf(open)}`, [], { deadline: dateOf(due), open: dateOf(open) })
  }
  if (core.ranked.length > 0) {
    const verified = core.ranked.filter(allVerified)
    const looked = verified.length > 0 ? verified : core.ranked
    if (!looked.some((j) => j.candidate.arrival_p50 <= context.deadline)) {
      const soonest = Math.min(...looked.map((j) => j.candidate.arrival_p50))
      flag('deadline_unlikely', looked, { late_by_days: ((soonest - context.deadline) / DAY_S).toFixed(1) })
    }
  }
  for (const j of core.ranked) {
    for (const { from_country, to_country } of j.candidate.legs) {
      for (const country of [from_country, to_country]) {
        if (country === null) continue
        const years = snapshot.closures.get(country)?.years
        const known = (t: number): boolean => years?.has(yearOf(dayIn(context, country, t))) === true
        if (!known(j.candidate.starts_at) || !known(j.candidate.arrival_p90)) flag(`calendar_unknown:${country}`, [j])
      }
    }
  }
}
