/**
 * The merchant-safe view (PRODUCT.md "The merchant-safe view is exactly"): a decision and its session in, what a merchant may see out.
 * Pure. It is built field by field from an allow-list: nothing is copied from a candidate as a whole, so that nothing new can slip through.
 */
import type { Money } from '#contracts/money.ts'
import type { Candidate, Flag, Opening, PaymentIntent } from '#contracts/routing.ts'
import type { MerchantRouteSession, MerchantSessionRow } from '#contracts/api/route-sessions.ts'
import { askedHeadline, askedNext, openAsks, type AskFacts } from './asks.ts'
import { whatWouldHelp, messageToSupplier, whyNot } from './no-route.ts'
import { incidentHeadline, incidentNext, incidentWarning, type IncidentFacts } from './incident.ts'
import { papersOf } from './papers.ts'
import { allIn, rateOf } from './price.ts'
import { hasExpired, headline, merchantState, nextStep, type SessionState } from './state.ts'
import { stepsOf } from './steps.ts'
import { payeeWarning, warningsOf } from './warnings.ts'
import { whyThisOne } from './why.ts'

export { allIn, deskFee, rateOf, type AllIn, type DeskFeeRule } from './price.ts'
export { askedNext, openAsks, type AskFacts } from './asks.ts'
export { hasExpired, headline, merchantState, nextStep, type NextStep, type SessionState } from './state.ts'

/** What the session itself says, whatever was decided. */
export type SessionFacts = {
  readonly id: string
  readonly reference: string
  readonly version: number
  readonly state: SessionState
  readonly supplier: { readonly id: string; readonly legal_name: string; readonly legal_name_zh: string | null }
  readonly requested_at: string
  readonly valid_until: string | null
  readonly desk_fee: Money | null
  /** `held` while a change of the supplier's bank details waits for its confirmation */
  readonly payee_details: 'confirmed' | 'held' | 'changed'
  /** why the desk offers something else than what was agreed to, in plain words; null where nothing new waits for an agreement */
  readonly new_offer: string | null
  /** what went wrong with the payment and is not settled, due first; null where nothing did */
  readonly incident: IncidentFacts | null
  /** messages of the desk that the merchant has not seen */
  readonly unread_by_merchant: number
}
/** What its page says beside what a list says. */
export type PageFacts = SessionFacts & { readonly asks: readonly AskFacts[] }

/** What of the decision the view needs; null while there is none. */
export type DecisionFacts = {
  readonly recommended: Candidate | null
  readonly degraded: readonly string[]
  readonly flags: readonly Flag[]
  readonly openings: readonly Opening[]
}

/** What its merchant sees of a session at this market clock. */
export function merchantView(session: PageFacts, intent: PaymentIntent, decision: DecisionFacts | null, market_clock: string, supplier_time_zone: string): MerchantRouteSession {
  const candidate = decision?.recommended ?? null
  const degraded = (decision?.degraded.length ?? 0) > 0
  const expired = session.state === 'recommended' && hasExpired(session.valid_until, market_clock)
  const price = candidate === null ? null : allIn(candidate, session.desk_fee ?? { amount: '0', currency: candidate.sent.currency })
  const held = session.payee_details === 'held'
  const offered = session.new_offer !== null && session.state === 'awaiting_merchant'
  const ranOut = expired || (offered && hasExpired(session.valid_until, market_clock))
  const cannot = offered && !ranOut && !held ? null : cannotAccept(session.state, ranOut, degraded, held)
  const waits = waitsForDetails(session.state, expired, degraded, held)
  const isAsked = session.state === 'awaiting_merchant'
  const asks = isAsked ? openAsks(session.asks, market_clock) : []
  return {
    view: 'merchant',
    id: session.id, reference: session.reference, version: session.version,
    state: waits ? 'With the desk' : merchantState(session.state),
    headline: session.incident !== null ? incidentHeadline(session.incident) : expired ? 'The price has run out. Ask for a fresh one.' : waits ? HELD : offered ? `${session.new_offer} Please look at it and agree again.` : isAsked ? askedHeadline(asks) : headline(session.state),
    next: session.incident !== null ? incidentNext(session.incident) : offered ? { who: ranOut ? 'desk' : 'merchant', what: ranOut ? 'Offer a fresh price' : 'Agree to the new offer', by: ranOut ? null : session.valid_until } : isAsked ? askedNext(asks) : nextStep(session.state, session.valid_until, expired, degraded, held),
    supplier: { id: session.supplier.id, legal_name: session.supplier.legal_name, legal_name_zh: session.supplier.legal_name_zh },
    requested_at: session.requested_at,
    needed_by: intent.needed_by,
    description: intent.goods.description,
    supplier_gets: candidate === null ? null : money(candidate.received),
    you_pay: price === null ? null : money(price.merchant_pays),
    all_in_cost: price === null ? null : { money: money(price.cost), pct_against_mid: price.pct },
    rate: candidate === null || price === null ? null : rateOf(candidate, price.merchant_pays),
    arrives: candidate === null ? null : { earliest: candidate.arrival_p50.slice(0, 10), latest: candidate.arrival_p90.slice(0, 10), time_zone: supplier_time_zone },
    valid_until: session.valid_until,
    quote_kind: 'indicative',
    why: candidate === null ? [] : whyThisOne(intent, candidate),
    warnings: [...incidentWarning(session.incident), ...payeeWarning(session.payee_details), ...(decision === null ? [] : candidate === null ? whyNot(intent, decision.flags) : warningsOf(intent, candidate, decision.flags, degraded))],
    steps: candidate === null ? [] : stepsOf(candidate, intent.merchant.country),
    documents_needed: candidate === null ? [] : papersOf(candidate),
    would_make_possible: decision !== null && candidate === null ? whatWouldHelp(intent, decision.openings) : [],
    message_to_supplier: decision !== null && candidate === null ? messageToSupplier(intent) : null,
    can_accept: cannot === null,
    can_cancel: CANCELLABLE.has(session.state),
    asks,
    unread: session.unread_by_merchant,
    cannot_accept_because: cannot,
  }
}

