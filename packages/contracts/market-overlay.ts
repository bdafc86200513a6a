/**
 * What a company knows of the market beyond its imported data: prices its desk observed, what outcomes taught about providers, providers that are
 * out, and newer mids. A few kilobytes beside a dataset of half a megabyte. Stored by content, so that a decision is computed again from it.
 */
import Type, { type Static } from 'typebox'
import { digestOf } from './canonical-json.ts'
import { AMOUNT_PATTERN, DECIMAL_PATTERN } from './money.ts'

const closed = { additionalProperties: false } as const
const Decimal = Type.String({ pattern: DECIMAL_PATTERN })
const Amount = Type.String({ pattern: AMOUNT_PATTERN })
/** an instant in UTC to the second, so that one instant has one text */
const UtcSecond = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$' })
const Text = Type.String({ minLength: 1, maxLength: 200 })

export const LegQuote = Type.Object({
  /** the leg as services/orchestrator/leg.ts names it: provider|from|to|from country|to country|kind|network */
  leg: Text,
  /** as it was said: a price in units, which stays when the mid moves, or a spread, which moves with it */
  said: Type.Union([
    Type.Object({ price: Amount, unit: Text, per: Text }, closed),
    Type.Object({ spread_bps: Decimal }, closed),
  ]),
  observed_at: UtcSecond,
  /** null: as long as the provider's data may be old */
  expires_at: Type.Union([UtcSecond, Type.Null()]),
  /** of a firm quote: the whole fee in the currency that enters the leg. It replaces the fee schedule, and no slippage comes on top */
  firm_fee: Type.Union([Amount, Type.Null()]),
}, closed)
export type LegQuote = Static<typeof LegQuote>

/** What a provider's outcomes have taught: each field that is here takes the place of the imported one. */
export const ProviderEstimate = Type.Object({
  provider_id: Text,
  trust: Type.Optional(Type.Object({ successes: Type.Integer({ minimum: 0 }), failures: Type.Integer({ minimum: 0 }) }, closed)),
  liquidity_confidence: Type.Optional(Decimal),
  /** shares of daily liquidity rise and bps do not fall, as in the imported data */
  slippage_curve: Type.Optional(Type.Array(Type.Tuple([Decimal, Decimal]), { minItems: 1 })),
  /** ISO 8601 durations */
  latency: Type.Optional(Type.Object({ p50: Text, p90: Text }, closed)),
}, closed)
export type ProviderEstimate = Static<typeof ProviderEstimate>

/** A mid against USD observed after the imported one, by a feed or a Platform Admin. */
export const ObservedMid = Type.Object({ quote: Text, mid: Amount, observed_at: UtcSecond, source: Text }, closed)
export type ObservedMid = Static<typeof ObservedMid>

export const MarketOverlay = Type.Object({
  leg_quotes: Type.Array(LegQuote), estimates: Type.Array(ProviderEstimate),
  /** providers that carry nothing new */
  outages: Type.Array(Text), mids: Type.Array(ObservedMid),
}, closed)
export type MarketOverlay = Static<typeof MarketOverlay>

export const NO_OVERLAY: MarketOverlay = { leg_quotes: [], estimates: [], outages: [], mids: [] }

const byText = <T>(of: (item: T) => string) => (a: T, b: T): number => (of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0)
/** One item for each key: the later observation, and of two of one instant the one that was said last. */
function latest<T extends { readonly observed_at: string }>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const kept = new Map<string, T>()
  for (const item of items) {
    const known = kept.get(keyOf(item))
    if (known === undefined || item.observed_at >= known.observed_at) kept.set(keyOf(item), item)
  }
  return [...kept.values()].sort(byText(keyOf))
}
const lastOf = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [...new Map(items.map((item) => [keyOf(item), item])).values()].sort(byText(keyOf))

/** The overlay in its one form: each thing once, in order, so that the same knowledge has the same digest. */
export function normalOverlay(overlay: MarketOverlay): MarketOverlay {
  return {
    leg_quotes: latest(overlay.leg_quotes, (q) => q.leg), estimates: lastOf(overlay.estimates, (e) => e.provider_id),
    outages: [...new Set(overlay.outages)].sort(), mids: latest(overlay.mids, (m) => m.quote),
  }
}
/** What is newly known laid over what was known. */
export const withQuotes = (overlay: MarketOverlay, leg_quotes: readonly LegQuote[]): MarketOverlay => normalOverlay({ ...overlay, leg_quotes: [...overlay.leg_quotes, ...leg_quotes] })
export const withMids = (overlay: MarketOverlay, mids: readonly ObservedMid[]): MarketOverlay => normalOverlay({ ...overlay, mids: [...overlay.mids, ...mids] })
/** The learned estimates as a whole: one that is not given is unlearned. */
export const withEstimates = (overlay: MarketOverlay, estimates: readonly ProviderEstimate[]): MarketOverlay => normalOverlay({ ...overlay, estimates: [...estimates] })
/** The providers that are out as a whole. */
export const withOutages = (overlay: MarketOverlay, outages: readonly string[]): MarketOverlay => normalOverlay({ ...overlay, outages: [...outages] })

export const isNoOverlay = (overlay: MarketOverlay): boolean =>
  overlay.leg_quotes.length === 0 && overlay.estimates.length === 0 && overlay.outages.length === 0 && overlay.mids.length === 0

/** The digest of a dataset with an overlay over it; the dataset's own where nothing is laid over it. */
export const marketDigest = (base_digest: string, overlay: MarketOverlay): string => (isNoOverlay(overlay) ? base_digest : digestOf({ base_digest, overlay: normalOverlay(overlay) }))

type DatasetShape = {
  readonly providers: readonly { readonly id: string; readonly legs: readonly Readonly<Record<'from' | 'to' | 'kind', string> & { from_country: string | null; to_country: string | null; network?: string | null }>[]; readonly data_freshness: { readonly as_of: string } }[]
  readonly rates: { readonly as_of: string; readonly usd_mids: readonly { readonly quote: string }[] }
}
export const legName = (provider_id: string, leg: DatasetShape['providers'][number]['legs'][number]): string =>
  [provider_id, leg.from, leg.to, leg.from_country ?? '', leg.to_country ?? '', leg.kind, leg.network ?? ''].join('|')

/**
 * What of an overlay still holds over newly imported data: what speaks of providers, legs and currencies that are there, and of prices and mids
 * what was observed on the day of the new data or later. An outage and what was learned outlast an import.
 */
export function overNewData(overlay: MarketOverlay, files: { readonly providers: unknown; readonly rates: unknown }): MarketOverlay {
  const { providers, rates } = files as DatasetShape
  const as_of = new Map(providers.flatMap((p) => p.legs.map((leg) => [legName(p.id, leg), p.data_freshness.as_of] as const)))
  const ids = new Set(providers.map((p) => p.id))
  const currencies = new Set(rates.usd_mids.map((m) => m.quote))
  return normalOverlay({
    leg_quotes: overlay.leg_quotes.filter((q) => as_of.has(q.leg) && q.observed_at.slice(0, 10) >= as_of.get(q.leg)!),
    estimates: overlay.estimates.filter((e) => ids.has(e.provider_id)), outages: overlay.outages.filter((id) => ids.has(id)),
    mids: overlay.mids.filter((m) => currencies.has(m.quote) && m.observed_at.slice(0, 10) >= rates.as_of),
  })
}
