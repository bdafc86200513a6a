import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { verifyAuditExport } from '#contracts/audit-export.ts'
import { openWorld, routeBody, type Answer, type Client, type Company, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const PASSWORD = 'five plain words are enough'
const behind = async (sql: string, values: unknown[] = []) => (await world.database.superuser.query(sql, values)).rows
const tokenOf = (answer: Answer): string => String(answer.json.link).split('#link=')[1]!
const erase = (who: Client, id: string) => who.post(`/api/members/${id}/erase`, { reason: 'person_asked' })

/** The tables of which some row, in any column, holds this text. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await behind("select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'fc')")
  const found: string[] = []
  for (const { name } of tables) {
    if ((await behind(`select from ${name} t where position(lower($1) in lower(t::text)) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0 limit 1`, [text])).length > 0) found.push(name)
  }
  return found
}

type Person = { readonly id: string; readonly email: string; readonly name: string }
/** Somebody new joins a company by a link; `known` is who has an account already. */
async function join(of: Company, known?: Person): Promise<Person> {
  const [email, name] = [known?.email ?? `${randomUUID()}@people.example`, known?.name ?? `Zainab ${randomUUID().slice(0, 8)}`]
  const invited = await (await world.as(of, 'platform_admin')).post('/api/members/invitations', { email, display_name: name, role: 'desk_operator' })
  assert.equal(invited.status, 201, invited.text)
  assert.equal((await world.nobody.post('/api/auth/links/use', { token: tokenOf(invited), password: PASSWORD })).status, 200)
  const [{ id }] = await behind('select id from users where email = $1', [email])
  return { id, email, name }
}
async function end(of: Company, { id }: Person): Promise<void> {
  assert.equal((await (await world.as(of, 'platform_admin')).post(`/api/members/${id}/end`, {})).status, 200)
}
const as = (of: Company, { id }: Person): Promise<Client> => world.as({ ...of, users: { ...of.users, desk_operator: id } }, 'desk_operator')
const account = async ({ id }: Person) => (await behind('select email, password_hash, disabled_at is not null as disabled from users where id = $1', [id]))[0]

// Guarantee: once somebody who worked, was recovered and was invited again is erased, no table holds the name or the address, nobody signs in by it, and the chain verifies here and offline with the pseudonym in its search.
test('nothing names who was erased, and the chain holds', async () => {
  const person = await join(world.a)
  const desk = await as(world.a, person)
  const routed = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.equal(routed.status, 201, routed.text)
  assert.equal((await (await world.as(world.a, 'desk_operator')).post(`/api/route-sessions/${routed.json.id}/cancel`, { version: 1, reason: 'ordered elsewhere' })).status, 200)
  assert.equal((await admin.post(`/api/members/${person.id}/recovery-links`, {})).status, 201)
  assert.equal((await admin.post(`/api/members/${person.id}/second-factor/reset`, { reason: 'device_lost' })).status, 200)
  await end(world.a, person)
  assert.equal((await admin.post('/api/members/invitations', { email: person.email, display_name: person.name, role: 'desk_operator' })).status, 201)
  assert.ok((await tablesWith(person.name)).length > 0)

  const before = (await world.auditRows(world.a)).length
  const erased = await erase(admin, person.id)
  assert.equal(erased.status, 200, erased.text)
  assert.match(erased.json.display_name, /^Erased person [0-9a-f]{8}$/)
  assert.deepEqual((await world.auditRows(world.a)).slice(before).map(({ action, facts }) => ({ action, facts })), [{ action: 'member.erased', facts: { reason: 'person_asked', links_blanked: 3, requests_closed: 0, already: false } }])

  for (const text of [person.name, person.email]) assert.deepEqual(await tablesWith(text), [], text)
  const left = await account(person)
  assert.deepEqual([left.email, left.disabled], [`${person.id}@erased.invalid`, true])
  assert.equal((await world.nobody.post('/api/auth/login', { email: person.email, password: PASSWORD })).status, 401)
  assert.equal((await world.nobody.post('/api/auth/login', { email: `${person.id}@erased.invalid`, password: PASSWORD })).status, 401)
  assert.deepEqual((await admin.get('/api/members/invitations')).json.items.filter(({ email }: { email: string }) => email.includes(person.id)), [])

  const events = (await admin.get(`/api/audit-events?user_id=${person.id}`)).json.items
  assert.deepEqual([...new Set(events.map(({ who }: { who: { name: string } }) => who.name))], [erased.json.display_name])
  assert.equal((await admin.get('/api/audit-events/verification')).json.verified, true)
  const exported = await admin.get('/api/audit-events/export')
  assert.ok((await verifyAuditExport(exported.text.trimEnd().split('\n'))).ok)
})

// Guarantee: asked again, an erasure answers the same and changes nothing; a member is not erased; each try leaves one audit row.
test('an erasure is done once, and never to a member', async () => {
  const person = await join(world.a)
  const rows = (await world.auditRows(world.a)).length
  assert.equal((await erase(admin, person.id)).json.code, 'membership_not_ended')
  assert.equal((await account(person)).email, person.email)
  await end(world.a, person)
  const [first, again] = [await erase(admin, person.id), await erase(admin, person.id)]
  assert.deepEqual([again.status, again.json], [200, first.json])
  assert.deepEqual((await world.auditRows(world.a)).slice(rows).map(({ action, facts }) => [action, (facts as any).refused ?? (facts as any).already]), [
    ['member.erased', 'membership_not_ended'], ['member.ended', undefined], ['member.erased', false], ['member.erased', true],
  ])
})

// Guarantee: an admin of one company neither erases nor learns what another has of the same person: the answer and the list are the same, the account lives on, and goes with the last company.
test('another company keeps what it has', async () => {
  const [alone, both] = [await join(world.a), await join(world.a)]
  await join(world.b, both)
  for (const person of [alone, both]) await end(world.a, person)
  const [one, two] = [await erase(admin, alone.id), await erase(admin, both.id)]
  const without = (answer: Answer, { id }: Person) => ({ ...answer.json, user_id: '', display_name: String(answer.json.display_name).length, erased_at: id.length })
  assert.deepEqual(without(one, alone), without(two, both))
  const listed = (await admin.get('/api/members')).json.items as { user_id: string; email: string; state: string; display_name: string }[]
  for (const { id } of [alone, both]) {
    const row = listed.find(({ user_id }) => user_id === id)!
    assert.deepEqual([row.email, row.state], [`${id}@erased.invalid`, 'ended'])
  }
  // Live in B: it signs in as before, under the own name.
  assert.equal((await account(both)).email, both.email)
  const beta = await world.as(world.b, 'platform_admin')
  const inBeta = async () => (await beta.get('/api/members')).json.items.find(({ user_id }: { user_id: string }) => user_id === both.id)
  assert.deepEqual([(await inBeta()).display_name, (await inBeta()).email], [both.name, both.email])
  assert.equal((await world.nobody.post('/api/auth/login', { email: both.email, password: PASSWORD })).status, 200)
  // Ended in B and not erased there: what B has of it is still B's.
  await end(world.b, both)
  assert.equal((await erase(admin, both.id)).status, 200)
  assert.deepEqual([(await account(both)).email, (await inBeta()).email], [both.email, both.email])
  assert.equal((await erase(beta, both.id)).status, 200)
  for (const text of [both.name, both.email]) assert.deepEqual(await tablesWith(text), [], text)
})

// Guarantee: of two companies that erase the same person at once, one takes the account with it; of an erasure and a joining at once, one comes after the other and no live member is without an account.
test('erasures and joinings of the same moment come one after the other', async () => {
  const beta = await world.as(world.b, 'platform_admin')
  for (let round = 0; round < 8; round += 1) {
    const person = await join(world.a)
    await join(world.b, person)
    await end(world.a, person)
    await end(world.b, person)
    await Promise.all([erase(admin, person.id), erase(beta, person.id)])
    assert.equal((await account(person)).disabled, true)

    const other = await join(world.a)
    await end(world.a, other)
    const token = tokenOf(await beta.post('/api/members/invitations', { email: other.email, display_name: other.name, role: 'desk_operator' }))
    await Promise.all([erase(admin, other.id), world.nobody.post('/api/auth/links/use', { token, password: PASSWORD })])
    // Whoever came second joined with a new account of the address, or found somebody who is a member elsewhere.
    const live = await behind('select from memberships where user_id = $1 and ended_at is null', [other.id])
    assert.equal((await account(other)).disabled, live.length === 0)
  }
})

// Guarantee: who is invited again after an erasure in a company that was not the last is a person there again, who can be ended and erased once more.
test('an erased person may come back', async () => {
  const person = await join(world.a)
  await join(world.b, person)
  await end(world.a, person)
  assert.equal((await erase(admin, person.id)).status, 200)
  await join(world.a, person)
  const row = (await admin.get('/api/members')).json.items.find(({ user_id }: { user_id: string }) => user_id === person.id)
  assert.deepEqual([row.state, row.erased_at, row.display_name, row.email], ['active', null, person.name, person.email])
  assert.equal((await erase(admin, person.id)).json.code, 'membership_not_ended')
})
