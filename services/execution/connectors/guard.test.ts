import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { handClock } from '../testing/hand-clock.ts'
import { CLOSED, permit, settled, type Breaker } from './breaker.ts'
import { ConnectorFault, type Carried } from './connector.ts'
import { GUARD_SETTINGS, makeGuard, type Guard, type GuardKey } from './guard.ts'

const KEY: GuardKey = { connector_id: 'rate_feed', tenant_id: 't1' }
const never = (): Promise<never> => new Promise(() => {})
const failing = (cause: string, retryable = true) => async (): Promise<never> => { throw new ConnectorFault(cause, retryable) }
const confirmed: Carried = { status: 'confirmed', reference: 'R', received: { amount: '1', currency: 'USD' }, at: '2026-10-05T09:00:00Z' }
const world = (change: Partial<typeof GUARD_SETTINGS> = {}) => {
  const clock = handClock()
  return { clock, guard: makeGuard({ ...GUARD_SETTINGS, ...change }, clock, () => 0.5) }
}
/** Opens the breaker of a key by as many failures as it takes. */
async function trip(guard: Guard, key = KEY): Promise<void> {
  for (let i = 0; i < GUARD_SETTINGS.breaker.failures; i++) await guard.carry(key, failing('connection_failed'))
  assert.equal(guard.state(key).breaker, 'open')
}

// Guarantee: a call ends within its time even when the connector ignores its signal, and a carry that was out is then unknown.
test('a hung call ends in time', async () => {
  const { clock, guard } = world()
  let signal: AbortSignal | undefined
  const read = guard.read(KEY, (given) => { signal = given; return never() })
  const carried = guard.carry(KEY, never)
  await clock.pass(GUARD_SETTINGS.timeout_ms)
  assert.deepEqual(await read, { ok: false, error: { code: 'connector_unavailable', cause: 'timeout' } })
  assert.deepEqual(await carried, { status: 'unknown', cause: 'timeout' })
  assert.equal(signal?.aborted, true)
})

// Guarantee: what may move money goes out once, however it ends; nothing but its own answer says how it ended.
test('a carry is never repeated', async () => {
  for (const [call, expected] of [
    [failing('http_503'), { status: 'unknown', cause: 'http_503' }],
    [failing('connection_failed'), { status: 'unknown', cause: 'connection_failed' }],
    [async () => { throw new Error('bug with a secret in it') }, { status: 'unknown', cause: 'internal' }],
    [() => { throw new Error('thrown before it waited') }, { status: 'unknown', cause: 'internal' }],
    [async () => confirmed, confirmed],
    [async (): Promise<Carried> => ({ status: 'failed', cause: 'limit' }), { status: 'failed', cause: 'limit' }],
  ] as const) {
    const { clock, guard } = world()
    let calls = 0
    const carried = guard.carry(KEY, (signal) => { calls++; return (call as (s: AbortSignal) => Promise<Carried>)(signal) })
    await clock.pass(60_000)
    assert.deepEqual(await carried, expected)
    assert.equal(calls, 1)
  }
})

// Guarantee: a read is repeated a little later when it may help, not when it cannot, and within its time in all.
test('a read is repeated within bounds', async () => {
  const { clock, guard } = world()
  const at: number[] = []
  const read = guard.read(KEY, async () => { at.push(clock.now()); if (at.length < 3) throw new ConnectorFault('http_503', true); return 'rates' })
  await clock.pass(5_000)
  assert.deepEqual(await read, { ok: true, value: 'rates' })
  assert.deepEqual(at, [0, 300, 900])
  let calls = 0
  const hopeless = guard.read(KEY, () => { calls++; return failing('not_json', false)() })
  await clock.pass(5_000)
  assert.deepEqual(await hopeless, { ok: false, error: { code: 'connector_unavailable', cause: 'not_json' } })
  assert.equal(calls, 1)
})

// Guarantee: when everything fails, repetitions run out: they stay a small part of all calls.
test('repetitions have a budget', async () => {
  const { clock, guard } = world({ breaker: { failures: 1_000_000, rest_ms: 1 } })
  let calls = 0
  const reads = 500
  for (let i = 0; i < reads; i++) {
    const read = guard.read(KEY, () => { calls++; return failing('http_500')() })
    await clock.pass(5_000)
    await read
  }
  assert.ok(calls <= reads + reads / GUARD_SETTINGS.retry.calls_for_one + GUARD_SETTINGS.retry.saved, `${calls} calls`)
})

