/**
 * What outcomes taught about providers, laid over the corridor data: the one way in which they reach a decision. Pure; with nothing learned the
 * dataset is the same object. The formulas: docs/decisions, "How outcomes move estimates".
 */
import type { ProviderEstimate } from '#contracts/market-overlay.ts'
import { withoutZeros } from '#contracts/money.ts'
import type { Dataset, EstimateRecord, ProviderRecord } from './dataset.ts'
import { DAY_S, durationSeconds, HOUR_S } from './durations.ts'
import { compare, floorScaled, add, fromDecimal, fromInteger, mul, type Rational, toDecimalNearest } from './rational.ts'

/** Of one provider, only what has evidence. Decimal strings; counts are whole. */
export type LearnedProvider = {
  /** the prior's counts and those of outcomes, together */
  readonly trust?: { readonly successes: string; readonly failures: string }
  /** replaces liquidity_confidence */
  readonly liquidity_confidence?: string
  /** multiplies the quantiles of the settlement latency */
  readonly latency_factor?: string
  /** multiplies every bps of the slippage curve */
  readonly slippage_factor?: string
}
/** By provider id. */
export type LearnedEstimates = Readonly<Record<string, LearnedProvider>>

/** Decimals that a learned figure is written with: what a dataset may hold. */
const LEARNED_DIGITS = 12
/** What data that comes in must not exceed (dataset-sense.ts): learning does not either. */
const CURVE_BPS_MAX = fromInteger(3_000)
const DURATION_MAX_S = 200 * DAY_S

/** The dataset as outcomes have changed it. Providers that it does not have, and values without a prior in it, stay as they are. */
export function applyLearned(dataset: Dataset, learned: LearnedEstimates): Dataset {
  if (Object.keys(learned).length === 0) return dataset
  const of = (id: string): LearnedProvider | undefined => (Object.hasOwn(learned, id) ? learned[id] : undefined)
  const windows = longestWindows(dataset)
  const providers = dataset.providers.map((record) => {
    const factor = of(record.id)?.latency_factor
    return factor === undefined ? record : withLatency(record, fromDecimal(factor), record.settlement_window === undefined ? null : windows.get(record.settlement_window) ?? null)
  })
  const estimates = dataset.estimates.providers.map((record) => {
    const own = of(record.provider_id)
    return own === undefined ? record : withEstimates(record, own)
  })
  return { ...dataset, providers, estimates: { ...dataset.estimates, providers: estimates } }
}

/** The same as a market overlay keeps it: of each provider only what differs from the data, so that nothing learned leaves the market's digest as it is. */
export function estimatesToLay(dataset: Dataset, learned: LearnedEstimates): ProviderEstimate[] {
  const applied = applyLearned(dataset, learned)
  const providerOf = new Map(applied.providers.map((record, i) => [record.id, { before: dataset.providers[i]!, now: record }]))
  return applied.estimates.providers.flatMap((now, i) => {
    const before = dataset.estimates.providers[i]!
    const provider = providerOf.get(now.provider_id)
    const [slow, was] = [provider?.now.settlement_latency.quantiles, provider?.before.settlement_latency.quantiles]
    const curve = now.slippage_curve?.share_of_daily_liquidity_to_bps
    const own: Omit<ProviderEstimate, 'provider_id'> = {
      ...(now.trust_prior === undefined || now.trust_prior === before.trust_prior ? {} : { trust: { successes: now.trust_prior.successes, failures: now.trust_prior.failures } }),
      ...(now.liquidity_confidence === undefined || now.liquidity_confidence === before.liquidity_confidence ? {} : { liquidity_confidence: now.liquidity_confidence }),
      ...(curve === undefined || curve.every(([, bps], at) => bps === before.slippage_curve?.share_of_daily_liquidity_to_bps[at]?.[1]) ? {} : { slippage_curve: curve }),
      ...(slow === undefined || was === undefined || (slow.p50 === was.p50 && slow.p90 === was.p90) ? {} : { latency: { p50: slow.p50, p90: slow.p90 } }),
    }
    return Object.keys(own).length === 0 ? [] : [{ provider_id: now.provider_id, ...own }]
  })
}

