/** Ids and references. */
import { randomBytes } from 'node:crypto'

/** A UUID of version 7: new rows land at the end of their index. PostgreSQL 15 to 17 cannot make one, so we do. */
export function newId(now_ms: number = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now_ms, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** What people call a route session, e.g. RS-7K3M-9QXA. Random, so that it tells a merchant nothing about how many others there are. */
export function newReference(): string {
  const letters = Array.from(randomBytes(8), (byte) => LETTERS[byte & 31])
  return `RS-${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}
