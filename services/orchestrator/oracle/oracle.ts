/**
 * The oracle: a slow, plain reading of corridors/README.md that the engine is held against. It enumerates every route, prices it
 * with fractions, walks calendars day by day, and shares no code with the engine. Test code only.
 */
import type { PaymentIntent } from '#contracts/routing.ts'
import { duration, instant, instantOf, lengthSeconds, localDate } from './clock.ts'
import type { Corridor, OracleData, Rule } from './data.ts'
import { documentsOf, type Standing } from './documents.ts'
import { flagsOf } from './flags.ts'
import { atMid, minorDigits, priceRoute, smallestSend, type PricedHop } from './price.ts'
import { add, ceil, compare, decimal, divide, floor, less, minorText, multiply, subtract, toNumber, whole, ZERO, type Fraction } from './rational.ts'
import { hopId, routesOf, type Route } from './routes.ts'
import { ruleMatches } from './rules.ts'
import { routeRisk, scoreParts } from './score.ts'
import { calendarOf, hopEnd, type Calendar } from './timing.ts'

/** Two values in bps nearer than this are equal. */
export const EQUAL_BPS = 0.000001
const AMOUNT_REFUSALS = ['below_minimum', 'limit_exceeded', 'insufficient_liquidity']

export type OracleOptions = {
  /** the market clock the data's age is measured at; null: the data is of age 0, as for the intents of a file */
  readonly clock?: string | null
  readonly connectors?: readonly string[]
}
export type OracleCandidate = {
  readonly hops: readonly string[]
  readonly providers: readonly string[]
  readonly route: Route
  readonly priced: readonly PricedHop[]
  readonly status: 'ready' | 'conditional' | 'refused'
  readonly refusals: readonly string[]
  readonly conditions: readonly string[]
  readonly rules: readonly Rule[]
  readonly documents: ReadonlyMap<string, Standing>
  readonly sentUnits: bigint
  readonly receivedUnits: bigint
  readonly send: { readonly amount: string; readonly currency: string }
  readonly receive: { readonly amount: string; readonly currency: string }
  readonly cost: Fraction
  readonly cost_bps: number
  readonly slippageBps: number
  readonly spreadAndSlippageBps: number
  readonly fixedFeeBps: number
  readonly routeRisk: number
  readonly startsAt: number
  readonly arrivalP50: number
  readonly arrivalP90: number
  readonly arrival_p50: string
  readonly arrival_p90: string
  readonly score: number
  readonly parts: Readonly<Record<string, number>>
}
export type OracleAnswer = {
  readonly outcome: 'ready' | 'conditional' | 'no_route'
  readonly flags: readonly string[]
  readonly recommended: OracleCandidate | null
  readonly cheapest: OracleCandidate | null
  /** the lawful ones, best first */
  readonly ranked: readonly OracleCandidate[]
  readonly candidates: readonly OracleCandidate[]
}

/** The connectors the product has; a leg that names another cannot be carried. */
export const CONNECTORS = ['signed_quote_webhook', 'tron_status', 'evm_status']

const byHops = (a: OracleCandidate, b: OracleCandidate): number => {
  const [left, right] = [a, b].map(({ route }) => route.hops.map(({ provider, leg }) => [provider.id, leg.from, leg.to]).flat())
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const [x, y] = [left![i] ?? '', right![i] ?? '']
    if (x !== y) return x < y ? -1 : 1
  }
  return a.hops.join() < b.hops.join() ? -1 : a.hops.join() > b.hops.join() ? 1 : 0
}
/** Smaller cost first, then the list of (provider, from, to). */
export const byCost = (a: OracleCandidate, b: OracleCandidate): number =>
  Math.abs(a.cost_bps - b.cost_bps) > EQUAL_BPS ? a.cost_bps - b.cost_bps : byHops(a, b)
/** Smaller score first, then as by cost. */
export const byScore = (a: OracleCandidate, b: OracleCandidate): number =>
  Math.abs(a.score - b.score) > EQUAL_BPS ? a.score - b.score : byCost(a, b)

function ageRatio(corridor: Corridor, data: OracleData, provider: OracleData['providers'][number], clock: string | null): number {
  if (clock === null) return 0
  const zone = data.corridors.country_time_zones[corridor.source.country]!
  const age = instant(clock) - instantOf(zone, provider.data_freshness.as_of, 9 * 3600)
  return Math.max(0, age) / lengthSeconds(duration(provider.data_freshness.max_age))
}

