/** The connector of mode simulation: it answers for each step what the simulation of the whole route says of its hop. It reaches nothing. */
import type { Simulation } from '../simulation/events.ts'
import type { CarryConnector } from './connector.ts'

export function simulatedConnector(simulation: Simulation): CarryConnector {
  return {
    id: 'simulated',
    async carry(instruction, context) {
      // Nothing went anywhere, so that it failed is certain.
      if (context.mode !== 'simulation') return { status: 'failed', cause: 'connector_wrong_mode' }
      const end = simulation.events.find(({ hop, kind }) => hop === instruction.position && (kind === 'hop_confirmed' || kind === 'hop_failed' || kind === 'hop_returned'))
      if (end === undefined) return { status: 'failed', cause: 'step_not_in_simulation' }
      if (end.kind === 'hop_confirmed') return { status: 'confirmed', reference: `SIM-${instruction.reference}`, received: end.amounts['out']!, at: end.at }
      return { status: 'failed', cause: end.kind === 'hop_returned' ? `returned:${end.facts['cause']!}` : end.facts['cause']! }
    },
  }
}
