/** Where the keys are that wrap the tenants' data keys: a local keyring, or a key service. Whoever seals and opens fields knows this shape alone. */

/** What a wrapped key belongs to. A provider refuses to unwrap it under another context. */
export type KeyContext = { readonly tenant_id: string; /** of the data key, from 1 */ readonly version: number }
export type WrappedKey = { /** of the key that wraps, as the provider names it */ readonly key_id: string; readonly wrapped: Buffer }

export type KeyProvider = {
  /** Wraps 32 bytes with the primary key. Throws KeysUnavailable. */
  wrap(data_key: Buffer, context: KeyContext): Promise<WrappedKey>
  /** Throws KeysUnavailable while the key cannot be used, SealRefused where the wrapped key is not of this context or was changed. */
  unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Buffer>
}

/** The keys cannot be used now: disabled, denied, throttled, too slow, or not in the keyring. The message names no key material. */
export class KeysUnavailable extends Error {
  readonly code = 'keys_unavailable'
}

/** What was sealed is not what it says it is: moved from another place, changed, or of a key version that is not known. */
export class SealRefused extends Error {
  readonly code = 'sealed_value_refused'
}
