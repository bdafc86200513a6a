/** What the desk may do with a session now, in the order of its number keys. What cannot be done stays in the list with its reason. Pure. */
import type { DeskRouteSession, Execution, ExecutionStep } from '../../../api/types.ts'
import { currentStep, doerWords, missingKinds, proofWords, stepWords, waitingProofs } from '../execution/words.ts'

export type Verb = 'accept' | 'cancel' | 'approve' | 'offer' | 'ask' | 'reject' | 'execute' | 'start' | 'prove' | 'confirm' | 'reject_proof' | 'pause' | 'resume' | 'fail' | 'unknown' | 'found' | 'retry'
export type Choice = { readonly verb: Verb; readonly title: string; readonly note: string; /** why it cannot be chosen, or null */ readonly blocked: string | null }

export type Situation = {
  readonly session: DeskRouteSession
  /** null before it is executed, and while it is read */
  readonly execution: Execution | null
  readonly me: { readonly id: string; readonly name: string; readonly role: string }
  /** why the role may not, by permission; null where it may */
  readonly can: (permission: string) => string | null
  /** the market clock, epoch milliseconds */
  readonly now_ms: number
}

/** Who asked or agreed for the merchant decides nothing where four eyes are asked for. */
export const ownReason = ({ session, me }: Pick<Situation, 'session' | 'me'>): string | null => {
  const mine = session.approval.not_by.find(({ user_id }) => user_id === me.id)
  return mine === undefined ? null : mine.because === 'requested' ? 'You asked for it, so somebody else decides.' : 'You agreed for the merchant, so somebody else decides.'
}

/** The candidate that stands: what was offered last, or the recommended one. */
export const standingOf = (session: Pick<DeskRouteSession, 'offered' | 'recommended'>) => session.offered ?? session.recommended

/** Never chosen for a person: what closes, stops or replaces something is said by somebody. */
const BY_HAND: ReadonlySet<Verb> = new Set(['cancel', 'offer', 'reject', 'pause', 'fail', 'unknown'])
/** The choice that stands before anybody has chosen; null where only such are left. */
export const firstChoice = (choices: readonly Choice[]): Choice | null => choices.find(({ verb, blocked }) => blocked === null && !BY_HAND.has(verb)) ?? null

export function choicesOf(situation: Situation): readonly Choice[] {
  switch (situation.session.state) {
    case 'accepted': return [approve(situation), offer(situation), ASK, reject(situation), cancel(situation)]
    case 'awaiting_merchant': return [accept(situation), reject(situation), cancel(situation)]
    // Rules that became stricter ask for another approval before anything begins.
    case 'approved': return [...(situation.session.approval.asked_now === null ? [] : [approve(situation)]), execute(situation), offer(situation), reject(situation)]
    case 'executing': return executing(situation)
    case 'paused': return paused(situation)
    default: return []
  }
}

const PAYEE = { held: 'the supplier’s bank details wait for a second person', changed: 'the bank details changed: offer it again' } as const
const payeeReason = ({ payee_details }: DeskRouteSession): string | null => (payee_details === 'confirmed' ? null : PAYEE[payee_details])

function approve(situation: Situation): Choice {
  const { session, me, can, now_ms } = situation
  const { approval } = session
  const holding = approval.given.filter(({ holds }) => holds)
  const blocked = can('route_session:approve') ?? ownReason(situation)
    ?? (approval.agreed ? null : 'the merchant has not agreed to what stands') ?? payeeReason(session)
    ?? (session.degraded.length > 0 ? 'it is degraded' : null)
    ?? (session.valid_until !== null && Date.parse(session.valid_until) <= now_ms ? 'the price has run out: offer today’s' : null)
    ?? (holding.some(({ user_id }) => user_id === me.id) ? 'you approved it' : null)
    ?? (session.state === 'approved' && approval.asked_now !== null && approval.asked_now.held >= approval.asked_now.required ? 'as many as the rules ask for are given' : null)
    ?? (me.role === 'platform_admin' && holding.length === 0 ? 'the first approval is the desk’s' : null)
  return { verb: 'approve', title: session.offered === null ? 'Approve recommended' : 'Approve the offer', note: noteOf(approval), blocked }
}

/** How many approvals are given of those that are asked for, by the rules of now where they ask for more. */
function noteOf({ asked_now, held, required }: DeskRouteSession['approval']): string {
  if (asked_now !== null) return `${asked_now.held} of ${asked_now.required} given, since the rules changed`
  return required > 1 ? `${held} of ${required} given` : 'one approval is enough'
}

function offer(situation: Situation): Choice {
  const { session } = situation
  const others = offerable(session).length - 1
  return { verb: 'offer', title: 'Offer another', note: `${others} more, or a new price`, blocked: situation.can('route_session:approve') ?? ownReason(situation) }
}

/** What may be offered: what stands, at today's price, and every other lawful route that is shown. */
export function offerable(session: DeskRouteSession): readonly NonNullable<DeskRouteSession['recommended']>[] {
  const standing = standingOf(session)
  const others = [session.recommended, ...session.alternatives].filter((each) => each !== null && each.status !== 'refused' && each.id !== standing?.id)
  return [...(standing === null ? [] : [standing]), ...(others as NonNullable<DeskRouteSession['recommended']>[])]
}

