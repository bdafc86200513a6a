/**
 * A snapshot with what a company knows beyond its imported data laid over it: observed prices, learned estimates, outages, newer mids. What does
 * not change (calendars, rules, documents) is shared with the snapshot below, so an overlay costs a few milliseconds and little memory. Pure.
 */
import type { Fraction } from '#contracts/leg-price.ts'
import { spreadOfPrice } from '#contracts/leg-price.ts'
import { isNoOverlay, marketDigest, normalOverlay, type LegQuote, type MarketOverlay, type ProviderEstimate } from '#contracts/market-overlay.ts'
import { instantOf } from './calendar.ts'
import type { Dataset, EstimateRecord, ProviderRecord } from './dataset.ts'
import { compileLeg, type CompiledQuote, type Figure, figure, legSortKey, makeCalendar, midBetween, worstOfCategory } from './leg.ts'
import { fromDecimal } from './rational.ts'
import { p90Of, type Snapshot } from './snapshot.ts'

/** The same snapshot under another digest and with other prices. What the overlay says of things that are not there says nothing. */
export function withOverlay(base: Snapshot, said: MarketOverlay): Snapshot {
  const overlay = normalOverlay(said)
  if (base.over !== null) throw new Error('an overlay lies over imported data, never over another overlay')
  if (isNoOverlay(overlay)) return base
  const dataset = overlaid(base.dataset, overlay)
  const usd_mids = new Map<string, Figure>([...base.usd_mids, ...overlay.mids.filter((m) => base.usd_mids.has(m.quote)).map((m) => [m.quote, figure(fromDecimal(m.mid))] as const)])
  const quotes = new Map(overlay.leg_quotes.map((q) => [q.leg, q]))
  const estimateOf = new Map(dataset.estimates.providers.map((e) => [e.provider_id, e]))
  const providerOf = new Map(dataset.providers.map((p) => [p.id, p]))
  const worst = worstOfCategory(dataset)
  const legs = base.legs.map((old) => {
    const provider = providerOf.get(old.provider.id)!
    const quote = quotes.get(legSortKey(old.provider, old.record))
    // Neither cut-off nor clock is ever laid over, so a leg keeps its calendar.
    return compileLeg(old.ordinal, provider, old.record, estimateOf.get(provider.id)!, dataset, usd_mids, base.documents.bit, worst, () => old.days!,
      quote === undefined ? null : compiledQuote(quote, old.from, midBetween(usd_mids, old.from, old.to)))
  })
  const corridors = new Map([...base.corridors].map(([id, corridor]) => [id, {
    ...corridor,
    p90: corridor.p90.map((known, i) => (legs[i]!.p90_s === base.legs[i]!.p90_s ? known
      : p90Of(corridor.record, legs[i]!, (zone, cut_off, working, countries) => makeCalendar(base.closures, zone, cut_off, working, countries)))),
  }]))
  return { ...base, over: { base, overlay }, digest: marketDigest(base.digest, overlay), dataset, legs, corridors, usd_mids, graphs: new Map(), plans: new Map() }
}

/** A quote as the engine prices it: its spread against this mid. */
function compiledQuote({ said, observed_at, expires_at, firm_fee }: LegQuote, from: string, mid: Fraction): CompiledQuote {
  return {
    spread_bps: 'price' in said ? spreadOfPrice(fromDecimal(said.price), from, said, mid) : fromDecimal(said.spread_bps),
    at_s: instantOf(observed_at), expires_s: expires_at === null ? null : instantOf(expires_at), firm_fee: firm_fee === null ? null : fromDecimal(firm_fee),
  }
}

function overlaid(dataset: Dataset, { estimates, outages, mids }: MarketOverlay): Dataset {
  const learned = new Map(estimates.map((e) => [e.provider_id, e]))
  const out = new Set(outages)
  const midOf = new Map(mids.map((m) => [m.quote, m.mid]))
  return {
    ...dataset,
    providers: dataset.providers.map((provider) => withLatency(provider, learned.get(provider.id)?.latency)),
    estimates: { ...dataset.estimates, providers: dataset.estimates.providers.map((estimate) => withLearned(estimate, learned.get(estimate.provider_id), out.has(estimate.provider_id))) },
    rates: { ...dataset.rates, usd_mids: dataset.rates.usd_mids.map((mid) => ({ ...mid, mid: midOf.get(mid.quote) ?? mid.mid })) },
  }
}

const withLatency = (provider: ProviderRecord, latency: ProviderEstimate['latency']): ProviderRecord =>
  latency === undefined ? provider : { ...provider, settlement_latency: { ...provider.settlement_latency, quantiles: { ...provider.settlement_latency.quantiles, ...latency } } }

function withLearned(estimate: EstimateRecord, learned: ProviderEstimate | undefined, out: boolean): EstimateRecord {
  return {
    ...estimate,
    ...(learned?.trust === undefined ? {} : { trust_prior: learned.trust }),
    ...(learned?.liquidity_confidence === undefined ? {} : { liquidity_confidence: learned.liquidity_confidence }),
    ...(learned?.slippage_curve === undefined ? {} : { slippage_curve: { share_of_daily_liquidity_to_bps: learned.slippage_curve } }),
    ...(out ? { posture: 'suspended' as const } : {}),
  }
}
