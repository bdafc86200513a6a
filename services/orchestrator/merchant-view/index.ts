/**
 * The merchant-safe view (PRODUCT.md "The merchant-safe view is exactly"): a decision and its session in, what a merchant may see out.
 * Pure. It is built field by field from an allow-list: nothing is copied from a candidate as a whole, so that nothing new can slip through.
 */
import type { Money } from '#contracts/money.ts'
import type { Candidate, Flag, Opening, PaymentIntent } from '#contracts/routing.ts'
import type { MerchantRouteSession, MerchantSessionRow } from '#contracts/api/route-sessions.ts'
import { askedHeadline, askedNext, openAsks, type AskFacts } from './asks.ts'
import { whatWouldHelp, messageToSupplier, whyNot } from './no-route.ts'
import { incidentHeadline, incidentNext, incidentWarning, stopsPaying, type IncidentFacts } from './incident.ts'
import { papersOf } from './papers.ts'
import { allIn, moneyOnly, rateOf } from './price.ts'
import { currentStep, uploadNeeded, type MerchantStep } from './merchant-steps.ts'
import { newOfferOf, type Before } from './new-offer.ts'
import { headlineInExecution, nextInExecution, plainNext, type MerchantNext } from './on-its-way.ts'
import { progressOf, type ClosedDays, type Move } from './progress.ts'
import { hasExpired, headline, merchantState, type SessionState } from './state.ts'
import { institutionOf, plainSteps, stepsOf } from './steps.ts'
import { payeeWarning, warningsOf } from './warnings.ts'
import { whyThisOne } from './why.ts'

export { allIn, deskFee, rateOf, type AllIn, type DeskFeeRule } from './price.ts'
export { askedNext, openAsks, type AskFacts } from './asks.ts'
export { BANK_ORDERS, type MerchantStep } from './merchant-steps.ts'
export { BANK_CATEGORIES } from './steps.ts'
export type { ClosedDays, Move } from './progress.ts'
export { hasExpired, nextStep } from './state.ts'

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
  /** nothing real follows from it */
  readonly simulation: boolean
}