// Guarantee: after failures in a row nothing goes out, and that nothing went out is certain; one try comes after a rest, and decides.
test('the circuit opens, rests and tries', async () => {
  const { clock, guard } = world()
  await trip(guard)
  assert.deepEqual(await guard.carry(KEY, () => assert.fail('went out')), { status: 'failed', cause: 'circuit_open' })
  assert.deepEqual(await guard.read(KEY, () => assert.fail('went out')), { ok: false, error: { code: 'connector_unavailable', cause: 'circuit_open' } })
  await clock.pass(GUARD_SETTINGS.breaker.rest_ms)
  let finish: (carried: Carried) => void = () => assert.fail()
  const trial = guard.carry(KEY, () => new Promise((resolve) => { finish = resolve }))
  await clock.pass(0)
  assert.equal(guard.state(KEY).breaker, 'half_open')
  assert.deepEqual(await guard.carry(KEY, () => assert.fail('a second try')), { status: 'failed', cause: 'circuit_open' })
  finish(confirmed)
  assert.deepEqual(await trial, confirmed)
  assert.equal(guard.state(KEY).breaker, 'closed')
  await trip(guard)
  await clock.pass(GUARD_SETTINGS.breaker.rest_ms)
  await guard.carry(KEY, failing('http_500'))
  assert.equal(guard.state(KEY).breaker, 'open')
})

// Guarantee: one tenant's or one connector's trouble is nobody else's.
test('circuits and places are apart by tenant and connector', async () => {
  const { guard } = world()
  await trip(guard)
  for (const key of [{ ...KEY, tenant_id: 't2' }, { ...KEY, connector_id: 'signed_quote_webhook' } as const]) assert.deepEqual(await guard.read(key, async () => 1), { ok: true, value: 1 })
})

// Guarantee: never more calls are out than there are places, those that ignore their signal counted; who waits too long or comes too many is sent away unsent.
test('places and queue are bounded', async () => {
  const { clock, guard } = world({ breaker: { failures: 1_000, rest_ms: 1 } })
  const { in_flight, queued } = GUARD_SETTINGS.bulkhead
  let out = 0
  const calls = Array.from({ length: in_flight + queued + 3 }, () => guard.carry(KEY, () => { out++; return never() }))
  await clock.pass(0)
  assert.equal(out, in_flight)
  assert.deepEqual(guard.state(KEY), { breaker: 'closed', in_flight, queued })
  for (const call of calls.slice(-3)) assert.deepEqual(await call, { status: 'failed', cause: 'bulkhead_full' })
  await clock.pass(GUARD_SETTINGS.timeout_ms)
  const ends = await Promise.all(calls)
  assert.equal(ends.filter(({ status }) => status === 'unknown').length, in_flight)
  assert.equal(ends.filter((end) => end.status === 'failed' && end.cause === 'timeout').length, queued)
  assert.equal(out, in_flight, 'who had waited went out after its time')
})

// Guarantee: a place that is given back goes to who waits, in order, and none is lost or made.
test('places pass on', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.record({ lasts_ms: fc.integer({ min: 1, max: 12_000 }), well: fc.boolean() }), { minLength: 1, maxLength: 30 }), async (plan) => {
    const { clock, guard } = world({ breaker: { failures: 1_000, rest_ms: 1 } })
    let out = 0
    let most = 0
    const calls = plan.map(({ lasts_ms, well }) => guard.carry(KEY, async () => {
      most = Math.max(most, ++out)
      await new Promise<void>((resolve) => { clock.after(lasts_ms, resolve) })
      out--
      if (!well) throw new ConnectorFault('http_500')
      return confirmed
    }))
    await clock.pass(60_000)
    await Promise.all(calls)
    assert.ok(most <= GUARD_SETTINGS.bulkhead.in_flight)
    assert.deepEqual([guard.state(KEY).in_flight, guard.state(KEY).queued], [0, 0])
  }), { numRuns: 50 })
})

// Guarantee: the breaker lets nothing out while it rests and no more than one call while it tries, whatever happens in whatever order.
test('the breaker holds for any course', () => {
  const settings = { failures: 3, rest_ms: 100 }
  fc.assert(fc.property(fc.array(fc.record({ wait_ms: fc.nat(150), well: fc.boolean() }), { maxLength: 60 }), (course) => {
    let breaker: Breaker = CLOSED
    let now_ms = 0
    for (const { wait_ms, well } of course) {
      now_ms += wait_ms
      const before = breaker
      const asked = permit(breaker, now_ms)
      breaker = asked.breaker
      if (before.state === 'open') assert.equal(asked.may, now_ms >= before.until_ms)
      if (!asked.may) continue
      if (before.state === 'open') assert.equal(permit(breaker, now_ms).may, false)
      breaker = settled(breaker, well, now_ms, settings)
      if (well) assert.deepEqual(breaker, CLOSED)
      else if (before.state === 'open') assert.equal(breaker.state, 'open')
    }
  }))
})
