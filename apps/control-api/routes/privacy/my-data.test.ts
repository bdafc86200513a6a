import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { isDeskList, MY_DATA_ROWS, type MyDataList } from '#contracts/api/privacy.ts'
import { ROLES, type Role } from '#contracts/roles.ts'
import { hashPassword } from '#platform/auth/index.ts'
import { RATE_LIMITS } from '#platform/rate-limits/index.ts'
import { may } from '#platform/roles/index.ts'
import { LISTS } from '#database/personal-data.ts'
import { CALLS, makeCall, NOTHING, PASSWORD } from '#api/testing/calls.ts'
import { FAR_LIMITS, openWorld, type World } from '#api/testing/world.ts'

let world: World
before(async () => {
  world = await openWorld()
  await world.database.superuser.query('update users set password_hash = $1', [await hashPassword(PASSWORD)])
})
after(() => world.close())

const behind = async (sql: string, values: unknown[] = []) => (await world.database.superuser.query(sql, values)).rows
const copyFor = async (role: Role) => {
  const answer = await (await world.as(world.a, role)).post('/api/privacy/my-data', {})
  assert.equal(answer.status, 200, answer.text)
  return answer
}
/** What would take the account away that the copy is made for. */
const ENDS: ReadonlySet<string> = new Set(['logout', 'logoutEverywhere', 'changePassword', 'switchTenant'])

/** Every operation, by everyone who may. */
async function everybodyDoesEverything(): Promise<void> {
  for (const operation of world.app.operations) {
    const row = CALLS[operation.operationId]!
    for (const role of ROLES.filter((one) => operation.permission !== 'public' && !ENDS.has(operation.operationId) && may(one, operation.permission as never))) {
      await row.ready?.(world, world.a)
      await makeCall(await world.as(world.a, role), operation, row, world.a, row.thing ? await row.thing(world, world.a, 'own') : NOTHING, role)
    }
  }
}

// Guarantee: after everybody has done everything, the copy of each person holds every row of every table in which some column names that person, found by the catalog, and no name or address of anybody else.
test('a copy holds all of one person and nothing of another', async () => {
  await everybodyDoesEverything()
  await behind('update memberships set display_name = $2 where user_id = $1', [world.a.users.desk_operator, 'Zainab Abdulkadir'])
  const tables = new Set(Object.values(LISTS).map(({ table }) => table))
  const uuids: { name: string; columns: string[] }[] = await behind("select c.relname::text as name, array_agg(a.attname::text) as columns from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid = 'uuid'::regtype and a.attname not in ('tenant_id', 'id') group by 1")
  let found = 0
  for (const role of ROLES) {
    const me = world.a.users[role]
    const { json: copy, text } = await copyFor(role)
    for (const { name, columns } of uuids.filter((each) => each.name !== 'auth_sessions' && each.name !== 'account_factors' && each.name !== 'recovery_codes')) {
      const [{ n }] = await behind(`select count(*)::int as n from ${name} where ${name === 'memberships' ? `tenant_id = '${world.a.id}' and ` : ''}(${columns.map((column) => `${column} = $1`).join(' or ')})`, [me])
      if (!tables.has(name)) { assert.equal(n, 0, `${name} names ${role} and is not in the copy`); continue }
      const lists = (Object.keys(LISTS) as MyDataList[]).filter((list) => LISTS[list].table === name)
      const rows = new Set(lists.flatMap((list) => (copy[list]?.items ?? []).map((item: { id?: string }, i: number) => item.id ?? `${list} ${i}`)))
      // The copy's own row in the audit is written after it.
      assert.equal(rows.size, name === 'audit_events' ? n - 1 : n, `${role}: ${name}`)
      found += n
    }
    const [{ n: sessions }] = await behind('select count(*)::int as n from auth_sessions where user_id = $1', [me])
    assert.deepEqual([copy.account.id, copy.account.email, copy.sessions.length], [me, `${role}@alpha.example`, sessions])
    const others: { said: string }[] = await behind("select email as said from users where email is not null and id <> $1 union select display_name from memberships where user_id <> $1 and length(display_name) > 4 union select confirmed_with from bank_detail_changes where confirmed_with is not null union select email from account_links where email <> $2", [me, copy.account.email])
    assert.ok(others.length > 10)
    for (const { said } of others.filter((each) => each.said !== copy.memberships.items[0].display_name && each.said !== 'Nightly books')) assert.ok(!text.includes(said), `${role}: ${said}`)
  }
  assert.ok(found > 100, String(found))
})

// Guarantee: no copy holds a password hash, the hash of a token, link, key or recovery code, or a second factor's secret.
test('a copy holds nothing that proves who somebody is', async () => {
  const { text } = await copyFor('platform_admin')
  const secrets: { said: string }[] = await behind(`select password_hash as said from users where password_hash is not null union select encode(token_hash, 'hex') from auth_sessions union select encode(token_hash, 'hex') from account_links
    union select encode(secret_hash, 'hex') from api_key_secrets where secret_hash is not null union select encode(code_hash, 'hex') from recovery_codes union select encode(totp_secret, 'hex') from account_factors`)
  assert.ok(secrets.length > 5)
  for (const { said } of secrets) assert.ok(!text.includes(said))
  assert.doesNotMatch(text, /"[a-z_]*(hash|secret|fingerprint|payload|sealed)[a-z_]*":/)
})

