/** The execution of a session as the desk reads it: gates, steps, the instruction of each, its proofs and what was decided. */
import type { Actor } from '#contracts/roles.ts'
import type { Execution, ExecutionStep } from '#contracts/api/execution.ts'
import type { Static } from 'typebox'
import type { Proof } from '#contracts/api/execution.ts'
import type { Candidate } from '#contracts/routing.ts'
import { readAccountMasks, readProofs, readSteps, withTenantRead, type ProofRow, type StepRow } from '#database/index.ts'
import { readScreeningStanding } from '#execution/checks/read-standing.ts'
import { askedOf } from './approval-view.ts'
import { gatesOf } from './execution-gates.ts'
import { readSessionToShow } from './read-session.ts'
import type { SessionToShow } from './session-views.ts'
import { standingCandidate } from './standing-offer.ts'
import { instructionFor } from './step-instruction.ts'
import type { AppDeps } from './deps.ts'

/** Reads the execution of a session that the actor may see. Throws ProblemError. */
export async function readExecution(deps: AppDeps, actor: Actor, session_id: string): Promise<Execution> {
  const shown = await readSessionToShow(deps, actor, session_id)
  const candidate = standingCandidate(shown.session, shown.decided)
  const { steps, proofs, masks, screening } = await withTenantRead(deps.db, actor, async (tx) => {
    const [steps, proofs, masks, screening] = await Promise.all([
      readSteps(tx, session_id), readProofs(tx, session_id), readAccountMasks(tx, session_id), readScreeningStanding(tx, { session: shown.session, hops: candidate?.hops ?? [], now: shown.market_clock }),
    ])
    return { steps, proofs, masks, screening }
  })
  const { session, market_clock } = shown
  return {
    session_id, version: session.version, state: session.state, mode: session.execution_mode, mode_ceiling: session.mode_ceiling, market_clock,
    gates: gatesOf(session, askedOf(shown), candidate, screening),
    steps: candidate === null ? [] : steps.map((step) => stepView(shown, candidate, step, proofs.filter(({ step_id }) => step_id === step.id), masks.get(step.provider_account_id ?? '') ?? null)),
  }
}

function stepView(shown: SessionToShow, candidate: Candidate, step: StepRow, proofs: readonly ProofRow[], reference_masked: string | null): ExecutionStep {
  const started = step.moves.find(({ to }) => to === 'in_progress')
  const ended = step.moves.findLast(({ to }) => to === 'confirmed' || to === 'failed' || to === 'skipped')
  return {
    id: step.id, position: step.position, hop: step.hop, kind: step.kind, done_by: step.done_by, provider_id: step.provider_id, provider_name: candidate.hops[step.hop]!.provider_name,
    state: step.state, version: step.version, proof_kinds: [...step.proof_kinds], money_in: step.money_in, money_out: step.money_out, reference: step.reference, typical: step.typical,
    rail: step.rail_owner === null || step.account_label === null ? null : { owner: step.rail_owner, account_label: step.account_label, provider_account_id: step.provider_account_id },
    started_at: started?.market_clock ?? null, ended_at: ended?.to === step.state ? ended.market_clock : null,
    instruction: instructionFor(shown, candidate, step, reference_masked), proofs: proofs.map(proofView),
    moves: step.moves.map(({ at, who, to, reason_code, note }) => ({ at, who, to, reason_code, note })),
  }
}

const proofView = (row: ProofRow): Static<typeof Proof> => ({
  id: row.id, kind: row.kind, artifact_id: row.artifact_id, file_name: row.file_name, sha256: row.sha256, state: row.state, money: row.money, happened_at: row.happened_at, payee: row.payee,
  account_last4: row.account_last4, reference: row.reference, charges: row.charges, transaction_hash: row.transaction_hash, differences: [...row.differences],
  submitted_by: row.submitted_by_name, submitted_at: row.submitted_at, decided_by: row.decided_by_name, decided_at: row.decided_at, reason_code: row.reason_code,
})
