import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ROLES } from '#contracts/roles.ts'
import { secondCompany } from '#api/testing/calls.ts'
import { openWorld, ORIGIN, type Client, type World } from '#api/testing/world.ts'

let world: World
before(async () => { world = await openWorld() })
after(async () => { await world.close() })

const tokenIn = (cookies: unknown): string => /flowclaw=([A-Za-z0-9_-]{43})/.exec(String(cookies))![1]!
const chainOf = async (tenant_id: string): Promise<{ action: string; entity_id: string; payload: string }[]> =>
  (await world.database.superuser.query("select action, entity_id, convert_from(payload, 'UTF8') as payload from audit_events where tenant_id = $1 order by seq", [tenant_id])).rows
const switchTo = (client: Client, tenant_id: string) => client.post('/api/auth/tenant', { tenant_id })

// Guarantee: whoever goes over to another own company is there with the role of there, the old token is worth nothing, each of the two chains tells one thing and neither names the other company.
test('go over to another company', async () => {
  const { id: second } = await secondCompany(world, world.a)
  for (const role of ROLES) {
    const client = await world.as(world.a, role)
    const [here, there] = [(await chainOf(world.a.id)).length, (await chainOf(second)).length]
    const answer = await switchTo(client, second)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.tenant.id, second)
    assert.equal(answer.json.role, role)
    assert.equal(answer.json.merchant?.name, role === 'merchant_client' ? 'Twice Ltd' : undefined)
    assert.equal((await client.get('/api/portal/session')).status, 401)
    const moved = world.holding(`flowclaw=${tokenIn(answer.headers['set-cookie'])}`, tokenIn(answer.headers['set-cookie']))
    assert.equal((await moved.get('/api/portal/session')).json.tenant.id, second)
    if (role !== 'settlement_agent') assert.deepEqual((await moved.get('/api/route-sessions?view=all')).json.items, [])
    const [left, entered] = [(await chainOf(world.a.id)).slice(here), (await chainOf(second)).slice(there)]
    assert.deepEqual([left.map(({ action }) => action), entered.map(({ action }) => action)], [['session.left'], ['session.started']])
    assert.ok(!left[0]!.payload.includes(second) && !entered[0]!.payload.includes(world.a.id))
  }
})

// Guarantee: a session does not live longer by going over, and it ends there as it would have ended here.
test('the end of a session stays where it was', async () => {
  const { id: second } = await secondCompany(world, world.a)
  const client = await world.as(world.a, 'desk_operator')
  const before = (await client.get('/api/portal/session')).json.expires_at
  const answer = await switchTo(client, second)
  assert.ok(Date.parse(answer.json.expires_at) <= Date.parse(before) + 1_000 || Date.parse(answer.json.expires_at) - Date.now() <= 30 * 60_000)
  const { rows: [row] } = await world.database.superuser.query("select expires_at <= now() + interval '1 hour' as kept from auth_sessions where user_id = $1 and of_tenant = $2 order by last_seen_at desc limit 1", [world.a.users.desk_operator, second])
  assert.equal(row.kept, true)
})

// Guarantee: a company of which the person is no member, is no member any more, or that does not exist, is the same 404, the session stays what it was, and one refusal is recorded here.
test('no way into a company without membership', async () => {
  const { id: second } = await secondCompany(world, world.a)
  await world.database.superuser.query('update memberships set ended_at = now() where tenant_id = $1 and user_id = $2', [second, world.a.users.platform_admin])
  const client = await world.as(world.a, 'platform_admin')
  const texts = new Set<string>()
  for (const tenant_id of [world.b.id, second, '99999999-0000-4000-8000-000000000009']) {
    const before = (await world.auditRows(world.a)).length
    const answer = await switchTo(client, tenant_id)
    assert.equal(answer.status, 404)
    assert.equal(answer.headers['set-cookie'], undefined)
    texts.add(answer.text)
    assert.deepEqual((await world.auditRows(world.a)).slice(before).map(({ action }) => action), ['session.left'])
  }
  assert.equal(texts.size, 1)
  assert.equal((await client.get('/api/portal/session')).json.tenant.id, world.a.id)
  assert.equal((await switchTo(client, world.a.id)).json.field, '/tenant_id')
  await world.database.superuser.query('update memberships set ended_at = null where tenant_id = $1', [second])
})

// Guarantee: of two that go over with one token at once one arrives, and people who change places at once all arrive.
test('at once', async () => {
  const { id: second } = await secondCompany(world, world.a)
  const one = await world.as(world.a, 'desk_operator')
  const both = await Promise.all([switchTo(one, second), switchTo(one, second)])
  assert.deepEqual(both.map(({ status }) => status).sort((a, b) => a - b)[0], 200)
  assert.equal(both.filter(({ status }) => status === 200).length, 1)
  const there = both.find(({ status }) => status === 200)!
  const back = tokenIn(there.headers['set-cookie'])
  const crowd = await Promise.all(Array.from({ length: 6 }, async () => world.as(world.a, 'platform_admin')))
  const answers = await Promise.all([switchTo(world.holding(`flowclaw=${back}`, back), world.a.id), ...crowd.map((client) => switchTo(client, second))])
  assert.deepEqual(answers.map(({ status }) => status), answers.map(() => 200))
})

// Guarantee: nobody is taken to another company by a page that is not ours.
test('only from our own page', async () => {
  const { id: second } = await secondCompany(world, world.a)
  const client = await world.as(world.a, 'desk_operator')
  assert.equal((await client.ask('POST', '/api/auth/tenant', { body: { tenant_id: second }, headers: { origin: `${ORIGIN}.example` } })).status, 403)
  assert.equal((await client.ask('POST', '/api/auth/tenant', { body: { tenant_id: second }, without: ['x-csrf-token'] })).status, 403)
})
