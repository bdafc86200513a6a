import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Role } from '#contracts/roles.ts'
import type { RateLimits } from '#platform/rate-limits/index.ts'
import { buildApp } from './build-app.ts'
import { FAR_LIMITS, openWorld, routeBody, type Client, type World } from './testing/world.ts'

let world: World
let instances: FastifyInstance[]
/** Tokens a second: too few for a test to get one back. */
const SLOW = 0.0001
const limits = (change: Partial<RateLimits>): RateLimits => ({ ...FAR_LIMITS, ...change })

async function start(rateLimits: RateLimits): Promise<void> {
  await Promise.all(instances.map((app) => app.close()))
  await world.database.superuser.query('truncate rate_buckets')
  instances = await Promise.all([1, 2, 3].map(() => buildApp({ ...world.deps, rateLimits, db: world.database.open({ max: 6 }) })))
}
before(async () => { world = await openWorld(); instances = [] })
after(async () => { await Promise.all(instances.map((app) => app.close())); await world.close() })

type Got = { status: number; retry_after: string | undefined; json: any }
/** A read by whoever holds the token, on the n-th instance. */
async function read(n: number, client: Client, url = '/api/corridors', headers: Record<string, string> = {}): Promise<Got> {
  const answer = await instances[n % instances.length]!.inject({ method: 'GET', url, headers: { ...(client.token === '' ? {} : { cookie: `flowclaw=${client.token}` }), ...headers } })
  return { status: answer.statusCode, retry_after: answer.headers['retry-after'] as string | undefined, json: /[/+]json/.test(String(answer.headers['content-type'])) ? answer.json() : null }
}
const passed = (answers: readonly Got[]): number => answers.filter(({ status }) => status === 200).length
const many = (count: number, ask: (n: number) => Promise<Got>): Promise<Got[]> => Promise.all(Array.from({ length: count }, (_, n) => ask(n)))

// Guarantee: 150 requests at once over three instances get what the limit gives and no more, and every refusal says truly when to come back.
test('one caller, three instances', async () => {
  await start(limits({ read: { actor: { per_s: 1, burst: 40 }, tenant: { per_s: 1e6, burst: 1e6 } } }))
  const desk = await world.as(world.a, 'desk_operator')
  const started = performance.now()
  const answers = await many(150, (n) => read(n, desk))
  const refilled = Math.floor((performance.now() - started) / 1000)
  assert.ok(passed(answers) <= 40 + refilled && passed(answers) >= 34, `${passed(answers)}`)
  for (const refused of answers.filter(({ status }) => status !== 200)) {
    assert.deepEqual([refused.status, refused.json.code, String(refused.json.retry_after_s)], [429, 'rate_limited', refused.retry_after])
    assert.ok(refused.json.retry_after_s >= 1 && refused.json.retry_after_s <= 2)
  }
  await setTimeout(2_000)
  assert.equal((await read(0, desk)).status, 200)
})

// Guarantee: the flood of one caller leaves its colleagues alone, and the flood of one workspace leaves every other one alone.
test('a flood stays where it is', async () => {
  const actor = { per_s: SLOW, burst: 10 }
  await start(limits({ read: { actor, tenant: { per_s: SLOW, burst: 25 } } }))
  const roles: Role[] = ['platform_admin', 'desk_operator', 'merchant_client']
  const [admin, desk, merchant] = [await world.as(world.a, roles[0]!), await world.as(world.a, roles[1]!), await world.as(world.a, roles[2]!)]
  assert.ok(passed(await many(60, (n) => read(n, admin))) <= 10)
  assert.equal((await read(0, desk)).status, 200, 'a colleague was refused')
  const rest = passed(await many(60, (n) => read(n, desk))) + passed(await many(60, (n) => read(n, merchant)))
  assert.ok(rest <= 15, `${rest} more passed than the workspace had left`)
  const other = await world.as(world.b, 'desk_operator')
  for (let n = 0; n < 6; n += 1) assert.equal((await read(n, other)).status, 200, 'another workspace was refused')
})

// Guarantee: a person’s session and a program’s key are two callers, and the same person in two browsers is one.
test('who asks is who is counted', async () => {
  await start(limits({ read: { actor: { per_s: SLOW, burst: 5 }, tenant: { per_s: 1e6, burst: 1e6 } } }))
  const [one, two] = [await world.as(world.a, 'desk_operator'), await world.as(world.a, 'desk_operator')]
  assert.ok(passed(await many(20, (n) => read(n, n % 2 === 0 ? one : two))) <= 5)
  assert.equal((await read(0, two)).status, 429)
  assert.equal((await read(0, await world.as(world.a, 'platform_admin'))).status, 200)
})

