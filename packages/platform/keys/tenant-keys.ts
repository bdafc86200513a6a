/**
 * The data keys of one tenant, unwrapped: they seal a field for its place and open it there and nowhere else. Sealing and opening are in memory;
 * only loading the keys may ask a key service, so it is never done inside a transaction.
 */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { StoredDataKey } from '#database/index.ts'
import { decrypt, encrypt, KEY_BYTES } from './aes-gcm.ts'
import { KeysUnavailable, SealRefused, type KeyProvider } from './key-provider.ts'

/** Where a sealed value stands. */
export type Place = { readonly table: string; readonly column: string; /** id of the row */ readonly row: string }

export type TenantKeys = {
  /** the value as bytes that open at this place alone; never the same bytes twice */
  seal(place: Place, value: string): Buffer
  /** throws SealRefused where the bytes are not of this place, or were changed */
  open(place: Place, sealed: Buffer): string
  /** HMAC-SHA256 in hex, the same for the same value as long as the tenant lives: compares values without keeping them */
  fingerprint(purpose: string, value: unknown): string
}

/** Where a tenant's wrapped keys are kept; `add` does nothing where another process was first. */
export type DataKeyStore = { read(): Promise<readonly StoredDataKey[]>; add(key: StoredDataKey): Promise<void> }

const FORMAT = 1
const HEADER_BYTES = 5
/** A key service that takes longer is as good as away: a request has less time than that. */
const PROVIDER_WAITS_MS = 3_000

/** Loads the keys of a tenant and makes the first one where it has none. Throws KeysUnavailable or SealRefused; nothing is written then. */
export async function loadTenantKeys(provider: KeyProvider, tenant_id: string, store: DataKeyStore): Promise<TenantKeys> {
  let stored = await store.read()
  if (stored.length === 0) {
    const first = { tenant_id, version: 1 }
    await store.add({ version: 1, ...(await inTime(provider.wrap(randomBytes(KEY_BYTES), first))) })
    // Another process may have been first: what is stored counts.
    stored = await store.read()
  }
  const opened = await Promise.all(stored.map(async (key) => [key.version, await inTime(provider.unwrap(key, { tenant_id, version: key.version }))] as const))
  return keysOf(tenant_id, new Map(opened))
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const waiting = new AbortController()
  try {
    return await Promise.race([asked, sleep(PROVIDER_WAITS_MS, undefined, { signal: waiting.signal }).then(() => { throw new KeysUnavailable('the key provider takes too long') })])
  } catch (cause) {
    if (cause instanceof KeysUnavailable || cause instanceof SealRefused) throw cause
    throw new KeysUnavailable('the key provider failed', { cause })
  } finally {
    waiting.abort()
  }
}

/** The newest version seals; every version opens what it sealed. */
function keysOf(tenant_id: string, keys: ReadonlyMap<number, Buffer>): TenantKeys {
  const versions = [...keys.keys()].sort((a, b) => a - b)
  const [oldest, newest] = [versions[0]!, versions.at(-1)!]
  // Of the oldest version, so that a rotation changes no fingerprint.
  const index_key = Buffer.from(hkdfSync('sha256', keys.get(oldest)!, '', 'flowclaw fingerprint v1', KEY_BYTES))
  const belongsTo = ({ table, column, row }: Place, version: number): Buffer => Buffer.from(canonicalJson({ format: FORMAT, tenant_id, table, column, row, version }))
  return {
    seal(place, value) {
      const header = Buffer.alloc(HEADER_BYTES)
      header.writeUInt8(FORMAT, 0)
      header.writeUInt32BE(newest, 1)
      return Buffer.concat([header, encrypt(keys.get(newest)!, Buffer.from(value, 'utf8'), belongsTo(place, newest))])
    },
    open(place, sealed) {
      if (sealed.length < HEADER_BYTES || sealed.readUInt8(0) !== FORMAT) throw new SealRefused('not of a known format')
      const version = sealed.readUInt32BE(1)
      const key = keys.get(version)
      if (key === undefined) throw new SealRefused('of a key version that is not known')
      return decrypt(key, sealed.subarray(HEADER_BYTES), belongsTo(place, version)).toString('utf8')
    },
    fingerprint: (purpose, value) => createHmac('sha256', index_key).update(canonicalJson([purpose, value])).digest('hex'),
  }
}
