/** Today's rates: every price of a provider that changes currency, and what a desk saves over them. */
import Type, { type Static } from 'typebox'
import { AMOUNT_PATTERN, DECIMAL_PATTERN } from '../money.ts'
import { Currency } from '../routing.ts'
import { closed, Instant, nullable, oneOf } from './common.ts'

export const QUOTE_SOURCES = ['phone_call', 'screen_capture', 'email', 'chat', 'market_file', 'webhook', 'rate_feed'] as const
export type QuoteSource = (typeof QUOTE_SOURCES)[number]
/** `unit` for one `per` */
export const QuotedAs = Type.Object({ unit: Currency, per: Currency }, closed)
export const LegId = Type.String({ minLength: 1, maxLength: 200 })

export const Rate = Type.Object({
  leg: LegId,
  provider_id: Type.String(), provider_name: Type.String(), kind: Type.String(),
  from: Currency, to: Currency, from_country: nullable(Type.String()), to_country: nullable(Type.String()),
  quoted_as: QuotedAs,
  /** the two mids against USD: the pair's mid is exactly their quotient */
  mids: Type.Object({ from: Type.String(), to: Type.String() }, closed),
  mid: Type.String(), price: Type.String(), spread_bps: Type.String(),
  /** a price that was said stays when the mid moves; a spread moves with it */
  said_as: oneOf(['price', 'spread']),
  illustrative: Type.Boolean(),
  observed_at: Instant, age_s: Type.Integer(), max_age_s: Type.Integer(),
  /** market_file: as it was imported */
  source: oneOf(QUOTE_SOURCES),
  /** null: the import */
  who: nullable(Type.String()),
  /** stale: a route over it is conditional; refused: no route goes over it */
  state: oneOf(['fresh', 'stale', 'refused']),
  /** the provider carries nothing new for now */
  suspended: Type.Boolean(),
  corridor_ids: Type.Array(Type.String()),
}, closed)
export type Rate = Static<typeof Rate>

export const RateSheet = Type.Object({
  /** of the market that new routes stand on */
  snapshot_digest: Type.String(), clock: Instant,
  mids: Type.Object({ as_of: Type.String(), definition: Type.String() }, closed),
  counts: Type.Object({ all: Type.Integer(), stale: Type.Integer(), refused: Type.Integer() }, closed),
  items: Type.Array(Rate),
}, closed)
export type RateSheet = Static<typeof RateSheet>

export const RATES_A_BATCH_MAX = 100
const Amount = Type.String({ pattern: AMOUNT_PATTERN })
export const RateChangeBody = Type.Object({
  leg: LegId,
  /** exactly one: a price, a spread against mid, or that the price seen is the same now */
  said: Type.Union([
    Type.Object({ price: Amount, unit: Currency, per: Currency }, closed),
    Type.Object({ spread_bps: Type.String({ pattern: DECIMAL_PATTERN }) }, closed),
    Type.Object({ unchanged: Type.Object({ price: Amount, observed_at: Instant }, closed) }, closed),
  ]),
  /** on the market clock; absent: now */
  observed_at: Type.Optional(Instant),
  source: oneOf(QUOTE_SOURCES),
}, closed)
export const RatesBody = Type.Object({ changes: Type.Array(RateChangeBody, { minItems: 1, maxItems: RATES_A_BATCH_MAX }) }, closed)
export const SavedRates = Type.Object({ saved: Type.Integer(), snapshot_digest: Type.String() }, closed)
