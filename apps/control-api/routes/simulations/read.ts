import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SimulationRun } from '#contracts/api/simulation.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readRun } from '#api/simulations.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/simulation: what has happened of a simulated run, and once it is over what closing takes. What is to come is told to nobody. */
export const getSimulation = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/simulation', {
    config: { permission: 'execution:read', audit: null },
    schema: { operationId: 'getSimulation', summary: 'The simulated run so far', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), response: { 200: SimulationRun, ...problems } },
  }, async (request) => readRun(deps, actorOf(request), request.params.id))
}
