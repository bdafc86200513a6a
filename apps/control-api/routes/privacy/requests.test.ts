import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Role } from '#contracts/roles.ts'
import { openWorld, type Client, type Company, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const behind = async (sql: string, values: unknown[] = []) => (await world.database.superuser.query(sql, values)).rows
type Person = { readonly id: string; readonly client: Client }
/** A fresh member, signed in. */
async function person(of: Company = world.a, role: Role = 'desk_operator'): Promise<Person> {
  const id = randomUUID()
  await behind("insert into users (id, email, password_hash) values ($1, $2, 'not a hash: signs nobody in')", [id, `${id}@people.example`])
  await behind('insert into memberships (tenant_id, user_id, role, merchant_id, display_name) values ($1, $2, $3, $4, $5)', [of.id, id, role, role === 'merchant_client' ? of.merchants.own : null, `Person ${id.slice(0, 8)}`])
  return { id, client: await world.as({ ...of, users: { ...of.users, [role]: id } }, role) }
}
const ask = (who: Client, kind: string, note?: string) => who.post('/api/privacy/requests', { kind, ...(note === undefined ? {} : { note }) })
const answer = (who: Client, id: string, body: object) => who.post(`/api/privacy/member-requests/${id}/answer`, body)
const open = async (who = admin, query = '') => (await who.get(`/api/privacy/member-requests?limit=100${query}`)).json.items as { id: string; kind: string; due_at: string; note: string | null; person: { user_id: string; name: string } }[]

// Guarantee: a person asks, sees the request with its state and its due date thirty days on, and so does the admin of that company and of no other; the note stands in no audit row.
test('a request is asked for and seen', async () => {
  const { id, client } = await person(world.a, 'merchant_client')
  const rows = (await world.auditRows(world.a)).length
  const made = await ask(client, 'correction', 'my surname is written with two t')
  assert.deepEqual([made.status, made.json.state, made.json.note, made.json.answered_at], [201, 'open', 'my surname is written with two t', null])
  assert.equal(Date.parse(made.json.due_at) - Date.parse(made.json.requested_at), 30 * 24 * 3_600_000)
  assert.deepEqual((await client.get('/api/privacy/requests')).json.items, [made.json])
  const [seen] = (await open()).filter((each) => each.id === made.json.id)
  assert.deepEqual(seen, { ...made.json, overdue: false, person: { user_id: id, name: `Person ${id.slice(0, 8)}`, role: 'merchant_client', ended_at: null, erased_at: null } })
  assert.ok((await open(await world.as(world.b, 'platform_admin'))).every((each) => each.id !== made.json.id))
  const stranger = await person()
  assert.deepEqual((await stranger.client.get('/api/privacy/requests')).json.items, [])
  assert.deepEqual((await world.auditRows(world.a)).slice(rows).map(({ action, facts }) => [action, facts]), [['privacy.requested', { kind: 'correction' }]])
})

// Guarantee: there is one open request of a kind and person, also of twenty that are sent at once; an answered one makes room for the next.
test('one open request of a kind', async () => {
  const { client } = await person()
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(client, 'copy')))
  assert.deepEqual([answers.filter(({ status }) => status === 201).length, answers.filter(({ json }) => json.code === 'privacy_request_open').length], [1, 19])
  assert.equal((await ask(client, 'erasure')).status, 201)
  const first = answers.find(({ status }) => status === 201)!.json
  assert.equal((await answer(admin, first.id, { answer: 'done' })).status, 200)
  assert.equal((await ask(client, 'copy')).status, 201)
  assert.deepEqual((await client.get('/api/privacy/requests')).json.items.map((each: { kind: string; state: string }) => `${each.kind} ${each.state}`), ['copy open', 'erasure open', 'copy done'])
})

