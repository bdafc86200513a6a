import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { openWorld, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const PASSWORD = 'five plain words are enough'
const invitation = (over: object = {}) => ({ email: `${randomUUID()}@invited.example`, display_name: 'Ngozi Eze', role: 'desk_operator', ...over })
const tokenOf = (answer: { json: any }): string => answer.json.link.split('#link=')[1]
const behind = async (sql: string, values: unknown[] = []) => (await world.database.superuser.query(sql, values)).rows
/** Says whether some row of the database, in any column, holds this text. */
async function stored(text: string): Promise<string[]> {
  const tables = await behind("select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'fc')")
  const found: string[] = []
  for (const { name } of tables) {
    if ((await behind(`select from ${name} t where position($1 in t::text) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0 limit 1`, [text])).length > 0) found.push(name)
  }
  return found
}

// Guarantee: a link is in the answer to whoever made it and nowhere in the database, and the same request repeated answers without it and makes no second one.
test('a link is shown once', async () => {
  const body = invitation()
  const key = { 'idempotency-key': randomUUID() }
  const [made, again] = [await admin.post('/api/members/invitations', body, key), await admin.post('/api/members/invitations', body, key)]
  assert.equal(made.status, 201, made.text)
  assert.match(made.json.link, /^\/index\.html#link=[A-Za-z0-9_-]{43}$/)
  assert.deepEqual([again.status, again.json], [201, { ...made.json, link: null }])
  assert.deepEqual(await stored(tokenOf(made)), [])
  assert.equal((await behind('select from account_links where email = $1', [body.email])).length, 1)
})

// Guarantee: the answer to an invitation has the same shape and says the same whether or not the address has an account in another company.
test('an invitation does not tell of accounts elsewhere', async () => {
  const answers = [await admin.post('/api/members/invitations', invitation()), await admin.post('/api/members/invitations', invitation({ email: 'desk_operator@beta.example' }))]
  const [fresh, known] = answers.map(({ status, json }) => [status, Object.keys(json), json.link.length])
  assert.deepEqual(fresh, known)
})

// Guarantee: a merchant's user belongs to exactly one merchant of this company, other roles to none, and a role by its old name is kept by its own.
test('roles and merchants go together', async () => {
  for (const [over, code, field] of [
    [{ role: 'merchant_client' }, 'missing_field', '/merchant_id'], [{ role: 'customer' }, 'missing_field', '/merchant_id'],
    [{ merchant_id: world.a.merchants.own }, 'invalid_field', '/merchant_id'], [{ role: 'merchant_client', merchant_id: world.b.merchants.own }, 'not_found', '/merchant_id'],
    [{ role: 'owner' }, 'invalid_field', '/role'], [{ email: 'no address' }, 'invalid_field', '/email'], [{ email: 'desk_operator@ALPHA.example' }, 'already_member', '/email'],
  ] as const) {
    const before = (await world.auditRows(world.a)).length
    const answer = await admin.post('/api/members/invitations', invitation(over))
    assert.deepEqual([answer.json.code, answer.json.field], [code, field], JSON.stringify(over))
    // What the schema refuses never reached the operation.
    assert.equal((await world.auditRows(world.a)).length - before, ['/role', '/email'].includes(field) && code === 'invalid_field' ? 0 : 1)
  }
  const made = await admin.post('/api/members/invitations', invitation({ role: 'verified_agent' }))
  assert.match(made.json.link, /^\/agent\.html#link=/)
  const [row] = await behind('select role from account_links where id = $1', [made.json.id])
  assert.equal(row.role, 'settlement_agent')
  const used = await world.nobody.post('/api/auth/links/use', { token: tokenOf(made), password: PASSWORD })
  assert.deepEqual([used.status, used.json], [200, { purpose: 'invite', home: '/agent.html', tenant_id: world.a.id }])
  assert.equal(used.headers['set-cookie'], undefined)
})

// Guarantee: unknown, used, revoked and expired links, and another company's revoked by nobody here, are the same bytes.
test('links that cannot be used are the same bytes', async () => {
  const [used, revoked, expired] = [await admin.post('/api/members/invitations', invitation()), await admin.post('/api/members/invitations', invitation()), await admin.post('/api/members/invitations', invitation())]
  assert.equal((await world.nobody.post('/api/auth/links/use', { token: tokenOf(used), password: PASSWORD })).status, 200)
  assert.equal((await admin.post(`/api/members/invitations/${revoked.json.id}/revoke`, {})).status, 200)
  assert.equal((await admin.post(`/api/members/invitations/${revoked.json.id}/revoke`, {})).status, 404)
  await behind("update account_links set expires_at = now() - interval '1 second' where id = $1", [expired.json.id])
  const seen = new Set<string>()
  for (const token of [tokenOf(used), tokenOf(revoked), tokenOf(expired), 'A'.repeat(43), 'x']) {
    seen.add((await world.nobody.post('/api/auth/links/open', { token })).text)
    seen.add((await world.nobody.post('/api/auth/links/use', { token, password: PASSWORD })).text)
  }
  assert.equal(seen.size, 1)
  assert.match([...seen][0]!, /link_unusable/)
  const open: { id: string }[] = (await admin.get('/api/members/invitations')).json.items
  for (const { json } of [used, revoked, expired]) assert.ok(!open.some(({ id }) => id === json.id))
})

// Guarantee: a changed role ends the member's sessions here and counts from the next sign-in; an ended membership is gone from the next request on; both are on record with what was before.
test('a role change and an end take effect at once', async () => {
  const agent = await world.as(world.a, 'settlement_agent')
  const id = world.a.users.settlement_agent
  assert.equal((await agent.get('/api/portal/session')).status, 200)
  const changed = await admin.put(`/api/members/${id}/role`, { role: 'customer', merchant_id: world.a.merchants.own })
  assert.deepEqual([changed.status, changed.json.role, changed.json.merchant_id], [200, 'merchant_client', world.a.merchants.own])
  assert.equal((await agent.get('/api/portal/session')).status, 401)
  const back = await world.as(world.a, 'settlement_agent')
  assert.equal((await back.get('/api/portal/session')).json.role, 'merchant_client')
  const ended = await admin.post(`/api/members/${id}/end`, {})
  assert.deepEqual([ended.status, ended.json.state], [200, 'ended'])
  assert.equal((await back.get('/api/portal/session')).status, 401)
  assert.equal((await admin.post(`/api/members/${id}/end`, {})).status, 404)
  const rows = (await world.auditRows(world.a)).slice(-3)
  assert.deepEqual(rows.map(({ action, facts }) => [action, (facts as any).was ?? (facts as any).refused]), [
    ['member.role_changed', { role: 'settlement_agent', merchant_id: null }], ['member.ended', { role: 'merchant_client', merchant_id: world.a.merchants.own }], ['member.ended', 'not_found'],
  ])
})

// Guarantee: nobody changes the own role, ends the own membership or makes the own recovery link, and the list shows each member's state and no secret.
test('an admin acts on others alone', async () => {
  const own = world.a.users.platform_admin
  for (const answer of [await admin.put(`/api/members/${own}/role`, { role: 'desk_operator' }), await admin.post(`/api/members/${own}/end`, {}), await admin.post(`/api/members/${own}/recovery-links`, {})]) {
    assert.deepEqual([answer.status, answer.json.code], [409, 'own_membership'])
  }
  const { items } = (await admin.get('/api/members')).json
  assert.ok(items.some((member: { user_id: string; state: string; last_seen_at: string | null }) => member.user_id === own && member.state === 'active' && member.last_seen_at !== null))
  assert.ok(items.every((member: { email: string }) => !member.email.endsWith('@beta.example')))
})
