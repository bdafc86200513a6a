/** The session's state as a merchant sees it, what happened, who acts next and by when. */
import type { DeskRouteSession } from '#contracts/api/route-sessions.ts'
import { SESSION_STATES, type MERCHANT_STATES } from '#contracts/api/route-sessions.ts'

export type SessionState = (typeof SESSION_STATES)[number]
export type MerchantState = (typeof MERCHANT_STATES)[number]
export type NextStep = DeskRouteSession['next']

const STATES: Readonly<Record<SessionState, MerchantState>> = {
  draft: 'Finding a route', recommended: 'Your turn', no_route: 'Stopped', policy_unavailable: 'Finding a route', accepted: 'With the desk', awaiting_merchant: 'Your turn',
  approved: 'With the desk', executing: 'On its way', paused: 'On its way', completed: 'Done', failed: 'Stopped', returned: 'Stopped', cancelled: 'Stopped', expired: 'Stopped',
}
export const merchantState = (state: SessionState): MerchantState => STATES[state]

const HEADLINES: Readonly<Record<SessionState, string>> = {
  draft: 'We are looking for a way to pay this.',
  recommended: 'We found a way to pay this.',
  no_route: 'We can’t recommend a way to pay this. Nothing was paid and nothing was booked.',
  policy_unavailable: 'We could not check the rules, so there is no recommendation yet. Nothing was paid and nothing was booked.',
  accepted: 'You accepted this route. The desk looks at it next.',
  awaiting_merchant: 'The desk asks you something.',
  approved: 'The desk approved this route.',
  executing: 'The payment is on its way.',
  paused: 'The payment waits for a step.',
  completed: 'Your supplier has the money.',
  failed: 'The payment did not work.',
  returned: 'The payment came back.',
  cancelled: 'This request was cancelled. Nothing was paid and nothing was booked.',
  expired: 'The price ran out before it was accepted. Nothing was paid and nothing was booked.',
}
export const headline = (state: SessionState): string => HEADLINES[state]

/** Whether a recommendation's price has run out by the market clock. */
export const hasExpired = (valid_until: string | null, market_clock: string): boolean =>
  valid_until !== null && Date.parse(market_clock) >= Date.parse(valid_until)

/** States in which nothing is left between the session and its payment but the desk. */
const PAYS_NEXT: ReadonlySet<SessionState> = new Set(['accepted', 'approved', 'executing', 'paused'])

/** Who acts next and by when, for the merchant and for the desk alike. */
export function nextStep(state: SessionState, valid_until: string | null, expired: boolean, degraded: boolean, held: boolean): NextStep {
  if (state === 'recommended') {
    if (expired) return { who: 'merchant', what: 'Ask for a fresh price', by: null }
    if (degraded) return { who: 'merchant', what: 'Ask again when the rules can be checked', by: null }
    if (held) return { who: 'desk', what: 'Check the supplier’s bank details', by: null }
    return { who: 'merchant', what: 'Accept the route', by: valid_until }
  }
  if (held && PAYS_NEXT.has(state)) return { who: 'desk', what: 'Check the supplier’s bank details', by: null }
  switch (state) {
    case 'no_route': return { who: 'merchant', what: 'Change what stops it, or ask the desk', by: null }
    case 'policy_unavailable': return { who: 'desk', what: 'Route it again when the rules can be checked', by: null }
    case 'accepted': return { who: 'desk', what: 'Decide on the accepted route', by: valid_until }
    case 'awaiting_merchant': return { who: 'merchant', what: 'Answer the desk', by: null }
    case 'draft': case 'approved': case 'executing': case 'paused': return { who: 'desk', what: 'Carry on with the payment', by: null }
    default: return { who: 'nobody', what: 'Nothing is left to do', by: null }
  }
}
