import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bring } from '#api/testing/bring.ts'
import { newSession } from '#api/testing/calls.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let admin: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  ;[desk, admin, merchant] = await Promise.all([world.as(world.a, 'desk_operator'), world.as(world.a, 'platform_admin'), world.as(world.a, 'merchant_client')])
})
after(() => world.close())

const body = (over: object = {}) => ({ subject: 'payee', result: 'no_hit', list_name: 'UN Consolidated List', list_date: '2026-09-29', ...over })
const screen = (client: Client, id: string, over: object = {}) => client.post(`/api/route-sessions/${id}/screenings`, body(over))
const standing = async (id: string) => (await desk.get(`/api/route-sessions/${id}/screenings`)).json.standing
const outcome = ({ status, json }: Answer) => [status, json?.code ?? null]

// Guarantee: a payment is cleared exactly when every subject of its route was screened and none is missing, expired or of other bank details.
test('what stands between a session and its payment', async () => {
  const { id } = await newSession(world, world.a, 'own')
  assert.deepEqual(await standing(id), { cleared: false, required: ['payer', 'payee', 'bank'], missing: ['payer', 'payee', 'bank'], expired: [], hit: [], stale_details: [] })
  for (const subject of ['payer', 'payee', 'bank']) assert.equal((await screen(desk, id, { subject })).status, 201)
  assert.equal((await standing(id)).cleared, true)
  await world.setMarketClock(world.a, '2026-09-30T08:59:59+01:00')
  assert.equal((await standing(id)).cleared, true)
  await world.setMarketClock(world.a, '2026-09-30T09:00:00+01:00')
  assert.deepEqual((await standing(id)).expired, ['payer', 'payee', 'bank'])
  await world.setMarketClock(world.a, '2026-09-29T09:00:00+01:00')
  await world.database.superuser.query('update suppliers set details_version = details_version + 1 where id = $1', [world.a.suppliers.own])
  assert.deepEqual((await standing(id)).stale_details, ['payee', 'bank'])
})

// Guarantee: goods that are licensed are screened too.
test('regulated goods are a subject of their own', async () => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { goods: { description: 'a moulding press', class: 'plant_machinery', paid: 'deposit' } }))
  assert.deepEqual((await standing(made.json.id)).required, ['payer', 'payee', 'bank', 'goods'])
})

// Guarantee: a possible hit counts as one until a second person says why it is none; who recorded it neither clears it nor finds it gone; and it is cleared once.
test('a possible hit takes a second person', async () => {
  const { id } = await newSession(world, world.a, 'own')
  const made = await screen(desk, id, { result: 'possible_hit', note: 'same surname' })
  assert.deepEqual([made.status, made.json.standing.hit, made.json.paused], [201, ['payee'], false])
  const clear = (client: Client, because = 'other_company') => client.post(`/api/screenings/${made.json.screening.id}/clear`, { because })
  assert.deepEqual(outcome(await clear(desk)), [409, 'second_person_for_hit'])
  assert.deepEqual(outcome(await screen(desk, id)), [409, 'second_person_for_hit'])
  const cleared = await clear(admin)
  assert.deepEqual([cleared.status, cleared.json.cleared.because, cleared.json.stands], [200, 'other_company', true])
  assert.deepEqual(outcome(await clear(admin)), [409, 'nothing_to_clear'])
  assert.deepEqual((await standing(id)).hit, [])
  const rows = (await world.auditRows(world.a)).filter(({ action }) => action.startsWith('screening.'))
  assert.ok(rows.length >= 5)
  assert.equal(JSON.stringify(rows).includes('surname'), false)
})

// Guarantee: a hit on a payment that is being carried out pauses it in the same transaction, with one audit row, and nothing takes it up while the hit stands.
test('a hit stops a payment that is being carried out', async () => {
  const { id } = await newSession(world, world.a, 'own')
  await bring(world, world.a, id, ['accepted', 'approved', 'executing'])
  const before = (await world.auditRows(world.a)).length
  const made = await screen(desk, id, { subject: 'bank', result: 'hit' })
  assert.deepEqual([made.status, made.json.paused, made.json.standing.hit], [201, true, ['bank']])
  assert.equal((await desk.get(`/api/route-sessions/${id}`)).json.state, 'paused')
  assert.equal((await world.auditRows(world.a)).length, before + 1)
  await assert.rejects(bring(world, world.a, id, ['executing']), { constraint: 'route_sessions_not_screened_out' })
  assert.deepEqual(outcome(await screen(desk, id, { subject: 'bank' })), [409, 'second_person_for_hit'])
  assert.equal((await screen(admin, id, { subject: 'bank' })).json.standing.hit.length, 0)
  await bring(world, world.a, id, ['executing'])
})

// Guarantee: of a session that is over, with a list of tomorrow, or with a file that is not the session's restricted one, nothing is recorded.
test('what is no screening', async () => {
  const { id, version } = await newSession(world, world.a, 'own')
  assert.deepEqual(outcome(await screen(desk, id, { list_date: '2026-09-30' })), [400, 'invalid_field'])
  assert.deepEqual(outcome(await screen(desk, id, { list_date: '2026-02-30' })), [400, 'invalid_field'])
  assert.deepEqual(outcome(await screen(desk, id, { artifact_id: '99999999-0000-4000-8000-000000000009' })), [404, 'not_found'])
  assert.equal((await desk.post(`/api/route-sessions/${id}/cancel`, { version, reason: 'ordered elsewhere' })).status, 200)
  assert.deepEqual(outcome(await screen(desk, id)), [409, 'wrong_state'])
})

// Guarantee: no merchant reads of a screening, nor does any view of its session change by one.
test('a merchant sees nothing of it', async () => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a))
  const before = (await merchant.get(`/api/route-sessions/${made.json.id}`)).text
  await screen(desk, made.json.id, { result: 'possible_hit', note: 'same surname' })
  assert.equal((await merchant.get(`/api/route-sessions/${made.json.id}`)).text, before)
  assert.equal((await merchant.get(`/api/route-sessions/${made.json.id}/screenings`)).status, 404)
})
