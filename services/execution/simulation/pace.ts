/** How fast a simulation is shown is the caller's: the simulated clock runs `speed` times as fast as the one that the caller reads. */
import type { SimulatedEvent, Simulation } from './events.ts'

/** Events that have happened `elapsed_ms` after it was begun, and whether that was all. Throws a RangeError for a speed that is not above zero. */
export function dueBy(simulation: Simulation, elapsed_ms: number, speed: number): { readonly events: readonly SimulatedEvent[]; readonly over: boolean } {
  if (!(speed > 0)) throw new RangeError('a simulation runs forward')
  const now_ms = Date.parse(simulation.outcome.started_at) + Math.max(0, elapsed_ms) * speed
  const events = simulation.events.filter(({ at }) => Date.parse(at) <= now_ms)
  return { events, over: events.length === simulation.events.length }
}