// Guarantee: an answer is done, or refused with a reason of the list; the person sees it; it stands once, and its audit row holds codes alone.
test('a request is answered once', async () => {
  const { client } = await person()
  const { json: { id } } = await ask(client, 'correction', 'a note that nobody records')
  for (const [body, field] of [[{ answer: 'refused' }, '/refusal'], [{ answer: 'done', refusal: 'not_ours' }, '/refusal'], [{ answer: 'refused', refusal: 'person_erased' }, '/refusal'], [{ answer: 'later' }, '/answer']] as const) {
    const { status, json } = await answer(admin, id, body)
    assert.deepEqual([status, json.field], [400, field])
  }
  const rows = (await world.auditRows(world.a)).length
  const refused = await answer(admin, id, { answer: 'refused', refusal: 'nothing_wrong' })
  assert.deepEqual([refused.status, refused.json.state, refused.json.refusal], [200, 'refused', 'nothing_wrong'])
  assert.equal((await answer(admin, id, { answer: 'done' })).json.code, 'stale_version')
  const [own] = (await client.get('/api/privacy/requests')).json.items
  assert.deepEqual([own.state, own.refusal, typeof own.answered_at], ['refused', 'nothing_wrong', 'string'])
  assert.ok((await open()).every((each) => each.id !== id))
  assert.equal((await open(admin, '&state=answered'))[0]!.id, id)
  assert.deepEqual((await world.auditRows(world.a)).slice(rows).map(({ action, facts }) => [action, facts]), [
    ['privacy.answered', { kind: 'correction', answer: 'refused', refusal: 'nothing_wrong' }],
    ['privacy.answered', { refused: 'stale_version', of: { kind: 'correction', answer: 'done', refusal: null } }],
  ])
})

// Guarantee: of two admins who answer at once one is heard and the other told that it has changed, whatever they say, and both have their audit row.
test('two admins who answer at once are one answer', async () => {
  const second = (await person(world.a, 'platform_admin')).client
  for (let round = 0; round < 10; round += 1) {
    const { client } = await person()
    const { json: { id } } = await ask(client, 'correction')
    const rows = (await world.auditRows(world.a)).length
    const both = await Promise.all([answer(admin, id, { answer: 'done' }), answer(second, id, { answer: 'refused', refusal: 'identity_unproved' })])
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409])
    const heard = both.find(({ status }) => status === 200)!.json
    const [own] = (await client.get('/api/privacy/requests')).json.items
    assert.deepEqual([own.state, own.refusal], [heard.state, heard.refusal])
    assert.deepEqual((await world.auditRows(world.a)).slice(rows).map(({ action }) => action), ['privacy.answered', 'privacy.answered'])
  }
})

// Guarantee: an erasure is never done by saying so; erasing the member answers it, ends what else was asked, and takes every note away, so that no table holds the words.
test('an erasure is done by erasing', async () => {
  const { id, client } = await person()
  const words = `forget ${randomUUID()}`
  const asked = await ask(client, 'erasure', words)
  await ask(client, 'copy', words)
  const before = await ask(client, 'correction', words)
  await answer(admin, before.json.id, { answer: 'done' })
  assert.equal((await answer(admin, asked.json.id, { answer: 'done' })).json.code, 'member_not_erased')
  assert.equal((await admin.post(`/api/members/${id}/end`, {})).status, 200)
  assert.equal((await answer(admin, asked.json.id, { answer: 'done' })).json.code, 'member_not_erased')
  assert.equal((await admin.post(`/api/members/${id}/erase`, { reason: 'person_asked' })).status, 200)
  const rows = await behind('select kind, state, refusal, note, answered_by from privacy_requests where user_id = $1 order by kind', [id])
  const by = world.a.users.platform_admin
  assert.deepEqual(rows, [
    { kind: 'copy', state: 'refused', refusal: 'person_erased', note: null, answered_by: by }, { kind: 'correction', state: 'done', refusal: null, note: null, answered_by: by },
    { kind: 'erasure', state: 'done', refusal: null, note: null, answered_by: by },
  ])
  const tables: { name: string }[] = await behind("select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'fc')")
  for (const { name } of tables) assert.equal((await behind(`select from ${name} t where position($1 in t::text) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0 limit 1`, [words])).length, 0, name)
  assert.match((await open(admin, '&state=answered')).find((each) => each.id === asked.json.id)!.person.name, /^Erased person [0-9a-f]{8}$/)
  assert.equal((await answer(admin, asked.json.id, { answer: 'refused', refusal: 'law_keeps_it' })).json.code, 'stale_version')
  assert.deepEqual((await world.auditRows(world.a)).filter(({ action }) => action === 'member.erased').at(-1)!.facts, { reason: 'person_asked', links_blanked: 0, requests_closed: 2, already: false })
})

