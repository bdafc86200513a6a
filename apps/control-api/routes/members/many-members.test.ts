import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { openWorld, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
  // Behind everyone else by name; in the list, which ends at a thousand, none of the last is found.
  await world.database.superuser.query(`with people as (insert into users (id, email, password_hash) select gen_random_uuid(), 'many' || n || '@alpha.example', 'none' from generate_series(1, 1200) n returning id, email)
    insert into memberships (tenant_id, user_id, role, display_name) select $1, id, 'desk_operator', 'Z ' || lpad(substring(email from 'many([0-9]+)'), 5, '0') from people`, [world.a.id])
})
after(() => world.close())

// Guarantee: a member behind the thousandth is found like any other: by the id in every operation, by the address in an invitation, live, ended and erased.
test('a member behind the thousandth is found', async () => {
  assert.equal((await admin.get('/api/members')).json.items.length, 1_000)
  const { rows: [{ user_id }] } = await world.database.superuser.query("select user_id from memberships where display_name = 'Z 01200'")
  const invited = await admin.post('/api/members/invitations', { email: 'Many1200@alpha.example', display_name: 'Again', role: 'desk_operator' })
  assert.deepEqual([invited.status, invited.json.code], [409, 'already_member'])
  assert.equal((await admin.post(`/api/members/${user_id}/recovery-links`, {})).status, 201)
  const changed = await admin.put(`/api/members/${user_id}/role`, { role: 'settlement_agent' })
  assert.deepEqual([changed.status, changed.json.display_name, changed.json.role, changed.json.email], [200, 'Z 01200', 'settlement_agent', 'many1200@alpha.example'])
  assert.deepEqual([(await admin.post(`/api/members/${user_id}/end`, {})).json.state, (await admin.post(`/api/members/${user_id}/end`, {})).status], ['ended', 404])
  const erased = await admin.post(`/api/members/${user_id}/erase`, { reason: 'person_asked' })
  assert.deepEqual([erased.status, /^Erased person/.test(erased.json.display_name)], [200, true])
  assert.equal((await admin.post('/api/members/invitations', { email: 'many1200@alpha.example', display_name: 'New', role: 'desk_operator' })).status, 201)
})

// Guarantee: looking for a member finds nobody of another company, neither by the id nor by the address.
test('a member of another company is not found', async () => {
  assert.equal((await admin.put(`/api/members/${world.b.users.desk_operator}/role`, { role: 'settlement_agent' })).status, 404)
  assert.equal((await admin.post(`/api/members/${world.b.users.desk_operator}/recovery-links`, {})).status, 404)
  assert.equal((await admin.post('/api/members/invitations', { email: 'desk_operator@beta.example', display_name: 'Known there', role: 'desk_operator' })).status, 201)
})

// Guarantee: the look for an address costs by the company's own members and never asks the accounts for it, so that an address known elsewhere takes as long as one that nobody has.
test('an address is never looked up among all accounts', async () => {
  const { rows: [{ source }] } = await world.database.superuser.query("select pg_get_functiondef('fc.live_member_of_address(text)'::regprocedure) as source")
  const client = await world.database.superuser.connect()
  try {
    const body = String(source).split('$function$')[1]!.replaceAll('p_email', "'desk_operator@beta.example'").replaceAll('fc.tid()', `'${world.a.id}'::uuid`)
    const { rows } = await client.query(`explain (costs off) ${body}`)
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    assert.doesNotMatch(plan, /users_email_key/, plan)
    assert.match(plan, /users_pkey/, plan)
  } finally {
    client.release()
  }
})
