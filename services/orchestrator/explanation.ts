/** A decision written out: each candidate with every number, reason and share of its score; the session with its counts and openings. */
import { minorDigits } from '#contracts/money.ts'
import type { Candidate, CandidateDocument, Decision, Hop, Reason } from '#contracts/routing.ts'
import { SCORE_INPUTS } from '#contracts/routing.ts'
import { type Assessed, exactSent } from './assess.ts'
import { isoInZone } from './calendar.ts'
import { WEIGHT_NAMES, type WeightName } from './dataset.ts'
import { HOUR_S } from './durations.ts'
import { type Core, ENGINE_VERSION, type Judged, type Ruling } from './engine.ts'
import type { Flag } from '#contracts/routing.ts'
import type { IntentContext } from './intent-context.ts'
import { type ExactHop, priceRouteExact } from './pricing.ts'
import { ceilScaled, compare, div, floorScaled, minorToDecimal, mul, type Rational, sub, toDecimalDown, toDecimalNearest, ZERO } from './rational.ts'
import { EQUAL_BPS, INPUT_WEIGHTS, type ScoreInputName, type ScoreValues } from './score.ts'
import { type Leg, midBetween } from './leg.ts'
import { pairKey, type Weights } from './snapshot.ts'
import { endsAtP50, endsAtP90 } from './timing.ts'
import { reasonFor, type Told } from './wording.ts'

const BPS: Rational = { n: 10_000n, d: 1n }
const SHOWN_DIGITS = 6
/** A double in bps as shown: six decimals, never "-0.000000". */
const bps = (value: number): string => (Math.abs(value) < 5e-7 ? 0 : value).toFixed(6)

/** One candidate, whole. Amounts are exact; only scores and shares of it come from doubles. */
export function describeCandidate(core: Core, judged: Judged): Candidate {
  const { context } = core.proposal
  const { candidate } = judged
  const { snapshot } = context
  const exact = priceRouteExact(candidate.legs, exactSent(context, candidate))
  const told: Told = { context, candidate, hops: exact }
  const sentDigits = minorDigits(candidate.start.currency)
  const sentMinor = ceilScaled(exactSent(context, candidate), sentDigits)
  const sent: Rational = { n: sentMinor, d: 10n ** BigInt(sentDigits) }
  const received = exact.at(-1)!.out
  const receivedDigits = minorDigits(candidate.target.currency)
  const shownReceived: Rational = { n: floorScaled(received, receivedDigits), d: 10n ** BigInt(receivedDigits) }
  const backAtMid = mul(received, midBetween(snapshot.usd_mids, candidate.target.currency, candidate.start.currency))
  const weights = snapshot.weights[context.intent.preference]!
  const rank = core.ranked.indexOf(judged)
  const ends50 = endsAtP50(candidate.legs, candidate.starts_at)
  const ends90 = endsAtP90(context.corridor, candidate.legs, candidate.starts_at)
  const needed = candidate.legs.reduce((sum, leg) => sum + leg.needed_values, 0)
  const missing_values = [...new Set(candidate.legs.flatMap((leg) => leg.missing_values))]
  return {
    id: candidate.id,
    rank: rank < 0 ? null : rank + 1,
    status: judged.status,
    target: { currency: candidate.target.currency, country: candidate.target.country, method: candidate.target.method },
    hops: candidate.legs.map((leg, i) => describeHop(context, candidate, leg, i, exact[i]!, sent, ends50, ends90)),
    sent: { amount: minorToDecimal(sentMinor, sentDigits), currency: candidate.start.currency },
    received: { amount: toDecimalDown(received, receivedDigits), currency: candidate.target.currency },
    cost_bps: toDecimalNearest(mul(div(sub(sent, backAtMid), sent), BPS), SHOWN_DIGITS),
    // From what is shown, so that whoever subtracts the one from the other finds the same amount; cost_bps reads the unrounded one.
    cost: { amount: toDecimalNearest(sub(sent, mul(shownReceived, midBetween(snapshot.usd_mids, candidate.target.currency, candidate.start.currency))), sentDigits), currency: candidate.start.currency },
    slippage_bps: bps(candidate.price.slippage_bps),
    spread_and_slippage_bps: bps(candidate.price.spread_and_slippage_bps),
    fixed_fee_bps: bps(candidate.price.fixed_fee_bps),
    rate: received.n === 0n ? '0.000000' : toDecimalNearest(div(sent, received), SHOWN_DIGITS),
    mid_rate: toDecimalNearest(midBetween(snapshot.usd_mids, candidate.target.currency, candidate.start.currency), SHOWN_DIGITS),
    starts_at: isoInZone(context.source_zone, candidate.starts_at),
    arrival_p50: isoInZone(context.supplier_zone, candidate.arrival_p50),
    arrival_p90: isoInZone(context.supplier_zone, candidate.arrival_p90),
    late_hours_p90: Math.max(0, (candidate.arrival_p90 - context.deadline) / HOUR_S).toFixed(2),
    documents: describeDocuments(context, candidate),
    conditions: candidate.conditions.map(({ code, hop }) => reasonFor(told, 'condition', code, hop)),
    refusals: describeRefusals(told, judged),
    rules: candidate.rules.map(({ rule, hop }) => ({ id: rule.id, status: rule.status, hop })),
    route_risk: candidate.route_risk.toFixed(6),
    oldest_age_ratio: candidate.worst_age_ratio.toFixed(6),
    score: bps(candidate.score),
    score_inputs: SCORE_INPUTS.map((input) => ({ input, bps: bps(shareOf(weights, candidate.values, input)), value: valueText(candidate.values, input) })),
    coverage_pct: needed === 0 ? 100 : Math.floor(((needed - missing_values.length) / needed) * 100),
    missing_values,
    lost: rank > 0 ? whyLost(core, judged, weights) : null,
  }
}

