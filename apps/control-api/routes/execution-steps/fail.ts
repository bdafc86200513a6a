import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, FailStepBody } from '#contracts/api/execution.ts'
import { judgeProof } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/fail: the step did not happen. It can be tried again, or the session is closed. Proofs that waited are put aside. */
export const failStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/fail', {
    config: { permission: 'execution_step:work', audit: 'execution_step.failed' },
    schema: { operationId: 'failStep', summary: 'Say that a step failed', tags: ['execution'], params: StepParams, body: FailStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, reason_code, note = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['in_progress', 'awaiting_proof', 'unknown'], sessionFrom: ['executing', 'paused'] }, async ({ tx, step, proofs }) => {
      for (const proof of proofs.filter(({ step_id, state }) => step_id === step.id && state === 'submitted')) await judgeProof(tx, proof.id, { state: 'rejected', reason_code: 'wrong_paper' })
      return { to: 'failed', reason_code, note }
    })
  })
}
