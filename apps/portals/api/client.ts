import createClient, { type Middleware } from 'openapi-fetch'
import { currentCsrfToken } from './client-token.ts'
import { ApiError, asProblem } from './problem.ts'
import { repeatAfterProof } from './step-up.ts'
import type { paths } from './schema.d.ts'

export { setCsrfToken } from './client-token.ts'

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const headers: Middleware = {
  onRequest({ request }) {
    if (!unsafe.has(request.method)) return undefined
    if (currentCsrfToken()) request.headers.set('x-csrf-token', currentCsrfToken())
    // A caller that may send the same thing twice brings its own key (useActionKey); one that does not gets one a call.
    if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', crypto.randomUUID())
    return request
  },
}

/** The same paths with the two headers that the client brings by itself no longer asked of every caller. */
type WithOwnHeaders<P> = {
  [Path in keyof P]: {
    [Method in keyof P[Path]]: P[Path][Method] extends { parameters: infer Parameters }
      ? Omit<P[Path][Method], 'parameters'> & { parameters: Omit<Parameters, 'header'> & { header?: { 'idempotency-key'?: string } } }
      : P[Path][Method]
  }
}

/** The Control API, typed from its OpenAPI document. Wrap each call in `answer`. */
export const api = createClient<WithOwnHeaders<paths>>({ baseUrl: '/', credentials: 'same-origin' })
api.use(headers, repeatAfterProof)

/** The body of a success, or an ApiError with the problem. */
export async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let result
  try { result = await call } catch { throw new ApiError(asProblem(null, 0)) }
  if (!result.response.ok) throw new ApiError(asProblem(result.error, result.response.status), result.response.headers.get('x-request-id') ?? '')
  return result.data as T
}
