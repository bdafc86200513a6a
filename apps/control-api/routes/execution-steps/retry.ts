import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, RetryStepBody } from '#contracts/api/execution.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/retry: a person decides that a failed step is tried again. Nothing is ever tried again by itself. */
export const retryStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/retry', {
    config: { permission: 'execution_step:work', audit: 'execution_step.retried' },
    schema: { operationId: 'retryStep', summary: 'Try a failed step again', tags: ['execution'], params: StepParams, body: RetryStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, reason_code, note = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['failed'] }, async () => ({ to: 'ready', reason_code, note }))
  })
}
