/** Reference rates from the feed that the operator configured; a rate is units of `quote` for one of `base`. */
import Type, { type Static } from 'typebox'
import { Currency, Decimal, OffsetDateTime } from '../routing.ts'
import { closed, nullable, oneOf } from './common.ts'

export const ReferenceRates = Type.Object({
  /** `not_configured`: the operator named no feed; `unavailable`: it gave nothing that can be believed, `cause` says why */
  status: oneOf(['fresh', 'unavailable', 'not_configured'] as const),
  cause: nullable(Type.String()),
  /** seconds since the oldest of them was observed */
  age_s: nullable(Type.Integer()),
  rates: Type.Array(Type.Object({ base: Currency, quote: Currency, mid: Decimal, observed_at: OffsetDateTime, source: Type.String() }, closed)),
}, closed)
export type ReferenceRates = Static<typeof ReferenceRates>

/** POST /api/reference-rates/apply: the mids against USD that were newer than what the market stood on, and the market that they made. */
export const AppliedReferenceRates = Type.Object({
  applied: Type.Array(Type.Object({ quote: Currency, mid: Decimal, observed_at: OffsetDateTime }, closed)),
  snapshot_digest: Type.String(),
}, closed)
export type AppliedReferenceRates = Static<typeof AppliedReferenceRates>
