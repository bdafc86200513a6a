/** The run of a simulated session: computed again from its seed and the candidate that stands, and shown as far as it was played. */
import type { Actor } from '#contracts/roles.ts'
import type { SimulationRun } from '#contracts/api/simulation.ts'
import type { Candidate } from '#contracts/routing.ts'
import { moveStep, readSimulation, readSteps, setRail, withTenantRead, type SimulationRow, type StepRow, type StoredRouteSession, type Tx } from '#database/index.ts'
import { simulate, type SimulatedEvent, type Simulation } from '#execution/index.ts'
import { actualsOfRun } from '#execution/simulation/actuals.ts'
import { pathTo, targetsOf } from '#execution/simulation/step-targets.ts'
import { ProblemError } from './problems.ts'
import { readSessionToShow } from './read-session.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

/** The run of a session; null where it is not executed in simulation. */
export function runOf(session: Pick<StoredRouteSession, 'execution_mode'>, candidate: Candidate, { seed, starts_at }: SimulationRow): Simulation | null {
  // Asked in both places: what is real is never played.
  if (session.execution_mode !== 'simulation') return null
  const run = simulate(session.execution_mode, { candidate, seed, starts_at })
  return run.ok ? run.value : null
}

/** The run as far as it was played. Throws not_found, and mode_not_available for a session that is not simulated. */
export async function readRun(deps: AppDeps, actor: Actor, session_id: string): Promise<SimulationRun> {
  const shown = await readSessionToShow(deps, actor, session_id)
  const row = await withTenantRead(deps.db, actor, (tx) => readSimulation(tx, session_id))
  const candidate = standingCandidate(shown.session, shown.decided)
  const run = row === null || candidate === null ? null : runOf(shown.session, candidate, row)
  if (run === null || row === null || candidate === null) throw new ProblemError('mode_not_available')
  const finished = row.played_to >= run.events.length
  return {
    session_id, seed: row.seed, starts_at: row.starts_at, played_to: row.played_to, finished,
    events: run.events.slice(0, row.played_to).map(({ seq, at, kind, hop, step, facts, amounts }) => ({ seq, at, kind, hop, step, facts, amounts })),
    outcome: finished ? actualsOfRun(run, candidate.hops.length) : null,
  }
}

/** The account that a simulated leg runs on: none, and it says so. */
const RAIL = { owner: 'provider', account_label: 'Simulated', provider_account_id: null } as const

/** Takes the steps of a session as far as the events say. False where a person has to decide about a step first. */
export async function applyEvents(tx: Tx, session_id: string, events: readonly SimulatedEvent[]): Promise<boolean> {
  const steps = new Map((await readSteps(tx, session_id)).map((step) => [step.position, step]))
  for (const event of events) {
    for (const { position, to, at, because } of targetsOf(event, [...steps.values()])) {
      const step = steps.get(position)!
      const path = pathTo(step.state, to)
      if (path === null) return false
      const railed = step.rail_owner === null && path.includes('in_progress')
      if (railed) await setRail(tx, session_id, step.hop, RAIL)
      const moved = await walk(tx, step, path, at, because)
      if (moved === null) return false
      for (const [other, row] of steps) if (row.hop === step.hop && railed) steps.set(other, { ...row, rail_owner: RAIL.owner, account_label: RAIL.account_label })
      steps.set(position, { ...steps.get(position)!, ...moved })
    }
  }
  return true
}

async function walk(tx: Tx, step: StepRow, path: readonly StepRow['state'][], at: string, because: string | null): Promise<Pick<StepRow, 'state' | 'version'> | null> {
  let { state, version } = step
  for (const to of path) {
    const moved = await moveStep(tx, { step_id: step.id, version, from: state, to, market_clock: at, reason_code: to === path.at(-1) ? because : null })
    if (!moved.ok) return null
    state = to
    version = moved.value.version
  }
  return { state, version }
}
