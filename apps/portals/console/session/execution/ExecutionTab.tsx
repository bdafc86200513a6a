import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { Notice, Skeleton } from '../../../shared/ui/index.ts'
import type { SessionSearch } from '../../paths.ts'
import { InstructionSheet } from './InstructionSheet.tsx'
import { ProofCard } from './ProofCard.tsx'
import { ProofForm } from './ProofForm.tsx'
import { SimulationBanner } from './Simulation.tsx'
import { StepMoves } from './StepMoves.tsx'
import { StepsList } from './StepsList.tsx'
import { currentStep, missingKinds } from './words.ts'

type Props = { readonly session: DeskRouteSession; readonly execution: Execution | null; readonly search: SessionSearch; readonly show: (search: SessionSearch, replace?: boolean) => void }

/** Gates and steps at left; of the step that is looked at, its instruction, its proofs and what was decided at right. */
export function ExecutionTab({ session, execution, search, show }: Props) {
  if (execution === null) return <div className="p-3"><Skeleton lines={6} label="Loading the execution" /></div>
  const current = currentStep(execution)
  const step = execution.steps.find(({ position }) => String(position) === search.step) ?? current ?? execution.steps.at(-1) ?? null
  const takesProof = step !== null && step.id === current?.id && session.state === 'executing' && (step.state === 'in_progress' || step.state === 'awaiting_proof') && missingKinds(step).length > 0
  return (
    <div className="flex flex-col gap-3 p-3">
      <SimulationBanner session={session} />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <StepsList execution={execution} shown={step?.position ?? null} choose={(position) => show({ ...search, step: String(position) }, true)} />
          {step !== null && <StepMoves step={step} />}
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          {step === null && <Notice tone="info" title="Nothing is executed yet">The steps are planned when it is executed. Until then there is nothing to pay, and no account to reveal.</Notice>}
          {step !== null && <InstructionSheet key={`sheet ${step.id}`} session={session} step={step} />}
          {step !== null && [...step.proofs].reverse().map((proof) => <ProofCard key={proof.id} step={step} proof={proof} />)}
        </div>
      </div>
      {takesProof && <ProofForm key={step.id} session={session} execution={execution} step={step} />}
    </div>
  )
}
