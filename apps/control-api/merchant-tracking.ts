/** What became of a session after it was answered, as far as its merchant is told: its moves, its steps, the days on which nothing moves. */
import { merchantSentence, NEW_PRICE_REASONS, OTHER_ROUTE_REASONS } from '#contracts/reason-codes.ts'
import type { Candidate } from '#contracts/routing.ts'
import { readMerchantFiles, readProofs, readSteps, type MerchantFileRow, type ProofRow, type SessionState, type StepRow, type StoredRouteSession, type TransitionRow, type Tx } from '#database/index.ts'
import { addBusiness, dateOf, instantOf, isoInZone, zoneOf } from '#orchestrator/calendar.ts'
import { durationSeconds } from '#orchestrator/durations.ts'
import { BANK_CATEGORIES, BANK_ORDERS, type ClosedDays, type MerchantStep, type Tracking } from '#orchestrator/merchant-view/index.ts'
import type { Decided } from './decisions.ts'
import { daysOfHop, instructionFor } from './step-instruction.ts'

/** What is read of an execution for its merchant; empty where none began, which costs no query. */
export type Executed = { readonly steps: readonly StepRow[]; readonly proofs: readonly ProofRow[]; readonly files: readonly MerchantFileRow[] }
export const NOT_EXECUTED: Executed = { steps: [], proofs: [], files: [] }

export async function readExecuted(tx: Tx, session: Pick<StoredRouteSession, 'id' | 'execution_mode'>): Promise<Executed> {
  if (session.execution_mode === null) return NOT_EXECUTED
  const [steps, proofs, files] = await Promise.all([readSteps(tx, session.id), readProofs(tx, session.id), readMerchantFiles(tx, session.id)])
  return { steps, proofs, files }
}

/** The same as it stood after that move, to the second: a repeated request is told again what it did. */
export function executedAt({ steps, proofs, files }: Executed, { to, from, at }: Pick<TransitionRow, 'to' | 'from' | 'at'>): Executed {
  if (to === 'executing' && from === 'approved') return { steps: steps.map((step) => ({ ...step, moves: step.moves.slice(0, 1), state: step.moves[0]!.to })), proofs: [], files: [] }
  const before = (moment: string): boolean => Date.parse(moment) <= Date.parse(at)
  return {
    steps: steps.map((step) => ({ ...step, moves: step.moves.filter((move) => before(move.at)) })).filter(({ moves }) => moves.length > 0).map((step) => ({ ...step, state: step.moves.at(-1)!.to })),
    proofs: proofs.filter(({ submitted_at }) => before(submitted_at)).map((proof) => (proof.decided_at === null || before(proof.decided_at) ? proof : { ...proof, state: 'submitted' as const, reason_code: null })),
    files: files.filter(({ uploaded_at }) => before(uploaded_at)),
  }
}

export type TrackedSession = { readonly session: StoredRouteSession; readonly decided: Decided | null; readonly executed: Executed; readonly market_clock: string; readonly supplier_time_zone: string }

/** Why something else is offered than was agreed to, or null. */
export const whyOffered = ({ offer }: Pick<StoredRouteSession, 'offer'>): string | null => (offer === null ? null : merchantSentence([...OTHER_ROUTE_REASONS, ...NEW_PRICE_REASONS], offer.reason_code))

/** `candidate` is the one that stands. */
export function trackingOf(tracked: TrackedSession, candidate: Candidate | null): Tracking {
  const { session, decided, executed, market_clock } = tracked
  const moves = session.transitions.map(({ from, to, market_clock: at, role, reason }) => ({ from, to, at, by_merchant: role === 'merchant_client', reason }))
  if (candidate === null) return { moves, steps: [], closed: [], endsBy: () => market_clock, expected: null, instruction: null, before: null }
  const endsBy = (hop: number, from: string): string => endOf(decided, candidate, hop, from, 'latency_p90')
  const steps = executed.steps.map((step) => merchantStep(tracked, candidate, step))
  const current = executed.steps.find(({ state }) => state !== 'confirmed' && state !== 'skipped')
  const pays = current !== undefined && steps.some((step, i) => executed.steps[i] === current && step.by_merchant && step.state !== 'ready')
  const expected = IN_EXECUTION.includes(session.state) && current !== undefined ? expectedArrival(tracked, candidate, current) : null
  return {
    moves, steps, endsBy, expected, closed: closedDays(decided, candidate, session, expected?.latest ?? candidate.arrival_p90.slice(0, 10)),
    instruction: pays ? instructionOf(tracked, candidate, current) : null, before: beforeOf(session, decided),
  }
}
const IN_EXECUTION: readonly SessionState[] = ['executing', 'paused']

/** Whether the merchant performs the step: it is its own, or an order at its own bank for an account of its own. */
export const byMerchant = (step: Pick<StepRow, 'done_by' | 'kind' | 'rail_owner'>, category: string): boolean =>
  step.done_by === 'merchant' || (isOwnOrder(step) && BANK_CATEGORIES.has(category))
/** An order of that kind for an account that nobody else owns. */
export const isOwnOrder = ({ kind, rail_owner }: Pick<StepRow, 'kind' | 'rail_owner'>): boolean => BANK_ORDERS.has(kind) && (rail_owner === null || rail_owner === 'merchant')

