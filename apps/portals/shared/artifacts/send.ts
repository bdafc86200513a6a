/** Sends a file to the API as it comes from the disk, with progress; the one call that `fetch` cannot make, because it tells nothing of an upload. */
import { currentCsrfToken } from '../../api/client-token.ts'
import { ApiError, asProblem } from '../../api/problem.ts'
import type { Artifact } from '../../api/types.ts'

/** What an upload says about its file: the fields of POST /api/artifacts but the file itself. */
export type ArtifactFields = {
  readonly class: Artifact['class']
  /** a proof kind, a document code, or one of quote, screening, message, report */
  readonly kind: string
  readonly session_id?: string | undefined
  readonly merchant_id?: string | undefined
  readonly supersedes?: string | undefined
}

/** What one file may have here, said before it is sent; the server's own limit counts. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024
export const FILE_ACCEPT = '.pdf,.png,.jpg,.jpeg,.webp,.txt,.csv,.xml'

type Sending = { readonly fields: ArtifactFields; readonly file: File; readonly key: string; readonly onProgress: (share: number) => void; readonly signal: AbortSignal }

/** Resolves to the stored file; rejects with an ApiError, or with the signal's reason where it was cancelled. The same key sends the same file once. */
export function sendArtifact({ fields, file, key, onProgress, signal }: Sending): Promise<Artifact> {
  return new Promise((resolve, reject) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value)
    // Last, as the server asks: what stands behind a file it would have to wait for.
    form.append('file', file, file.name)
    const request = new XMLHttpRequest()
    request.open('POST', '/api/artifacts')
    request.setRequestHeader('x-csrf-token', currentCsrfToken())
    request.setRequestHeader('idempotency-key', key)
    request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) onProgress(event.loaded / event.total) })
    request.addEventListener('load', () => {
      const body = parsed(request.responseText)
      if (request.status === 201) resolve(body as Artifact)
      else reject(new ApiError(asProblem(body, request.status), request.getResponseHeader('x-request-id') ?? ''))
    })
    request.addEventListener('error', () => reject(new ApiError(asProblem(null, 0))))
    request.addEventListener('abort', () => reject(signal.reason as Error))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}

function parsed(text: string): unknown {
  try { return JSON.parse(text) as unknown } catch { return null }
}