function amounts(data: OracleData, intent: PaymentIntent, route: Route): { sent: Fraction; shown: Fraction; sentUnits: bigint } {
  const { side, value, currency } = intent.amount
  const source = route.start.currency
  const scale = 10n ** BigInt(minorDigits(source))
  if (side === 'merchant_sends') {
    const sent = atMid(data, decimal(value), currency, source)
    const sentUnits = ceil(multiply(sent, whole(scale)))
    return { sent, shown: { n: sentUnits, d: scale }, sentUnits }
  }
  const sentUnits = smallestSend(data, route.hops, atMid(data, decimal(value), currency, route.target.currency))
  const sent = { n: sentUnits, d: scale }
  return { sent, shown: sent, sentUnits }
}

function leadSeconds(data: OracleData, documents: ReadonlyMap<string, Standing>): number {
  const times = data.corridors.document_lead_time
  const missing = [...documents].filter(([, standing]) => standing === 'missing').map(([code]) => code)
  return Math.max(0, ...missing.map((code) => lengthSeconds(duration((times[code] ?? times.default) as string))))
}

function judge(
  data: OracleData, corridor: Corridor, calendar: Calendar, intent: PaymentIntent, route: Route, options: Required<OracleOptions>,
): OracleCandidate {
  const limits = data.estimates.default_limits
  const { hops } = route
  const { sent, shown, sentUnits } = amounts(data, intent, route)
  const priced = priceRoute(data, hops, sent)
  const received = priced.at(-1)!.out
  const shownUsd = atMid(data, shown, route.start.currency, 'USD')
  const shareBps = (valueUsd: Fraction): Fraction => (shownUsd.n === 0n ? ZERO : multiply(divide(valueUsd, shownUsd), whole(10_000)))
  const cost = subtract(whole(10_000), shareBps(atMid(data, received, route.target.currency, 'USD')))
  const total = (part: (one: PricedHop) => Fraction): Fraction => priced.reduce((sum, one) => add(sum, part(one)), ZERO)

  const documents = documentsOf(data, corridor, intent, route)
  const created = instant(intent.created_at)
  const start = created + leadSeconds(data, documents)
  const arrive = (quantile: 'p50' | 'p90'): number => hops.reduce((at, hop) => hopEnd(calendar, corridor, hop, at, quantile), start)
  const [arrivalP50, arrivalP90] = [arrive('p50'), arrive('p90')]
  const deadline = instant(intent.needed_by)
  const rules = corridor.prohibited_legs.filter((rule) => ruleMatches(data, corridor, intent, route, rule))
  const risk = routeRisk(data, hops)
  const ages = hops.map(({ provider }) => ageRatio(corridor, data, provider, options.clock))

  const refusals = new Set<string>()
  const conditions = new Set<string>()
  for (const one of priced) for (const code of one.amountRefusals) refusals.add(code)
  if (route.held) {
    const held = (intent.held_funds ?? []).filter((one) => one.currency === route.start.currency && one.country === route.start.country)
    const sum = held.reduce((all, one) => add(all, decimal(one.amount)), ZERO)
    if (less(sum, shown)) refusals.add('insufficient_held_funds')
  }
  if (intent.hard_deadline && arrivalP90 > deadline) refusals.add('deadline_unreachable')
  if (!route.target.agreed) refusals.add('settlement_not_agreed')
  for (const [code, standing] of documents) {
    if (standing === 'not_available') refusals.add(`not_available_to_merchant:${code}`)
    if (standing === 'missing') conditions.add(`missing:${code}`)
  }
  hops.forEach(({ provider, leg, estimate }, i) => {
    const pair = corridor.allowed_pairs.find((one) =>
      one.from === leg.from && one.to === leg.to && one.from_country === leg.from_country && one.to_country === leg.to_country)
    if (!pair || pair.status === 'restricted' || pair.status === 'prohibited') refusals.add(`pair_not_allowed:${provider.id}`)
    if (pair?.status === 'review') conditions.add(`review_pair:${provider.id}`)
    if (estimate.posture === 'suspended') refusals.add(`provider_suspended:${provider.id}`)
    else if (!limits.allowed_postures.includes(estimate.posture)) refusals.add(`provider_unverified:${provider.id}`)
    if (estimate.connector_id !== null && !options.connectors.includes(estimate.connector_id)) refusals.add(`connector_unknown:${provider.id}`)
    if (ages[i]! > Number(limits.max_age_ratio_refused)) refusals.add(`quote_stale:${provider.id}`)
    if (ages[i]! > Number(limits.max_age_ratio_conditional)) conditions.add(`stale:${provider.id}`)
    if (priced[i]!.aboveSoftMaximum) conditions.add(`above_guidance:${provider.id}`)
  })
  for (const rule of rules) {
    if (rule.status === 'prohibited' || rule.status === 'restricted') refusals.add(`${rule.status}:${rule.id}`)
    if (rule.status === 'review') conditions.add(`review:${rule.id}`)
  }
  if (hops.length > limits.max_hops) refusals.add('excessive_hops')
  if (compare(cost, decimal(limits.max_cost_bps)) > 0) refusals.add('excessive_cost')
  if (risk > Number(limits.max_route_risk) + 1e-12) refusals.add('excessive_risk')

  const supplierZone = data.corridors.country_time_zones[intent.supplier_settlement.country]!
  const slippageBps = toNumber(shareBps(total((one) => one.slippageUsd)))
  const parts = scoreParts(data, intent.preference, hops, {
    costBps: toNumber(cost),
    slippageBps,
    hoursToP90: (arrivalP90 - created) / 3600,
    hoursLateAtP90: Math.max(0, arrivalP90 - deadline) / 3600,
    routeRisk: risk,
    worstAgeRatio: Math.max(...ages),
    missingDocuments: [...documents.values()].filter((standing) => standing === 'missing').length,
    legsAboveGuidance: priced.filter((one) => one.aboveSoftMaximum).length,
  })
  const receivedUnits = floor(multiply(received, whole(10n ** BigInt(minorDigits(route.target.currency)))))
  return {
    hops: hops.map(hopId),
    providers: hops.map(({ provider }) => provider.id),
    route, priced, rules, documents,
    status: refusals.size ? 'refused' : conditions.size ? 'conditional' : 'ready',
    refusals: [...refusals].sort(),
    conditions: [...conditions].sort(),
    sentUnits, receivedUnits,
    send: { amount: minorText(sentUnits, minorDigits(route.start.currency)), currency: route.start.currency },
    receive: { amount: minorText(receivedUnits, minorDigits(route.target.currency)), currency: route.target.currency },
    cost,
    cost_bps: toNumber(cost),
    slippageBps,
    spreadAndSlippageBps: toNumber(shareBps(total((one) => add(one.spreadUsd, one.slippageUsd)))),
    fixedFeeBps: toNumber(shareBps(total((one) => one.fixedUsd))),
    routeRisk: risk,
    startsAt: start, arrivalP50, arrivalP90,
    arrival_p50: localDate(supplierZone, arrivalP50),
    arrival_p90: localDate(supplierZone, arrivalP90),
    score: Object.values(parts).reduce((sum, part) => sum + part, 0),
    parts,
  }
}