function withEstimates(record: EstimateRecord, { trust, liquidity_confidence, slippage_factor }: LearnedProvider): EstimateRecord {
  const curve = record.slippage_curve?.share_of_daily_liquidity_to_bps
  const factor = slippage_factor === undefined ? null : fromDecimal(slippage_factor)
  return {
    ...record,
    ...(trust === undefined || record.trust_prior === undefined ? {} : { trust_prior: { successes: Number(trust.successes), failures: Number(trust.failures) } }),
    ...(liquidity_confidence === undefined || record.liquidity_confidence === undefined ? {} : { liquidity_confidence }),
    ...(factor === null || curve === undefined ? {} : { slippage_curve: { share_of_daily_liquidity_to_bps: curve.map(([share, bps]): [string, string] => [share, scaledBps(bps, factor)]) } }),
  }
}

/** A point of the curve times the factor; the text as it is where the value does not change, so that a factor of 1 changes no digest. */
function scaledBps(bps: string, factor: Rational): string {
  const exact = fromDecimal(bps)
  const scaled = mul(exact, factor)
  const capped = compare(scaled, CURVE_BPS_MAX) > 0 && compare(exact, CURVE_BPS_MAX) <= 0 ? CURVE_BPS_MAX : scaled
  return compare(capped, exact) === 0 ? bps : plainDecimal(capped)
}

/** Nearest decimal of LEARNED_DIGITS places, without zeros at its end. */
export const plainDecimal = (value: Rational): string => withoutZeros(toDecimalNearest(value, LEARNED_DIGITS))

/** The longest duration that each settlement window has in a corridor, in seconds; windows without one are not listed. */
function longestWindows(dataset: Dataset): Map<string, number> {
  const longest = new Map<string, number>()
  for (const { id, duration } of dataset.corridors.corridors.flatMap((corridor) => corridor.settlement_windows)) {
    if (duration !== undefined) longest.set(id, Math.max(longest.get(id) ?? 0, durationSeconds(duration.p90)))
  }
  return longest
}

/**
 * The record with its quantiles scaled. A p90 never crosses the settlement window's duration: on the far side another clock counts, so that a
 * slower provider could come out earlier.
 */
function withLatency(record: ProviderRecord, factor: Rational, window_s: number | null): ProviderRecord {
  const { quantiles } = record.settlement_latency
  const scaled = (text: string): string => {
    const base_s = durationSeconds(text)
    const new_s = scaledSeconds(base_s, factor)
    return durationText(text, base_s, new_s)
  }
  const p90_s = durationSeconds(quantiles.p90)
  const wanted_s = scaledSeconds(p90_s, factor)
  // At equal lengths the provider's own clock counts, so the shorter side ends one second below.
  const held_s = window_s === null ? wanted_s : p90_s < window_s ? Math.min(wanted_s, window_s - 1) : Math.max(wanted_s, window_s)
  return { ...record, settlement_latency: { ...record.settlement_latency, quantiles: { ...quantiles, p50: scaled(quantiles.p50), p90: durationText(quantiles.p90, p90_s, held_s), p99: scaled(quantiles.p99) } } }
}

/** Whole seconds nearest to base × factor; at least one where the base is, at most what a dataset may say. */
function scaledSeconds(base_s: number, factor: Rational): number {
  const nearest = Number(floorScaled(add(mul(fromInteger(base_s), factor), { n: 1n, d: 2n }), 0))
  return Math.max(Math.min(1, base_s), Math.min(nearest, Math.max(DURATION_MAX_S, base_s)))
}

const durationText = (text: string, base_s: number, new_s: number): string => {
  if (new_s === base_s) return text
  const [days, hours, minutes, seconds] = [Math.floor(new_s / DAY_S), Math.floor((new_s % DAY_S) / HOUR_S), Math.floor((new_s % HOUR_S) / 60), new_s % 60]
  const time = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '', seconds > 0 || new_s === 0 ? `${seconds}S` : ''].join('')
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
