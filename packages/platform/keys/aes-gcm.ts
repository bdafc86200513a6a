/** AES-256-GCM with a random 96-bit nonce: nonce, ciphertext, 128-bit tag. What the bytes belong to is authenticated with them. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { SealRefused } from './key-provider.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
export const KEY_BYTES = 32

export function encrypt(key: Buffer, plain: Buffer, belongs_to: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(belongs_to)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws SealRefused where a bit of the bytes, the key or what they belong to is another. */
export function decrypt(key: Buffer, bytes: Buffer, belongs_to: Buffer): Buffer {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealRefused('too short to be sealed')
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(belongs_to)
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw new SealRefused('not sealed for this place', { cause })
  }
}
