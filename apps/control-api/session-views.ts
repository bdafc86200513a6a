/** A route session as its reader may see it: the whole of it for the desk, the merchant-safe view for its merchant. */
import type { Actor } from '#contracts/roles.ts'
import type { DeskRouteSession, MerchantRouteSession, MerchantSessionRow, RouteSessionRow } from '#contracts/api/route-sessions.ts'
import { ACTION_WORDS } from '#contracts/incidents.ts'
import { outageSentence } from '#execution/standing.ts'
import type { StandingReason } from '#contracts/api/standing.ts'
import type { CurrentStepRow, OpenIncident, RouteSessionListRow, RulesInForce, SessionState, StoredRouteSession } from '#database/index.ts'
import { allIn, askedNext, CANCELLABLE, hasExpired, merchantRow, merchantView, nextStep, openAsks, type DecisionFacts, type SessionFacts } from '#orchestrator/merchant-view/index.ts'
import { approvalView, askedOf, offerView } from './approval-view.ts'
import { askOf, claimOf } from './desk-work-views.ts'
import type { Decided } from './decisions.ts'
import { wentWrong } from './incident-words.ts'
import { isOwnOrder, trackingOf, whyOffered, type Executed } from './merchant-tracking.ts'
import { standingCandidate } from './standing-offer.ts'

export { CANCELLABLE }

/** What every view is made of. */
export type SessionToShow = {
  readonly session: StoredRouteSession
  readonly decided: Decided | null
  readonly executed: Executed
  /** the tenant's market clock now */
  readonly market_clock: string
  readonly supplier_time_zone: string
  /** the company's rules of approval that are in force, null: the product's; nothing in the answer of a move, which says what was agreed */
  readonly own?: RulesInForce | null
  /** what stands in its way; nothing in the answer of a move, which says what the move did */
  readonly standing?: readonly StandingReason[]
}

export const viewFor = (actor: Pick<Actor, 'role' | 'user_id'>, shown: SessionToShow): DeskRouteSession | MerchantRouteSession =>
  actor.role === 'merchant_client' ? merchantViewOf(shown) : deskViewOf(actor, shown)

export function merchantViewOf(shown: SessionToShow): MerchantRouteSession {
  const { session, decided, market_clock, supplier_time_zone } = shown
  const candidate = standingCandidate(session, decided)
  const offered = session.offer !== null && session.agreed_content_version !== session.content_version
  const facts = { ...sessionFacts(session), asks: session.asks, ...(offered ? { new_offer: whyOffered(session) ?? NEW_OFFER } : {}) }
  return merchantView(facts, session.intent, decided === null ? null : { ...decisionFacts(decided), recommended: candidate }, trackingOf(shown, candidate), market_clock, supplier_time_zone)
}

function decisionFacts({ routed: { decision } }: Decided): Omit<DecisionFacts, 'recommended'> {
  return { degraded: decision.degraded, flags: decision.flags, openings: decision.openings }
}

/** Of a row of a list, which reads no offer: that there is one. */
const NEW_OFFER = 'The desk offers something new.'

const sessionFacts = (row: RouteSessionListRow): SessionFacts => ({
  id: row.id, reference: row.reference, version: row.version, state: row.state,
  supplier: { id: row.supplier_id, legal_name: row.supplier_name, legal_name_zh: row.supplier_name_zh },
  requested_at: row.requested_at, valid_until: row.valid_until, desk_fee: row.desk_fee, payee_details: row.payee_details, incident: row.incident,
  new_offer: row.agreed_content_version !== null && row.agreed_content_version !== row.content_version ? NEW_OFFER : null,
  unread_by_merchant: row.unread_by_merchant,
  // Before the mode is decided its ceiling says whether anything real can follow.
  simulation: (row.execution_mode ?? row.mode_ceiling) === 'simulation',
})

