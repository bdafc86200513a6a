/** Several server processes over one database behave as one, and neither a shutdown nor a dying database loses or doubles anything. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { withTenantRead, verifyAuditChain } from '#database/index.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { startTestServer, type TestServer } from '#tools/testing/database.ts'
import { csrfTokenOf } from './http/session-cookie.ts'
import { PASSWORD } from './testing/calls.ts'
import { startInstance, type HttpAnswer, type Instance } from './testing/instances.ts'
import { ORIGIN, openWorld, routeBody, type Client, type Company, type World } from './testing/world.ts'

/** Its own, and one that waits for the disk: the tests here kill its sessions, which restarts all of it. */
let server: TestServer
let world: World
let three: readonly Instance[]
before(async () => {
  server = await startTestServer({ durable: true })
  world = await openWorld({ server })
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
  three = await Promise.all([1, 2, 3].map(() => startInstance(world.database.url, world.files)))
})
after(async () => {
  await Promise.all(three.map((instance) => instance.stop()))
  await world.close()
  await server.stop()
})

const headersOf = (client: Client, key: string = randomUUID()): Record<string, string> => ({
  cookie: `flowclaw=${client.token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(client.token), 'idempotency-key': key, 'content-type': 'application/json',
})
const statusOf = (answer: HttpAnswer): number | 'no answer' => (answer === 'no answer' ? answer : answer.status)
const count = async (from: string, values: unknown[]): Promise<number> => (await world.database.superuser.query<{ n: number }>(`select count(*)::int as n from ${from}`, values)).rows[0]!.n
const requested = (of: Company): Promise<number> => count("audit_events where tenant_id = $1 and action = 'route_session.requested' and transition_seq = 1", [of.id])

// Guarantee: one key has one effect under 50 parallel calls on 3 instances; all others get the same answer or are told to wait.
test('one effect per key under 50 parallel calls on 3 instances', async () => {
  const client = await world.as(world.a, 'merchant_client')
  const [headers, body, before_rows] = [headersOf(client), routeBody(world.a), await requested(world.a)]
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => three[i % 3]!.ask('POST', '/api/route-sessions', { headers, body })))
  const made = new Set<string>()
  for (const answer of answers) {
    assert.ok(answer !== 'no answer' && [201, 409].includes(answer.status), JSON.stringify(answer))
    if (answer.status === 201) made.add((JSON.parse(answer.text) as { id: string }).id)
  }
  assert.equal(made.size, 1)
  assert.equal(await requested(world.a) - before_rows, 1)
})

// Guarantee: a session that is ended, an account that is disabled and a membership that is over answer nothing on any instance from the next request on.
test('attack 7: what ends on one instance is over on all three', async () => {
  const asked = (client: Client) => Promise.all(three.map(async (instance) => statusOf(await instance.ask('GET', '/api/portal/session', { headers: { cookie: `flowclaw=${client.token}` } }))))
  const change = (sql: string) => world.database.superuser.query(sql, [world.b.users.desk_operator])
  for (const [how, end, undo] of [
    ['signed out', async (client: Client) => { assert.equal(statusOf(await three[0]!.ask('POST', '/api/auth/logout', { headers: headersOf(client), body: {} })), 204) }, async () => {}],
    ['disabled', () => change('update users set disabled_at = now() where id = $1'), () => change('update users set disabled_at = null where id = $1')],
    ['membership over', () => change('update memberships set ended_at = now() where user_id = $1'), () => change('update memberships set ended_at = null where user_id = $1')],
  ] as const) {
    const client = await world.as(world.b, 'desk_operator')
    assert.deepEqual(await asked(client), [200, 200, 200], how)
    await end(client)
    assert.deepEqual(await asked(client), [401, 401, 401], how)
    await undo()
  }
})

// Guarantee: however a thousand guesses are spread over the instances, no more of them are looked at than one instance would.
test('attack 16: 1,000 parallel logins over 3 instances', async () => {
  const headers = { origin: ORIGIN, 'content-type': 'application/json' }
  const body = { email: 'merchant_client@beta.example', password: 'not the password of anyone' }
  const statuses: (number | 'no answer')[] = []
  const started = performance.now()
  const guess = async (i: number): Promise<void> => { statuses.push(statusOf(await three[i % 3]!.ask('POST', '/api/auth/login', { headers, body }))) }
  for (let wave = 0; wave < 5; wave++) await Promise.all(Array.from({ length: 200 }, (_, i) => guess(i)))
  const looked_at = statuses.filter((status) => status === 401).length
  // Five are free; then waits of 2, 4, 8 seconds let one more through each.
  const allowed = 5 + Math.floor(Math.log2((performance.now() - started) / 2_000 + 1))
  assert.ok(looked_at >= 1 && looked_at <= allowed, `${looked_at} guesses were looked at, ${allowed} may be`)
  assert.ok(statuses.every((status) => status === 401 || status === 429 || status === 503), [...new Set(statuses)].join())
})

// Guarantee: what one instance changed, the next request on another one sees.
test('a change on one instance is seen on the others', async () => {
  const admin = await world.as(world.a, 'platform_admin')
  for (const [i, clock] of ['2026-09-30T09:00:00+01:00', '2026-09-29T09:00:00+01:00'].entries()) {
    assert.equal(statusOf(await three[i]!.ask('PUT', '/api/market-clock', { headers: headersOf(admin), body: { clock, reason: 'demonstration' } })), 200)
    for (const instance of three) {
      const answer = await instance.ask('GET', '/api/portal/session', { headers: { cookie: `flowclaw=${admin.token}` } })
      assert.ok(answer !== 'no answer' && answer.text.includes(clock), `instance ${three.indexOf(instance)}`)
    }
  }
})

/** Asks until there is an answer that is one, with the same key, as a client of ours does. */
async function askUntilAnswered(instances: readonly Instance[], headers: Record<string, string>, body: unknown): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await instances[tries % instances.length]!.ask('POST', '/api/route-sessions', { headers, body })
    if (answer !== 'no answer' && answer.status === 201) return (JSON.parse(answer.text) as { id: string }).id
    assert.ok(answer === 'no answer' || [409, 429, 500, 503].includes(answer.status), JSON.stringify(answer))
    await wait(50)
  }
  throw new Error('no answer in time')
}

// Guarantee: PostgreSQL killed under load three times loses nothing acknowledged and doubles nothing; the servers live on and find it again.
test('attack 30: PostgreSQL killed under three instances', { timeout: 120_000 }, async (t) => {
  const client = await world.as(world.a, 'merchant_client')
  const before_rows = await requested(world.a)
  const acknowledged = new Map<string, string>()
  let stopped = false
  const worker = async (): Promise<void> => {
    while (!stopped) {
      const key = randomUUID()
      acknowledged.set(key, await askUntilAnswered(three, headersOf(client, key), routeBody(world.a)))
    }
  }
  const workers = Array.from({ length: 6 }, worker)
  for (let round = 0; round < 3; round++) {
    const so_far = acknowledged.size
    while (acknowledged.size < so_far + 5) await wait(20)
    // One session killed hard: PostgreSQL ends all others and recovers from its log.
    const { rows: [victim] } = await world.database.superuser.query<{ pid: number }>("select pid from pg_stat_activity where usename = 'app_rt' and pid <> pg_backend_pid() order by query_start desc limit 1")
    process.kill(victim!.pid, 'SIGKILL')
    await wait(300)
  }
  stopped = true
  await Promise.all(workers)
  t.diagnostic(`${acknowledged.size} requests acknowledged through three crashes`)
  assert.equal(new Set(acknowledged.values()).size, acknowledged.size)
  assert.equal(await count('route_sessions where tenant_id = $1 and id = any ($2)', [world.a.id, [...acknowledged.values()]]), acknowledged.size)
  assert.equal(await requested(world.a) - before_rows, acknowledged.size)
  const verdict = await withTenantRead(world.database.open(), { tenant_id: world.a.id } as never, (tx) => verifyAuditChain(tx))
  assert.equal(verdict.ok, true, JSON.stringify(verdict))
})

// Guarantee: a server that is told to stop answers what it has begun; each request either was answered with its result or was not done.
test('a graceful shutdown drains', async () => {
  const client = await world.as(world.a, 'merchant_client')
  const leaving = await startInstance(world.database.url, world.files)
  const before_rows = await requested(world.a)
  const asked = Array.from({ length: 24 }, () => leaving.ask('POST', '/api/route-sessions', { headers: headersOf(client), body: routeBody(world.a) }))
  const first = await Promise.race(asked)
  const started = performance.now()
  const ended = leaving.stop()
  const statuses = (await Promise.all(asked)).map(statusOf)
  await ended
  // Clients that keep their connections open hold nothing up: Fastify would wait 72 s for each.
  assert.ok(performance.now() - started < 15_000)
  assert.equal(statusOf(first), 201)
  const done = statuses.filter((status) => status === 201).length
  assert.ok(statuses.every((status) => status === 201 || status === 503 || status === 'no answer'), statuses.join())
  assert.equal(await requested(world.a) - before_rows, done, 'what was done was answered')
  assert.equal(statusOf(await leaving.ask('GET', '/health/live', { headers: {} })), 'no answer')
  assert.equal(await count("pg_stat_activity where datname = current_database() and usename = 'app_rt' and state like 'idle in transaction%'", []), 0)
})
