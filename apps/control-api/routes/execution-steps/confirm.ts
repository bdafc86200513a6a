import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ConfirmStepBody, Execution } from '#contracts/api/execution.ts'
import { judgeProof } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { commandStep, readyNext } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/**
 * POST …/confirm: the step is done. Only with a proof of each kind that its leg asks for; a proof that differs from the instruction takes a second person, who
 * says why the difference is right. A leg on which nobody does anything is confirmed by what its payment is found by.
 */
export const confirmStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/confirm', {
    config: { permission: 'execution_step:work', audit: 'execution_step.confirmed' },
    schema: { operationId: 'confirmStep', summary: 'Confirm a step', tags: ['execution'], params: StepParams, body: ConfirmStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, accept_differences, reference, note = null } = request.body
    const { user_id } = actorOf(request)
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['in_progress', 'awaiting_proof'] }, async (commanded) => {
      const { tx, step, proofs, refuse } = commanded
      if (step.proof_kinds.length === 0) {
        if (reference === undefined) return refuse({ code: 'proof_missing', field: '/reference' })
        return { to: 'confirmed', note: reference, facts: { proofs: '' } }
      }
      if (step.state !== 'awaiting_proof') return refuse({ code: 'proof_missing' })
      const submitted = proofs.filter((proof) => proof.step_id === step.id && proof.state === 'submitted')
      const missing = step.proof_kinds.filter((kind) => !submitted.some((proof) => proof.kind === kind))
      if (missing.length > 0) return refuse({ code: 'proof_missing', detail: `Missing: ${missing.join(', ')}.` })
      const differing = submitted.filter(({ differences }) => differences.length > 0)
      if (differing.length > 0 && accept_differences === undefined) return refuse({ code: 'proof_differs', detail: differing.flatMap(({ differences }) => differences.map(({ field, sentence }) => `${field}: ${sentence}`)).join(' ') })
      if (differing.some(({ submitted_by }) => submitted_by === user_id)) return refuse({ code: 'second_person_for_difference' })
      for (const proof of submitted) {
        const judged = await judgeProof(tx, proof.id, { state: 'accepted', reason_code: proof.differences.length > 0 ? (accept_differences ?? null) : null })
        if (!judged) return refuse({ code: 'stale_version' })
      }
      return { to: 'confirmed', reason_code: differing.length > 0 ? (accept_differences ?? null) : null, note, facts: { proofs: submitted.map(({ id }) => id).join(','), differs: differing.flatMap(({ differences }) => differences.map(({ field }) => field)).join(',') } }
    }, readyNext)
  })
}
