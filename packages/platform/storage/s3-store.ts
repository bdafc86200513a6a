/**
 * Artifacts in a bucket of an S3-compatible service (path-style addresses). Four requests and nothing else, each with a time limit; what does not
 * answer exactly as it must is unavailable: no redirect is followed, no error page is read as bytes, no key leaves in a message.
 */
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { checkedKey, isStorageKey, newStorageKey, StoreUnavailable, type ArtifactStore, type StoredObject } from './store.ts'
import { SHA256_OF_NOTHING, signedHeaders, type Credentials, type ToSign } from './s3-signature.ts'

export type S3Settings = Credentials & {
  /** e.g. https://s3.example.com; the bucket is the first part of each path */
  readonly url: string
  readonly bucket: string
}
type S3Deps = { readonly fetch: typeof fetch; readonly now: () => Date; /** how long one request may take, in ms */ readonly timeout_ms?: number }

const TIMEOUT_MS = 20_000
/** A page of a listing has at most 1,000 keys; one that is longer is not a listing. */
const LIST_BYTES_MAX = 4 * 1024 * 1024

/** The store in this bucket, which must exist. */
export function openS3Store(settings: S3Settings, { fetch, now, timeout_ms = TIMEOUT_MS }: S3Deps): ArtifactStore {
  const base = settings.url.replace(/\/+$/, '')
  const urlOf = (storage_key: string): URL => new URL(`${base}/${settings.bucket}/${checkedKey(storage_key)}`)

  async function ask(method: ToSign['method'], url: URL, expected: readonly number[], payload?: { readonly bytes: Buffer; readonly sha256: string }): Promise<Response> {
    const headers = signedHeaders({ method, url, payload_sha256: payload?.sha256 ?? SHA256_OF_NOTHING, at: now() }, settings)
    let answer: Response
    try {
      answer = await fetch(url, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(timeout_ms), ...(payload === undefined ? {} : { body: new Uint8Array(payload.bytes) }) })
    } catch (cause) {
      throw new StoreUnavailable(`S3 ${method}: no answer`, { cause })
    }
    if (!expected.includes(answer.status)) {
      await answer.body?.cancel().catch(() => undefined)
      throw new StoreUnavailable(`S3 ${method}: status ${answer.status}`)
    }
    return answer
  }

  return {
    name: 's3',
    async put(tenant_id, file) {
      const storage_key = newStorageKey(tenant_id)
      // The digest is part of the signature: a service that received other bytes refuses them.
      const answer = await ask('PUT', urlOf(storage_key), [200], { bytes: await file.bytes(), sha256: file.sha256 })
      await answer.body?.cancel()
      // A login page or a proxy answers 200 too; only a store names what it stored.
      if (answer.headers.get('etag') === null) throw new StoreUnavailable('S3 PUT: no ETag')
      return storage_key
    },
    async open(storage_key) {
      const answer = await ask('GET', urlOf(storage_key), [200, 404])
      if (answer.status === 404 || answer.body === null) {
        await answer.body?.cancel()
        return null
      }
      if (answer.headers.get('etag') === null) {
        await answer.body.cancel()
        throw new StoreUnavailable('S3 GET: no ETag')
      }
      return Readable.fromWeb(answer.body as ReadableStream)
    },
    async remove(storage_key) {
      const answer = await ask('DELETE', urlOf(storage_key), [200, 204, 404])
      await answer.body?.cancel()
    },
    async* list(tenant_id) {
      for (let token: string | null = ''; token !== null;) {
        const url = new URL(`${base}/${settings.bucket}`)
        for (const [name, value] of Object.entries({ 'list-type': '2', 'max-keys': '1000', prefix: `${tenant_id}/`, ...(token === '' ? {} : { 'continuation-token': token }) })) url.searchParams.set(name, value)
        const page = listingOf(await textOf(await ask('GET', url, [200])))
        yield* page.objects
        token = page.next
      }
    },
  }
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for await (const part of answer.body ?? []) {
      if ((size += part.length) > LIST_BYTES_MAX) throw new StoreUnavailable('S3 list: too long')
      parts.push(part)
    }
  } catch (cause) {
    throw cause instanceof StoreUnavailable ? cause : new StoreUnavailable('S3 list: broke off', { cause })
  }
  return Buffer.concat(parts).toString('utf8')
}

const inside = (xml: string, name: string): string | null => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null
const unescaped = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** The keys of ours in one page of ListObjectsV2. Whatever is not such a page is unavailable: read as an empty one, it would say that every file is lost. */
function listingOf(xml: string): { readonly objects: StoredObject[]; readonly next: string | null } {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.includes('</ListBucketResult>')) throw new StoreUnavailable('S3 list: not a listing')
  const objects = [...xml.matchAll(/<Contents>([^]*?)<\/Contents>/g)].flatMap(([, entry]) => {
    const storage_key = unescaped(inside(entry!, 'Key') ?? '')
    const written_ms = Date.parse(inside(entry!, 'LastModified') ?? '')
    return isStorageKey(storage_key) && !Number.isNaN(written_ms) ? [{ storage_key, written_ms }] : []
  })
  const truncated = inside(xml, 'IsTruncated') === 'true'
  const next = inside(xml, 'NextContinuationToken')
  if (truncated && next === null) throw new StoreUnavailable('S3 list: cut short')
  return { objects, next: truncated ? unescaped(next!) : null }
}
