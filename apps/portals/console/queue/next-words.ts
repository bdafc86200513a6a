/** What the one button of a row is called, and what a row that needs nothing says. Pure. */
import type { RouteSessionRow } from '../../api/types.ts'

/** The verb of what the row asks for; its page is where it is done. */
export function actionLabel({ state, step, payee_details }: Pick<RouteSessionRow, 'state' | 'step' | 'payee_details'>): string {
  if (payee_details !== 'confirmed') return 'Open'
  if (state === 'accepted') return 'Decide'
  if (state === 'approved') return 'Execute'
  if (state !== 'executing') return 'Open'
  if (step === null) return 'Close'
  switch (step.state) {
    case 'ready': return `Start step ${step.position}`
    case 'in_progress': return 'Submit proof'
    case 'awaiting_proof': return 'Check proof'
    case 'failed': return 'Decide'
    case 'unknown': return 'Find out'
    default: return 'Open'
  }
}

/** "Step 1 of 2: proof awaited", or nothing where no execution is under way. */
export function progressWords({ state, step }: Pick<RouteSessionRow, 'state' | 'step'>): string {
  if (step === null) return ''
  return `Step ${step.position} of ${step.of}${state === 'paused' ? ', paused' : step.state === 'in_progress' ? ': proof awaited' : ''}`
}
