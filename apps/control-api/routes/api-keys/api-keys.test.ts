import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { ROLES } from '#contracts/roles.ts'
import { PROGRAM_PERMISSIONS, programScopesOf } from '#platform/roles/index.ts'
import { buildApp } from '#api/build-app.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, ORIGIN, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => { world = await openWorld(); admin = await world.as(world.a, 'platform_admin') })
after(() => world.close())

const body = (change: object = {}) => ({ label: 'Nightly books', role: 'desk_operator', scopes: ['route_session:read', 'route_session:create'], lasts_days: 30, ...change })
const make = async (change: object = {}): Promise<{ id: string; secret: string }> => {
  const made = await admin.post('/api/api-keys', body(change))
  assert.equal(made.status, 201, made.text)
  return { id: made.json.api_key.id, secret: made.json.secret }
}
/** A request as a program makes it: a key and nothing of a browser. */
const asProgram = (key: string, method: string, url: string, payload?: unknown, headers: Record<string, string> = {}): Promise<Answer> => world.nobody.ask(method, url, {
  ...(payload === undefined ? {} : { body: payload }), without: ['origin', 'x-csrf-token'].filter((name) => !(name in headers)), headers: { authorization: `Bearer ${key}`, ...headers },
})
const listed = async (id: string) => (await admin.get('/api/api-keys')).json.items.find((key: { id: string }) => key.id === id)
const outcome = ({ status, json }: Answer) => [status, json?.code, json?.field]

// Guarantee: the key is in the answer that made it and nowhere else: no table, no audit row, no later answer, no repeated one.
test('a key is shown once', async () => {
  const idempotency = { 'idempotency-key': randomUUID() }
  const first = await admin.post('/api/api-keys', body(), idempotency)
  const key: string = first.json.secret
  assert.match(key, /^fck_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/)
  assert.ok(key.startsWith(`${first.json.api_key.prefix}_`))
  const repeated = await admin.post('/api/api-keys', body(), idempotency)
  assert.deepEqual([repeated.status, repeated.json.secret, repeated.json.api_key], [201, null, first.json.api_key])
  const secret = key.slice('fck_12345678_'.length)
  assert.ok(!(await admin.get('/api/api-keys')).text.includes(secret))
  const { rows: tables } = await world.database.superuser.query<{ name: string }>("select c.oid::regclass::text as name from pg_class c where relkind = 'r' and relnamespace in ('public'::regnamespace, 'fc'::regnamespace)")
  for (const { name } of tables) {
    const { rows } = await world.database.superuser.query<{ text: string }>(`select t::text as text from ${name} t`)
    const hex = Buffer.from(secret).toString('hex')
    for (const { text } of rows) assert.ok(!text.includes(secret) && !text.includes(hex), name)
  }
})

// Guarantee: of 20 requests under one idempotency key at once, one key is made, and at most one answer holds it.
test('one key under many parallel calls', async () => {
  const headers = { 'idempotency-key': randomUUID() }
  const before = (await admin.get('/api/api-keys')).json.items.length
  const answers = await Promise.all(Array.from({ length: 20 }, () => admin.post('/api/api-keys', body(), headers)))
  for (const { status } of answers) assert.ok(status === 201 || status === 409)
  assert.equal(answers.filter(({ json }) => typeof json.secret === 'string').length, 1)
  assert.equal((await admin.get('/api/api-keys')).json.items.length, before + 1)
})

// Guarantee: a program works by its key alone, needs an idempotency key and JSON like everyone, and every row it leaves is in its own name.
test('a program makes a change with its key', async () => {
  const { id, secret } = await make()
  const payload = routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'imported order' } })
  const key = { 'idempotency-key': randomUUID() }
  const created = await asProgram(secret, 'POST', '/api/route-sessions', payload, key)
  assert.equal(created.status, 201, created.text)
  const again = await asProgram(secret, 'POST', '/api/route-sessions', payload, key)
  assert.equal(again.json.id, created.json.id)
  const { rows: [program] } = await world.database.superuser.query('select user_id from api_keys where id = $1', [id])
  assert.equal((await world.auditRows(world.a)).at(-1)!.user_id, program.user_id)
  assert.deepEqual(outcome(await asProgram(secret, 'POST', '/api/route-sessions', payload, { 'idempotency-key': '' })).slice(0, 2), [400, 'idempotency_key_invalid'])
  assert.equal((await asProgram(secret, 'POST', '/api/route-sessions', JSON.stringify(payload), { 'content-type': 'text/plain' })).status, 415)
  assert.equal((await asProgram(secret, 'POST', '/api/route-sessions', JSON.stringify(payload).replace('"amount"', '"amount":1,"amount"'))).json.code, 'duplicate_field')
  assert.equal(created.headers['set-cookie'], undefined)
})

