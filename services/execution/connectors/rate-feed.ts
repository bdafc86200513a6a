/** The connector `rate_feed`: mid rates from one file or one address that the operator configured (docs/operations.md), as fresh as it asks for. */
import { open } from 'node:fs/promises'
import { err, ok, type Result } from '#contracts/result.ts'
import { ConnectorFault, type CallContext, type RatesConnector } from './connector.ts'
import { allowedAddress, readText, utf8 } from './http.ts'
import { parseRates } from './rate-observations.ts'

const MOST_BYTES = 256 * 1024

export type RateFeedSettings = {
  /** an absolute path of a .json or .csv file, or an address */
  readonly source: string
  /** hosts, with the port where it is not the scheme's own, that an address may name */
  readonly hosts: readonly string[]
  readonly max_age_s: number
}

/** The feed, unread; `address_not_allowed` for an address outside the list, or a path that says no format. */
export function openRateFeed({ source, hosts, max_age_s }: RateFeedSettings): Result<RatesConnector, { readonly code: 'address_not_allowed' }> {
  const isFile = source.startsWith('/')
  const address = isFile ? null : allowedAddress(source, hosts)
  if (address?.ok === false || (isFile && !/\.(?:json|csv)$/.test(source))) return err({ code: 'address_not_allowed' })
  return ok({
    id: 'rate_feed',
    async rates(context) {
      const text = address === null ? await readFile(source, context) : await readText(context, address.value, { types: ['application/json', 'text/csv'], max_bytes: MOST_BYTES })
      // What begins as a list is JSON: over HTTP the same bytes may come under either type.
      const parsed = parseRates(text, /^\s*\[/.test(text) ? 'json' : 'csv', { now_ms: context.now(), max_age_s })
      if (!parsed.ok) throw new ConnectorFault(parsed.error.cause)
      return parsed.value
    },
  })
}

async function readFile(path: string, { signal }: CallContext): Promise<string> {
  let file
  try {
    file = await open(path, 'r')
  } catch {
    throw new ConnectorFault('file_not_readable')
  }
  try {
    const about = await file.stat()
    if (!about.isFile()) throw new ConnectorFault('file_not_readable')
    if (about.size > MOST_BYTES) throw new ConnectorFault('too_large')
    signal.throwIfAborted()
    // One byte more than is allowed, so that a file that grew meanwhile shows.
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_BYTES + 1), 0, MOST_BYTES + 1, 0)
    if (bytesRead > MOST_BYTES) throw new ConnectorFault('too_large')
    return utf8(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
