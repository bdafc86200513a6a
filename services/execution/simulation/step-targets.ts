/** What the events of a simulated run mean for the steps of a session: how far each of them takes which step. Pure. */
import { LEG_SETTLES, type StepState } from '#contracts/state-machines.ts'
import type { SimulatedEvent } from './events.ts'

type Planned = { readonly position: number; readonly hop: number; readonly kind: string }
/** The step at `position` is to be in the state `to`, at that instant of the simulated clock. */
export type StepTarget = { readonly position: number; readonly to: StepState; readonly at: string; readonly because: string | null }

/**
 * The targets of one event, in order. The last step of a leg is done when its leg is: until then its proof waits, so that a leg that fails has a step that
 * failed. What only tells (an outage, a price, a part that was filled) takes no step anywhere.
 */
export function targetsOf(event: SimulatedEvent, steps: readonly Planned[]): StepTarget[] {
  const of = steps.filter(({ hop }) => hop === event.hop)
  const last = of.at(-1)
  // A route that began or ended is of no leg.
  if (last === undefined) return []
  const target = (position: number, to: StepState, because: string | null = null): StepTarget => ({ position, to, at: event.at, because })
  const step = event.step === null ? null : of[event.step]!.position
  switch (event.kind) {
    // A leg on which people do nothing begins by itself.
    case 'hop_started': return last.kind === LEG_SETTLES ? [target(last.position, 'in_progress')] : []
    case 'human_step_asked': return [target(step!, 'in_progress')]
    case 'proof_refused': return [target(step!, 'awaiting_proof'), target(step!, 'in_progress', 'field_differs')]
    case 'proof_given': return [target(step!, 'awaiting_proof')]
    case 'human_step_confirmed': return step === last.position ? [] : [target(step!, 'confirmed'), target(step! + 1, 'ready')]
    case 'hop_confirmed': return [target(last.position, 'confirmed'), ...(steps.some(({ position }) => position === last.position + 1) ? [target(last.position + 1, 'ready')] : [])]
    case 'hop_failed': case 'hop_returned': return [target(last.position, 'failed', FAILED_BECAUSE[event.facts.cause!] ?? 'refused_by_provider')]
    case 'route_started': case 'provider_outage': case 'provider_restored': case 'price_moved': case 'filled': case 'route_completed': case 'route_failed': case 'route_returned': return []
  }
}
/** The reasons that a step fails for, by the cause that a run gives. */
const FAILED_BECAUSE: Readonly<Record<string, string>> = { limit_reached: 'limit_reached', account_name_differs: 'wrong_details', account_closed: 'wrong_details' }

const ONWARD: readonly StepState[] = ['pending', 'ready', 'in_progress', 'awaiting_proof', 'confirmed']

/**
 * The moves that take a step from where it stands to its target, each of the step machine; none where people took it that far already. Null where a
 * person has to decide first: the step failed, or nobody knows.
 */
export function pathTo(from: StepState, to: StepState): StepState[] | null {
  if (from === 'confirmed') return []
  if (from === 'failed' || from === 'unknown' || from === 'skipped') return from === to ? [] : null
  const [at, goal] = [ONWARD.indexOf(from), ONWARD.indexOf(to)]
  if (to === 'failed') return at < 2 ? [...ONWARD.slice(at + 1, 3), 'failed'] : ['failed']
  if (from === 'awaiting_proof' && to === 'in_progress') return ['in_progress']
  return goal <= at ? [] : ONWARD.slice(at + 1, goal + 1).filter((state) => state !== 'awaiting_proof' || to === 'awaiting_proof')
}
