import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Execution } from '#contracts/api/execution.ts'
import { readExecution } from '#api/execution-view.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/execution: gates, steps, instructions with masked accounts, proofs. */
export const getExecution = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/execution', {
    config: { permission: 'execution:read', audit: null },
    schema: { operationId: 'getExecution', summary: 'The execution of a session', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), response: { 200: Execution, ...problems } },
  }, async (request) => readExecution(deps, actorOf(request), request.params.id))
}