// Guarantee: a session and a key at once are refused before either is looked at, so that no answer depends on which was read first.
test('a cookie and a key together are refused', async () => {
  const { secret } = await make()
  for (const cookie of [`flowclaw=${admin.token}`, 'flowclaw=x', `a=b; flowclaw=${admin.token}`]) for (const key of [secret, 'x', `fck_abcdefgh_${'A'.repeat(43)}`]) {
    for (const method of ['GET', 'POST']) {
      const answer = await world.nobody.ask(method, '/api/route-sessions', { headers: { cookie, authorization: `Bearer ${key}`, 'x-csrf-token': csrfTokenOf(admin.token) }, ...(method === 'POST' ? { body: {} } : {}) })
      assert.deepEqual(outcome(answer).slice(0, 2), [400, 'two_credentials'])
    }
  }
})

// Guarantee: a key that a web page sends does nothing, whatever the page: no read, no change, and a refused change is on record.
test('a key in a web page is refused', async () => {
  const { secret } = await make()
  for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'none' }, { origin: ORIGIN }, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
    assert.deepEqual(outcome(await asProgram(secret, 'GET', '/api/route-sessions', undefined, headers)).slice(0, 2), [403, 'key_in_page'])
    const before = (await world.auditRows(world.a)).length
    assert.deepEqual(outcome(await asProgram(secret, 'POST', '/api/route-sessions', {}, headers)).slice(0, 2), [403, 'key_in_page'])
    assert.deepEqual((await world.auditRows(world.a)).slice(before).map(({ action, facts }) => [action, facts]), [['route_session.requested', { refused: 'key_in_page' }]])
  }
})

// Guarantee: a revoked key is nobody from the next request on, on every instance, and so are one whose account was disabled or membership ended; there is no way back.
test('revocation holds at once and everywhere', async () => {
  const second = await buildApp({ ...world.deps, db: world.database.open() })
  const everywhere = async (secret: string) => [
    (await asProgram(secret, 'GET', '/api/route-sessions')).status,
    (await second.inject({ method: 'GET', url: '/api/route-sessions', headers: { authorization: `Bearer ${secret}` } })).statusCode,
  ]
  const { id, secret } = await make()
  assert.deepEqual(await everywhere(secret), [200, 200])
  const revoked = await admin.post(`/api/api-keys/${id}/revoke`, {})
  assert.deepEqual([revoked.status, revoked.json.state, revoked.json.revoked_by], [200, 'revoked', 'A. Bello'])
  assert.deepEqual(await everywhere(secret), [401, 401])
  assert.deepEqual(outcome(await admin.post(`/api/api-keys/${id}/revoke`, {})).slice(0, 2), [409, 'stale_version'])
  const { rows: [left] } = await world.database.superuser.query('select s.secret_hash, m.ended_at from api_keys k join api_key_secrets s on s.key_id = k.id join memberships m using (tenant_id, user_id) where k.id = $1', [id])
  assert.ok(left.secret_hash === null && left.ended_at !== null)

  for (const end of ['update users set disabled_at = now() where id', 'update memberships set ended_at = now() where user_id']) {
    const other = await make()
    assert.deepEqual(await everywhere(other.secret), [200, 200])
    await world.database.superuser.query(`${end} = (select user_id from api_keys where id = $1)`, [other.id])
    assert.deepEqual(await everywhere(other.secret), [401, 401], end)
  }
  await second.close()
})

