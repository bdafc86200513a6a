/** One turn of one step: begun, proved with files that are uploaded and judged, confirmed; with a wrong proof, a failure or an unknown where the script has one. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ExecutionStep } from '#contracts/api/execution.ts'
import { matchingProof, RAIL } from '#api/testing/executions.ts'
import { Form, pdfOf } from '#api/testing/forms.ts'
import type { Answer, Client } from './client.ts'
import type { Chance } from './chance.ts'
import type { Script } from './journey.ts'

const JUDGED_TRIES = 300

/** Does the next thing for the first step that is not done; null where there is none left, or where the script ends here. */
export async function stepTurn(path: string, execution: any, script: Script, desk: Client, other: Client, chance: Chance): Promise<Answer | null> {
  const step = (execution.steps as ExecutionStep[]).find(({ state }) => state !== 'confirmed')
  if (step === undefined) return null
  const post = (who: Client, operation: string, verb: string, body: object): Promise<Answer> => who.post(operation, `${path}/steps/${step.position}/${verb}`, { version: step.version, ...body })
  const submitted = step.proofs.filter(({ state }) => state === 'submitted')
  const missing = step.proof_kinds.find((kind) => !submitted.some((proof) => proof.kind === kind))
  const fails = script.end === 'failed' && step.position > 1
  switch (step.state) {
    case 'ready': return post(desk, 'startStep', 'start', step.rail === null ? { rail: RAIL } : {})
    case 'unknown': return post(desk, 'settleUnknownStep', 'settle-unknown', { reason_code: chance.pick(['provider_says_sent', 'provider_says_not_sent']) })
    case 'failed': return fails ? null : post(desk, 'retryStep', 'retry', { reason_code: 'checked_by_phone' })
    case 'in_progress': case 'awaiting_proof': {
      if (fails || script.detours.delete('fail_step')) return post(desk, 'failStep', 'fail', { reason_code: 'refused_by_provider' })
      if (step.state === 'in_progress' && script.detours.delete('unknown_step')) return post(desk, 'markStepUnknown', 'mark-unknown', {})
      if (missing !== undefined) {
        const artifact_id = await upload(desk, execution.session_id, missing, chance)
        const wrong = script.detours.delete('wrong_proof') ? { reference: 'FC-OTHER', payee: 'Somebody Else Ltd' } : {}
        const read = matchingProof(step, missing, execution.market_clock)
        // A field that this kind does not show is no difference.
        const shown = Object.fromEntries(Object.entries(wrong).filter(([field]) => Object.hasOwn(read, field)))
        return post(desk, 'submitProof', 'proofs', { kind: missing, artifact_id, ...read, ...shown })
      }
      const differing = submitted.find(({ differences }) => differences.length > 0)
      if (differing !== undefined) {
        if (chance.oneIn100(50)) return post(desk, 'rejectProof', 'reject-proof', { proof_id: differing.id, reason_code: 'field_differs' })
        return post(other, 'confirmStep', 'confirm', { accept_differences: 'confirmed_by_provider' })
      }
      return post(desk, 'confirmStep', 'confirm', step.proof_kinds.length === 0 ? { reference: 'seen in the statement' } : {})
    }
    default: return null
  }
}

/** Stores a file of its own and waits until it is judged; its id. Throws where it is not clean in the end. */
async function upload(desk: Client, session_id: string, kind: string, chance: Chance): Promise<string> {
  const said = `${session_id} ${kind} ${chance.below(1_000_000_000)}`
  const stored = await desk.post('createArtifact', '/api/artifacts', new Form({ class: 'desk', kind, session_id }, { name: 'bank-copy.pdf', type: 'application/pdf', bytes: pdfOf(said) }))
  if (stored.status !== 201) throw new Error(`a file was not stored: ${stored.code}`)
  for (let tries = 0; tries < JUDGED_TRIES; tries++) {
    const { state } = await desk.get(`/api/artifacts/${stored.json.id}`)
    if (state === 'clean') return stored.json.id as string
    if (state !== 'quarantined') throw new Error(`a file is ${state}`)
    await wait(200)
  }
  throw new Error(`a file waits for its verdict: ${stored.json.id}`)
}
