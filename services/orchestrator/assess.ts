/**
 * One path priced, timed and held against the facts: what arithmetic refuses, which rules match, which papers are missing.
 * Nothing is dropped here on judgement; policy alone denies.
 */
import { minorDigits } from '#contracts/money.ts'
import type { PolicyFacts } from '#contracts/routing.ts'
import type { Plan } from './candidates.ts'
import { type Needs, needsCache } from './documents.ts'
import { amountAtMid, type IntentContext, type Start, type Target } from './intent-context.ts'
import { amountsExact, compareAmounts, type Price, priceRoute, type SendPlan, sendPlan, smallestSend } from './pricing.ts'
import { compare, fromDecimal, mul, type Rational, toNumber } from './rational.ts'
import type { MatchedRule } from './rules.ts'
import { scoreOf, type ScoreValues, scoreValues } from './score.ts'
import { type Figure, type Leg, midBetween } from './leg.ts'
import { pairKey } from './snapshot.ts'
import { arrivalP50, arrivalP90 } from './timing.ts'

export const AMOUNT_REFUSALS = ['below_minimum', 'limit_exceeded', 'insufficient_liquidity'] as const

/** A refusal or condition before it is put into words. */
export type Finding = { readonly code: string; readonly hop: number | null }

export type Assessed = {
  readonly id: string
  readonly legs: readonly Leg[]
  readonly states: readonly number[]
  readonly start: Start
  readonly target: Target
  readonly price: Price
  readonly needs: Needs
  readonly rules: readonly MatchedRule[]
  readonly starts_at: number
  readonly arrival_p50: number
  readonly arrival_p90: number
  readonly route_risk: number
  readonly worst_age_ratio: number
  /** hops whose data is older than its max_age */
  readonly stale: readonly number[]
  readonly above_guidance: readonly number[]
  readonly arithmetic: readonly Finding[]
  readonly conditions: readonly Finding[]
  readonly values: ScoreValues
  readonly score: number
  readonly facts: PolicyFacts
}

export type Assessor = (plan: Plan) => Assessed

/** A function that assesses the plans of one intent, with everything that they share worked out once. */
export function assessorOf(context: IntentContext): Assessor {
  const { snapshot, intent, corridor } = context
  const weights = snapshot.weights[intent.preference]!
  const needsFor = needsCache(context)
  const values = new Map<string, (currency: string) => number>()
  const plans = new Map<string, SendPlan & { exact: Rational }>()
  const wanted = new Map<string, { exact: Rational; approx: number }>()
  const usd = (currency: string): number => snapshot.usd_mids.get(currency)!.approx

  const valueIn = (sentCurrency: string): ((currency: string) => number) => {
    let value = values.get(sentCurrency)
    if (!value) values.set(sentCurrency, (value = (currency) => usd(sentCurrency) / usd(currency)))
    return value
  }
  const planFor = (currency: string): SendPlan => {
    let plan = plans.get(currency)
    if (!plan) plans.set(currency, (plan = sendPlan(amountAtMid(snapshot, intent, currency), minorDigits(currency))))
    return plan
  }
  const wantedIn = (currency: string): { exact: Rational; approx: number } => {
    let want = wanted.get(currency)
    if (!want) {
      const exact = amountAtMid(snapshot, intent, currency)
      wanted.set(currency, (want = { exact, approx: toNumber(exact) }))
    }
    return want
  }
  const policyHop = hopFacts(context)

  const ages = ageOf(context)
  const activeRules = new Set(context.active_rules)
  const staleOver = Number(corridor.limits_record.max_age_ratio_conditional)

  return ({ id, legs, states, start: from, target: to, traits, traits_index, rules: pathRules, figures }) => {
    const start = context.starts[from]!
    const target = context.targets[to]!
    let plan: SendPlan
    if (intent.amount.side === 'merchant_sends') plan = planFor(start.currency)
    else {
      const want = wantedIn(target.currency)
      const sent = smallestSend(legs, want.approx, want.exact, minorDigits(start.currency))
      plan = { priced: sent, shown: sent }
    }
    const price = priceRoute(legs, plan, valueIn(start.currency))
    const needs = needsFor(traits, traits_index)
    const rules = pathRules.filter(({ rule }) => activeRules.has(rule))
    const starts_at = context.created + needs.lead_s
    const arrival_p50 = arrivalP50(legs, starts_at)
    const arrival_p90 = arrivalP90(corridor, legs, starts_at)

    const arithmetic: Finding[] = []
    const conditions: Finding[] = []
    const above_guidance: number[] = []
    const stale: number[] = []
    const hops: PolicyFacts['hops'][number][] = []
    const sentExact = (): Rational => exactSent(context, { start, price })
    let exactIns: Rational[] | undefined
    const exactIn = (i: number): Rational => (exactIns ??= amountsExact(legs, sentExact()))[i]!

    for (const code of needs.missing) conditions.push({ code: `missing:${code}`, hop: hopNeeding(legs, code) })
    for (const { rule, hop } of rules) if (rule.status === 'review') conditions.push({ code: `review:${rule.id}`, hop })
    if (start.held && compareAmounts(price.sent, toNumber(start.held.exact), () => compare(sentExact(), start.held!.exact)) > 0) {
      arithmetic.push({ code: 'insufficient_held_funds', hop: 0 })
    }
    let worst_age_ratio = 0
    for (let i = 0; i < legs.length; i++) {
      const leg = legs[i]!
      const amount = price.amounts_in[i]!
      const against = (bound: Figure): number => compareAmounts(amount, bound.approx, () => compare(exactIn(i), bound.exact))
      if (leg.minimum && against(leg.minimum) < 0) arithmetic.push({ code: leg.refusal.below_minimum, hop: i })
      if (leg.maximum && against(leg.maximum) > 0) {
        if (leg.maximum_is_soft) {
          above_guidance.push(i)
          conditions.push({ code: `above_guidance:${leg.provider.id}`, hop: i })
        } else arithmetic.push({ code: leg.refusal.limit_exceeded, hop: i })
      }
      if (leg.daily_liquidity && against(leg.daily_liquidity) > 0) arithmetic.push({ code: leg.refusal.insufficient_liquidity, hop: i })
      const ratio = ages(leg)
      if (ratio > worst_age_ratio) worst_age_ratio = ratio
      if (ratio > staleOver) {
        stale.push(i)
        conditions.push({ code: `stale:${leg.provider.id}`, hop: i })
      }
      const hop = policyHop(leg, ratio)
      if (hop.pair_status === 'review') conditions.push({ code: `pair_review:${hop.provider_id}`, hop: i })
      hops.push(hop)
    }
    for (const code of needs.not_available) arithmetic.push({ code: `not_available_to_merchant:${code}`, hop: hopNeeding(legs, code) })
    if (intent.hard_deadline && arrival_p90 > context.deadline) arithmetic.push({ code: 'deadline_unreachable', hop: null })
    if (!target.agreed) arithmetic.push({ code: 'settlement_not_agreed', hop: legs.length - 1 })

    const values = scoreValues(figures, {
      cost_bps: price.cost_bps, slippage_bps: price.slippage_bps, created: context.created, arrival_p90, deadline: context.deadline,
      worst_age_ratio, missing: needs.missing.length, above_guidance: above_guidance.length,
    })
    return {
      id, legs, states, start, target, price, needs, rules, starts_at, arrival_p50, arrival_p90,
      route_risk: figures.route_risk, worst_age_ratio, stale, above_guidance, arithmetic, conditions, values, score: scoreOf(weights, values),
      facts: {
        candidate_id: id, hop_count: legs.length,
        cost_microbps: Math.round(price.cost_bps * 1e6), route_risk_ppb: Math.round(figures.route_risk * 1e9),
        hops, rules: rules.map(ruleFact),
      },
    }
  }
}

