/** What stands between a session and its next step. */
import Type, { type Static } from 'typebox'
import { closed, oneOf } from './common.ts'

export const STANDING_CODES = [
  'incident_open', 'provider_out', 'details_held', 'details_changed', 'screening_hit', 'screening_missing', 'screening_expired', 'papers_missing', 'price_expired', 'price_expires_soon', 'quote_stale',
] as const
/** The one thing that makes the reason go. */
export const CLEARS_BY = ['resolve_incident', 'other_route', 'ask_provider', 'confirm_details', 'offer_again', 'clear_hit', 'screen', 'bring_papers', 'reprice', 'observe_rates'] as const
export type ClearsBy = (typeof CLEARS_BY)[number]
export const StandingReason = Type.Object({ code: oneOf(STANDING_CODES), sentence: Type.String(), clears_by: oneOf(CLEARS_BY) }, closed)
export type StandingReason = Static<typeof StandingReason>
