/**
 * The sign-in delay. A try is counted before its password is looked at, in one statement, so that many at once cannot all slip through.
 * What grows is a wait, per account and source, never a lock that a stranger could put on an account.
 */
import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import type { Database } from '#database/index.ts'

type Rule = { readonly key: Buffer; readonly free: number; readonly base_ms: number; readonly cap_ms: number }

const keyOf = (...parts: readonly string[]): Buffer => createHash('sha256').update(parts.join('\u0000')).digest()

/** The network someone comes from: /24 of IPv4, /64 of IPv6, so that a fresh address a time gains nothing. */
export function sourcePrefix(ip: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(ip)?.[1]
  const plain = mapped ?? ip
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(plain)) return 'unknown'
  const [head = '', tail = ''] = plain.toLowerCase().split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = plain.includes('::') ? [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right] : left
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}

const MINUTE_MS = 60_000

/** Where a try comes from: an address, and the cookie of a browser that signed in before, if it has one. */
export type Source = { readonly ip: string; readonly device?: string | null }

/** What a try counts against; each kind has its own number of free tries an hour. */
function rulesFor(email: string, { ip, device }: Source, known: boolean): Rule[] {
  const own = { free: 5, base_ms: 2_000, cap_ms: 15 * MINUTE_MS }
  // From a browser that signed in to this account before, nobody else's guesses count, from its own network neither: they must not be able to shut its owner out.
  if (known) return [{ key: keyOf('account and device', email, device!), ...own }]
  const source = sourcePrefix(ip)
  return [
    { key: keyOf('account and source', email, source), ...own },
    { key: keyOf('source', source), free: 50, base_ms: 1_000, cap_ms: MINUTE_MS },
    { key: keyOf('account', email), free: 20, base_ms: 1_000, cap_ms: 30_000 },
    { key: keyOf('everywhere'), free: 2_000, base_ms: 100, cap_ms: 1_000 },
  ]
}

const deviceKey = (email: string, device: string): Buffer => keyOf('known device', email, device)

async function isKnown(db: Database, email: string, { device }: Source): Promise<boolean> {
  if (device == null) return false
  const { rows: [row] } = await db.pool.query<{ known: boolean }>('select fc.is_known_device($1) as known', [deviceKey(email, device)])
  return row!.known
}

async function reserve(db: Database, rules: readonly Rule[]): Promise<Try> {
  const { rows: [answer] } = await db.pool.query<{ wait_ms: number }>('select fc.reserve_login($1, $2, $3, $4) as wait_ms',
    [rules.map((r) => r.key), rules.map((r) => r.free), rules.map((r) => r.base_ms), rules.map((r) => r.cap_ms)])
  return { wait_ms: answer!.wait_ms, keys: rules.map((r) => r.key) }
}

/** A try that was counted under these keys, the narrowest first; where there is a wait, nothing was counted. */
export type Try = { readonly wait_ms: number; readonly keys: readonly Buffer[] }

/** Counts the try, or says how long to wait. */
export const reserveTry = async (db: Database, email: string, source: Source): Promise<Try> => reserve(db, rulesFor(email, source, await isKnown(db, email, source)))

/** After a try that was never judged: exactly what it counted is given back. */
export async function giveBackTry(db: Database, { keys }: Try): Promise<void> {
  await db.pool.query('select fc.give_back_login($1)', [keys])
}

/** After a right password: tries at the account from here are forgotten, and the browser is known from now on. */
export async function forgiveTry(db: Database, email: string, { keys: [own, ...others] }: Try, device: string | null | undefined): Promise<void> {
  await db.pool.query('select fc.forgive_login($1, $2, $3)', [[own], others, device == null ? null : deviceKey(email, device)])
}

/** A code has a million values and three of them count, so tries at it have a delay of their own, per account, which a guessed password does not lift. */
export async function reserveCode(db: Database, { user_id, email, ...source }: Source & { readonly user_id: string; readonly email: string }): Promise<Try> {
  const key = (await isKnown(db, email, source)) ? keyOf('code of account and device', user_id, source.device!) : keyOf('code of account', user_id)
  return reserve(db, [{ key, free: 10, base_ms: 2_000, cap_ms: 5 * MINUTE_MS }])
}

/**
 * Counts a try at a single-use link. Nobody guesses 256 bits: they are counted so that wrong ones cannot be asked for without end, and apart from
 * sign-in, so that a flood of invented links keeps nobody out.
 */
export const reserveLinkTry = (db: Database, ip: string): Promise<Try> =>
  reserve(db, [{ key: keyOf('links of source', sourcePrefix(ip)), free: 50, base_ms: 1_000, cap_ms: MINUTE_MS }])