function describeRefusals(told: Told, judged: Judged): Reason[] {
  const arithmetic = new Set(judged.candidate.arithmetic.map((f) => f.code))
  return [
    ...judged.candidate.arithmetic.map(({ code, hop }) => reasonFor(told, 'arithmetic', code, hop)),
    ...judged.denials.filter((code) => !arithmetic.has(code)).map((code) => reasonFor(told, 'policy', code, null)),
  ]
}

function describeHop(
  context: IntentContext, candidate: Assessed, leg: Leg, i: number, exact: ExactHop, sent: Rational, ends50: readonly number[], ends90: readonly number[],
): Hop {
  const { graph, snapshot, corridor } = context
  const value = (amount: Rational, currency: string): Rational => mul(amount, midBetween(snapshot.usd_mids, currency, candidate.start.currency))
  const lost = sub(value(exact.amount_in, leg.from), value(exact.out, leg.to))
  const pair = corridor.pairs.get(pairKey(leg.from, leg.to, leg.from_country, leg.to_country))
  const digits = minorDigits(leg.from)
  return {
    provider_id: leg.provider.id, provider_name: leg.provider.name, provider_category: leg.provider.category, kind: leg.kind,
    network: leg.record.network ?? null,
    from: graph.states[candidate.states[i]!]!, to: graph.states[candidate.states[i + 1]!]!,
    amount_in: toDecimalDown(exact.amount_in, SHOWN_DIGITS), amount_out: toDecimalDown(exact.out, SHOWN_DIGITS),
    fixed_fee: { amount: toDecimalNearest(exact.fixed, digits), currency: leg.from },
    variable_fee: { amount: toDecimalNearest(exact.fee, digits), currency: leg.from },
    fee_bps: toDecimalNearest(mul(leg.fee_rate.exact, BPS), 2),
    spread_bps: toDecimalNearest(leg.spread_bps.exact, 2),
    slippage_bps: toDecimalNearest(exact.slippage_bps, SHOWN_DIGITS),
    cost_bps: compare(sent, ZERO) === 0 ? '0' : toDecimalNearest(mul(div(lost, sent), BPS), SHOWN_DIGITS),
    mid: toDecimalNearest(leg.mid.exact, 10),
    latency_p50: leg.provider.settlement_latency.quantiles.p50, latency_p90: leg.provider.settlement_latency.quantiles.p90,
    latency_clock: leg.provider.settlement_latency.clock,
    starts_at_p50: isoInZone(context.source_zone, i === 0 ? candidate.starts_at : ends50[i - 1]!),
    ends_at_p50: isoInZone(context.supplier_zone, ends50[i]!), ends_at_p90: isoInZone(context.supplier_zone, ends90[i]!),
    pair_status: pair?.status ?? null, pair_condition: pair?.conditions ?? null,
    posture: leg.estimate.posture, licence_status: leg.provider.licence_status, risk_class: leg.provider.risk_class,
    age_ratio: (context.age_s(leg) / leg.max_age_s).toFixed(6),
    human_steps: leg.human_steps.map((s) => ({ kind: s.kind, typical: s.typical, done_by: s.done_by, proof_kinds: [...s.proof_kinds], actor_id: s.actor_id })),
    documents_required: [...leg.documents],
    illustrative: illustrativeFields(leg, pair?.illustrative === true),
  }
}

