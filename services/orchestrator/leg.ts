/** One provider's leg, compiled: prices in its own currency, calendar, people, and what a missing value stands for. */
import { KNOWN_CONNECTORS } from '#contracts/connectors.ts'
import { legName } from '#contracts/market-overlay.ts'
import { isToken } from '#contracts/money.ts'
import { type Closures, type OpenDays, openDays, zoneOf } from './calendar.ts'
import type { Dataset, EstimateRecord, LegKind, ManualActorRecord, ProviderRecord } from './dataset.ts'
import { durationSeconds, HOUR_S } from './durations.ts'
import { add, compare, div, fromDecimal, mul, type Rational, reduce, sub, toNumber, ZERO } from './rational.ts'

/** A number kept twice: exact for what is shown or compared at an edge, as a double for search and score. */
export type Figure = { readonly exact: Rational; readonly approx: number }
export const figure = (value: Rational): Figure => {
  const exact = reduce(value)
  return { exact, approx: toNumber(exact) }
}

/** Slippage in bps against amount ÷ daily liquidity, piecewise linear, flat outside its points. */
export type Curve = { readonly share: readonly Figure[]; readonly bps: readonly Figure[] }

export type HumanStep = {
  readonly kind: string; readonly typical: string; readonly done_by: string; readonly proof_kinds: readonly string[]
  /** the most reliable manual actor for it on this leg; null when nobody covers it or the merchant does it */
  readonly actor_id: string | null
}

/** One provider's leg, ready to price. Money figures are in the leg's `from` currency. */
export type Leg = {
  readonly ordinal: number
  readonly provider: ProviderRecord
  readonly estimate: EstimateRecord
  readonly record: ProviderRecord['legs'][number]
  readonly kind: LegKind
  readonly from: string
  readonly to: string
  readonly from_country: string | null
  readonly to_country: string | null
  readonly mid: Figure
  readonly fixed: Figure
  readonly fee_rate: Figure
  readonly minimum_fee: Figure
  readonly spread_bps: Figure
  readonly curve: Curve | null
  /** amount in `from` × this = share of daily liquidity */
  readonly share_per_unit: Figure
  readonly minimum: Figure | null
  readonly maximum: Figure | null
  readonly maximum_is_soft: boolean
  readonly daily_liquidity: Figure | null
  readonly p50_s: number
  readonly p90_s: number
  /** null: the clock never stops for this leg */
  readonly days: OpenDays | null
  readonly risk: number
  readonly trust: number
  readonly liquidity_confidence: number
  readonly on_probation: boolean
  readonly connector_known: boolean
  readonly human_steps: readonly HumanStep[]
  readonly human_hours: number
  readonly actor_reliability: number
  readonly proofs: number
  readonly max_age_s: number
  /** as-of day of the provider's data; the hour is 09:00 in the corridor's source country */
  readonly as_of: string
  /** a price that the desk observed for this very leg, in place of the provider's; null where there is none. Unix seconds */
  readonly observed: { readonly at_s: number; readonly expires_s: number | null } | null
  readonly documents: readonly string[]
  /** the same as bits of the document book, to join those of several legs quickly */
  readonly document_mask: bigint
  readonly moves_token: boolean
  readonly rmb_by_bank: boolean
  /** codes of what arithmetic may say of it */
  readonly refusal: { readonly below_minimum: string; readonly limit_exceeded: string; readonly insufficient_liquidity: string }
  readonly needed_values: number
  readonly missing_values: readonly string[]
}
/** mid(from → to) as an exact quotient of two mids against USD. Throws for a currency without a mid. */
export function midBetween(mids: ReadonlyMap<string, Figure>, from: string, to: string): Rational {
  const a = mids.get(from)
  const b = mids.get(to)
  if (!a || !b) throw new Error(`no mid rate for ${a ? to : from}`)
  return div(b.exact, a.exact)
}
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
export const legSortKey = (p: ProviderRecord, l: ProviderRecord['legs'][number]): string => legName(p.id, l)
const reliability = (prior: { successes: number; failures: number }): number => (prior.successes + 1) / (prior.successes + prior.failures + 2)
export type Worst = (category: string) => { liquidity_confidence: number; trust: number; spread_bps: Rational; curve: Curve | null }

/** Slippage in bps at a share, exactly. */
export function curveAt(curve: Curve, share: Rational): Rational {
  const last = curve.share.length - 1
  if (compare(share, curve.share[0]!.exact) <= 0) return curve.bps[0]!.exact
  if (compare(share, curve.share[last]!.exact) >= 0) return curve.bps[last]!.exact
  let i = 1
  while (compare(curve.share[i]!.exact, share) < 0) i++
  const x0 = curve.share[i - 1]!.exact
  const y0 = curve.bps[i - 1]!.exact
  const slope = div(sub(curve.bps[i]!.exact, y0), sub(curve.share[i]!.exact, x0))
  return add(y0, mul(slope, sub(share, x0)))
}

