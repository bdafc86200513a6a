import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { Database } from '#database/index.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { createRateLimiter, RATE_LIMITS, type Bucket, type RateLimiter } from './index.ts'

let test_db: TestDatabase
let instances: Database[]
before(async () => {
  test_db = await openTestDatabase()
  instances = [test_db.db, test_db.open({ max: 5 }), test_db.open({ max: 5 })]
})
after(async () => test_db.close())

let made = 0
/** A bucket that nobody has asked yet. */
const bucket = (per_s: number, burst: number): Bucket => ({ name: `test ${(made += 1)}`, limit: { per_s, burst } })
const passed = (answers: readonly { wait_ms: number }[]): number => answers.filter(({ wait_ms }) => wait_ms === 0).length

/** The same database, its statements counted. */
function counted(db: Database): { db: Database; asked: () => number } {
  let asked = 0
  const pool = new Proxy(db.pool, { get: (target, name) => (name !== 'query' ? Reflect.get(target, name) : (...args: unknown[]) => { asked += 1; return (target.query as (...all: unknown[]) => unknown)(...args) }) })
  return { db: { ...db, pool }, asked: () => asked }
}

// Guarantee: three instances at 50 parallel requests each let through what one bucket gives, and never one more.
test('instances together never exceed the limit', async () => {
  for (let round = 0; round < 10; round += 1) {
    const one = bucket(1, 40)
    const limiters = instances.map((db) => createRateLimiter(db))
    const started = performance.now()
    const answers = await Promise.all(limiters.flatMap((limiter) => Array.from({ length: 50 }, () => limiter.take([one]))))
    const refilled = Math.floor((performance.now() - started) / 1000)
    assert.ok(passed(answers) <= 40 + refilled, `${passed(answers)} passed`)
    assert.ok(passed(answers) >= 34, `only ${passed(answers)} of 40 passed: more than a lease each was lost`)
    assert.ok(answers.every(({ wait_ms }) => wait_ms >= 0 && wait_ms <= 1_001))
  }
})

// Guarantee: over seconds of steady asking from three instances, what passes stays inside burst plus refill.
test('the limit holds over time', async () => {
  const one = bucket(20, 30)
  const limiters = instances.map((db) => createRateLimiter(db))
  const started = performance.now()
  let all = 0
  while (performance.now() - started < 2_500) {
    all += passed(await Promise.all(limiters.flatMap((limiter) => Array.from({ length: 5 }, () => limiter.take([one])))))
    await setTimeout(10)
  }
  const most = 30 + 20 * ((performance.now() - started) / 1000)
  assert.ok(all <= most, `${all} of ${most}`)
  assert.ok(all > 30, `only ${all}: nothing came back`)
})

// Guarantee: the wait is true: until it is over nothing passes and the database is not asked again, and then the next one passes.
test('the wait is true', async () => {
  const { db, asked } = counted(test_db.db)
  const limiter = createRateLimiter(db)
  const one = bucket(2, 3)
  for (let i = 0; i < 3; i += 1) assert.equal((await limiter.take([one])).wait_ms, 0)
  const { wait_ms } = await limiter.take([one])
  assert.ok(wait_ms > 0 && wait_ms <= 501, `${wait_ms}`)
  const before = asked()
  for (let i = 0; i < 50; i += 1) assert.ok((await limiter.take([one])).wait_ms > 0)
  assert.equal(asked(), before)
  await setTimeout(wait_ms + 1)
  assert.equal((await limiter.take([one])).wait_ms, 0)
})

// Guarantee: a busy caller pays a round trip for many requests, and parallel ones share it.
test('a busy caller does not pay a round trip each', async () => {
  const { db, asked } = counted(test_db.db)
  const limiter = createRateLimiter(db)
  const actor: Bucket = { name: `busy ${(made += 1)}`, limit: { per_s: 1_000, burst: 1_000 } }
  const tenant: Bucket = { name: `busy ${(made += 1)}`, limit: { per_s: 10_000, burst: 10_000 } }
  for (let i = 0; i < 500; i += 1) assert.equal((await limiter.take([actor, tenant])).wait_ms, 0)
  assert.ok(asked() <= 25, `${asked()} round trips for 500 requests`)
  const before = asked()
  const others = Array.from({ length: 20 }, () => bucket(10, 10))
  await Promise.all(others.map((one) => limiter.take([one, tenant])))
  assert.ok(asked() - before <= 3, `${asked() - before} round trips for 20 callers at once`)
})