function deskViewOf(actor: Pick<Actor, 'user_id'>, shown: SessionToShow): DeskRouteSession {
  const { session, decided, market_clock } = shown
  const decision = decided?.routed.decision ?? null
  const recommended = decision?.candidates.find((candidate) => candidate.id === decision.recommended_id) ?? null
  const standing = standingCandidate(session, decided)
  const expired = session.state === 'recommended' && hasExpired(session.valid_until, market_clock)
  const fee = session.desk_fee
  const asked = askedOf(shown)
  return {
    view: 'desk', id: session.id, reference: session.reference, version: session.version, state: session.state, mode_ceiling: session.mode_ceiling,
    requested_at: session.requested_at,
    requested_by: { role: session.requested_by.role, name: session.requested_by.name, on_behalf_reason: session.requested_by.on_behalf_reason },
    merchant: { id: session.merchant.id, name: session.merchant.name, city: session.merchant.city },
    supplier: {
      id: session.supplier.id, legal_name: session.supplier.legal_name, legal_name_zh: session.supplier.legal_name_zh, city: session.supplier.city,
      country: session.supplier.country, method: session.supplier.method, account_masked: session.supplier.account_masked,
    },
    payee_details: session.payee_details,
    offer: offerView(session), approval: approvalView(session, asked), execution_mode: session.execution_mode, offered: session.offer?.candidate ?? null,
    corridor: { id: session.corridor_id, name: session.corridor_name },
    invoice_number: session.invoice_number, intent: session.intent, outcome: session.outcome, degraded: [...session.degraded],
    valid_until: session.valid_until, quote_kind: 'indicative',
    next: deskNext(session, market_clock, expired),
    action: actionOf({ ...session, held_approvals: asked.held, required_approvals: asked.required }), standing: [...(shown.standing ?? [])],
    claim: claimOf(actor, session.claim), due_at: session.due_at, paused_at: session.paused_at, unread: session.unread_by_desk, asks: session.asks.map((ask) => askOf(ask, market_clock)),
    desk_fee: { amount: fee, rule: session.desk_fee_rule_id },
    all_in: standing === null ? null : allIn(standing, fee ?? { amount: '0', currency: standing.sent.currency }),
    recommended,
    // The decision itself carries only what its answer speaks of; the ranked alternatives are described for the reader here.
    alternatives: decided === null ? [] : decided.routed.decision.alternative_ids.flatMap((id) => decided.routed.decided.describe(id) ?? []),
    decision: decision === null || session.decision === null ? null : {
      id: session.decision.id, engine_version: session.decision.engine_version, snapshot_digest: session.decision.snapshot_digest,
      weights_revision: session.decision.weights_revision, policy_revision: session.decision.policy_revision, market_clock: session.decision.market_clock,
      result_digest: session.decision.result_digest, decided_at: session.decision.decided_at, complete: decision.complete, counts: decision.counts,
      refusals: decision.refusals, cheapest_id: decision.cheapest_id, pareto_ids: decision.pareto_ids, gap_to_second_bps: decision.gap_to_second_bps,
      sensitivity: decision.sensitivity, flags: decision.flags, openings: decision.openings,
    },
    timeline: session.transitions.map((transition) => ({
      at: transition.at, who: transition.who, from: transition.from, to: transition.to,
      what: whatHappened(transition),
    })),
    merchant_view: merchantViewOf(shown),
  }
}

/** Who acts next on a session, by when: what went wrong first, then what the merchant was asked, then what is the desk's to do: where the merchant is told what it can do, the desk is told what is its own. */
function deskNext(session: StoredRouteSession, market_clock: string, expired: boolean): DeskRouteSession['next'] {
  const { state, incident, valid_until } = session
  if (incident !== null) return { who: incident.chaser === 'merchant' ? 'merchant' : 'desk', what: chaseOf(incident), by: incident.due_at }
  if (state === 'awaiting_merchant' && session.agreed_content_version === session.content_version) return askedNext(openAsks(session.asks, market_clock))
  const held = session.payee_details === 'held'
  const what = WHAT_TO_DO[state]
  if (what === undefined || held) return nextStep(state, valid_until, expired, session.degraded.length > 0, held)
  return { who: 'desk', what: what.slice(0, -1), by: session.due_at }
}