const ASK: Choice = { verb: 'ask', title: 'Ask the merchant', note: 'pauses the clock', blocked: 'not possible here yet' }
const reject = (situation: Situation): Choice => ({ verb: 'reject', title: 'Reject', note: 'the merchant gets a plain reason', blocked: situation.can('route_session:approve') ?? ownReason(situation) })
const accept = ({ session, can }: Situation): Choice => ({ verb: 'accept', title: 'Accept for the merchant', note: 'when it said so on another channel', blocked: can('route_session:accept') ?? ((session.merchant_view as { can_accept: boolean }).can_accept ? null : 'the merchant answers, and agrees to nothing new') })
const cancel = ({ session, can }: Situation): Choice => ({ verb: 'cancel', title: 'Cancel for the merchant', note: 'it withdrew', blocked: can('route_session:cancel') ?? ((session.merchant_view as { can_cancel: boolean }).can_cancel ? null : 'it can no longer be cancelled') })

/** What the rules of now still ask for, of a session that was agreed to under others. */
const rulesReason = ({ asked_now }: DeskRouteSession['approval']): string | null => (asked_now === null || asked_now.held >= asked_now.required ? null : `the rules changed: ${asked_now.required - asked_now.held} more approval needed`)

function execute(situation: Situation): Choice {
  const { session, can } = situation
  const { approval } = session
  const blocked = can('route_session:execute') ?? ownReason(situation) ?? payeeReason(session) ?? (approval.held < approval.required ? `${approval.required - approval.held} more approval needed` : null) ?? rulesReason(approval)
  return { verb: 'execute', title: 'Execute', note: `ceiling: ${session.mode_ceiling.replaceAll('_', ' ')}`, blocked }
}

const pause = ({ can }: Situation): Choice => ({ verb: 'pause', title: 'Pause', note: 'coded reason', blocked: can('route_session:execute') })

function executing(situation: Situation): readonly Choice[] {
  const { execution, session } = situation
  const step = execution === null ? null : currentStep(execution)
  if (step === null) return [pause(situation)]
  const work = situation.can('execution_step:work') ?? ownReason(situation)
  const name = `step ${step.position}`
  const fail: Choice = { verb: 'fail', title: 'Mark failed', note: 'it did not happen', blocked: work }
  switch (step.state) {
    case 'ready': return [{ verb: 'start', title: `Start ${name}`, note: stepWords(step.kind).toLowerCase(), blocked: work ?? (session.payee_details === 'held' ? PAYEE.held : null) }, pause(situation)]
    case 'in_progress': return [
      step.proof_kinds.length === 0 ? { verb: 'confirm', title: `Confirm ${name}`, note: 'by what its payment is found by', blocked: work } : { verb: 'prove', title: 'Submit proof', note: proofWords(missingKinds(step)[0] ?? step.proof_kinds[0]!), blocked: work },
      pause(situation), fail, { verb: 'unknown', title: 'Nobody knows', note: 'whether it happened', blocked: work },
    ]
    case 'awaiting_proof': return [confirm(situation, step, work), ...(missingKinds(step).length === 0 ? [] : [{ verb: 'prove', title: 'Submit proof', note: proofWords(missingKinds(step)[0]!), blocked: work } as const]),
      { verb: 'reject_proof', title: 'Ask for a corrected proof', note: 'keeps the file', blocked: work }, pause(situation), fail]
    case 'failed': return [{ verb: 'retry', title: `Try ${name} again`, note: 'by a person’s decision alone', blocked: work }, pause(situation)]
    case 'unknown': return [{ verb: 'found', title: 'Say what was found out', note: `of ${name}`, blocked: work }, pause(situation), fail]
    default: return [pause(situation)]
  }
}

function confirm({ me }: Situation, step: ExecutionStep, work: string | null): Choice {
  const [missing, waiting] = [missingKinds(step), waitingProofs(step)]
  const differing = waiting.filter(({ differences }) => differences.length > 0)
  const fields = differing.reduce((sum, { differences }) => sum + differences.length, 0)
  const differ = fields === 1 ? 'one field differs' : `${fields} fields differ`
  const blocked = work ?? (missing.length > 0 ? `missing: ${missing.map(proofWords).join(', ')}` : null)
    // The proof carries a name and no id; who it really was the server asks.
    ?? (differing.some(({ submitted_by }) => submitted_by === me.name) ? `blocked: ${differ}` : null)
  return { verb: 'confirm', title: `Confirm step ${step.position}`, note: fields === 0 ? 'every field matches' : `though ${differ}: second person`, blocked }
}

function paused(situation: Situation): readonly Choice[] {
  const { execution, session } = situation
  const step = execution === null ? null : currentStep(execution)
  const resume: Choice = { verb: 'resume', title: 'Resume', note: 'coded reason', blocked: situation.can('route_session:execute') ?? ownReason(situation) ?? (session.payee_details === 'held' ? PAYEE.held : null) }
  if (step === null || !['in_progress', 'awaiting_proof', 'unknown'].includes(step.state)) return [resume]
  return [resume, { verb: 'fail', title: 'Mark failed', note: `step ${step.position}, ${doerWords(step.done_by)}`, blocked: situation.can('execution_step:work') ?? ownReason(situation) }]
}