// Guarantee: attack 3: the copy of a merchant's user has the fields of the contract and no other, and none of them is of the desk: no state, candidate, provider, rate, spread, score, market or fee.
test('attack 3: a merchant’s copy holds no field of the desk', async () => {
  const { json: copy } = await copyFor('merchant_client')
  assert.ok(copy.route_requests.total > 0 && copy.route_session_steps.total > 0 && copy.audit_events.total > 0)
  const given = (Object.keys(MY_DATA_ROWS) as MyDataList[]).filter((list) => !isDeskList(list))
  assert.deepEqual(Object.keys(copy).sort(), [...given, 'made_at', 'company', 'account', 'sessions', 'not_in_this_copy'].sort())
  for (const list of given) {
    for (const item of copy[list].items) assert.deepEqual(Object.keys(item).sort(), Object.keys(MY_DATA_ROWS[list].properties).sort(), list)
  }
  const keys = new Set<string>()
  JSON.stringify(copy, (key, value) => { keys.add(key); return value })
  for (const key of keys) assert.doesNotMatch(key, /candidate|provider|score|trust|risk|liquid|weight|bps|spread|policy|fee|market|snapshot|decision|outcome|degraded|digest/, key)
})

// Guarantee: the copy is told only to the session that asks: none with a stale proof, none of a session that ended meanwhile; and each one told leaves exactly one audit row, which names nobody.
test('a copy is asked for by its own person, freshly proved', async () => {
  const rows = async () => (await world.auditRows(world.a)).filter(({ action }) => action === 'privacy.data_exported')
  const before = (await rows()).length
  assert.equal((await (await world.stale(world.a, 'desk_operator')).post('/api/privacy/my-data', {})).json.code, 'step_up_required')
  const ended = await world.as(world.a, 'desk_operator')
  world.beforeNextTransaction(async () => { await behind('delete from auth_sessions where user_id = $1', [world.a.users.desk_operator]) })
  assert.equal((await ended.post('/api/privacy/my-data', {})).status, 401)
  const told = await copyFor('desk_operator')
  assert.equal(told.headers['content-disposition'], 'attachment; filename="flowclaw-my-data.json"')
  assert.equal(told.headers['cache-control'], 'no-store')
  assert.deepEqual((await rows()).slice(before).map(({ facts }) => facts), [{ refused: 'step_up_required' }, { refused: 'not_signed_in' }, {}])
  const stored = await behind("select from idempotency_keys where operation = 'exportMyData'")
  assert.equal(stored.length, 0)
})

// Guarantee: copies have a limit of their own: a person who asks too often waits, and nobody's copies use up what an admin exports the audit by.
test('copies are limited and take nothing from exports', async (t) => {
  const slow = await openWorld({ rateLimits: { ...FAR_LIMITS, own_data: RATE_LIMITS.own_data, export: { actor: { per_s: 0.001, burst: 1 }, tenant: { per_s: 0.001, burst: 1 } } } })
  t.after(() => slow.close())
  const person = await slow.as(slow.a, 'merchant_client')
  const answers = []
  for (let i = 0; i <= RATE_LIMITS.own_data.actor.burst; i += 1) answers.push(await person.post('/api/privacy/my-data', {}))
  assert.deepEqual(answers.map(({ status }) => status), [...Array.from({ length: RATE_LIMITS.own_data.actor.burst }, () => 200), 429])
  assert.ok(Number(answers.at(-1)!.headers['retry-after']) > 0)
  assert.equal((await (await slow.as(slow.a, 'settlement_agent')).post('/api/privacy/my-data', {})).status, 200)
  assert.equal((await (await slow.as(slow.a, 'platform_admin')).get('/api/audit-events/export')).status, 200)
})

// Guarantee: who worked for the desk and is a merchant's user now gets nothing of the desk, and is told that it is not in the copy.
test('a copy follows the role of today', async () => {
  const id = '77777777-1111-4000-8000-000000000001'
  await behind("insert into users (id, email, password_hash) values ($1, 'moved@alpha.example', 'none')", [id])
  await behind("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, 'platform_admin', 'Moved Person')", [world.a.id, id])
  const company = { ...world.a, users: { ...world.a.users, platform_admin: id, merchant_client: id } }
  const admin = await world.as(company, 'platform_admin')
  assert.equal((await admin.put('/api/desk-fee-rules', { merchant_id: null, corridor_id: 'ke-cn', fixed: { amount: '0', currency: 'USD' }, bps: '33', minimum: { amount: '0', currency: 'USD' }, reason: 'agreed behind the desk' })).status, 200)
  const before = (await admin.post('/api/privacy/my-data', {})).json
  assert.equal(before.desk_fee_rules.total, 1)
  await behind("update memberships set role = 'merchant_client', merchant_id = $3 where tenant_id = $1 and user_id = $2", [world.a.id, id, world.a.merchants.own])
  const { text, json: after } = await (await world.as(company, 'merchant_client')).post('/api/privacy/my-data', {})
  assert.ok(!text.includes('agreed behind the desk') && !Object.hasOwn(after, 'desk_fee_rules'))
  assert.ok(after.not_in_this_copy.some(({ what }: { what: string }) => what === 'work for the desk'))
  assert.ok(before.not_in_this_copy.every(({ what }: { what: string }) => what !== 'work for the desk'))
})