const compileCurve = (points: readonly (readonly [string, string])[]): Curve => ({
  share: points.map(([share]) => figure(fromDecimal(share))), bps: points.map(([, bps]) => figure(fromDecimal(bps))),
})

/** A missing value is not zero: it takes the worst that providers of the same category have (of all, where the category has none). */
export function worstOfCategory(dataset: Dataset): Worst {
  const estimateOf = new Map(dataset.estimates.providers.map((e) => [e.provider_id, e]))
  const cache = new Map<string, ReturnType<Worst>>()
  return (category) => {
    const known = cache.get(category)
    if (known) return known
    const pool = (pick: (p: ProviderRecord, e: EstimateRecord) => number | undefined): number[] => {
      const values = (same: boolean) => dataset.providers
        .filter((p) => !same || p.category === category)
        .map((p) => pick(p, estimateOf.get(p.id)!)).filter((v) => v !== undefined)
      const own = values(true)
      return own.length > 0 ? own : values(false)
    }
    const lowest = (values: number[]) => (values.length > 0 ? Math.min(...values) : 0)
    const spreads = pool((p) => (p.fx_spread_bps === null ? undefined : Number(p.fx_spread_bps.typical)))
    const curves = (same: boolean): Curve[] => dataset.providers.filter((p) => !same || p.category === category)
      .map((p) => estimateOf.get(p.id)!.slippage_curve?.share_of_daily_liquidity_to_bps).filter((c) => c !== undefined).map(compileCurve)
    const own = curves(true)
    const value = {
      liquidity_confidence: lowest(pool((_p, e) => (e.liquidity_confidence === undefined ? undefined : Number(e.liquidity_confidence)))),
      trust: lowest(pool((_p, e) => (e.trust_prior === undefined ? undefined : reliability(e.trust_prior)))),
      spread_bps: fromDecimal(String(Math.max(0, ...spreads))),
      curve: worstCurve(own.length > 0 ? own : curves(false)),
    }
    cache.set(category, value)
    return value
  }
}

/** The largest slippage that any of the curves has at each share: one curve of them could be the better one at some amount. */
function worstCurve(curves: readonly Curve[]): Curve | null {
  if (curves.length === 0) return null
  const at = (curve: Curve, share: Rational): Rational => curveAt(curve, share)
  const sorted = (values: Rational[]): Rational[] => values.sort(compare).filter((v, i, all) => i === 0 || compare(all[i - 1]!, v) !== 0)
  const points = sorted(curves.flatMap((c) => c.share.map((s) => s.exact)))
  // Between two points every curve is a line; where two of the lines cross, the largest may change.
  const crossings: Rational[] = []
  for (let i = 1; i < points.length; i++) {
    const [x0, x1] = [points[i - 1]!, points[i]!]
    for (const a of curves) for (const b of curves) {
      const d0 = sub(at(a, x0), at(b, x0))
      const d1 = sub(at(a, x1), at(b, x1))
      if (d0.n < 0n && d1.n > 0n) crossings.push(reduce(add(x0, mul(sub(x1, x0), div(d0, sub(d0, d1))))))
    }
  }
  const share = sorted([...points, ...crossings])
  return { share: share.map(figure), bps: share.map((x) => figure(curves.map((c) => at(c, x)).reduce((most, y) => (compare(y, most) > 0 ? y : most)))) }
}

export function makeCalendar(closures: ReadonlyMap<string, Closures>, zone: string, cut_off: string, working: readonly string[], countries: readonly (string | null)[]): OpenDays {
  const closed = new Set(countries.flatMap((c) => [...(c === null ? [] : closures.get(c)?.days ?? [])]))
  const [h, m, s] = cut_off.split(':').map(Number) as [number, number, number]
  return openDays(zoneOf(zone), h * 3600 + m * 60 + s, working, closed)
}

/** An observed price of a leg, ready to compile. `firm_fee` is in the leg's `from` currency; null: the fee schedule and the slippage curve count. */
export type CompiledQuote = { readonly spread_bps: Rational; readonly at_s: number; readonly expires_s: number | null; readonly firm_fee: Rational | null }

export type CalendarFor = (zone: string, cut_off: string, working: readonly string[], countries: readonly (string | null)[]) => OpenDays

