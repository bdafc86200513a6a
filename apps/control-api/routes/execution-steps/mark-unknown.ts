import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, FoundStepBody, MarkUnknownBody } from '#contracts/api/execution.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/mark-unknown: nobody knows whether it happened. Nothing after it goes on, and nothing is repeated, until a person has found out. */
export const markStepUnknown = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/mark-unknown', {
    config: { permission: 'execution_step:work', audit: 'execution_step.unknown' },
    schema: { operationId: 'markStepUnknown', summary: 'Say that nobody knows whether a step happened', tags: ['execution'], params: StepParams, body: MarkUnknownBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, note = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['in_progress'], sessionFrom: ['executing', 'paused'] }, async () => ({ to: 'unknown', reason_code: 'no_answer', note }))
  })
}

/** POST …/settle-unknown: a person found out. The step goes on to its proof, or it failed and may be tried again. */
export const settleUnknownStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/settle-unknown', {
    config: { permission: 'execution_step:work', audit: 'execution_step.found' },
    schema: { operationId: 'settleUnknownStep', summary: 'Say what became of an unknown step', tags: ['execution'], params: StepParams, body: FoundStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, reason_code, note = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['unknown'] }, async () => ({ to: reason_code === 'provider_says_not_sent' ? 'failed' : 'in_progress', reason_code, note }))
  })
}
