import type { DeskRouteSession, Execution } from '../../../api/types.ts'
import { currentStep, stepWords } from './words.ts'
import { isSimulation } from './Simulation.tsx'

/** Where a simulation is played from. Its steps are worked by hand like real ones, and this says at which one it stands. */
export function SimulationPlayer({ session, execution }: { session: DeskRouteSession; execution: Execution }) {
  const step = currentStep(execution)
  if (!isSimulation(session) || execution.steps.length === 0) return null
  return <p className="text-muted">{step === null ? 'Every step was played.' : `It stands at step ${step.position} of ${execution.steps.length}: ${stepWords(step.kind).toLowerCase()}. Nothing in it moves by itself.`}</p>
}