// Guarantee: classes are apart: who may compute no more routes can still read and cancel; a refused change does nothing and leaves no audit row.
test('each class has its own limit', async () => {
  await start(limits({ route: { actor: { per_s: SLOW, burst: 2 }, tenant: { per_s: 1e6, burst: 1e6 } }, export: { actor: { per_s: SLOW, burst: 1 }, tenant: { per_s: 1e6, burst: 1e6 } } }))
  const app = instances[0]!
  const merchant = await world.as(world.a, 'merchant_client')
  const { csrf_token } = (await read(0, merchant, '/api/portal/session')).json
  const post = (url: string, body: unknown) => app.inject({ method: 'POST', url, payload: JSON.stringify(body), headers: {
    cookie: `flowclaw=${merchant.token}`, origin: 'http://127.0.0.1:8420', 'content-type': 'application/json', 'x-csrf-token': csrf_token, 'idempotency-key': `key-${Math.random().toString(36).slice(2)}-x` } })
  const first = await post('/api/route-sessions', routeBody(world.a))
  assert.equal(first.statusCode, 201)
  assert.equal((await post('/api/route-sessions', routeBody(world.a))).statusCode, 201)
  const rows = (await world.auditRows(world.a)).length
  const refused = await post('/api/route-sessions', routeBody(world.a))
  assert.deepEqual([refused.statusCode, refused.json().code], [429, 'rate_limited'])
  assert.equal((await world.auditRows(world.a)).length, rows)
  assert.equal((await read(0, merchant, `/api/route-sessions/${first.json().id}`)).status, 200)
  assert.equal((await post(`/api/route-sessions/${first.json().id}/cancel`, { version: 1, reason: 'ordered elsewhere' })).statusCode, 200)
  const admin = await world.as(world.a, 'platform_admin')
  assert.equal((await read(0, admin, '/api/audit-events/verification')).status, 200)
  assert.equal((await read(0, admin, '/api/audit-events/export')).status, 429)
  assert.equal((await read(0, admin, '/api/audit-events')).status, 200)
})

// Guarantee: refusals for want of a permission count too, so nobody fills the audit by asking for what is not theirs.
test('a flood of refused changes is a flood', async () => {
  await start(limits({ write: { actor: { per_s: SLOW, burst: 5 }, tenant: { per_s: 1e6, burst: 1e6 } } }))
  const agent = await world.as(world.a, 'settlement_agent')
  const before = (await world.auditRows(world.a)).length
  await Promise.all(Array.from({ length: 30 }, (_, n) => instances[n % 3]!.inject({ method: 'PUT', url: '/api/desk-fee-rules', payload: '{}', headers: { cookie: `flowclaw=${agent.token}`, 'content-type': 'application/json' } })))
  assert.ok((await world.auditRows(world.a)).length - before <= 5)
})

// Guarantee: who may not do a thing cannot use up what the workspace has for those who may: merchants who ask for the audit export leave the admin's alone.
test('a refused caller spends its own limit alone', async () => {
  await start(limits({ export: { actor: { per_s: SLOW, burst: 10 }, tenant: { per_s: SLOW, burst: 8 } } }))
  const merchant = await world.as(world.a, 'merchant_client')
  const asked = await many(30, (n) => read(n, merchant, '/api/audit-events/export'))
  assert.ok(asked.filter(({ status }) => status === 404).length <= 10 && asked.every(({ status }) => status === 404 || status === 429))
  assert.equal((await read(0, await world.as(world.a, 'platform_admin'), '/api/audit-events/export')).status, 200)
})

// Guarantee: whoever asks without signing in is counted by network; an X-Forwarded-For of the caller's own changes nothing, with and without a proxy in front; health answers all the same.
test('the source is what the server sees', async () => {
  await start(limits({ public: { source: { per_s: SLOW, burst: 5 } } }))
  const nobody = world.nobody
  const config = (n: number, headers: Record<string, string> = {}) => read(n, nobody, '/api/portal/config', headers)
  assert.ok(passed(await many(40, (n) => config(n, { 'x-forwarded-for': `203.0.${n}.7`, forwarded: `for=203.0.${n}.7`, 'x-real-ip': `203.0.${n}.7` }))) <= 5)
  assert.equal((await config(0)).status, 429)
  for (const url of ['/health/live', '/health/ready']) assert.equal((await read(0, nobody, url)).status, 200)
  const elsewhere = await instances[0]!.inject({ method: 'GET', url: '/api/portal/config', remoteAddress: '198.51.100.9' })
  assert.equal(elsewhere.statusCode, 200, 'another network was refused')
  const known = await world.as(world.a, 'desk_operator')
  assert.equal((await read(0, known)).status, 200, 'someone signed in was counted by network')

  const behind = await buildApp({ ...world.deps, db: world.database.open(), config: { ...world.deps.config, trustedProxies: 1 }, rateLimits: limits({ public: { source: { per_s: SLOW, burst: 5 } } }) })
  await world.database.superuser.query('truncate rate_buckets')
  const through = (spoofed: string, real: string) => behind.inject({ method: 'GET', url: '/api/portal/config', headers: { 'x-forwarded-for': `${spoofed}, ${real}` } })
  const codes = await Promise.all(Array.from({ length: 30 }, (_, n) => through(`203.0.${n}.7`, '192.0.2.1')))
  assert.ok(codes.filter(({ statusCode }) => statusCode === 200).length <= 5)
  assert.equal((await through('203.0.113.7', '198.51.100.1')).statusCode, 200, 'who is behind the proxy is one source each')
  await behind.close()
})

// Guarantee: tries to sign in are counted by network before any of them asks the database about an account.
test('a flood of sign-ins is a flood', async () => {
  await start(limits({ public: { source: { per_s: SLOW, burst: 5 } } }))
  const rows = async () => (await world.database.superuser.query('select count(*)::int as n from login_throttle')).rows[0].n
  const before = await rows()
  const codes: string[] = []
  for (let n = 0; n < 20; n += 1) {
    const answer = await instances[n % 3]!.inject({ method: 'POST', url: '/api/auth/login', payload: JSON.stringify({ email: `nobody${n}@x.example`, password: 'a' }), headers: { origin: 'http://127.0.0.1:8420', 'content-type': 'application/json' } })
    codes.push(answer.json().code)
  }
  assert.equal(codes.filter((code) => code === 'rate_limited').length, 15)
  // Of each judged try: the account, the account from here; once for all, the network and everywhere.
  assert.ok((await rows()) - before <= 5 * 2 + 2)
})
