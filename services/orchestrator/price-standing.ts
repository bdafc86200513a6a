/** Whether the price of a session still stands, and what clears it where it does not. By the market clock. Pure. */
import { instantOf } from './calendar.ts'

/** Told this long before the end, so that a desk re-prices while the price still holds. */
const SOON_S = 15 * 60

export const CLEARS = ['reprice', 'route_again', 'ask_a_person'] as const
export type PriceStanding = {
  readonly standing: 'none' | 'stands' | 'expires_soon' | 'expired' | 'provider_out'
  readonly reasons: readonly string[]
  /** what makes the price stand again; null where nothing is needed */
  readonly clears_by: (typeof CLEARS)[number] | null
  readonly valid_until: string | null
}

const PRICED = new Set(['recommended', 'accepted', 'awaiting_merchant', 'approved'])
const STARTED = new Set(['executing', 'paused'])

/** `out` are the providers of the shown route that carry nothing new for now. What has started is a person's to decide; what is over has no price. */
export function priceStanding(session: { readonly state: string; readonly valid_until: string | null; readonly out: readonly string[] }, market_clock: string): PriceStanding {
  const { state, valid_until, out } = session
  const reasons = out.map((id) => `provider_out:${id}`)
  if (STARTED.has(state)) return { standing: out.length > 0 ? 'provider_out' : 'none', reasons, clears_by: out.length > 0 ? 'ask_a_person' : null, valid_until }
  if (!PRICED.has(state) || valid_until === null) return { standing: 'none', reasons: [], clears_by: null, valid_until }
  if (out.length > 0) return { standing: 'provider_out', reasons, clears_by: 'route_again', valid_until }
  const left_s = instantOf(valid_until) - instantOf(market_clock)
  if (left_s <= 0) return { standing: 'expired', reasons: ['price_expired'], clears_by: 'reprice', valid_until }
  return { standing: left_s <= SOON_S ? 'expires_soon' : 'stands', reasons: [], clears_by: left_s <= SOON_S ? 'reprice' : null, valid_until }
}
