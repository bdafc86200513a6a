import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, RejectProofBody } from '#contracts/api/execution.ts'
import { judgeProof } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/reject-proof: this one does not prove the step; another is asked for. The file stays, with why it was not taken. */
export const rejectProof = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/reject-proof', {
    config: { permission: 'execution_step:work', audit: 'execution_step.proof_rejected' },
    schema: { operationId: 'rejectProof', summary: 'Ask for another proof', tags: ['execution'], params: StepParams, body: RejectProofBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, proof_id, reason_code, note = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['awaiting_proof'] }, async ({ tx, step, proofs, refuse }) => {
      const mine = proofs.filter((proof) => proof.step_id === step.id && proof.state === 'submitted')
      if (!mine.some(({ id }) => id === proof_id)) return refuse({ code: 'not_found', field: '/proof_id' })
      if (!(await judgeProof(tx, proof_id, { state: 'rejected', reason_code }))) return refuse({ code: 'stale_version' })
      // With another proof of the step still to be judged it goes on waiting for that.
      return { ...(mine.length === 1 ? { to: 'in_progress' as const } : {}), reason_code, note, facts: { proof_id } }
    })
  })
}