// Guarantee: a key ends by itself on its day, which lies at most a year away.
test('every key has an end', async () => {
  for (const lasts_days of [0, 366, -1]) assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ lasts_days }))), [400, 'invalid_field', '/lasts_days'])
  assert.deepEqual(outcome(await admin.post('/api/api-keys', { ...body(), lasts_days: undefined })), [400, 'missing_field', '/lasts_days'])
  const { id, secret } = await make({ lasts_days: 365 })
  assert.equal((await asProgram(secret, 'GET', '/api/route-sessions')).status, 200)
  await world.database.superuser.query("update api_keys set created_at = now() - interval '365 days', expires_at = now() - interval '1 second' where id = $1", [id])
  assert.equal((await asProgram(secret, 'GET', '/api/route-sessions')).status, 401)
  assert.equal((await listed(id)).state, 'expired')
  await assert.rejects(world.database.superuser.query("update api_keys set expires_at = created_at + interval '2 years' where id = $1", [id]), { code: '23514' })
})

// Guarantee: last use is on record from the first use on, and written at most once a minute.
test('last use is kept to the minute', async () => {
  const { id, secret } = await make()
  assert.equal((await listed(id)).last_used_at, null)
  await asProgram(secret, 'GET', '/api/route-sessions')
  const stamp = async () => (await world.database.superuser.query('select last_used_at::text as at from api_key_secrets where key_id = $1', [id])).rows[0].at
  const first = await stamp()
  assert.ok((await listed(id)).last_used_at !== null)
  await asProgram(secret, 'GET', '/api/route-sessions')
  assert.equal(await stamp(), first)
  await world.database.superuser.query("update api_key_secrets set last_used_at = now() - interval '61 seconds' where key_id = $1", [id])
  await asProgram(secret, 'GET', '/api/route-sessions')
  assert.ok((await stamp()) > first)
})

// Guarantee: what a program may be given is daily work of its role; nothing of governance, of accounts, or beyond the role, whatever is asked for.
test('scopes stay inside the role and out of governance', async () => {
  for (const permission of PROGRAM_PERMISSIONS) assert.doesNotMatch(permission, /^(api_key|member|password|session|market_clock):|^desk_fee_rule:write$|reveal|erase/)
  for (const [role, scope] of [
    ['platform_admin', 'api_key:write'], ['platform_admin', 'desk_fee_rule:write'], ['platform_admin', 'market_clock:write'], ['platform_admin', 'session:end'], ['platform_admin', 'audit:export'], ['desk_operator', 'audit:verify'],
    ['desk_operator', 'password:change'], ['desk_operator', 'nothing:here'], ['desk_operator', 'constructor:x'],
  ]) assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ role, scopes: [scope] }))), [400, 'invalid_field', '/scopes/0'], scope)
  assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ role: 'settlement_agent', scopes: ['session:read'] }))), [400, 'invalid_field', '/role'])
  assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ scopes: [] }))), [400, 'invalid_field', '/scopes'])
  const { offered } = (await admin.get('/api/api-keys')).json
  assert.deepEqual(offered, ROLES.filter((role) => programScopesOf(role).length > 0).map((role) => ({ role, scopes: programScopesOf(role) })))
  for (const one of offered) await make({ role: one.role, scopes: one.scopes, ...(one.role === 'merchant_client' ? { merchant_id: world.a.merchants.own } : {}) })
})

// Guarantee: a scope that is somehow stored and no program may have still opens nothing.
test('a stored scope beyond what programs may have does nothing', async () => {
  const client = await world.program(world.a, 'platform_admin', { scopes: ['api_key:write', 'api_key:read', 'market_clock:write'] })
  assert.equal((await client.get('/api/api-keys')).status, 404)
  assert.equal((await client.post('/api/api-keys', body())).status, 404)
})

// Guarantee: a merchant's key belongs to one merchant of this workspace, and only a merchant's key does.
test('a merchant key has its merchant', async () => {
  assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ role: 'merchant_client' }))), [400, 'missing_field', '/merchant_id'])
  assert.deepEqual(outcome(await admin.post('/api/api-keys', body({ merchant_id: world.a.merchants.own }))), [400, 'invalid_field', '/merchant_id'])
  const foreign = await admin.post('/api/api-keys', body({ role: 'merchant_client', merchant_id: world.b.merchants.own }))
  const missing = await admin.post('/api/api-keys', body({ role: 'merchant_client', merchant_id: randomUUID() }))
  assert.deepEqual([foreign.status, foreign.text], [404, missing.text])
  const { id, secret } = await make({ role: 'merchant_client', merchant_id: world.a.merchants.own, scopes: ['supplier:read'] })
  assert.deepEqual((await listed(id)).merchant, { id: world.a.merchants.own, name: 'Adeola Phones Ltd' })
  const suppliers = await asProgram(secret, 'GET', '/api/suppliers')
  assert.equal(suppliers.status, 200)
  assert.ok(!suppliers.text.includes('Foshan Sample'))
})