/** Which of a hop's numbers have no public source. What estimates.json gives is illustrative by its own word. */
function illustrativeFields(leg: Leg, pair: boolean): string[] {
  const p = leg.provider
  const marks: [string, boolean | undefined][] = [
    ['fixed_fee', p.fee_schedule.fixed?.illustrative], ['fee_bps', p.fee_schedule.bps?.illustrative], ['minimum_fee', p.fee_schedule.minimum_fee?.illustrative],
    ['spread_bps', leg.observed === null && leg.from !== leg.to && p.fx_spread_bps?.illustrative === true],
    ['limits.min', p.limits.min?.illustrative], ['limits.max', p.limits.max?.illustrative], ['limits.daily_liquidity', p.limits.daily_liquidity?.illustrative],
    ['latency', p.settlement_latency.quantiles.illustrative], ['cut_off', p.cut_off.illustrative], ['pair', pair],
    ['slippage_bps', leg.curve !== null], ['posture', true], ['trust', true], ['liquidity_confidence', true], ['human_steps', leg.human_steps.length > 0],
  ]
  return marks.filter(([, mark]) => mark === true).map(([field]) => field)
}

function describeDocuments(context: IntentContext, candidate: Assessed): CandidateDocument[] {
  const book = context.snapshot.documents
  return candidate.needs.all.map((need) => ({
    code: need.code, title: book.title(need.code), stage: need.stage, status: need.status, served_by: need.served_by,
    required_by: [...new Set(candidate.legs.filter((leg) => leg.documents.includes(need.code)).map((leg) => leg.provider.id)), ...(need.by_corridor ? ['corridor'] : [])],
    lead_time: need.status === 'missing' ? book.lead_time(need.code) : null,
    validity: book.validity(need.code)?.goods_class?.[context.intent.goods.class] ?? book.validity(need.code)?.default ?? null,
  }))
}

const shareOf = (weights: Weights, values: ScoreValues, input: ScoreInputName): number =>
  INPUT_WEIGHTS[input].reduce((sum, name) => sum + weights[name] * values[name], 0)

function valueText(v: ScoreValues, input: ScoreInputName): string {
  switch (input) {
    case 'cost': return `${v.cost.toFixed(2)} bps`
    case 'slippage': return `${v.slippage.toFixed(2)} bps`
    case 'latency': return `${v.hour.toFixed(1)} h to arrival at p90`
    case 'late': return `${v.late_hour.toFixed(1)} h late at p90`
    case 'liquidity': return `${v.liquidity.toFixed(1)} % doubt of liquidity`
    case 'risk': return `route risk ${(v.risk / 10_000).toFixed(4)}`
    case 'trust': return `${(v.trust / 100).toFixed(1)} % chance of a failed hop`
    case 'human': return `${v.human_step} steps, ${v.human_hour.toFixed(1)} h`
    case 'actor_risk': return `${(v.actor_risk / 100).toFixed(1)} % chance of a failed step`
    case 'freshness': return `${v.freshness.toFixed(1)} % of the allowed age`
    case 'documents': return `${v.document} missing`
    case 'proofs': return `${v.proof} proofs`
    case 'probation': return `${v.probation} hops on probation`
    case 'above_guidance': return `${v.above_guidance} legs above guidance`
  }
}

const INPUT_WORDS: Readonly<Record<ScoreInputName, string>> = {
  cost: 'cost', slippage: 'slippage', latency: 'time', late: 'lateness', liquidity: 'liquidity', risk: 'provider risk', trust: 'trust', human: 'human steps',
  actor_risk: 'people who may fail', freshness: 'older data', documents: 'missing papers', proofs: 'proofs to gather', probation: 'providers on probation',
  above_guidance: 'amount guidance',
}

function whyLost(core: Core, judged: Judged, weights: Weights): NonNullable<Candidate['lost']> {
  const best = core.recommended!.candidate
  const behind = judged.candidate.score - best.score
  const because = SCORE_INPUTS
    .map((input) => ({ input, by: shareOf(weights, judged.candidate.values, input) - shareOf(weights, best.values, input) }))
    .filter(({ by }) => by > EQUAL_BPS)
    .sort((a, b) => b.by - a.by || (a.input < b.input ? -1 : 1))
  const named = because.slice(0, 2).map(({ input, by }) => `${INPUT_WORDS[input]} adds ${by.toFixed(1)}`)
  const sentence = behind <= EQUAL_BPS ? 'Equal in score; it costs more, or comes later by name.'
    : `${behind.toFixed(1)} bps behind: ${named.join(', ')}.`
  return { behind_bps: bps(behind), because: because.map(({ input, by }) => ({ input, bps: bps(by) })), sentence }
}

