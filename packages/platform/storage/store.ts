/** What a store of artifacts is, and the keys under which bytes lie in one. */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Spooled } from './spool.ts'

export type StoredObject = { readonly storage_key: string; /** when it was written, in ms */ readonly written_ms: number }

export type ArtifactStore = {
  /** what it is, for the log: never an address or a path */
  readonly name: 'folder' | 's3'
  /** stores the bytes and answers their new key, once they would survive a power cut. Throws StoreUnavailable */
  put(tenant_id: string, file: Spooled): Promise<string>
  /** the bytes from their start; null where there are none under this key. Throws StoreUnavailable */
  open(storage_key: string): Promise<Readable | null>
  /** takes the bytes away; nothing where there are none. Throws StoreUnavailable */
  remove(storage_key: string): Promise<void>
  /** every object of a tenant, in no order. Throws StoreUnavailable */
  list(tenant_id: string): AsyncIterable<StoredObject>
}

/** The bytes cannot be stored or read now: a disk that is full or away, a service that does not answer as it must. Nothing was stored. */
export class StoreUnavailable extends Error {
  readonly code = 'storage_unavailable'
}

const UUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}'
const KEY = new RegExp(`^${UUID}/[A-Za-z0-9_-]{43}$`)
const TENANT = new RegExp(`^${UUID}$`)

/** A key that nobody can guess: the tenant, and 32 random bytes. */
export function newStorageKey(tenant_id: string): string {
  if (!TENANT.test(tenant_id)) throw new Error('a tenant is a UUID')
  return `${tenant_id}/${randomBytes(32).toString('base64url')}`
}

/** Whether the text is a key of ours: each of a store's functions refuses every other one, so that a row that somebody wrote reaches no other file. */
export const isStorageKey = (text: string): boolean => KEY.test(text)

/** The key, or an Error where it is none of ours. */
export function checkedKey(storage_key: string): string {
  if (!isStorageKey(storage_key)) throw new Error('not a storage key')
  return storage_key
}
