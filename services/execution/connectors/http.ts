/** Reads one small text over HTTP and believes nothing: no redirect is followed, no body is read past its limit, and only hosts that the operator named are asked. */
import { err, ok, type Result } from '#contracts/result.ts'
import { ConnectorFault, type CallContext } from './connector.ts'

const LOOPBACK = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/

/** The address, where it is https (or http on this machine), names no user, and its host stands in the list to the byte. */
export function allowedAddress(text: string, hosts: readonly string[]): Result<URL, { readonly code: 'address_not_allowed' }> {
  const url = URL.canParse(text) ? new URL(text) : null
  const fine = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) && url.username === '' && url.password === '' && hosts.includes(url.host)
  return fine ? ok(url) : err({ code: 'address_not_allowed' })
}

/** Failures of the moment: the same question may be answered in a while. */
const retryableStatus = (status: number): boolean => status === 429 || status >= 500

/**
 * The body of a 200 answer of one of these types, at most so many bytes, as UTF-8. Throws a ConnectorFault: `redirected`, `http_500`, `wrong_type`, `too_large`,
 * `not_utf8`, `connection_failed`. Ends with the context's signal.
 */
export async function readText(context: CallContext, url: URL, ask: { readonly types: readonly string[]; readonly max_bytes: number }): Promise<string> {
  let response: Response
  try {
    response = await context.fetch(url, { redirect: 'manual', signal: context.signal, headers: { accept: ask.types.join(', ') }, cache: 'no-store', credentials: 'omit' })
  } catch {
    throw new ConnectorFault('connection_failed', true)
  }
  const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const cause = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400) ? 'redirected'
    : response.status !== 200 ? `http_${response.status}` : !ask.types.includes(type) ? 'wrong_type' : null
  if (cause !== null) {
    await response.body?.cancel().catch(() => undefined)
    throw new ConnectorFault(cause, cause.startsWith('http_') && retryableStatus(response.status))
  }
  return utf8(await bounded(response, ask.max_bytes))
}

async function bounded(response: Response, max_bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size_bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      size_bytes += chunk.byteLength
      // Leaving the loop cancels the stream, and with it the connection.
      if (size_bytes > max_bytes) throw new ConnectorFault('too_large')
      chunks.push(chunk)
    }
  } catch (fault) {
    throw fault instanceof ConnectorFault ? fault : new ConnectorFault('connection_failed', true)
  }
  return Buffer.concat(chunks, size_bytes)
}

/** The text of bytes that are UTF-8 throughout; throws `not_utf8`. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ConnectorFault('not_utf8')
  }
}
