/**
 * The sign-in delay. A try is counted before its password is looked at, in one statement, so that many at once cannot all slip through.
 * What grows is a wait, per account and source, never a lock that a stranger could put on an account.
 */
import { createHash } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import type { Database } from '#database/index.ts'
import { newToken } from './tokens.ts'

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

/** Where a try comes from: an address, and what the device cookie of the browser holds, one token for each account that signed in there. */
export type Source = { readonly ip: string; readonly devices?: readonly string[] }

/** What a try counts against; each kind has its own number of free tries an hour. */
function rulesFor(email: string, { ip }: Source, device: string | null): Rule[] {
  const own = { free: 5, base_ms: 2_000, cap_ms: 15 * MINUTE_MS }
  // From a browser that signed in to this account before, nobody else's guesses count, from its own network neither: they must not be able to shut its owner out.
  // All known browsers together have a bound too: whoever signed in a hundred times has a hundred of them.
  if (device !== null) return [{ key: keyOf('account and device', email, device), ...own }, { key: keyOf('account at known devices', email), free: 20, base_ms: 1_000, cap_ms: 30_000 }]
  const source = sourcePrefix(ip)
  return [
    { key: keyOf('account and source', email, source), ...own },
    { key: keyOf('source', source), free: 50, base_ms: 1_000, cap_ms: MINUTE_MS },
    { key: keyOf('account', email), free: 20, base_ms: 1_000, cap_ms: 30_000 },
    { key: keyOf('everywhere'), free: 2_000, base_ms: 100, cap_ms: 1_000 },
  ]
}

const deviceKey = (email: string, device: string): Buffer => keyOf('known device', email, device)

/** The one of the browser's tokens by which it is known for this account; null where there is none. */
async function knownDevice(db: Database, email: string, { devices = [] }: Source): Promise<string | null> {
  if (devices.length === 0) return null
  const { rows } = await db.pool.query<{ known: boolean }>('select fc.is_known_device(key, $2) as known from unnest($1::bytea[]) with ordinality as d(key, place) order by place', [devices.map((each) => deviceKey(email, each)), email])
  return devices.find((_, place) => rows[place]!.known) ?? null
}

async function reserve(db: Database, rules: readonly Rule[], device: string | null = null): Promise<Try> {
  const { rows: [answer] } = await db.pool.query<{ wait_ms: number }>('select fc.reserve_login($1, $2, $3, $4) as wait_ms',
    [rules.map((r) => r.key), rules.map((r) => r.free), rules.map((r) => r.base_ms), rules.map((r) => r.cap_ms)])
  return { wait_ms: answer!.wait_ms, keys: rules.map((r) => r.key), device }
}

/** A try that was counted under these keys, the narrowest first; where there is a wait, nothing was counted. */
export type Try = { readonly wait_ms: number; readonly keys: readonly Buffer[]; /** by which the browser is known for the account */ readonly device: string | null }

/** Counts the try, or says how long to wait. */
export async function reserveTry(db: Database, email: string, source: Source): Promise<Try> {
  const device = await knownDevice(db, email, source)
  return reserve(db, rulesFor(email, source, device), device)
}

/** After a try that was never judged: exactly what it counted is given back. */
export async function giveBackTry(db: Database, { keys }: Try): Promise<void> {
  await db.pool.query('select fc.give_back_login($1)', [keys])
}

async function settle(db: Database, email: string, device: string | null, tries: { readonly forget: readonly Buffer[]; readonly give_back: readonly Buffer[] }): Promise<void> {
  await db.pool.query('select fc.forgive_login($1, $2, $3, $4)', [tries.forget, tries.give_back, device === null ? null : deviceKey(email, device), email])
}

/** After a right proof: tries at the account from here are forgotten, and a browser that was known stays so. */
export const forgiveTry = (db: Database, email: string, { keys, device }: Try): Promise<void> => settle(db, email, device, { forget: keys.slice(0, 1), give_back: keys.slice(1) })

/** After a second factor was enrolled: gives the try back, and the browser, which is known by the new factor from now on, stays known. */
export const keepKnown = (db: Database, email: string, { keys, device }: Try): Promise<void> => settle(db, email, device, { forget: [], give_back: keys })

/** A device cookie keeps this many accounts of one browser, the latest signed in first. */
export const DEVICES_MAX = 4

/**
 * After a sign-in: forgives as above and answers what the device cookie holds from now on. Its first token is made here and never the browser's own, so
 * that whoever planted a cookie or read one before this sign-in holds nothing that is known for this account. Tokens of other accounts stay.
 */
export async function renewDevice(db: Database, email: string, tried: Try, { devices = [] }: Source): Promise<readonly string[]> {
  const device = newToken()
  await forgiveTry(db, email, { ...tried, device })
  if (tried.device !== null) await db.pool.query('select fc.forget_device($1, $2)', [deviceKey(email, tried.device), email])
  return [device, ...devices.filter((each) => each !== tried.device)].slice(0, DEVICES_MAX)
}

/** A code has a million values and three of them count, so tries at it have a delay of their own, per account, which a guessed password does not lift. */
export async function reserveCode(db: Database, { user_id, email, ...source }: Source & { readonly user_id: string; readonly email: string }): Promise<Try> {
  const device = await knownDevice(db, email, source)
  const own = { free: 10, base_ms: 2_000, cap_ms: 5 * MINUTE_MS }
  if (device === null) return reserve(db, [{ key: keyOf('code of account', user_id), ...own }])
  return reserve(db, [{ key: keyOf('code of account and device', user_id, device), ...own }, { key: keyOf('code of account at known devices', user_id), free: 20, base_ms: 2_000, cap_ms: MINUTE_MS }], device)
}

/**
 * Counts a try at a single-use link. Nobody guesses 256 bits: they are counted so that wrong ones cannot be asked for without end, and apart from
 * sign-in, so that a flood of invented links keeps nobody out.
 */
export const reserveLinkTry = (db: Database, ip: string): Promise<Try> =>
  reserve(db, [{ key: keyOf('links of source', sourcePrefix(ip)), free: 50, base_ms: 1_000, cap_ms: MINUTE_MS }])
