import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bring } from '#api/testing/bring.ts'
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

const STEP = { chaser: 'provider', action: 'ask_the_bank', due_at: '2026-10-02T17:00:00+01:00' }
const outcome = ({ status, json }: Answer) => [status, json?.code ?? null]
async function sent(states: Parameters<typeof bring>[3] = ['accepted', 'approved', 'executing']): Promise<string> {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a))
  assert.equal(made.status, 201, made.text)
  await bring(world, world.a, made.json.id, states)
  return made.json.id
}
const open = (id: string, over: object = {}) => desk.post(`/api/route-sessions/${id}/incidents`, { kind: 'returned', ...STEP, ...over })
const of = async (id: string) => (await desk.get(`/api/route-sessions/${id}/incidents`)).json

// Guarantee: an incident is written once with one audit row, marks the session and its row first of all, and its merchant reads what happened, who acts and by when, and no more.
test('a returned payment is seen by the desk and told to the merchant', async () => {
  const id = await sent()
  const before = (await world.auditRows(world.a)).length
  const made = await open(id, { note: 'MT199 of Tuesday', merchant_note: 'We ask why.' })
  assert.deepEqual([made.status, made.json.state, made.json.events.length], [201, 'open', 1])
  assert.equal((await world.auditRows(world.a)).length, before + 1)
  const [row] = (await desk.get('/api/route-sessions?view=needs_me')).json.items
  assert.deepEqual([row.id, row.needs_me, row.action, row.due_at], [id, true, 'The payment came back. Chase the provider: ask the bank what happened.', '2026-10-02T16:00:00Z'])
  const all = (await desk.get('/api/route-sessions?view=all')).json.items.filter((item: { id: string }) => item.id === id)
  assert.equal(all.length, 1)
  const seen = await merchant.get(`/api/route-sessions/${id}`)
  assert.equal(seen.json.headline, 'The bank in China sent the money back.')
  assert.deepEqual(seen.json.next, { who: 'desk', whom: null, what: 'Ask the bank what happened', by: '2026-10-02T16:00:00Z' })
  assert.deepEqual(seen.json.warnings[0], { tone: 'attention', title: 'The bank in China sent the money back.', text: 'We ask why.' })
  for (const hidden of ['MT199', 'A. Okafor', 'provider', made.json.id]) assert.equal(seen.text.includes(hidden), false, hidden)
  const [listed] = (await merchant.get('/api/route-sessions')).json.items
  assert.deepEqual([listed.headline, listed.next.by], ['The bank in China sent the money back.', '2026-10-02T16:00:00Z'])
  assert.equal(JSON.stringify(await world.auditRows(world.a)).includes('MT199'), false)
})

// Guarantee: money that is back ends the session as returned in the same transaction, and the merchant reads that; nothing ends twice.
test('money back', async () => {
  const id = await sent()
  const { id: incident } = (await open(id)).json
  const chased = await desk.post(`/api/incidents/${incident}/chase`, { version: 1, ...STEP, chaser: 'merchant', action: 'correct_the_details', merchant_text: 'details_refused' })
  assert.deepEqual([chased.status, chased.json.version, chased.json.merchant_text], [200, 2, 'The bank in China did not take the money, because the account details did not match.'])
  assert.equal((await merchant.get(`/api/route-sessions/${id}`)).json.next.who, 'merchant')
  const resolve = (version: number, resolution = 'money_back') => desk.post(`/api/incidents/${incident}/resolve`, { version, resolution })
  assert.deepEqual(outcome(await resolve(1)), [409, 'stale_version'])
  assert.deepEqual(outcome(await resolve(2, 'balance_paid')), [409, 'resolution_not_possible'])
  assert.deepEqual((await resolve(2)).json.events.map(({ state }: { state: string }) => state), ['open', 'chasing', 'resolved'])
  assert.deepEqual(outcome(await resolve(3)), [409, 'incident_over'])
  assert.equal((await desk.get(`/api/route-sessions/${id}`)).json.state, 'returned')
  const seen = (await merchant.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([seen.state, seen.headline, seen.warnings.filter(({ title }: { title: string }) => title.startsWith('The bank')).length], ['Stopped', 'The payment came back. Your supplier did not get it. The desk tells you where the money is and what comes next.', 0])
})

// Guarantee: what arrived short ends by a proof of the rest, or by a second person who gives it up.
test('short credited', async () => {
  const id = await sent()
  assert.deepEqual(outcome(await open(id, { kind: 'short_credited' })), [400, 'missing_field'])
  assert.deepEqual(outcome(await open(id, { amount_missing: { amount: '1', currency: 'CNY' } })), [400, 'invalid_field'])
  const made = await open(id, { kind: 'short_credited', action: 'claim_the_difference', amount_missing: { amount: '120.50', currency: 'CNY' } })
  assert.deepEqual(made.json.amount_missing, { amount: '120.50', currency: 'CNY' })
  const resolve = (client: Client, body: object) => client.post(`/api/incidents/${made.json.id}/resolve`, { version: 1, ...body })
  assert.deepEqual(outcome(await resolve(desk, { resolution: 'balance_paid' })), [409, 'resolution_not_possible'])
  assert.deepEqual(outcome(await resolve(desk, { resolution: 'written_off' })), [409, 'second_person_for_loss'])
  assert.equal((await resolve(admin, { resolution: 'written_off' })).json.resolved_by.name, 'A. Bello')
  const second = await open(id, { kind: 'short_credited', amount_missing: { amount: '1', currency: 'CNY' } })
  assert.equal((await desk.post(`/api/incidents/${second.json.id}/resolve`, { version: 1, resolution: 'balance_paid', proof_reference: 'SWIFT 8842' })).json.proof_reference, 'SWIFT 8842')
})

// Guarantee: a payment that is a day behind its latest expected arrival is proposed as stuck, until somebody chases it.
test('stuck', async () => {
  const id = await sent()
  assert.equal((await of(id)).stuck_since, null)
  await world.setMarketClock(world.a, '2027-01-04T09:00:00+01:00')
  const { stuck_since } = await of(id)
  assert.match(stuck_since, /^2026-1/)
  assert.deepEqual(outcome(await open(id, { kind: 'stuck' })), [400, 'invalid_field'])
  assert.equal((await open(id, { kind: 'stuck', due_at: '2027-01-05T09:00:00+01:00' })).status, 201)
  assert.equal((await of(id)).stuck_since, null)
  await world.setMarketClock(world.a, '2027-01-06T09:00:00+01:00')
  const [late] = (await desk.get('/api/incidents?state=open')).json.items.filter((item: { session_id: string }) => item.session_id === id)
  assert.deepEqual([late.overdue, late.session_reference.slice(0, 3)], [true, 'RS-'])
  await world.setMarketClock(world.a, '2026-09-29T09:00:00+01:00')
})

// Guarantee: an incident is of a payment that was sent, one of a kind at a time, with a sentence of its kind.
test('what is no incident', async () => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a))
  assert.deepEqual(outcome(await open(made.json.id)), [409, 'wrong_state'])
  const id = await sent()
  assert.deepEqual(outcome(await open(id, { merchant_text: 'not_arrived' })), [400, 'invalid_field'])
  const race = await Promise.all([open(id), open(id), open(id)])
  assert.deepEqual(race.map((answer) => outcome(answer).join(' ')).sort(), ['201 ', '409 incident_open', '409 incident_open'])
})
