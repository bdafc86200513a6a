import { createRequire } from 'node:module'
import type { LoadedPolicy } from '@open-policy-agent/opa-wasm'

/** What the policy is asked: verdicts on a batch of candidates, or whether a probe may be made. */
export const ENTRYPOINTS = ['flowclaw/result', 'flowclaw/probe/result'] as const
export type Entrypoint = (typeof ENTRYPOINTS)[number]

/** Sends one question to the policy and hands back whatever it answered, unread. Throws UnansweredError for anything but an answer. */
export type Ask = (input: object, entrypoint?: Entrypoint) => Promise<unknown>

/** The policy gave no answer; `message` is a short stable cause for the log and the session. */
export class UnansweredError extends Error {}

// The package is CommonJS and its types do not describe the synchronous loader.
const opaWasm = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as {
  loadPolicySync(wasm: Uint8Array): LoadedPolicy
}

/** Asks the compiled policy in this process. */
export function askWasm(wasm: Uint8Array): Ask {
  let loaded: LoadedPolicy | null = opaWasm.loadPolicySync(wasm)
  return async (input, entrypoint = 'flowclaw/result') => {
    // A trap can leave the instance's heap in any state, so a failed instance is never asked again.
    const instance = (loaded ??= opaWasm.loadPolicySync(wasm))
    loaded = null
    let answer: unknown
    try {
      answer = instance.evaluate(input, entrypoint)
    } catch {
      throw new UnansweredError('wasm_failed')
    }
    loaded = instance
    if (!Array.isArray(answer) || answer.length !== 1) throw new UnansweredError('wasm_no_result')
    return answer[0]
  }
}

// Some 40 bytes a code, a dozen codes a candidate, thousands of candidates; far below what could hurt this process.
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** Asks an OPA server. The whole exchange, body included, ends within timeout_ms. */
export function askServer(base_url: string, timeout_ms = 250): Ask {
  return async (input, entrypoint = 'flowclaw/result') => {
    const url = new URL(`/v1/data/${entrypoint}`, base_url)
    const signal = AbortSignal.timeout(timeout_ms)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ input }),
        redirect: 'error',
        signal,
      })
      if (response.status !== 200) {
        await response.body?.cancel()
        throw new UnansweredError(`http_${response.status}`)
      }
      return JSON.parse(await readBounded(response)) as unknown
    } catch (error) {
      if (error instanceof UnansweredError) throw error
      if (signal.aborted) throw new UnansweredError('timeout')
      throw new UnansweredError(error instanceof SyntaxError ? 'not_json' : 'connection_failed')
    }
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size_bytes = 0
  if (response.body === null) throw new UnansweredError('no_body')
  for await (const chunk of response.body) {
    size_bytes += chunk.byteLength
    // Leaving the loop cancels the stream, and with it the connection.
    if (size_bytes > MAX_ANSWER_BYTES) throw new UnansweredError('answer_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size_bytes).toString('utf8')
}
