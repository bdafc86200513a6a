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

/** What a try counts against; each kind has its own number of free tries an hour. */
function rulesFor(email: string, source: string, known: boolean): Rule[] {
  const own: Rule = { key: keyOf('account and source', email, source), free: 5, base_ms: 2_000, cap_ms: 15 * MINUTE_MS }
  const network: Rule = { key: keyOf('source', source), free: 50, base_ms: 1_000, cap_ms: MINUTE_MS }
  // From a source that signed in to this account today, strangers' guesses elsewhere do not count: they must not be able to shut its owner out.
  if (known) return [own, network]
  return [
    own, network,
    { key: keyOf('account', email), free: 20, base_ms: 1_000, cap_ms: 30_000 },
    { key: keyOf('everywhere'), free: 2_000, base_ms: 100, cap_ms: 1_000 },
  ]
}

const knownKey = (email: string, source: string): Buffer => keyOf('known source', email, source)

/** Counts the try, or says how long to wait; then nothing was counted. */
export async function reserveTry(db: Database, email: string, ip: string): Promise<{ readonly wait_ms: number }> {
  const source = sourcePrefix(ip)
  const { rows: [seen] } = await db.pool.query<{ known: boolean }>('select fc.is_known_source($1) as known', [knownKey(email, source)])
  const rules = rulesFor(email, source, seen!.known)
  const { rows: [answer] } = await db.pool.query<{ wait_ms: number }>('select fc.reserve_login($1, $2, $3, $4) as wait_ms',
    [rules.map((r) => r.key), rules.map((r) => r.free), rules.map((r) => r.base_ms), rules.map((r) => r.cap_ms)])
  return { wait_ms: answer!.wait_ms }
}

/** After a right password (`forget`), or a try that was never judged: what was counted is given back. */
export async function giveBackTry(db: Database, email: string, ip: string, right: boolean): Promise<void> {
  const source = sourcePrefix(ip)
  const [own, ...others] = rulesFor(email, source, false).map((rule) => rule.key)
  if (right) await db.pool.query('select fc.forgive_login($1, $2, $3)', [[own], others, knownKey(email, source)])
  else await db.pool.query('select fc.give_back_login($1)', [[own, ...others]])
}

/** A code has a million values and three of them count, so tries at it have a delay of their own, per account, which a guessed password does not lift. */
const codeKey = (user_id: string): Buffer => keyOf('code of account', user_id)

/** Counts a try at a code as reserveTry does at a password. From a source that signed in today its owner is not slowed by strangers. */
export async function reserveCode(db: Database, { user_id, email, ip }: { readonly user_id: string; readonly email: string; readonly ip: string }): Promise<{ readonly wait_ms: number }> {
  const source = sourcePrefix(ip)
  const { rows: [seen] } = await db.pool.query<{ known: boolean }>('select fc.is_known_source($1) as known', [knownKey(email, source)])
  const key = seen!.known ? keyOf('code of account and source', user_id, source) : codeKey(user_id)
  const { rows: [answer] } = await db.pool.query<{ wait_ms: number }>('select fc.reserve_login($1, $2, $3, $4) as wait_ms', [[key], [10], [2_000], [5 * MINUTE_MS]])
  return { wait_ms: answer!.wait_ms }
}

/** After a code that was taken: the tries at it are given back. */
export async function giveBackCode(db: Database, { user_id, ip }: { readonly user_id: string; readonly ip: string }): Promise<void> {
  await db.pool.query('select fc.give_back_login($1)', [[codeKey(user_id), keyOf('code of account and source', user_id, sourcePrefix(ip))]])
}

/**
 * Nobody guesses 256 bits: links are counted so that wrong ones cannot be asked for without end, and apart from sign-in, so that a flood of
 * invented links keeps nobody out.
 */
const linkKey = (ip: string): Buffer => keyOf('links of source', sourcePrefix(ip))

/** Counts a try at a single-use link, or says how long to wait; then nothing was counted. */
export async function reserveLinkTry(db: Database, ip: string): Promise<{ readonly wait_ms: number }> {
  const { rows: [answer] } = await db.pool.query<{ wait_ms: number }>('select fc.reserve_login($1, $2, $3, $4) as wait_ms', [[linkKey(ip)], [50], [1_000], [MINUTE_MS]])
  return { wait_ms: answer!.wait_ms }
}

/** After a link that could be used, or a try that was never judged. */
export async function giveBackLinkTry(db: Database, ip: string): Promise<void> {
  await db.pool.query('select fc.give_back_login($1)', [[linkKey(ip)]])
}