/** The session's answer without its openings, which need a second judgement (openings.ts). */
export function describeDecision(core: Core, ruling: Ruling, flags: Flag[]): Decision {
  const { context, candidates, complete } = core.proposal
  const counted = new Map<string, number>()
  for (const j of core.judged) for (const code of j.refusals) counted.set(code, (counted.get(code) ?? 0) + 1)
  const refusals = Object.fromEntries([...counted].sort(([a], [b]) => (a < b ? -1 : 1)))
  const { recommended, cheapest, ranked } = core
  // Alternatives are described when somebody looks at them; a decision carries the ones that its answer speaks of.
  const described = new Set(recommended ? [recommended, ...(cheapest ? [cheapest] : [])] : nearestRefused(core))
  return {
    engine_version: ENGINE_VERSION,
    snapshot_digest: context.snapshot.digest,
    weights_revision: context.snapshot.weights_revision,
    policy_revision: ruling.policy_revision,
    market_clock: context.intent.created_at,
    outcome: recommended === null ? 'no_route' : recommended.status === 'ready' ? 'ready' : 'conditional',
    degraded: [...(ruling.degraded ?? [])],
    complete,
    counts: { candidates: candidates.length, lawful: ranked.length, refused: candidates.length - ranked.length },
    refusals,
    recommended_id: recommended?.candidate.id ?? null,
    cheapest_id: cheapest?.candidate.id ?? null,
    alternative_ids: core.shown.slice(1).map((j) => j.candidate.id),
    pareto_ids: paretoSet(ranked).map((j) => j.candidate.id),
    flags,
    openings: [],
    gap_to_second_bps: ranked.length > 1 ? bps(ranked[1]!.candidate.score - ranked[0]!.candidate.score) : null,
    sensitivity: sensitivity(core),
    candidates: [...described].map((j) => describeCandidate(core, j)),
  }
}

/** No route: the refused candidates with the fewest reasons, cheapest first. */
const nearestRefused = (core: Core): Judged[] => [...core.judged]
  .sort((a, b) => a.refusals.length - b.refusals.length || a.candidate.price.cost_bps - b.candidate.price.cost_bps || (a.candidate.id < b.candidate.id ? -1 : 1))
  .slice(0, 3)

/** Lawful candidates that no other is at least as good as in cost, p90 arrival and risk, and better in one. Near values are equal. In rank order. */
export function paretoSet(ranked: readonly Judged[]): Judged[] {
  const cost = Float64Array.from(ranked, (j) => j.candidate.price.cost_bps)
  const arrival = Float64Array.from(ranked, (j) => j.candidate.arrival_p90)
  const risk = Float64Array.from(ranked, (j) => j.candidate.values.risk)
  const beats = (a: number, b: number): boolean =>
    cost[a]! <= cost[b]! + EQUAL_BPS && arrival[a]! <= arrival[b]! && risk[a]! <= risk[b]! + EQUAL_BPS
    && (cost[a]! < cost[b]! - EQUAL_BPS || arrival[a]! < arrival[b]! || risk[a]! < risk[b]! - EQUAL_BPS)
  return ranked.filter((_, i) => {
    for (let other = 0; other < ranked.length; other++) if (other !== i && beats(other, i)) return false
    return true
  })
}

/** For each weight, the smallest change that puts another candidate first; most sensitive weight first. Scores are linear in weights. */
function sensitivity(core: Core): Decision['sensitivity'] {
  const best = core.ranked[0]?.candidate
  if (!best) return []
  const { snapshot, intent } = core.proposal.context
  const weights = snapshot.weights[intent.preference]!
  const found: { weight: WeightName; to: number; candidate_id: string; effort: number }[] = []
  for (const weight of WEIGHT_NAMES) {
    let nearest: { to: number; candidate_id: string; move: number } | null = null
    for (const { candidate } of core.ranked.slice(1)) {
      const slope = candidate.values[weight] - best.values[weight]
      if (Math.abs(slope) < EQUAL_BPS) continue
      const to = weights[weight] - (candidate.score - best.score) / slope
      if (to < 0) continue
      const move = Math.abs(to - weights[weight])
      if (nearest === null || move < nearest.move) nearest = { to, candidate_id: candidate.id, move }
    }
    if (nearest) found.push({ weight, to: nearest.to, candidate_id: nearest.candidate_id, effort: nearest.move / Math.max(weights[weight], 1e-9) })
  }
  return found.sort((a, b) => a.effort - b.effort || (a.weight < b.weight ? -1 : 1))
    .map(({ weight, to, candidate_id }) => ({ weight, from: snapshot.weight_text[intent.preference]![weight], to: to.toFixed(6), candidate_id }))
}

