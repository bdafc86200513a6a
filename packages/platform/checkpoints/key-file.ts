/** The file that holds the key checkpoints are signed with: one private Ed25519 key in PEM, and after it the public keys that signed before. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { checkpointBytes, checkpointKeyId, publicKeyText, type AuditCheckpoint, type PublicCheckpointKey } from '#contracts/audit-checkpoint.ts'

export class CheckpointKeyError extends Error {}

export type CheckpointKeys = {
  /** every key whose checkpoints count, the one in use first */
  readonly trusted: readonly [PublicCheckpointKey, ...PublicCheckpointKey[]]
  sign(said: Pick<AuditCheckpoint, 'tenant_id' | 'seq' | 'hash' | 'at'>): AuditCheckpoint
}

const BLOCK = /-----BEGIN (PRIVATE KEY|PUBLIC KEY)-----[A-Za-z0-9+/=\s]{1,4000}-----END \1-----/g

/** Reads a key file. Throws CheckpointKeyError where others of the machine may read it too, and where it holds no key to sign with; never says what it holds. */
export function readCheckpointKeys(file: string): CheckpointKeys {
  let text: string
  try {
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw new CheckpointKeyError('the checkpoint key file is open to other users: chmod 600')
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if (cause instanceof CheckpointKeyError) throw cause
    throw new CheckpointKeyError(`the checkpoint key file cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  return checkpointKeysOf(text)
}

/** The keys of a key file's text. */
export function checkpointKeysOf(text: string): CheckpointKeys {
  const blocks = [...text.matchAll(BLOCK)]
  if (blocks[0]?.[1] !== 'PRIVATE KEY' || blocks.slice(1).some(([, kind]) => kind !== 'PUBLIC KEY')) {
    throw new CheckpointKeyError('the checkpoint key file must hold one private key, and behind it the public keys that signed before')
  }
  let secret: KeyObject
  let publics: PublicCheckpointKey[]
  try {
    secret = createPrivateKey(blocks[0][0])
    publics = [createPublicKey(secret), ...blocks.slice(1).map(([block]) => createPublicKey(block))].map((key) => {
      const public_key = publicKeyText(key)
      return { key_id: checkpointKeyId(public_key), public_key }
    })
  } catch {
    throw new CheckpointKeyError('the checkpoint key file holds a key that is not an Ed25519 key')
  }
  const [current, ...before] = publics as [PublicCheckpointKey, ...PublicCheckpointKey[]]
  return {
    trusted: [current, ...before],
    sign(said) {
      const signed = { ...said, key_id: current.key_id }
      return { ...signed, public_key: current.public_key, signature: sign(null, checkpointBytes(signed), secret).toString('base64url') }
    },
  }
}

/** A new private key as the text of a key file. */
export const newCheckpointKey = (): string => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

/** Makes a key file where there is none, closed to all others. For the embedded database alone: elsewhere an operator makes and keeps the key. */
export function makeCheckpointKeyFile(file: string): void {
  try {
    writeFileSync(file, newCheckpointKey(), { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}
