/** Today's rates: what each provider's leg that changes currency costs now, how old that is, and what a desk may say instead. Pure. */
import { fractionOf, isPlausibleSpread, midAs, plainText, priceDigits, priceOfSpread, quotedAsOf, roundedText, spreadOfPrice, type QuotedAs } from '#contracts/leg-price.ts'
import type { LegQuote } from '#contracts/market-overlay.ts'
import { dayOf, fromLocal, instantOf, isoInZone, zoneOf } from './calendar.ts'
import { DAY_S, HOUR_S } from './durations.ts'
import { type Leg, legSortKey } from './leg.ts'
import { pairKey, type Snapshot } from './snapshot.ts'

export type RateRow = {
  readonly leg: string
  readonly provider_id: string; readonly provider_name: string; readonly kind: string
  readonly from: string; readonly to: string; readonly from_country: string | null; readonly to_country: string | null
  readonly quoted_as: QuotedAs
  /** the two mids against USD that the pair's mid is the quotient of: exact, as they were observed */
  readonly mids: { readonly from: string; readonly to: string }
  readonly mid: string; readonly price: string; readonly spread_bps: string
  /** whether the price was said, which stays when the mid moves, or the spread */
  readonly said_as: 'price' | 'spread'
  /** the spread has no public source, and no desk observed it */
  readonly illustrative: boolean
  readonly observed: boolean
  readonly observed_at: string; readonly age_s: number; readonly max_age_s: number
  readonly state: 'fresh' | 'stale' | 'refused'
  readonly suspended: boolean
  readonly corridor_ids: readonly string[]
}
export type MarketMoment = { readonly clock: string; readonly time_zone: string }

/** A row for each leg that changes currency, in the order of the data; with `only`, of the legs of those names. */
export function rateRows(snapshot: Snapshot, market: MarketMoment, only?: readonly string[]): RateRow[] {
  const position = new Map(snapshot.dataset.providers.map((p, i) => [p.id, i]))
  const quotes = quotesOf(snapshot)
  const mids = new Map([['USD', '1'], ...snapshot.dataset.rates.usd_mids.map((m) => [m.quote, m.mid] as const)])
  return snapshot.legs.filter((leg) => leg.from !== leg.to && (only === undefined || only.includes(legSortKey(leg.provider, leg.record))))
    .sort((a, b) => position.get(a.provider.id)! - position.get(b.provider.id)! || a.provider.legs.indexOf(a.record) - b.provider.legs.indexOf(b.record))
    .map((leg) => rowOf(snapshot, leg, quotes.get(legSortKey(leg.provider, leg.record)), market, mids))
}
const quotesOf = (snapshot: Snapshot): Map<string, LegQuote> => new Map((snapshot.over?.overlay.leg_quotes ?? []).map((quote) => [quote.leg, quote]))

function rowOf(snapshot: Snapshot, leg: Leg, quote: LegQuote | undefined, market: MarketMoment, mids: ReadonlyMap<string, string>): RateRow {
  const { provider, from, to, from_country, to_country, max_age_s } = leg
  const mid = leg.mid.exact
  const said = quote?.said
  const as = said !== undefined && 'price' in said ? { unit: said.unit, per: said.per } : quotedAsOf(from, to, mid)
  const price = priceOfSpread(leg.spread_bps.exact, from, as, mid)
  const digits = priceDigits(midAs(mid, from, as))
  const age_s = Math.max(0, instantOf(market.clock) - observedAt(leg, market.time_zone))
  const { max_age_ratio_conditional, max_age_ratio_refused } = snapshot.dataset.estimates.default_limits
  const ratio = age_s / max_age_s
  return {
    leg: legSortKey(provider, leg.record), provider_id: provider.id, provider_name: provider.name, kind: leg.kind, from, to, from_country, to_country, quoted_as: as,
    mids: { from: mids.get(from)!, to: mids.get(to)! },
    mid: roundedText(midAs(mid, from, as), digits), price: said !== undefined && 'price' in said ? said.price : roundedText(price, digits), spread_bps: roundedText(leg.spread_bps.exact, 1),
    said_as: said !== undefined && 'price' in said ? 'price' : 'spread',
    illustrative: quote === undefined && (provider.fx_spread_bps === null || provider.fx_spread_bps.illustrative === true), observed: quote !== undefined,
    observed_at: isoInZone(zoneOf(market.time_zone), observedAt(leg, market.time_zone)), age_s, max_age_s,
    state: ratio > Number(max_age_ratio_refused) ? 'refused' : ratio > Number(max_age_ratio_conditional) ? 'stale' : 'fresh',
    suspended: leg.estimate.posture === 'suspended',
    corridor_ids: [...snapshot.corridors.values()].filter((c) => c.pairs.has(pairKey(from, to, from_country, to_country))).map((c) => c.record.id),
  }
}

