/**
 * A refused governance request is repeated once its person has proved itself: the same request, the same Idempotency-Key, the new csrf
 * token. No page knows of it; the frame says how to ask (StepUp), and several refusals at once ask once.
 */
import type { Middleware } from 'openapi-fetch'
import { setCsrfToken } from './client-token.ts'

/** Asks the person and resolves to the new csrf token, or to null when they decline. */
export type AskProof = () => Promise<string | null>

let ask: AskProof | null = null
let asking: Promise<string | null> | null = null

/** Says how a person is asked; answers how to take it back. */
export function onProofNeeded(next: AskProof): () => void {
  ask = next
  return () => { if (ask === next) ask = null }
}

/** Asks for a proof; whoever asks while a person is being asked waits for the same answer. */
function askProof(): Promise<string | null> {
  if (ask === null) return Promise.resolve(null)
  asking ??= ask().finally(() => { asking = null })
  return asking
}

const sent = new Map<string, Request>()

const isRefusal = async (response: Response): Promise<boolean> => {
  if (response.status !== 403) return false
  const body = (await response.clone().json().catch(() => null)) as { code?: unknown } | null
  return body?.code === 'step_up_required'
}

/** Repeats what was refused for want of a proof. Registered last, so that it keeps each request as it leaves. */
export const repeatAfterProof: Middleware = {
  onRequest({ request, id }) {
    // Its body can be read once, and by then it was.
    sent.set(id, request.clone())
    return undefined
  },
  async onResponse({ response, id }) {
    const again = sent.get(id)
    sent.delete(id)
    if (again === undefined || !(await isRefusal(response))) return undefined
    const token = await askProof()
    if (token === null) return undefined
    setCsrfToken(token)
    if (again.headers.has('x-csrf-token')) again.headers.set('x-csrf-token', token)
    return fetch(again)
  },
  onError({ id }) {
    sent.delete(id)
    return undefined
  },
}