export function compileLeg(
  ordinal: number, provider: ProviderRecord, record: ProviderRecord['legs'][number], estimate: EstimateRecord, dataset: Dataset,
  mids: ReadonlyMap<string, Figure>, bits: ReadonlyMap<string, bigint>, worst: Worst, calendarFor: CalendarFor,
  quote: CompiledQuote | null = null,
): Leg {
  const into = (money: { amount: string; currency: string } | null | undefined): Figure | null =>
    money ? figure(mul(fromDecimal(money.amount), midBetween(mids, money.currency, record.from))) : null
  const fees = provider.fee_schedule
  const missing: string[] = []
  const orWorst = <T>(name: string, value: T | undefined | null, fallback: () => T): T => {
    if (value !== undefined && value !== null) return value
    missing.push(`${provider.id}.${name}`)
    return fallback()
  }
  const changes = record.from !== record.to
  const firm_fee = quote?.firm_fee ?? null
  const spread = quote !== null ? quote.spread_bps : changes
    ? orWorst('fx_spread_bps', provider.fx_spread_bps ? fromDecimal(provider.fx_spread_bps.typical) : null, () => worst(provider.category).spread_bps)
    : ZERO
  const liquidity = into(provider.limits.daily_liquidity)
  const points = estimate.slippage_curve?.share_of_daily_liquidity_to_bps
  // A firm price is the price of its amount: no slippage comes on top.
  const curve = liquidity === null || firm_fee !== null ? null
    : orWorst('slippage_curve', points ? compileCurve(points) : null, () => worst(provider.category).curve ?? { share: [figure(ZERO)], bps: [figure(ZERO)] })
  const trust = orWorst('trust_prior', estimate.trust_prior ? reliability(estimate.trust_prior) : null, () => worst(provider.category).trust)
  const liquidity_confidence = orWorst('liquidity_confidence', estimate.liquidity_confidence === undefined ? null : Number(estimate.liquidity_confidence),
    () => worst(provider.category).liquidity_confidence)
  const actors = (kind: string): ManualActorRecord | undefined => dataset.estimates.manual_actors
    .filter((a) => a.covers.steps.includes(kind) && a.covers.countries.some((c) => c === record.from_country || c === record.to_country))
    .sort((a, b) => reliability(b.reliability_prior) - reliability(a.reliability_prior) || compareText(a.id, b.id))[0]
  const steps = estimate.human_steps.map((step) => {
    const actor = step.done_by === 'merchant' ? undefined : actors(step.kind)
    return { step, actor, factor: step.done_by === 'merchant' ? 1 : actor ? reliability(actor.reliability_prior) : 0.5 }
  })
  const latency = provider.settlement_latency
  const businessClock = latency.clock !== 'elapsed' && !('always_open' in provider.cut_off)
  const documents = record.documents_required ?? provider.documents_required
  return {
    ordinal, provider, estimate, record, kind: record.kind as LegKind,
    from: record.from, to: record.to, from_country: record.from_country, to_country: record.to_country,
    mid: figure(midBetween(mids, record.from, record.to)),
    fixed: firm_fee !== null ? figure(firm_fee) : into(fees.fixed ? { amount: fees.fixed.typical, currency: fees.fixed.currency } : null) ?? figure(ZERO),
    fee_rate: figure(div(fees.bps && firm_fee === null ? fromDecimal(fees.bps.typical) : ZERO, { n: 10_000n, d: 1n })),
    minimum_fee: (firm_fee === null ? into(fees.minimum_fee) : null) ?? figure(ZERO),
    spread_bps: figure(spread), curve,
    share_per_unit: figure(liquidity && liquidity.exact.n > 0n ? div({ n: 1n, d: 1n }, liquidity.exact) : ZERO),
    minimum: into(provider.limits.min), maximum: into(provider.limits.max), maximum_is_soft: provider.limits.max?.soft === true,
    daily_liquidity: liquidity,
    p50_s: durationSeconds(latency.quantiles.p50), p90_s: durationSeconds(latency.quantiles.p90),
    days: businessClock && !('always_open' in provider.cut_off)
      ? calendarFor(provider.cut_off.timezone, provider.cut_off.local_time, provider.cut_off.days, [record.from_country, record.to_country]) : null,
    risk: Number((dataset.estimates.provider_risk_by_class as Readonly<Record<string, string>>)[provider.risk_class]), trust, liquidity_confidence,
    on_probation: estimate.posture === 'probation',
    connector_known: estimate.connector_id === null || KNOWN_CONNECTORS.has(estimate.connector_id),
    human_steps: steps.map(({ step, actor }) => ({ ...step, actor_id: actor?.id ?? null })),
    human_hours: steps.reduce((sum, { step }) => sum + durationSeconds(step.typical), 0) / HOUR_S,
    actor_reliability: steps.reduce((product, { factor }) => product * factor, 1),
    proofs: steps.reduce((sum, { step }) => sum + step.proof_kinds.length, 0),
    max_age_s: durationSeconds(provider.data_freshness.max_age), as_of: provider.data_freshness.as_of,
    observed: quote === null ? null : { at_s: quote.at_s, expires_s: quote.expires_s },
    documents, document_mask: documents.reduce((mask, code) => mask | bits.get(code)!, 0n),
    moves_token: isToken(record.from) || isToken(record.to),
    rmb_by_bank: (record.kind === 'cross_border_transfer' || record.kind === 'settlement') && (record.from === 'CNH' || record.to === 'CNH'),
    refusal: { below_minimum: `below_minimum:${provider.id}`, limit_exceeded: `limit_exceeded:${provider.id}`, insufficient_liquidity: `insufficient_liquidity:${provider.id}` },
    needed_values: 2 + (changes ? 1 : 0) + (liquidity ? 1 : 0), missing_values: missing,
  }
}