/** Imported data is of nine o'clock of its day, here in the company's own zone. */
const observedAt = (leg: Leg, time_zone: string): number => leg.observed?.at_s ?? fromLocal(zoneOf(time_zone), dayOf(leg.as_of) * DAY_S + 9 * HOUR_S)

export type RateChange = {
  readonly leg: string
  readonly said: { readonly price: string; readonly unit: string; readonly per: string } | { readonly spread_bps: string } | { readonly unchanged: { readonly price: string; readonly observed_at: string } }
  /** market clock; the moment where absent */
  readonly observed_at?: string
}
export type RateIssue = { readonly line: number; readonly field: string; readonly message: string }
/** A change that may be saved: the leg's new quote, and what its row in the store says. */
export type CheckedRate = { readonly quote: LegQuote; readonly leg: Leg; readonly price: string; readonly quoted_as: QuotedAs; readonly spread_bps: string; readonly expires_at: string }

/** No desk notes down what it saw a month ago as a rate of today. */
const OBSERVED_BEFORE_MAX_S = 30 * DAY_S
/** A rate is relied on for as long as its provider's data may be old, and never longer than this. */
export const RATE_VALID_MAX_S = 90 * DAY_S
const utc = (s: number): string => `${new Date(s * 1000).toISOString().slice(0, 19)}Z`

/** Checks a batch whole: every line that cannot be saved with its reason, or all of them ready to save. */
export function checkRates(snapshot: Snapshot, changes: readonly RateChange[], market: MarketMoment): { readonly issues: RateIssue[]; readonly checked: CheckedRate[] } {
  const legs = new Map(snapshot.legs.filter((leg) => leg.from !== leg.to).map((leg) => [legSortKey(leg.provider, leg.record), leg]))
  const quotes = quotesOf(snapshot)
  const seen = new Set<string>()
  const issues: RateIssue[] = []
  const checked: CheckedRate[] = []
  changes.forEach((change, line) => {
    const leg = legs.get(change.leg)
    if (leg === undefined) return issues.push({ line, field: 'leg', message: 'no provider offers this leg' })
    if (seen.has(change.leg)) return issues.push({ line, field: 'leg', message: 'the same leg stands on two lines' })
    seen.add(change.leg)
    const result = checkRate(snapshot, leg, change, quotes.get(change.leg), market)
    if ('message' in result) issues.push({ line, ...result })
    else checked.push(result)
  })
  return { issues, checked }
}

function checkRate(snapshot: Snapshot, leg: Leg, { said, observed_at }: RateChange, known: LegQuote | undefined, market: MarketMoment): CheckedRate | { field: string; message: string } {
  const now = instantOf(market.clock)
  const at = observed_at === undefined ? now : instantOf(observed_at)
  if (at > now) return { field: 'observed_at', message: 'later than the market clock' }
  if (at < now - OBSERVED_BEFORE_MAX_S) return { field: 'observed_at', message: 'more than thirty days old' }
  // A demo clock can be moved back behind what was observed; then the moment is newer.
  const known_s = observedAt(leg, market.time_zone)
  if (at < known_s && known_s <= now) return { field: 'observed_at', message: 'older than the price that is known' }
  const row = rowOf(snapshot, leg, known, market, new Map([[leg.from, '1'], [leg.to, '1']]))
  const mid = leg.mid.exact
  let kept: LegQuote['said']
  let as = row.quoted_as
  if ('unchanged' in said) {
    if (said.unchanged.price !== row.price || instantOf(said.unchanged.observed_at) !== instantOf(row.observed_at)) return { field: 'unchanged', message: `somebody saved another price meanwhile: ${row.price}` }
    kept = known?.said ?? { spread_bps: plainText(leg.spread_bps.exact) }
  } else if ('spread_bps' in said) kept = { spread_bps: said.spread_bps }
  else {
    if (!((said.unit === leg.from && said.per === leg.to) || (said.unit === leg.to && said.per === leg.from))) return { field: 'price', message: `a price of this leg is in ${row.quoted_as.unit} per ${row.quoted_as.per}` }
    as = { unit: said.unit, per: said.per }
    kept = { price: said.price, unit: said.unit, per: said.per }
  }
  const value = fractionOf('price' in kept ? kept.price : kept.spread_bps)
  if (value === null || ('price' in kept && value.n <= 0n)) return { field: 'price', message: 'not a number above zero' }
  const spread = 'price' in kept ? spreadOfPrice(value, leg.from, as, mid) : value
  if (!isPlausibleSpread(spread)) return { field: 'price', message: `${roundedText(spread, 0)} bps from mid: too far to be meant` }
  const expires = at + Math.min(leg.max_age_s, RATE_VALID_MAX_S)
  return {
    leg, quoted_as: as, expires_at: utc(expires), spread_bps: roundedText(spread, 6),
    price: 'price' in kept ? kept.price : roundedText(priceOfSpread(spread, leg.from, as, mid), 12),
    quote: { leg: legSortKey(leg.provider, leg.record), said: kept, observed_at: utc(at), expires_at: null, firm_fee: null },
  }
}
