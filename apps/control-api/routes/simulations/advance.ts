import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AdvanceSimulationBody, SimulationRun } from '#contracts/api/simulation.ts'
import { playSimulation, readSimulation } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { commandSession } from '#api/session-command.ts'
import { applyEvents, readRun, runOf } from '#api/simulations.ts'
import { standingCandidate } from '#api/standing-offer.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/route-sessions/:id/simulation/advance: the next event of a simulated run happens, or all that are left. The session is held meanwhile, so that each
 * event happens once whoever asks at the same time.
 */
export const advanceSimulation = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/simulation/advance', {
    config: { permission: 'route_session:execute', audit: 'simulation.advanced' },
    schema: { operationId: 'advanceSimulation', summary: 'Play a simulation on', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: AdvanceSimulationBody, response: { 200: SimulationRun, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { played_to: seen, to } = request.body
    const session_id = request.params.id
    const before = await readSessionToChange(deps, request, session_id)
    const decided = await deps.decisions.offered(actor, before)
    await commandSession(deps, request, { session_id, from: ['executing'] }, async ({ tx, session, refuse }) => {
      const row = await readSimulation(tx, session_id)
      // What is executed does not change, so the candidate of the decision that was looked up outside is the one that stands.
      const candidate = standingCandidate(session, decided)
      const run = row === null || candidate === null ? null : runOf(session, candidate, row)
      if (row === null || run === null) return refuse({ code: 'mode_not_available' })
      if (seen !== undefined && seen !== row.played_to) return refuse({ code: 'stale_version' })
      const events = run.events.slice(row.played_to, to === 'next' ? row.played_to + 1 : undefined)
      if (events.length === 0) return refuse({ code: 'wrong_state', detail: 'The simulation is over. Close the session with its outcome.' })
      const played_to = row.played_to + events.length
      if (!await applyEvents(tx, session_id, events)) return refuse({ code: 'wrong_step_state', detail: 'A step failed, or nobody knows of it. Decide about it first, then play on.' })
      if (!await playSimulation(tx, session_id, row.played_to, played_to)) return refuse({ code: 'stale_version' })
      return { facts: { played_from: row.played_to, played_to, kinds: events.map(({ kind }) => kind), finished: played_to === run.events.length } }
    })
    return readRun(deps, actor, session_id)
  })
}