const ruleFact = ({ rule }: MatchedRule): PolicyFacts['rules'][number] => rule.fact

/** Age ÷ max_age of each leg's data, worked out once per leg and request. */
function ageOf(context: IntentContext): (leg: Leg) => number {
  const known = new Float64Array(context.snapshot.legs.length).fill(-1)
  return (leg) => {
    const ratio = known[leg.ordinal]!
    return ratio >= 0 ? ratio : (known[leg.ordinal] = context.age_s(leg) / leg.max_age_s)
  }
}

/** Policy's facts of a leg in this corridor, made once per leg and request: many candidates share them. */
function hopFacts(context: IntentContext): (leg: Leg, ageRatio: number) => PolicyFacts['hops'][number] {
  const known = new Map<number, PolicyFacts['hops'][number]>()
  return (leg, ageRatio) => {
    let facts = known.get(leg.ordinal)
    if (!facts) {
      const pair = context.corridor.pairs.get(pairKey(leg.from, leg.to, leg.from_country, leg.to_country))
      known.set(leg.ordinal, (facts = {
        provider_id: leg.provider.id, pair_status: pair?.status ?? null, posture: leg.estimate.posture,
        age_ratio_ppm: Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ageRatio * 1e6)),
        connector_id: leg.estimate.connector_id, connector_known: leg.connector_known,
      }))
    }
    return facts
  }
}

const hopNeeding = (legs: readonly Leg[], code: string): number | null => {
  const hop = legs.findIndex((leg) => leg.documents.includes(code))
  return hop < 0 ? null : hop
}

/** What is sent, exactly as it is priced: minor units on the receive side, the conversion at mid on the send side. */
export function exactSent(context: IntentContext, candidate: { start: Start; price: { sent: number } }): Rational {
  const { snapshot, intent } = context
  if (intent.amount.side === 'merchant_sends') {
    return mul(fromDecimal(intent.amount.value), midBetween(snapshot.usd_mids, intent.amount.currency, candidate.start.currency))
  }
  const scale = 10 ** minorDigits(candidate.start.currency)
  return { n: BigInt(Math.round(candidate.price.sent * scale)), d: BigInt(scale) }
}
