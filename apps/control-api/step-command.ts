/** A command of the desk about one step of an execution: the session is held, so that steps are decided one after the other. */
import type { FastifyRequest } from 'fastify'
import type { Execution } from '#contracts/api/execution.ts'
import type { Candidate } from '#contracts/routing.ts'
import { endProbe, moveStep, readProofs, readSteps, type Json, type ProofRow, type Refusal, type SessionState, type StepRow } from '#database/index.ts'
import type { StepState } from '#contracts/state-machines.ts'
import { actorOf, type Refused } from './http/signed-in.ts'
import { readExecution } from './execution-view.ts'
import { readSessionToChange } from './read-session.ts'
import { commandSession, type Commanded } from './session-command.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

export type StepCommanded = Commanded & {
  readonly step: StepRow
  readonly steps: readonly StepRow[]
  /** proofs of the session, of every step */
  readonly proofs: readonly ProofRow[]
  readonly candidate: Candidate
}
/** What a command did: a move of the step or none, and what the audit keeps. */
export type StepDone = { readonly to?: StepState; readonly reason_code?: string | null; readonly note?: string | null; readonly facts?: Readonly<Record<string, Json>> }
export type StepCommand = { readonly session_id: string; readonly position: number; readonly version: number; readonly from: readonly StepState[]; readonly sessionFrom?: readonly SessionState[] }

/** Runs the command, moves the step, does what follows the move, and answers the execution as it stands afterwards. Throws ProblemError. */
export async function commandStep(deps: AppDeps, request: FastifyRequest, command: StepCommand, work: (commanded: StepCommanded) => Promise<StepDone | Refusal<Refused>>, after?: (commanded: StepCommanded) => Promise<void>): Promise<Execution> {
  const { session_id, position, version, from } = command
  const actor = actorOf(request)
  const before = await readSessionToChange(deps, request, session_id)
  // What is executed does not change, so the candidate that is looked up here is the one that stands inside the transaction.
  const candidate = standingCandidate(before, await deps.decisions.offered(actor, before))
  await commandSession(deps, request, { session_id, from: command.sessionFrom ?? ['executing'] }, async (commanded) => {
    const { tx, market_clock, refuse } = commanded
    const [steps, proofs] = await Promise.all([readSteps(tx, session_id), readProofs(tx, session_id)])
    const step = steps.find((one) => one.position === position)
    if (step === undefined || candidate === null) return refuse({ code: 'not_found' })
    if (step.version !== version) return refuse({ code: 'stale_version' })
    if (!from.includes(step.state)) return refuse({ code: 'wrong_step_state' })
    const all = { ...commanded, step, steps, proofs, candidate }
    const done = await work(all)
    if ('refused' in done) return done
    if (done.to !== undefined) {
      const moved = await moveStep(tx, { step_id: step.id, version, from: step.state, to: done.to, market_clock, reason_code: done.reason_code ?? null, note: done.note ?? null })
      if (!moved.ok) return refuse({ code: moved.error.code === 'wrong_state' ? 'wrong_step_state' : moved.error.code })
      // Once anything of a leg was done, or failed after it had begun, its probe went out or may have.
      if (commanded.session.execution_mode === 'live_safe' && (done.to === 'confirmed' || done.to === 'failed')) await endProbe(tx, session_id, step.hop, 'used')
      await after?.(all)
    }
    return { facts: { step: position, step_from: step.state, step_to: done.to ?? step.state, reason_code: done.reason_code ?? null, ...done.facts } }
  })
  return readExecution(deps, actor, session_id)
}

/** Makes the step behind a confirmed one ready. */
export async function readyNext({ tx, steps, step, market_clock }: StepCommanded): Promise<void> {
  const next = steps.find(({ position }) => position === step.position + 1)
  if (next?.state === 'pending') await moveStep(tx, { step_id: next.id, version: next.version, from: 'pending', to: 'ready', market_clock })
}
