/** Quotes of a session, and the session priced again. */
import Type, { type Static } from 'typebox'
import { AMOUNT_PATTERN } from '../money.ts'
import { Currency } from '../routing.ts'
import { visibleText } from '../text.ts'
import { ApiMoney, closed, counted, Instant, nullable, oneOf, Uuid } from './common.ts'
import { LegId, QuotedAs, QUOTE_SOURCES } from './rates.ts'
import { SESSION_STATES } from './route-sessions.ts'

export const QUOTE_KINDS = ['indicative', 'firm', 'operator_observed'] as const
const Amount = Type.String({ pattern: AMOUNT_PATTERN })
const Fee = Type.Object({ amount: Amount, currency: Currency, details: Type.Optional(visibleText(200)) }, closed)

export const QuoteBody = Type.Object({
  session_id: Uuid,
  kind: oneOf(QUOTE_KINDS),
  leg: LegId,
  /** exactly one of the two, or neither for a rate; a firm quote has one */
  sell_amount: Type.Optional(Amount), buy_amount: Type.Optional(Amount),
  price: Amount, quoted_as: QuotedAs,
  /** with the fee in it; worked out where absent, checked where it is said */
  total_price: Type.Optional(Amount),
  fee: Type.Optional(Fee),
  /** on the market clock; absent: now */
  observed_at: Type.Optional(Instant),
  expires_at: Instant,
  source: oneOf(QUOTE_SOURCES),
  /** the stored file that shows it */
  artifact_id: Type.Optional(Uuid),
  supersedes: Type.Optional(Uuid),
}, closed)

export const Quote = Type.Object({
  id: Uuid, kind: oneOf(QUOTE_KINDS), leg: LegId, provider_id: Type.String(), from: Currency, to: Currency, session_id: nullable(Uuid),
  sell_amount: nullable(ApiMoney), buy_amount: nullable(ApiMoney),
  price: Type.String(), quoted_as: QuotedAs, total_price: Type.String(), spread_bps: Type.String(),
  fee: Type.Object({ amount: Type.String(), currency: Currency, details: nullable(Type.String()) }, closed),
  observed_at: Instant, expires_at: Instant,
  source: oneOf(QUOTE_SOURCES), artifact_id: nullable(Uuid), evidence_sha256: nullable(Type.String()),
  captured_by: Type.String(), captured_at: Instant,
  supersedes: nullable(Uuid),
  /** used: a firm one that a re-pricing used up */
  standing: oneOf(['usable', 'expired', 'used', 'superseded']),
}, closed)
export type Quote = Static<typeof Quote>

const Priced = Type.Object({ sent: ApiMoney, received: ApiMoney, cost_bps: Type.String() }, closed)
export const Repricing = Type.Object({
  id: Uuid, session_id: Uuid, candidate_id: Type.String(), snapshot_digest: Type.String(), policy_revision: Type.String(), market_clock: Instant,
  /** gone: the market of now has no such route */
  status: oneOf(['ready', 'conditional', 'refused', 'gone']), refusals: Type.Array(Type.String()),
  before: Priced,
  now: nullable(Type.Object({ ...Priced.properties, arrival_p90: Instant, valid_until: Instant }, closed)),
  difference: nullable(Type.Object({ sent: ApiMoney, received: ApiMoney, drift_bps: Type.String() }, closed)),
  tolerance_bps: Type.String(), within_tolerance: Type.Boolean(), because: Type.Array(Type.String()),
  quote_ids: Type.Array(Uuid), repriced_by: Type.String(), repriced_at: Instant,
}, closed)
export type Repricing = Static<typeof Repricing>

export const PriceStanding = Type.Object({
  standing: oneOf(['none', 'stands', 'expires_soon', 'expired', 'provider_out']), reasons: Type.Array(Type.String()),
  clears_by: nullable(oneOf(['reprice', 'route_again', 'ask_a_person'])), valid_until: nullable(Instant),
}, closed)

/** The legs of the shown route that change currency: what a quote can be captured for. */
const QuotableLeg = Type.Object({ leg: LegId, provider_id: Type.String(), provider_name: Type.String(), from: Currency, to: Currency, quoted_as: QuotedAs, price: Type.String(), mid: Type.String() }, closed)
export const SessionPrices = Type.Object({
  session_id: Uuid, state: oneOf(SESSION_STATES), version: Type.Integer(), clock: Instant,
  price: PriceStanding, legs: Type.Array(QuotableLeg), quotes: Type.Array(Quote), repricings: Type.Array(Repricing),
}, closed)
export type SessionPrices = Static<typeof SessionPrices>

export const RepriceBody = Type.Object({
  version: counted(1),
  /** of the session's own quotes those to price with; the market's prices for every other leg */
  quote_ids: Type.Array(Uuid, { maxItems: 12 }),
}, closed)
export const Repriced = Type.Object({ repricing: Repricing, state: oneOf(SESSION_STATES), version: Type.Integer() }, closed)
