/** One choice of the Desk Decision as the one call that records it. */
import { answer, api } from '../../../api/client.ts'
import type { DeskRouteSession, Execution, ExecutionStep } from '../../../api/types.ts'
import { waitingProofs } from '../execution/words.ts'
import type { Verb } from './choices.ts'
import type { Draft } from './draft.ts'

export type Recorded = { readonly session: DeskRouteSession } | { readonly execution: Execution }
export type ToRecord = {
  readonly verb: Verb
  readonly session: DeskRouteSession
  readonly step: ExecutionStep | null
  readonly draft: Draft
  readonly reason: string | null
  /** the candidate that is offered */
  readonly candidate_id: string | null
  readonly key: string
}

type Answered = Promise<{ data?: unknown; error?: unknown; response: Response }>
const session = async (call: unknown): Promise<Recorded> => ({ session: (await answer(call as Answered)) as DeskRouteSession })
const execution = async (call: unknown): Promise<Recorded> => ({ execution: (await answer(call as Answered)) as Execution })

/** Rejects with an ApiError. The body holds codes of lists, so their types are the server's to check. */
export function record({ verb, session: { id, version, approval }, step, draft, reason, candidate_id, key }: ToRecord): Promise<Recorded> {
  const note = draft.note.trim() === '' ? {} : { note: draft.note.trim() }
  const header = { 'idempotency-key': key }
  const params = { path: { id }, header }
  const body = { version, ...(reason === null ? {} : { reason_code: reason }), ...note } as never
  switch (verb) {
    case 'approve': return session(api.POST('/api/route-sessions/{id}/approve', { params, body: { ...(body as object), content_version: approval.content_version } as never }))
    case 'offer': return session(api.POST('/api/route-sessions/{id}/offer', { params, body: { ...(body as object), candidate_id } as never }))
    case 'reject': return session(api.POST('/api/route-sessions/{id}/reject', { params, body }))
    case 'execute': return session(api.POST('/api/route-sessions/{id}/execute', { params, body: { version, mode: draft.mode, ...note } }))
    case 'pause': return session(api.POST('/api/route-sessions/{id}/pause', { params, body }))
    case 'resume': return session(api.POST('/api/route-sessions/{id}/resume', { params, body }))
    default: break
  }
  if (step === null) throw new Error(`${verb} needs a step`)
  const at = { path: { id, position: step.position }, header }
  const onStep = { version: step.version, ...(reason === null ? {} : { reason_code: reason }), ...note } as never
  switch (verb) {
    case 'start': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/start', { params: at, body: { version: step.version, ...(step.rail === null ? { rail: railOf(draft) } : {}) } }))
    case 'confirm': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/confirm', {
      params: at, body: { version: step.version, ...note, ...(reason === null ? {} : { accept_differences: reason }), ...(step.proof_kinds.length === 0 ? { reference: draft.found_by.trim() } : {}) } as never,
    }))
    case 'reject_proof': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/reject-proof', { params: at, body: { ...(onStep as object), proof_id: proofToReject(step) } as never }))
    case 'fail': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/fail', { params: at, body: onStep }))
    case 'unknown': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/mark-unknown', { params: at, body: { version: step.version, ...note } }))
    case 'found': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/settle-unknown', { params: at, body: onStep }))
    case 'retry': return execution(api.POST('/api/route-sessions/{id}/steps/{position}/retry', { params: at, body: onStep }))
    default: throw new Error(`${verb} is recorded elsewhere`)
  }
}

const railOf = ({ owner, account_label, account_id }: Draft) => ({ owner: owner!, account_label: account_label.trim(), ...(account_id === null ? {} : { provider_account_id: account_id }) })

/** The one that differs first; else the newest that waits. */
export const proofToReject = (step: ExecutionStep): string => {
  const waiting = waitingProofs(step)
  return (waiting.find(({ differences }) => differences.length > 0) ?? waiting.at(-1))!.id
}