// Guarantee: whoever is dismissed, or is no Platform Admin any more, takes no key along: each one that the person made is revoked with that, in the same audit row, and a return brings none back; keys of others stay.
test('a key ends with the right of its maker', async () => {
  const [maker, kept] = [await world.member(world.a, 'platform_admin'), await make()]
  for (const end of [(id: string) => admin.post(`/api/members/${id}/end`, {}), (id: string) => admin.put(`/api/members/${id}/role`, { role: 'desk_operator' })]) {
    await world.database.superuser.query("update memberships set ended_at = null, role = 'platform_admin' where tenant_id = $1 and user_id = $2", [world.a.id, maker.user_id])
    const client = await maker.signIn()
    const made = await Promise.all([0, 1].map(async () => (await client.post('/api/api-keys', body())).json))
    const statuses = () => Promise.all([...made.map(({ secret }) => secret), kept.secret].map(async (secret) => (await asProgram(secret, 'GET', '/api/route-sessions')).status))
    assert.deepEqual(await statuses(), [200, 200, 200])
    const ended = await end(maker.user_id)
    assert.equal(ended.status, 200, ended.text)
    assert.deepEqual(await statuses(), [401, 401, 200])
    const row = (await world.auditRows(world.a)).at(-1)!
    assert.deepEqual([...(row.facts as any).keys_revoked].sort(), made.map(({ api_key }) => api_key.id).sort())
    for (const { api_key } of made) assert.deepEqual([(await listed(api_key.id)).state, (await listed(api_key.id)).revoked_by], ['revoked', 'A. Bello'])
    await world.database.superuser.query("update memberships set ended_at = null, role = 'platform_admin' where tenant_id = $1 and user_id = $2", [world.a.id, maker.user_id])
    assert.deepEqual(await statuses(), [401, 401, 200])
  }
})

// Guarantee: while the account of its maker is disabled a key opens nothing, and the list says so.
test('a key stops with the account of its maker', async () => {
  const maker = await world.member(world.a, 'platform_admin')
  const { secret, api_key } = (await (await maker.signIn()).post('/api/api-keys', body())).json
  const seen = async () => [(await asProgram(secret, 'GET', '/api/route-sessions')).status, (await listed(api_key.id)).state]
  assert.deepEqual(await seen(), [200, 'live'])
  await world.database.superuser.query('update users set disabled_at = now() where id = $1', [maker.user_id])
  assert.deepEqual(await seen(), [401, 'stopped'])
  await world.database.superuser.query('update users set disabled_at = null where id = $1', [maker.user_id])
  assert.deepEqual(await seen(), [200, 'live'])
})

// Guarantee: a program has no way to sign in: no email, no password, and the database refuses either.
test('a program cannot become a person', async () => {
  const { id } = await make()
  const program = '(select user_id from api_keys where id = $1)'
  for (const change of ["kind = 'person'", "email = 'x@y.example'", "password_hash = 'x'"]) {
    await assert.rejects(world.database.superuser.query(`update users set ${change} where id = ${program}`, [id]), { code: '23514' }, change)
  }
})

// Guarantee: a workspace has at most 100 live keys, also when many are made at once.
test('live keys are bounded', async () => {
  const other = await world.as(world.b, 'platform_admin')
  const answers = await Promise.all(Array.from({ length: 104 }, () => other.post('/api/api-keys', body())))
  assert.equal(answers.filter(({ status }) => status === 201).length, 100)
  assert.deepEqual([...new Set(answers.filter(({ status }) => status !== 201).map((answer) => answer.json.code))], ['too_many_keys'])
  const { items } = (await other.get('/api/api-keys')).json
  await other.post(`/api/api-keys/${items[0].id}/revoke`, {})
  assert.equal((await other.post('/api/api-keys', body())).status, 201)
})
