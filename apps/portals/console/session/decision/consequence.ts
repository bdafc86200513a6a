/** What follows from a choice, before it is recorded: what happens with exact amounts, and what the merchant will see. Pure. */
import type { Candidate, DeskRouteSession, ExecutionStep } from '../../../api/types.ts'
import type { ReasonCode } from '#contracts/reason-codes.ts'
import { formatDecimal } from '../../../shared/money.ts'
import { plain } from '../../words.ts'
import { modeWords, proofWords, stepWords } from '../execution/words.ts'
import type { Verb } from './choices.ts'
import type { Draft } from './draft.ts'

export type Consequence = {
  readonly happens: string
  /** the state that the merchant reads, and the words that go with the reason where there are any */
  readonly merchant_state: string
  readonly merchant_words: string | null
}
export type ConsequenceFacts = {
  readonly session: DeskRouteSession
  readonly step: ExecutionStep | null
  readonly last_step: boolean
  readonly standing: Candidate | null
  readonly offered: Candidate | null
  readonly draft: Draft
  readonly reason: ReasonCode | null
  /** "9–14 Oct" of a candidate */
  readonly days: (candidate: Candidate) => string
}

const money = ({ amount, currency }: { readonly amount: string; readonly currency: string }): string => `${currency} ${formatDecimal(amount)}`

/** Null for a choice that is made elsewhere. */
export function consequenceOf(verb: Verb, facts: ConsequenceFacts): Consequence | null {
  const { step, reason } = facts
  const sees = (merchant_state: string, happens: string, merchant_words: string | null = reason?.merchant ?? null): Consequence => ({ happens, merchant_state, merchant_words })
  const name = step === null ? 'The step' : `Step ${step.position}`
  switch (verb) {
    case 'approve': return sees('With the desk', approves(facts), null)
    case 'offer': return sees('Your turn', offers(facts))
    case 'reject': return sees('Stopped', 'The session is closed. Nothing was paid and nothing was booked.')
    case 'execute': return sees('On its way', executes(facts), null)
    case 'start': return sees('On its way', step === null ? '' : `${name} begins: ${stepWords(step.kind).toLowerCase()}, ${money(step.instruction.money)} to ${step.instruction.payee.replace(/\.$/, '')}. ${step.rail === null ? 'Whose account the leg runs on is kept for every step of it. ' : ''}${step.proof_kinds.length === 0 ? '' : `It is done only with ${step.proof_kinds.map(proofWords).join(' and ')}.`}`)
    case 'confirm': return sees('On its way', `${reason === null ? '' : 'The difference is accepted in your name. '}${name} is done. ${facts.last_step ? 'It was the last: the session is closed next, with its outcome.' : 'The next step is ready then.'}`, null)
    case 'reject_proof': return sees('On its way', 'The file is kept, marked as not taken, and proves nothing. Another one is asked for.')
    case 'pause': return sees('On its way', 'No step goes on until somebody resumes it. What a bank has already been told goes its way.')
    case 'resume': return sees('On its way', step === null ? 'It goes on.' : `It goes on at step ${step.position}: ${stepWords(step.kind).toLowerCase()}.`, null)
    case 'fail': return sees('On its way', `${name} is marked as failed, and proofs that waited are put aside. It can be tried again by a person, or the session is closed.`, null)
    case 'unknown': return sees('On its way', 'Nothing behind it goes on and nothing is repeated until a person has found out.', null)
    case 'found': return sees('On its way', reason === null ? 'It goes on to its proof, or it failed and may be tried again.' : reason.code === 'provider_says_not_sent' ? `${name} failed then, and may be tried again.` : `${name} goes on to its proof.`, null)
    case 'retry': return sees('On its way', `${name} is ready again. Nothing is sent by that alone.`, null)
    default: return null
  }
}

/** What the merchant pays for what stands, the desk's fee included. */
const paid = ({ all_in }: DeskRouteSession, standing: Candidate): string => money(all_in?.merchant_pays ?? standing.sent)

function approves({ session, standing, days }: ConsequenceFacts): string {
  const { approval } = session
  const { asked_now } = approval
  const after = approval.held + 1
  const carried = standing === null ? '' : `the merchant sends ${paid(session, standing)}, the supplier gets ${money(standing.received)} on ${days(standing)}.`
  if (asked_now !== null) return `approval ${asked_now.held + 1} of the ${asked_now.required} that the rules ask for since they changed is stored. When ${asked_now.held + 1 < asked_now.required ? 'the rest is given, people may execute:' : 'somebody executes it,'} ${carried}`
  if (after >= approval.required) return `${approval.required === 1 ? 'It is approved' : `approval ${after} of ${approval.required} is stored and it is approved`}. When somebody executes it, ${carried}`
  return `approval ${after} of ${approval.required} is stored. After the ${after + 1 === approval.required ? 'next' : `${approval.required - after} that follow`}, people may execute: ${carried}`
}

function offers({ standing, offered, session }: ConsequenceFacts): string {
  const { approval } = session
  if (offered === null) return 'Choose what is offered.'
  const now = standing !== null && offered.id !== standing.id ? ` instead of ${paid(session, standing)}` : ''
  return `it is priced again on today’s market, and the merchant is asked to agree: it would send about ${money(offered.sent)}${now}, the supplier would get ${money(offered.received)}.${approval.held > 0 ? ` ${approval.held === 1 ? 'The approval given has' : 'The approvals given have'} no force then.` : ''}`
}

function executes({ draft: { mode }, session, standing }: ConsequenceFacts): string {
  const steps = standing === null ? 0 : standing.hops.reduce((sum, hop) => sum + Math.max(1, hop.human_steps.length), 0)
  const planned = `${steps === 1 ? 'One step is' : `${steps} steps are`} planned in mode ${plain(mode)}: ${modeWords(mode)}.`
  if (mode === 'simulation') return `Simulation, nothing real happens. ${planned}${session.mode_ceiling === 'simulation' ? '' : ' It cannot become real later.'}`
  return `${planned} ${standing === null ? '' : `The merchant sends ${paid(session, standing)}, the supplier gets ${money(standing.received)}. `}Nothing goes on without a person and a proof.`
}
