/**
 * A signed checkpoint of an audit chain: who holds the key says that at this time the chain went through this number with this hash. What is
 * signed and how it is checked; making them is platform/checkpoints'.
 */
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'

/** `hash` and `key_id` in hex, `public_key` (32 bytes) and `signature` (64) in base64url; `at` is the signer's clock in UTC, to the second. */
export type AuditCheckpoint = {
  readonly tenant_id: string; readonly seq: number; readonly hash: string; readonly at: string
  readonly key_id: string; readonly public_key: string; readonly signature: string
}
export type PublicCheckpointKey = Pick<AuditCheckpoint, 'key_id' | 'public_key'>

/** The bytes that are signed. */
export const checkpointBytes = ({ tenant_id, seq, hash, at, key_id }: Omit<AuditCheckpoint, 'public_key' | 'signature'>): Buffer =>
  Buffer.from(`flowclaw audit checkpoint v1|${tenant_id}|${seq}|${hash}|${at}|${key_id}`, 'utf8')

/** A key's name is its fingerprint, SHA-256 of its 32 bytes in hex: whoever pins the name has pinned the key. */
export const checkpointKeyId = (public_key: string): string => createHash('sha256').update(Buffer.from(public_key, 'base64url')).digest('hex')

/** A public key as it travels in a checkpoint. Throws on a key that is not Ed25519. */
export function publicKeyText(key: KeyObject): string {
  const { crv, x } = key.export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined) throw new Error('a checkpoint key is an Ed25519 key')
  return x
}

/** Whether the key is the one it is named for and the signature is its. Computed off the main thread: a chain may have thousands. */
export async function holdsCheckpoint(checkpoint: AuditCheckpoint): Promise<boolean> {
  if (checkpointKeyId(checkpoint.public_key) !== checkpoint.key_id) return false
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: checkpoint.public_key }, format: 'jwk' })
  return new Promise((resolve) => { verify(null, checkpointBytes(checkpoint), key, Buffer.from(checkpoint.signature, 'base64url'), (error, holds) => resolve(error === null && holds)) })
}

const TEXTS = {
  tenant_id: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/, hash: /^[0-9a-f]{64}$/, at: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/,
  key_id: /^[0-9a-f]{64}$/, public_key: /^[A-Za-z0-9_-]{43}$/, signature: /^[A-Za-z0-9_-]{86}$/,
} as const

/** A line of an export or of a kept file as a checkpoint, or null where it is none. Says nothing yet about its signature. */
export function asCheckpoint(line: Readonly<Record<string, unknown>>): AuditCheckpoint | null {
  if (line['type'] !== 'checkpoint' || !Number.isSafeInteger(line['seq']) || (line['seq'] as number) < 1) return null
  for (const [name, pattern] of Object.entries(TEXTS)) if (typeof line[name] !== 'string' || !pattern.test(line[name])) return null
  const { tenant_id, seq, hash, at, key_id, public_key, signature } = line as AuditCheckpoint & Readonly<Record<string, unknown>>
  return { tenant_id, seq, hash, at, key_id, public_key, signature }
}

/** The line of a file that `asCheckpoint` reads. */
export const checkpointLine = (checkpoint: AuditCheckpoint): string => `${JSON.stringify({ type: 'checkpoint', ...checkpoint })}\n`
