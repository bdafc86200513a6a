/**
 * API keys: `fck_<prefix>_<secret>`. The prefix (8 letters or digits) is what people tell keys apart by; the secret is 256 random bits. The
 * database holds the SHA-256 of the whole, and who it belongs to is read anew on every request.
 */
import { randomInt } from 'node:crypto'
import type { Actor } from '#contracts/roles.ts'
import type { Database } from '#database/index.ts'
import { hashOf, newToken } from './tokens.ts'

const KEY = /^fck_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A new key, to be shown once, with what is stored of it. */
export function newApiKey(): { readonly key: string; readonly prefix: string; readonly secret_hash: Buffer } {
  const prefix = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  const key = `fck_${prefix}_${newToken()}`
  return { key, prefix, secret_hash: hashOf(key) }
}

/** The program that a key belongs to now; null when it is unknown, revoked or over, or its account or membership ended: all alike, by one look-up. */
export async function findProgram(db: Database, key: string): Promise<Actor | null> {
  if (!KEY.test(key)) return null
  const { rows: [row] } = await db.pool.query<Actor>({
    ...(db.prepared ? { name: 'fc_api_key_actor' } : {}), text: 'select session_id, user_id, tenant_id, role, merchant_id, display_name, scopes from fc.api_key_actor($1)', values: [hashOf(key)],
  })
  return row ?? null
}