function merchantStep(tracked: TrackedSession, candidate: Candidate, step: StepRow): MerchantStep {
  const { executed } = tracked
  const hop = candidate.hops[step.hop]!
  const by_merchant = byMerchant(step, hop.provider_category)
  const began = step.moves.findLast(({ from, to }) => from === 'ready' && to === 'in_progress')
  const ended = step.moves.findLast(({ to }) => to === 'confirmed')
  const shown = step.moves.findLast(({ to }) => to === 'awaiting_proof')
  const mine = executed.proofs.filter(({ step_id }) => step_id === step.id)
  const files = began === undefined ? [] : executed.files.filter(({ uploaded_at }) => Date.parse(uploaded_at) >= Date.parse(began.at))
  const standing = (kind: string): boolean => mine.some((proof) => proof.kind === kind && proof.state !== 'rejected')
  const sent = (kind: string): boolean => files.some((file) => file.kind === kind && file.state !== 'refused')
  const missing = step.proof_kinds.find((kind) => !standing(kind) && !sent(kind)) ?? null
  const rejected = mine.findLast(({ kind, state }) => kind === missing && state === 'rejected')
  const unusable = files.findLast(({ kind, state }) => kind === missing && state === 'refused')
  const started_at = began?.market_clock ?? null
  return {
    hop: step.hop, kind: step.kind, state: step.state, by_merchant, started_at, ended_at: step.state === 'confirmed' ? (ended?.market_clock ?? null) : null,
    by: !by_merchant || started_at === null ? null : (instructionFor(tracked, candidate, step, null).cut_off?.at ?? null),
    proof: missing !== null ? 'needed' : step.proof_kinds.every(standing) ? 'there' : 'sent', proof_at: step.proof_kinds.every(standing) ? (shown?.market_clock ?? null) : null, proof_kind: missing,
    refused: unusable !== undefined ? 'file_refused' : rejected !== undefined ? (rejected.reason_code ?? '') : null,
    failed: step.moves.findLast(({ to }) => to === 'failed')?.reason_code ?? null,
  }
}

function instructionOf(tracked: TrackedSession, candidate: Candidate, step: StepRow): Tracking['instruction'] {
  const told = instructionFor(tracked, candidate, step, null)
  return {
    payee: told.payee, payee_zh: told.payee_zh, bank_name: told.bank_name, account_masked: told.account_masked, cnaps_masked: told.cnaps_masked, bic: told.bic, to_supplier: step.to_supplier,
    money: { amount: told.money.amount, currency: told.money.currency }, charges: told.charges_mean, purpose: told.purpose, reference: told.reference, by: told.cut_off,
  }
}

/** When a leg that begins then ends, by its own clock and calendar. */
function endOf(decided: Decided | null, candidate: Candidate, index: number, from: string, latency: 'latency_p50' | 'latency_p90'): string {
  const hop = candidate.hops[index]!
  const [t, lasts] = [instantOf(from), durationSeconds(hop[latency])]
  const days = hop.latency_clock === 'business' ? daysOfHop(decided, hop) : null
  return days === null ? isoInZone(UTC, t + lasts) : isoInZone(days.zone, addBusiness(days, t, lasts))
}
const UTC = zoneOf('UTC')

/** When the rest of the route ends if it goes on from here as estimated; never before today. */
function expectedArrival({ decided, market_clock, supplier_time_zone }: TrackedSession, candidate: Candidate, current: StepRow): NonNullable<Tracking['expected']> {
  const started = current.moves.find(({ to }) => to === 'in_progress')?.market_clock ?? market_clock
  const end = (latency: 'latency_p50' | 'latency_p90'): string => {
    let at = started
    for (let hop = current.hop; hop < candidate.hops.length; hop++) {
      at = endOf(decided, candidate, hop, at, latency)
      if (Date.parse(at) < Date.parse(market_clock)) at = market_clock
    }
    return isoInZone(zoneOf(supplier_time_zone), instantOf(at)).slice(0, 10)
  }
  return { earliest: end('latency_p50'), latest: end('latency_p90') }
}

/** Closures of the countries that the money passes, from the acceptance until it is expected or has ended. */
function closedDays(decided: Decided | null, candidate: Candidate, session: StoredRouteSession, until: string): ClosedDays[] {
  if (decided === null) return []
  const since = session.transitions.find(({ to }) => to === 'accepted')?.market_clock.slice(0, 10)
  if (since === undefined) return []
  const over = ENDS.includes(session.state) ? session.transitions.at(-1)!.market_clock.slice(0, 10) : until
  const countries = new Set(candidate.hops.flatMap(({ from, to }) => [from.country, to.country]))
  return [...countries].flatMap((country) => (country === null ? [] : (decided.snapshot.closures.get(country)?.runs ?? []).map((run) => ({ country, first: dateOf(run.first), last: dateOf(run.last) }))))
    .filter(({ first, last }) => last >= since && first <= over)
}
const ENDS: readonly SessionState[] = ['completed', 'failed', 'returned', 'cancelled', 'expired']

function beforeOf({ offer }: StoredRouteSession, decided: Decided | null): Tracking['before'] {
  if (offer === null) return null
  const decision = decided?.routed.decision
  const candidate = offer.before.candidate ?? decision?.candidates.find(({ id }) => id === decision.recommended_id) ?? null
  return candidate === null ? null : { candidate, desk_fee: offer.before.desk_fee }
}
