/** One-time codes of an authenticator (RFC 6238: SHA-1, six digits, 30 s), and recovery codes for when it is lost. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const PERIOD_S = 30
/** RFC 4226 asks for at least 16 bytes and names 20. */
const SECRET_BYTES = 20
const RECOVERY_CODES = 10
const RECOVERY_LETTERS = 25
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const newTotpSecret = (): Buffer => randomBytes(SECRET_BYTES)

/** RFC 4648 base32 without padding, as authenticators take it. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The six digits of one step of 30 s since 1970. */
export function totpOf(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = mac[19]! & 0xf
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/**
 * The step whose code this is, of this one and its two neighbours; null for a wrong code. `now_ms` is the wall clock. Whether the step was
 * used before is for the database to say, which takes each once.
 */
export function stepOfCode(secret: Uint8Array, code: string, now_ms: number): number | null {
  if (!/^[0-9]{6}$/.test(code)) return null
  const now = Math.floor(now_ms / 1000 / PERIOD_S)
  // All three are computed and compared, so that the clock does not tell which one it was.
  const right = [now + 1, now, now - 1].filter((step) => timingSafeEqual(Buffer.from(totpOf(secret, step)), Buffer.from(code)))
  return right[0] ?? null
}

/** What an authenticator reads from the QR code. */
export const otpauthUri = (secret: Uint8Array, email: string): string =>
  `otpauth://totp/FlowClaw:${encodeURIComponent(email)}?secret=${base32(secret)}&issuer=FlowClaw&algorithm=SHA1&digits=6&period=${PERIOD_S}`

/** Ten new codes of 125 random bits, in groups of five, to be shown once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const letters = [...randomBytes(RECOVERY_LETTERS)].map((byte) => ALPHABET[byte & 31]).join('')
    return letters.match(/.{5}/g)!.join('-')
  })
}

/** What is stored of a recovery code: case, spaces and hyphens do not count. Null for what has not its form. */
export function recoveryHash(code: string): Buffer | null {
  const plain = code.replaceAll(/[\s-]/g, '').toUpperCase()
  return /^[A-Z2-7]{25}$/.test(plain) ? createHash('sha256').update(plain).digest() : null
}
