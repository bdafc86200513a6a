/** AWS Signature Version 4 of one request to an S3-compatible service, as its documents say it; held against their published examples. */
import { createHmac } from 'node:crypto'
import { sha256Hex } from '#contracts/canonical-json.ts'

export type Credentials = { readonly access_key_id: string; readonly secret_access_key: string; readonly region: string }
export type ToSign = {
  readonly method: 'GET' | 'PUT' | 'DELETE' | 'HEAD'
  readonly url: URL
  /** in hex; of the empty body where there is none */
  readonly payload_sha256: string
  readonly at: Date
  readonly headers?: Readonly<Record<string, string>>
}

const SERVICE = 's3'
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest()
export const SHA256_OF_NOTHING = sha256Hex('')

/** Percent-encoding as S3 counts it: everything but the unreserved characters. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Every header that the request must carry, the authorization among them; names in lower case. */
export function signedHeaders({ method, url, payload_sha256, at, headers = {} }: ToSign, { access_key_id, secret_access_key, region }: Credentials): Record<string, string> {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const day = stamp.slice(0, 8)
  const all: Record<string, string> = { ...headers, host: url.host, 'x-amz-content-sha256': payload_sha256, 'x-amz-date': stamp }
  const names = Object.keys(all).sort()
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort().join('&')
  const path = url.pathname.split('/').map((part) => encoded(decodeURIComponent(part))).join('/')
  const canonical = [method, path, query, ...names.map((name) => `${name}:${all[name]!.trim()}`), '', names.join(';'), payload_sha256].join('\n')
  const scope = `${day}/${region}/${SERVICE}/aws4_request`
  const key = [day, region, SERVICE, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret_access_key}`)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', stamp, scope, sha256Hex(canonical)].join('\n')).toString('hex')
  const { host: _sent_by_fetch, ...rest } = all
  return { ...rest, authorization: `AWS4-HMAC-SHA256 Credential=${access_key_id}/${scope},SignedHeaders=${names.join(';')},Signature=${signature}` }
}