/** States that a merchant or the desk may still cancel: nobody has approved anything yet. */
export const CANCELLABLE: ReadonlySet<SessionState> = new Set(['draft', 'recommended', 'no_route', 'policy_unavailable', 'accepted', 'awaiting_merchant'])

function cannotAccept(state: SessionState, expired: boolean, degraded: boolean, held: boolean): string | null {
  if (state !== 'recommended') return state === 'accepted' ? 'You accepted it already.' : 'There is no route to accept now.'
  if (degraded) return 'The rules could not be checked when this was made. Ask again later.'
  if (expired) return 'The price has run out. Ask for a fresh one.'
  if (held) return 'Your supplier’s bank details are being checked. You can accept when that is done.'
  return null
}

/** What stands between a recommendation and its acceptance is the desk's check of the supplier's bank details, and nothing else. */
const waitsForDetails = (state: SessionState, expired: boolean, degraded: boolean, held: boolean): boolean => held && state === 'recommended' && !expired && !degraded
const HELD = 'We found a way to pay this. The desk checks your supplier’s bank details first.'

const money = ({ amount, currency }: Money): { amount: string; currency: string } => ({ amount, currency })

/** What one row of a merchant's Route History needs; the same facts as the view, without the decision's detail. */
export type RowFacts = SessionFacts & {
  readonly description: string
  readonly needed_by: string
  readonly degraded: boolean
  readonly supplier_gets: Money | null
  readonly you_pay: Money | null
}

export function merchantRow(row: RowFacts, market_clock: string): MerchantSessionRow {
  const expired = row.state === 'recommended' && hasExpired(row.valid_until, market_clock)
  const held = row.payee_details === 'held'
  const waits = waitsForDetails(row.state, expired, row.degraded, held)
  return {
    id: row.id, reference: row.reference, state: waits ? 'With the desk' : merchantState(row.state),
    headline: row.incident !== null ? incidentHeadline(row.incident) : expired ? 'The price has run out. Ask for a fresh one.' : waits ? HELD : row.new_offer !== null && row.state === 'awaiting_merchant' ? `${row.new_offer} Please look at it and agree again.` : headline(row.state),
    supplier_name: row.supplier.legal_name, supplier_name_zh: row.supplier.legal_name_zh, description: row.description,
    supplier_gets: row.supplier_gets === null ? null : money(row.supplier_gets), you_pay: row.you_pay === null ? null : money(row.you_pay),
    needed_by: row.needed_by, requested_at: row.requested_at, next: row.incident !== null ? incidentNext(row.incident) : nextStep(row.state, row.valid_until, expired, row.degraded, held), unread: row.unread_by_merchant,
  }
}