/** Why a row needs the desk, and what to do: one sentence of each, or null where it waits on somebody else. */
export function actionOf(row: Pick<RouteSessionListRow, 'state' | 'why' | 'payee_details' | 'current_step' | 'held_approvals' | 'required_approvals' | 'execution_mode' | 'incident' | 'providers_out'>): string | null {
  if (row.incident !== null) return `${wentWrong(row.incident.kind)} ${chaseOf(row.incident)}.`
  const { state, why, payee_details, held_approvals, required_approvals } = row
  const outage = outageSentence(state, row.providers_out)
  if (outage !== null && payee_details !== 'held') return outage
  if (state === 'executing') return stepAction(row.current_step)
  const what = WHAT_TO_DO[state]
  if (what === undefined) return null
  if ((state === 'accepted' || state === 'approved') && payee_details !== 'confirmed') return PAYEE_ACTIONS[payee_details]
  if (state === 'approved' && row.held_approvals < row.required_approvals) return `The rules came to ask for more after it was approved: ${held_approvals} of ${required_approvals} approvals count. Somebody else approves it too.`
  if (state === 'approved') return `Everything that the rules ask for was approved. ${what}`
  if (state === 'accepted' && held_approvals > 0) return `${held_approvals} of ${required_approvals} approvals ${held_approvals === 1 ? 'is' : 'are'} given. Somebody else decides now.`
  return state === 'accepted' ? `The merchant accepted. ${why} ${what}` : `${why} ${what}`
}
/** Who is chased for what. */
const chaseOf = ({ chaser, action }: OpenIncident): string => (chaser === 'desk' ? ACTION_WORDS[action] : `Chase the ${chaser}: ${ACTION_WORDS[action].charAt(0).toLowerCase()}${ACTION_WORDS[action].slice(1)}`)

/** What an execution asks of the desk at the step it stands at; null while somebody else carries the step out. The database asks the same (DESK_STEP). */
function stepAction(step: RouteSessionListRow['current_step']): string | null {
  if (step === null) return 'Every step is confirmed. Close it with its outcome.'
  const name = `Step ${step.position} of ${step.of}`
  switch (step.state) {
    case 'in_progress': return step.done_by === 'desk_operator' ? `${name} is the desk’s own and has begun. Carry it out and submit its proof.` : null
    case 'awaiting_proof': return `A proof of ${name.toLowerCase()} has come in. Compare it with the instruction.`
    case 'failed': return `${name} failed. Try it again, or close the session.`
    case 'unknown': return `Nobody knows whether ${name.toLowerCase()} happened. Find out before anything else.`
    default: return `${name} is ready. Start it.`
  }
}
/** Ahead of everything else that an accepted row says: whoever pays first and reads later has paid the wrong account. */
const PAYEE_ACTIONS = {
  held: 'The supplier’s bank details are being changed. Pay nothing until a second person has confirmed them.',
  changed: 'The supplier’s bank details changed after this was accepted. Check with the merchant, then decide.',
} as const
const WHAT_TO_DO: Readonly<Partial<Record<SessionState, string>>> = {
  accepted: 'Decide on the accepted route.',
  approved: 'Execute it.',
  no_route: 'Tell the merchant what would make one possible.',
  policy_unavailable: 'Route it again when it does.',
}

/** The views of the queue, as states: what needs the desk stands first in each. Of executions only those need it that wait for no one else. */
export const NEEDS_DESK: readonly SessionState[] = ['accepted', 'approved', 'no_route', 'policy_unavailable']
export const WAITS: readonly SessionState[] = ['draft', 'recommended', 'awaiting_merchant', 'executing', 'paused']
export const DONE: readonly SessionState[] = ['completed', 'failed', 'returned', 'cancelled', 'expired']

