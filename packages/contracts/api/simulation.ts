/** The run of a session that is executed in simulation: what has happened on the simulated clock, and nothing of what will. */
import Type, { type Static } from 'typebox'
import { ApiMoney, closed, counted, Instant, nullable, oneOf, Uuid } from './common.ts'
import { Actuals } from './settlement.ts'

export const SIMULATED_EVENTS = [
  'route_started', 'hop_started', 'provider_outage', 'provider_restored', 'price_moved', 'human_step_asked', 'proof_given', 'proof_refused', 'human_step_confirmed',
  'filled', 'hop_confirmed', 'hop_failed', 'hop_returned', 'route_completed', 'route_failed', 'route_returned',
] as const

/** POST /api/route-sessions/:id/simulation/advance. `played_to` is how many events the caller saw: where others were played since, it is refused. */
export const AdvanceSimulationBody = Type.Object({ played_to: Type.Optional(counted(0)), to: oneOf(['next', 'end']) }, closed)

const SimulationEvent = Type.Object({
  seq: Type.Integer(),
  /** on the simulated clock */
  at: Instant,
  kind: oneOf(SIMULATED_EVENTS),
  /** index of the hop, and of the human step within it; null where it concerns more than that */
  hop: nullable(Type.Integer()), step: nullable(Type.Integer()),
  facts: Type.Record(Type.String(), Type.String()),
  /** exact, by what they are: sent, in, out, received, returned, held */
  amounts: Type.Record(Type.String(), ApiMoney),
}, closed)

/** GET /api/route-sessions/:id/simulation */
export const SimulationRun = Type.Object({
  session_id: Uuid, seed: Type.String(), starts_at: Instant,
  /** how many events have happened: those that are shown */
  played_to: Type.Integer(), events: Type.Array(SimulationEvent), finished: Type.Boolean(),
  /** what closing takes; null until it is finished */
  outcome: nullable(Actuals),
}, closed)
export type SimulationRun = Static<typeof SimulationRun>
