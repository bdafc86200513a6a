import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, ProofBody } from '#contracts/api/execution.ts'
import { addProof, isFileUsed, readEarlierReadings, newId, readProofFile } from '#database/index.ts'
import { expectedOf } from '#execution/payment-instruction.ts'
import { differencesOf, readOtherwise } from '#execution/proof-check.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/proofs: a file of a kind that the step asks for, with what was read from it. What differs from the instruction is kept with it, field by field. */
export const submitProof = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/proofs', {
    config: { permission: 'execution_step:work', audit: 'execution_step.proof_submitted' },
    schema: { operationId: 'submitProof', summary: 'Submit a proof of a step', tags: ['execution'], params: StepParams, body: ProofBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, kind, artifact_id, money = null, happened_at = null, payee = null, account_last4 = null, reference = null, charges = null, transaction_hash = null } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['in_progress', 'awaiting_proof'] }, async ({ tx, step, session, candidate, proofs, market_clock, refuse }) => {
      if (!step.proof_kinds.includes(kind)) return refuse({ code: 'proof_kind_not_asked', field: '/kind' })
      if (proofs.some((proof) => proof.step_id === step.id && proof.kind === kind && proof.state !== 'rejected')) return refuse({ code: 'proof_there', field: '/kind' })
      const [file, used] = await Promise.all([readProofFile(tx, session.id, artifact_id), isFileUsed(tx, artifact_id, transaction_hash)])
      if (file === null) return refuse({ code: 'not_found', field: '/artifact_id' })
      if (file.state !== 'clean') return refuse({ code: 'artifact_not_usable', field: '/artifact_id' })
      if (used !== null) return refuse({ code: 'proof_used', field: used === 'file' ? '/artifact_id' : '/transaction_hash' })
      const started = step.moves.findLast(({ to, from }) => to === 'in_progress' && from === 'ready') ?? step.moves[0]!
      const read = { kind, money, happened_at, payee, account_last4, reference, charges, transaction_hash }
      const against = differencesOf(expectedOf(step, candidate, session.supplier, started.market_clock, market_clock), read)
      const differences = [...against, ...readOtherwise(read, await readEarlierReadings(tx, artifact_id)).filter(({ field }) => !against.some((other) => other.field === field))]
      const id = newId()
      await addProof(tx, { id, session_id: session.id, step_id: step.id, artifact_id, ...read, differences })
      return { ...(step.state === 'in_progress' ? { to: 'awaiting_proof' as const } : {}), facts: { proof_id: id, kind, artifact_id, differs: differences.map(({ field }) => field).join(',') } }
    })
  })
}