const WHAT_HAPPENED: Readonly<Record<SessionState, string>> = {
  draft: 'Draft begun.', recommended: 'A route was recommended.', no_route: 'No route was found.', policy_unavailable: 'Policy did not answer; nothing was recommended.',
  accepted: 'The recommended route was accepted.', awaiting_merchant: 'The desk asked the merchant.', approved: 'The desk approved.', executing: 'Execution began.',
  paused: 'Execution waits at a step.', completed: 'Completed.', failed: 'Failed.', returned: 'The payment came back.', cancelled: 'Cancelled.', expired: 'The price ran out.',
}

/** Why the session left for its merchant and came back: codes of the server, which a reason of a person is not. */
const ASKED: Readonly<Record<string, string>> = { document: 'The desk asked the merchant for a paper.', question: 'The desk asked the merchant a question.', new_price: 'The desk asked the merchant about a new price.', other_route: 'The desk asked the merchant about another route.' }
const CAME_BACK: Readonly<Record<string, string>> = { answered: 'The merchant answered.', withdrawn: 'The desk took its question back.' }
/** Why what was approved waits for approvals again: a code of the server. */
export const RULES_ASK_MORE = 'rules_ask_more'
function whatHappened({ from, to, reason }: StoredRouteSession['transitions'][number]): string {
  if (to === 'awaiting_merchant' && reason !== null) return ASKED[reason] ?? WHAT_HAPPENED[to]
  if (from === 'awaiting_merchant' && to === 'accepted' && reason !== null) return CAME_BACK[reason] ?? WHAT_HAPPENED[to]
  if (from === 'approved' && to === 'accepted' && reason === RULES_ASK_MORE) return 'The rules came to ask for more approvals than were given.'
  return reason === null ? WHAT_HAPPENED[to] : `${WHAT_HAPPENED[to]} Reason: ${reason}`
}

/** A row of the desk's queue, for somebody of the desk. */
export function deskRow(actor: Pick<Actor, 'user_id'>, row: RouteSessionListRow): RouteSessionRow {
  const action = actionOf(row)
  return {
    id: row.id, reference: row.reference, state: row.state, outcome: row.outcome, conditional: row.outcome === 'conditional', degraded: row.degraded.length > 0, payee_details: row.payee_details,
    needs_me: action !== null, action, approvals: { held: row.held_approvals, required: row.required_approvals }, execution_mode: row.execution_mode, step: row.current_step, due_at: row.incident?.due_at ?? row.due_at, merchant_name: row.merchant_name, supplier_name: row.supplier_name, supplier_name_zh: row.supplier_name_zh,
    corridor_id: row.corridor_id, description: row.description, sends: row.sends, receives: row.receives, cost_bps: row.cost_bps,
    requested_at: row.requested_at, version: row.version, claim: claimOf(actor, row.claim), paused_at: row.paused_at, unread: row.unread_by_desk,
  }
}

/** A row of a merchant's Route History; `step` is where its execution stands. */
export function historyRow(row: RouteSessionListRow, step: CurrentStepRow | undefined, market_clock: string): MerchantSessionRow {
  const pays = row.sends === null || row.outcome === null || row.outcome === 'no_route' ? null : allIn({ sent: row.sends, cost: { amount: '0', currency: row.sends.currency } }, row.desk_fee ?? { amount: '0', currency: row.sends.currency }).merchant_pays
  return merchantRow({ ...sessionFacts(row), description: row.description, needed_by: row.needed_by, degraded: row.degraded.length > 0, supplier_gets: row.receives, you_pay: pays, step: step === undefined ? null : rowStep(step) }, market_clock)
}

/** A bank's category is not known in a row: an order that the merchant's account pays is the merchant's. */
const rowStep = ({ kind, state, has_file, ...step }: CurrentStepRow) =>
  ({ kind, state, by_merchant: step.done_by === 'merchant' || isOwnOrder({ kind, rail_owner: step.rail_owner }), proof: state === 'awaiting_proof' ? 'there' as const : has_file ? 'sent' as const : 'needed' as const, by: null })