// Guarantee: a slow caller is charged what it asks for and nothing beside it, and tokens that were not spent are not saved up.
test('leases are small for the slow and short for all', async () => {
  let now_ms = 1_000_000
  const limiter = createRateLimiter(test_db.db, () => now_ms)
  const one = bucket(0.001, 100)
  for (let i = 0; i < 10; i += 1) {
    assert.equal((await limiter.take([one])).wait_ms, 0)
    now_ms += 1_500
  }
  const left = async () => Number((await test_db.superuser.query("select tokens from rate_buckets where key = sha256(convert_to($1, 'UTF8'))", [one.name])).rows[0].tokens)
  assert.equal(Math.floor(await left()), 90)
  for (let i = 0; i < 8; i += 1) await limiter.take([one])
  const reserved = await left()
  now_ms += 1_001
  await limiter.take([one])
  assert.ok(await left() < reserved, 'an old lease was spent')
})

// Guarantee: a request that one bucket refuses takes nothing from the other.
test('all or none', async () => {
  const limiter = createRateLimiter(test_db.db)
  const [full, empty] = [bucket(0.001, 3), bucket(0.001, 1)]
  assert.equal((await limiter.take([full, empty])).wait_ms, 0)
  for (let i = 0; i < 20; i += 1) assert.ok((await limiter.take([full, empty])).wait_ms > 0)
  assert.equal((await limiter.take([full])).wait_ms, 0)
})

// Guarantee: where the database does not answer, nothing passes unasked: the limiter fails like the request would, and recovers with it.
test('no database, no answer', async () => {
  let broken = false
  const real = test_db.db
  const pool = new Proxy(real.pool, { get: (target, name) => (name === 'query' && broken ? () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })) : Reflect.get(target, name)) })
  const limiter: RateLimiter = createRateLimiter({ ...real, pool })
  const one = bucket(100, 100)
  assert.equal((await limiter.take([one])).wait_ms, 0)
  broken = true
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => limiter.take([one])))
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 20)
  broken = false
  assert.equal((await limiter.take([one])).wait_ms, 0)
})

// Guarantee: the serving role reaches a bucket by its function alone; buckets that nobody asked for an hour are forgotten.
test('buckets are closed and do not pile up', async () => {
  for (const forbidden of ['select * from rate_buckets', 'update rate_buckets set tokens = 1000', 'delete from rate_buckets']) await assert.rejects(test_db.db.pool.query(forbidden), { code: '42501' }, forbidden)
  await test_db.superuser.query("update rate_buckets set at = now() - interval '2 hours'")
  const key = Buffer.alloc(32, 1)
  await test_db.db.pool.query('select * from fc.take_tokens($1, $2, $3, $4, true)', [[key], [1], [1], [1]])
  assert.equal((await test_db.superuser.query('select count(*)::int as n from rate_buckets')).rows[0].n, 1)
})

// Guarantee: no limit of the product is one that a person at a console meets: a page of ten reads every second for a minute, a decision every other second.
test('the limits leave room for a desk', () => {
  const room = (limit: { per_s: number; burst: number }, over_s: number): number => limit.burst + limit.per_s * over_s
  assert.ok(room(RATE_LIMITS.read.actor, 60) >= 10 * 60)
  assert.ok(room(RATE_LIMITS.write.actor, 60) >= 30)
  for (const { actor, tenant } of [RATE_LIMITS.read, RATE_LIMITS.write, RATE_LIMITS.route]) assert.ok(tenant.per_s >= actor.per_s * 10 && tenant.burst >= actor.burst * 10)
})