/** What became of the session after it was answered. */
export type Tracking = {
  readonly moves: readonly Move[]
  readonly steps: readonly MerchantStep[]
  readonly closed: readonly ClosedDays[]
  /** by when a leg that began then ends at the latest, as estimated */
  readonly endsBy: (hop: number, from: string) => string
  /** when it arrives by today's estimate, as dates of the supplier's place; null where the offer's own stands */
  readonly expected: { readonly earliest: string; readonly latest: string } | null
  /** what the merchant pays in the step under way; null where it pays nothing now */
  readonly instruction: Omit<NonNullable<MerchantRouteSession['instruction']>, 'title'> | null
  /** what the standing offer takes the place of; null while the recommendation stands */
  readonly before: Before | null
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
export function merchantView(session: PageFacts, intent: PaymentIntent, decision: DecisionFacts | null, tracking: Tracking, market_clock: string, supplier_time_zone: string): MerchantRouteSession {
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
  const fee = session.desk_fee ?? { amount: '0', currency: candidate?.sent.currency ?? '' }
  const step = currentStep(tracking.steps)
  const under_way = candidate === null ? null : underWay(candidate, intent.merchant.country, tracking, step)
  const late = under_way?.by != null && Date.parse(under_way.by) < Date.parse(market_clock)
  // Nothing is paid to details that are not those that were agreed to.
  const changed = session.payee_details === 'changed' && IN_EXECUTION.has(session.state)
  // What is played is played by the desk: nobody is to do anything real for it.
  const may_pay = session.state === 'executing' && session.payee_details === 'confirmed' && !session.simulation && !stopsPaying(session.incident)
  const upload = may_pay ? uploadNeeded(step) : null
  const { reason = null } = tracking.moves.at(-1) ?? {}
  return {
    view: 'merchant',
    id: session.id, reference: session.reference, version: session.version,
    state: waits ? 'With the desk' : merchantState(session.state),
    headline: session.incident !== null ? incidentHeadline(session.incident) : expired ? 'The price has run out. Ask for a fresh one.' : waits ? HELD : offered ? `${session.new_offer} Please look at it and agree again.` : isAsked ? askedHeadline(asks) : headlineInExecution(session.state, tracking.steps, reason, late, session.simulation),
    next: session.incident !== null ? incidentNext(session.incident) : offered ? { who: ranOut ? 'desk' : 'merchant', whom: null, what: ranOut ? 'Offer a fresh price' : 'Agree to the new offer', by: ranOut ? null : session.valid_until }
      : isAsked ? { whom: null, ...askedNext(asks) } : changed ? { who: 'desk', whom: null, what: 'Check the supplier’s new bank details with you', by: null }
      : !held && IN_EXECUTION.has(session.state) ? nextInExecution(session.state, step, under_way, session.simulation) : plainNext(session.state, session.valid_until, expired, degraded, held),
    simulation: session.simulation,
    supplier: { id: session.supplier.id, legal_name: session.supplier.legal_name, legal_name_zh: session.supplier.legal_name_zh },
    requested_at: session.requested_at,
    needed_by: intent.needed_by,
    description: intent.goods.description,
    supplier_gets: candidate === null ? null : moneyOnly(candidate.received),
    you_pay: price === null ? null : moneyOnly(price.merchant_pays),
    all_in_cost: price === null ? null : { money: moneyOnly(price.cost), pct_against_mid: price.pct },
    rate: candidate === null || price === null ? null : rateOf(candidate, price.merchant_pays),
    arrives: candidate === null ? null : { ...(tracking.expected ?? arrivalOf(candidate)), time_zone: supplier_time_zone },
    valid_until: session.valid_until,
    quote_kind: 'indicative',
    why: candidate === null ? [] : whyThisOne(intent, candidate),
    // Once it is carried out the decision's warnings are over: what is closed stands in the progress, and what is late in the headline.
    warnings: [...incidentWarning(session.incident), ...payeeWarning(session.payee_details), ...(decision === null || tracking.steps.length > 0 ? [] : candidate === null ? whyNot(intent, decision.flags) : warningsOf(intent, candidate, decision.flags, degraded))],
    steps: candidate === null ? [] : stepsOf(candidate, intent.merchant.country),
    documents_needed: candidate === null ? [] : papersOf(candidate),
    would_make_possible: decision !== null && candidate === null ? whatWouldHelp(intent, decision.openings) : [],
    message_to_supplier: decision !== null && candidate === null ? messageToSupplier(intent) : null,
    can_accept: cannot === null,
    can_cancel: CANCELLABLE.has(session.state),
    asks,
    unread: session.unread_by_merchant,
    cannot_accept_because: cannot,
    progress: progressOf({ ...tracking, state: session.state, may_pay, market_clock, offered: tracking.before !== null }, candidate, intent.merchant.country),
    one_thing: upload ?? (offered && !ranOut && !held ? { kind: 'agree', title: 'Look at the new offer', text: 'Nothing goes on until you agree to it.', by: session.valid_until, proof_kind: null, again: null } : null),
    instruction: upload === null || tracking.instruction === null ? null : { title: titleOfInstruction(step!.kind), ...tracking.instruction },
    new_offer: candidate === null || tracking.before === null || !offered ? null : newOfferOf(session.new_offer!, tracking.before, { candidate, fee }, supplier_time_zone),
  }
}

const IN_EXECUTION: ReadonlySet<SessionState> = new Set(['executing', 'paused'])
const arrivalOf = (candidate: Candidate): { earliest: string; latest: string } => ({ earliest: candidate.arrival_p50.slice(0, 10), latest: candidate.arrival_p90.slice(0, 10) })
const titleOfInstruction = (kind: string): string => (kind === 'sign_transfer' ? 'What you sign' : kind === 'instruct_bank' || kind === 'open_letter_of_credit' ? 'Your order at your bank' : 'What you pay')

/** The leg under way, told by the kind of institution, and by when it ends as estimated. */
function underWay(candidate: Candidate, source_country: string, { endsBy, steps }: Tracking, step: MerchantStep | null): { who: string; title: string; by: string | null } | null {
  if (step === null) return null
  const plain = plainSteps(candidate, source_country)
  const own = plain.find(({ hop, part }) => hop === step.hop && part === 'moves') ?? plain.find(({ hop }) => hop === step.hop)
  // The money is under way from the end of the leg before, whether or not somebody wrote down that the next one began.
  const since = step.started_at ?? steps.findLast(({ hop, state }) => hop < step.hop && state === 'confirmed')?.ended_at ?? null
  const by = since === null ? null : endsBy(step.hop, since)
  return own === undefined ? { who: institutionOf(candidate.hops[step.hop]!, source_country), title: 'Carry on with the payment', by } : { who: own.who, title: own.title, by }
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

/** What one row of a merchant's Route History needs; the same facts as the view, without the decision's detail. */
export type RowFacts = SessionFacts & {
  readonly description: string
  readonly needed_by: string
  readonly degraded: boolean
  readonly supplier_gets: Money | null
  readonly you_pay: Money | null
  /** the step at which its execution stands; null where there is none or all are done */
  readonly step: Pick<MerchantStep, 'kind' | 'state' | 'by_merchant' | 'proof' | 'by'> | null
}

/** Words for a step of which only the kind is known. */
const OF_KIND: Readonly<Record<string, { who: string; title: string }>> = {
  instruct_bank: { who: 'A bank', title: 'Send the money' }, supplier_confirms_credit: { who: 'Your supplier', title: 'Say that it arrived' }, agent_pays_supplier: { who: 'A trade agent', title: 'Pay your supplier' },
  create_payout: { who: 'A payment company', title: 'Pay your supplier' }, leg_settles: { who: 'A bank in between', title: 'Pass the money on' },
}
function rowNext(row: RowFacts, expired: boolean, held: boolean): MerchantNext {
  if (held || !IN_EXECUTION.has(row.state)) return plainNext(row.state, row.valid_until, expired, row.degraded, held)
  const moving = OF_KIND[row.step?.kind ?? '']
  return nextInExecution(row.state, row.step, moving === undefined ? null : { ...moving, by: null }, row.simulation)
}

export function merchantRow(row: RowFacts, market_clock: string): MerchantSessionRow {
  const expired = row.state === 'recommended' && hasExpired(row.valid_until, market_clock)
  const held = row.payee_details === 'held'
  const waits = waitsForDetails(row.state, expired, row.degraded, held)
  return {
    id: row.id, reference: row.reference, state: waits ? 'With the desk' : merchantState(row.state),
    headline: row.incident !== null ? incidentHeadline(row.incident) : expired ? 'The price has run out. Ask for a fresh one.' : waits ? HELD : row.new_offer !== null && row.state === 'awaiting_merchant' ? `${row.new_offer} Please look at it and agree again.` : headline(row.state),
    supplier_name: row.supplier.legal_name, supplier_name_zh: row.supplier.legal_name_zh, description: row.description,
    supplier_gets: row.supplier_gets === null ? null : moneyOnly(row.supplier_gets), you_pay: row.you_pay === null ? null : moneyOnly(row.you_pay),
    needed_by: row.needed_by, requested_at: row.requested_at, next: row.incident !== null ? incidentNext(row.incident) : rowNext(row, expired, held), simulation: row.simulation, unread: row.unread_by_merchant,
  }
}
