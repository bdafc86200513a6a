/**
 * Keys in a file of the operator, or in a setting: `{"format":1,"primary":"2026","keys":{"2026":"<32 bytes, base64url>"}}`. The primary wraps; every
 * key of the ring unwraps what it wrapped, so that a new primary is added beside the old.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { canonicalJson } from '#contracts/canonical-json.ts'
import { decrypt, encrypt, KEY_BYTES } from './aes-gcm.ts'
import { KeysUnavailable, type KeyContext, type KeyProvider } from './key-provider.ts'

export class KeyringError extends Error {}

const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/
const FORMAT = 1

/** The keyring of a text. Throws KeyringError, which never holds a part of the text. */
export function parseKeyring(text: string): KeyProvider {
  const ring = readRing(text)
  const keys = new Map<string, Buffer>()
  for (const [id, encoded] of Object.entries(ring.keys)) {
    const key = Buffer.from(String(encoded), 'base64url')
    if (!KEY_ID.test(id)) throw new KeyringError('a key of the keyring has a name other than 1 to 64 letters, digits, dots, hyphens or underscores')
    if (key.length !== KEY_BYTES || new Set(key).size < KEY_BYTES / 4) throw new KeyringError(`key ${id} of the keyring is not 32 random bytes in base64url`)
    keys.set(id, key)
  }
  const primary = keys.get(ring.primary)
  if (primary === undefined) throw new KeyringError('the keyring has no key of the name that it calls primary')
  const belongsTo = (key_id: string, context: KeyContext): Buffer =>
    Buffer.from(canonicalJson({ format: FORMAT, what: 'flowclaw data key', key_id, tenant_id: context.tenant_id, version: context.version }))
  return {
    wrap: async (data_key, context) => ({ key_id: ring.primary, wrapped: encrypt(primary, data_key, belongsTo(ring.primary, context)) }),
    async unwrap({ key_id, wrapped }, context) {
      const key = keys.get(key_id)
      if (key === undefined) throw new KeysUnavailable(`the keyring lacks key ${key_id}`)
      return decrypt(key, wrapped, belongsTo(key_id, context))
    },
  }
}

function readRing(text: string): { readonly primary: string; readonly keys: object } {
  let ring: { format?: unknown; primary?: unknown; keys?: unknown } | null
  try {
    ring = JSON.parse(text) as typeof ring
  } catch {
    throw new KeyringError('the keyring is not JSON')
  }
  if (ring?.format !== FORMAT) throw new KeyringError(`the keyring is not of format ${FORMAT}`)
  if (typeof ring.primary !== 'string' || typeof ring.keys !== 'object' || ring.keys === null) throw new KeyringError('the keyring names no primary or holds no keys')
  return { primary: ring.primary, keys: ring.keys }
}

export type KeyringSource = { readonly file: string } | { readonly text: string }

/** The keyring where it is. One that is not there is never made here: what it sealed could not be read with another. Throws KeyringError. */
export function openKeyring(source: KeyringSource): KeyProvider {
  if ('text' in source) return parseKeyring(source.text)
  let text: string
  try {
    text = readFileSync(source.file, 'utf8')
  } catch (cause) {
    throw new KeyringError(`the keyring file cannot be read (${(cause as { code?: string }).code ?? 'unknown'})`, { cause })
  }
  return parseKeyring(text)
}

/** Makes a keyring of one new key, readable by its owner alone, unless the file is there. Answers whether it did. */
export function makeKeyringOnce(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true })
  const ring = { format: FORMAT, primary: 'local-1', keys: { 'local-1': randomBytes(KEY_BYTES).toString('base64url') } }
  try {
    writeFileSync(file, `${JSON.stringify(ring)}\n`, { mode: 0o600, flag: 'wx' })
    return true
  } catch (cause) {
    if ((cause as { code?: string }).code === 'EEXIST') return false
    throw cause
  }
}