// Guarantee: an erasure and a refusal of the same moment come one after the other: the request has one answer, and the note is gone.
test('an erasure and an answer at once are one answer', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { id, client } = await person()
    const { json: asked } = await ask(client, 'erasure', 'some words')
    await admin.post(`/api/members/${id}/end`, {})
    const [erased, refused] = await Promise.all([admin.post(`/api/members/${id}/erase`, { reason: 'person_asked' }), answer(admin, asked.id, { answer: 'refused', refusal: 'law_keeps_it' })])
    assert.equal(erased.status, 200)
    const [row] = await behind('select state, note from privacy_requests where id = $1', [asked.id])
    assert.deepEqual(row, { state: refused.status === 200 ? 'refused' : 'done', note: null })
  }
})

// Guarantee: the database itself keeps a request as it was asked and its answer as it was given: nothing is changed, opened again, answered twice, done without an erasure, or asked twice, whoever writes.
test('the database keeps the states', async () => {
  const { id: user_id, client } = await person()
  const { json: { id } } = await ask(client, 'erasure', 'some words')
  const { json: { id: answered } } = await ask(client, 'copy')
  await answer(admin, answered, { answer: 'done' })
  const by = world.a.users.platform_admin
  for (const [sql, values, says] of [
    ["update privacy_requests set state = 'done', answered_at = now(), answered_by = $2 where id = $1", [id, by], /the person is not erased/],
    ["update privacy_requests set kind = 'copy' where id = $1", [id], /is not changed/], ["update privacy_requests set note = 'other words' where id = $1", [id], /is not changed/],
    ["update privacy_requests set due_at = due_at + interval '1 day' where id = $1", [id], /is not changed/], ['update privacy_requests set user_id = $2 where id = $1', [id, by], /is not changed/],
    ["update privacy_requests set state = 'open', answered_at = null, answered_by = null where id = $1", [answered], /answered once/],
    ["update privacy_requests set state = 'refused', refusal = 'not_ours' where id = $1", [answered], /answered once/],
    ["update privacy_requests set state = 'refused', answered_at = now(), answered_by = $2 where id = $1", [id, by], /check constraint/],
    ["update privacy_requests set state = 'refused', refusal = 'not_ours' where id = $1", [id], /check constraint/],
    ["insert into privacy_requests (tenant_id, id, user_id, kind) values ($1, gen_random_uuid(), $2, 'erasure')", [world.a.id, user_id], /privacy_requests_one_open/],
    ["insert into privacy_requests (tenant_id, id, user_id, kind) values ($1, gen_random_uuid(), $2, 'portrait')", [world.a.id, user_id], /check constraint/],
  ] as const) await assert.rejects(behind(sql, [...values]), says, sql)
})

// Guarantee: open requests come with what is due first first, page by page, none twice and none left out; a made-up cursor is refused.
test('requests are listed by what is due', async () => {
  for (let n = 0; n < 5; n += 1) await ask((await person()).client, 'copy')
  const all = (await open()).map(({ id }) => id)
  const due = (await open()).map(({ due_at }) => Date.parse(due_at))
  assert.deepEqual(due, [...due].sort((a, b) => a - b))
  const late = await person()
  await behind("insert into privacy_requests (tenant_id, id, user_id, kind, requested_at, due_at) values ($1, '01000000-0000-7000-8000-000000000001', $2, 'copy', now() - interval '721 hours', now() - interval '1 hour')", [world.a.id, late.id])
  assert.deepEqual((await admin.get('/api/privacy/member-requests?limit=2')).json.items.map((each: { overdue: boolean }) => each.overdue), [true, false])
  all.unshift('01000000-0000-7000-8000-000000000001')
  const paged: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { json } = await admin.get(`/api/privacy/member-requests?limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`) as { json: { items: { id: string }[]; next_cursor: string | null } }
    paged.push(...json.items.map(({ id }) => id))
    cursor = json.next_cursor
  }
  assert.deepEqual(paged, all)
  assert.equal((await admin.get('/api/privacy/member-requests?cursor=none-of-ours')).json.code, 'invalid_cursor')
})