/** Whether the only reasons against a candidate are its amounts, or the cost that these amounts make. */
export const refusedForAmountsAlone = ({ refusals }: OracleCandidate): boolean =>
  refusals.length > 0 && refusals.every((code) => code === 'excessive_cost' || AMOUNT_REFUSALS.includes(code.split(':')[0]!))

/** Answers one payment intent. */
export function oracle(data: OracleData, intent: PaymentIntent, options: OracleOptions = {}): OracleAnswer {
  const corridor = data.corridors.corridors.find((one) => one.id === intent.corridor_id)
  if (!corridor) throw new Error(`no corridor ${intent.corridor_id}`)
  const calendar = calendarOf(data)
  const full = { clock: options.clock ?? null, connectors: options.connectors ?? CONNECTORS }
  const candidates = routesOf(data, corridor, intent).map((route) => judge(data, corridor, calendar, intent, route, full))
  const ranked = candidates.filter((one) => one.status !== 'refused').sort(byScore)
  const recommended = ranked[0] ?? null
  const cheapest = [...ranked].sort(byCost)[0] ?? null
  return {
    outcome: recommended ? (recommended.status as 'ready' | 'conditional') : 'no_route',
    flags: flagsOf({ data, corridor, calendar, intent, candidates, lawful: ranked, recommended, cheapest }),
    recommended, cheapest, ranked, candidates,
  }
}

