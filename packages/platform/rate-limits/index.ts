/**
 * Rate limits that hold across instances. The buckets are in the database (fc.take_tokens); an instance reserves some tokens of a bucket and
 * spends them without asking again, so a busy caller pays a round trip for every few requests and not for each. Reserved before spent: all
 * instances together never let through more than the buckets gave. May import contracts and the store.
 */
import { createHash } from 'node:crypto'
import type { Database } from '#database/index.ts'
import type { Limit } from './limits.ts'

export { bucketsOf } from './buckets.ts'
export { RATE_LIMITS, type RateClass, type RateLimits } from './limits.ts'

export type Bucket = { /** what is limited, e.g. "actor … read" */ readonly name: string; readonly limit: Limit }
export type RateLimiter = {
  /** Takes one token of each bucket or of none. Answers 0, or in how many ms it is worth trying again. Rejects where the database does not answer. */
  take(buckets: readonly Bucket[]): Promise<{ readonly wait_ms: number }>
}

/** Unspent tokens are dropped after this long, so that no burst is saved up beside the bucket. */
const LEASE_LASTS_MS = 1_000
/** A lease is at most this part of a bucket: what instances hold unspent stays a fraction of the limit. */
const LEASE_OF_BURST = 1 / 20
const LEASE_TOKENS_MAX = 50
/** Bounds the memory; the oldest are dropped, which loses their tokens and costs a round trip. */
const LEASES_MAX = 20_000
const TRIES_MAX = 10
const FORGET_EVERY = 1_000

type Lease = {
  readonly key: Buffer
  readonly limit: Limit
  tokens: number
  /** tokens are dropped at this time */
  until_ms: number
  /** the bucket was empty: nothing is asked of it before this time */
  closed_until_ms: number
  /** how many to reserve next time: one for a slow caller, more for one that spends what it reserves */
  size: number
  /** requests that wait for the reservation under way */
  waiting: number
  filling: Promise<void> | null
}

export function createRateLimiter(db: Database, clock: () => number = () => performance.now()): RateLimiter {
  const leases = new Map<string, Lease>()
  let queue: Lease[] = []
  let flushing: Promise<void> | null = null
  let asked = 0

  function leaseOf({ name, limit }: Bucket): Lease {
    const known = leases.get(name)
    if (known !== undefined && known.limit === limit) return known
    if (leases.size >= LEASES_MAX) leases.delete(leases.keys().next().value!)
    const made: Lease = { key: createHash('sha256').update(name).digest(), limit, tokens: 0, until_ms: 0, closed_until_ms: 0, size: 1, waiting: 0, filling: null }
    leases.set(name, made)
    return made
  }

  const tokensOf = (lease: Lease, now_ms: number): number => (now_ms < lease.until_ms ? lease.tokens : 0)

  /** Reserves for every lease that ran empty in this tick, in one statement. */
  async function flush(): Promise<void> {
    // What else runs empty in this tick travels along.
    await Promise.resolve()
    const batch = queue
    queue = []
    flushing = null
    const now_ms = clock()
    const wanted = batch.map((lease) => {
      const most = Math.max(1, Math.min(LEASE_TOKENS_MAX, Math.floor(lease.limit.burst * LEASE_OF_BURST)))
      lease.size = now_ms < lease.until_ms ? Math.min(lease.size * 2, most) : 1
      return Math.min(Math.max(lease.size, lease.waiting), lease.limit.burst)
    })
    asked += 1
    const { rows } = await db.pool.query<{ key: Buffer; granted: number; wait_ms: number }>({
      ...(db.prepared ? { name: 'fc_take_tokens' } : {}), text: 'select key, granted, wait_ms from fc.take_tokens($1, $2, $3, $4, $5)',
      values: [batch.map((l) => l.key), batch.map((l) => l.limit.per_s), batch.map((l) => l.limit.burst), wanted, asked % FORGET_EVERY === 0],
    })
    const answers = new Map(rows.map((row) => [row.key.toString('hex'), row]))
    const then_ms = clock()
    for (const lease of batch) {
      const answer = answers.get(lease.key.toString('hex'))!
      lease.tokens = tokensOf(lease, then_ms) + answer.granted
      lease.until_ms = then_ms + LEASE_LASTS_MS
      lease.closed_until_ms = answer.granted > 0 ? 0 : then_ms + answer.wait_ms
    }
  }

  function fill(lease: Lease): Promise<void> {
    if (lease.filling !== null) return lease.filling
    queue.push(lease)
    flushing ??= flush()
    const filling = flushing.finally(() => { lease.filling = null })
    lease.filling = filling
    return filling
  }

  async function waitFor(lease: Lease): Promise<void> {
    lease.waiting += 1
    try {
      await fill(lease)
    } finally {
      lease.waiting -= 1
    }
  }

  return {
    async take(buckets) {
      const wanted = buckets.map(leaseOf)
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const now_ms = clock()
        const wait_ms = Math.max(...wanted.map((lease) => lease.closed_until_ms - now_ms))
        if (wait_ms > 0) return { wait_ms: Math.ceil(wait_ms) }
        const empty = wanted.filter((lease) => tokensOf(lease, now_ms) < 1)
        if (empty.length === 0) {
          for (const lease of wanted) lease.tokens -= 1
          return { wait_ms: 0 }
        }
        await Promise.all(empty.map(waitFor))
      }
      // Others were faster every time: as good as an empty bucket.
      return { wait_ms: 1_000 }
    },
  }
}
