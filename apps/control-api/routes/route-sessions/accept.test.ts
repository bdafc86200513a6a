import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { MARKET_CLOCK, openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let merchant: Client
let desk: Client
before(async () => {
  world = await openWorld()
  merchant = await world.as(world.a, 'merchant_client')
  desk = await world.as(world.a, 'desk_operator')
})
after(() => world.close())
const recommended = async (): Promise<string> => (await merchant.post('/api/route-sessions', routeBody(world.a))).json.id
const outcome = ({ status, json }: { status: number; json: any }) => [status, json.code]

// Guarantee: a transition happens once: of many at once one is written, and its state, version and timeline agree.
test('attack 26: fifty acceptances of one session are one', async () => {
  const id = await recommended()
  const answers = await Promise.all(Array.from({ length: 50 }, () => merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 })))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of answers.filter(({ status }) => status !== 200)) assert.deepEqual(outcome(answer), [409, 'stale_version'])
  const seen = (await desk.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([seen.state, seen.version, seen.timeline.map(({ to }: { to: string }) => to)], ['accepted', 2, ['recommended', 'accepted']])
  assert.equal(seen.action, 'The merchant accepted. Conditional: 6 papers missing. Decide on the accepted route.')
  const accepted = (await world.auditRows(world.a)).filter((row) => row.action === 'route_session.accepted')
  assert.equal(accepted.length, 50)
  assert.equal(accepted.filter(({ facts }) => (facts as { to?: string }).to === 'accepted').length, 1)
})

// Guarantee: what was seen is what is accepted: an old version, an expired price and a state that has moved on are refused by name.
test('only what stands can be accepted', async () => {
  const id = await recommended()
  assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${id}/accept`, { version: 0 })), [409, 'stale_version'])
  await world.setMarketClock(world.a, '2026-09-30T09:00:00+01:00')
  try {
    assert.equal((await merchant.get(`/api/route-sessions/${id}`)).json.can_accept, false)
    assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 })), [409, 'offer_expired'])
  } finally { await world.setMarketClock(world.a, MARKET_CLOCK) }
  assert.equal((await merchant.post(`/api/route-sessions/${id}/cancel`, { version: 1, reason: 'ordered elsewhere' })).json.state, 'Stopped')
  assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${id}/accept`, { version: 2 })), [409, 'wrong_state'])
  assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${id}/cancel`, { version: 2, reason: 'again' })), [409, 'wrong_state'])
})

// Guarantee: the desk accepts for a merchant only with a reason, which is kept in the timeline; the merchant needs none.
test('the desk gives its reason', async () => {
  const id = await recommended()
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/accept`, { version: 1 })), [400, 'reason_required'])
  const accepted = await desk.post(`/api/route-sessions/${id}/accept`, { version: 1, reason: 'agreed by telephone' })
  assert.equal(accepted.status, 200)
  assert.match(accepted.json.timeline[1].what, /agreed by telephone/)
  assert.equal(accepted.json.timeline[1].who, 'A. Okafor')
})

// Guarantee: repeating an acceptance under its key answers the same and writes nothing more.
test('acceptance is idempotent', async () => {
  const id = await recommended()
  const key = { 'idempotency-key': 'accept-once-0001' }
  const first = await merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 }, key)
  const rows = (await world.auditRows(world.a)).length
  const again = await merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 }, key)
  assert.deepEqual([again.status, again.text], [first.status, first.text])
  assert.equal((await world.auditRows(world.a)).length, rows)
  const another = await recommended()
  assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${another}/accept`, { version: 1 }, key)), [422, 'idempotency_mismatch'])
})

// Guarantee: two routes that each fit under the cap of a quarter and together do not are not both accepted, one after the other or at once; payments by a route without the document use nothing up.
test('a cap that other payments used up meanwhile is asked again', async () => {
  const papers = ['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'FORM_Q', 'PROFORMA_INVOICE', 'APPLICATION_LETTER', 'BENEFICIARY_BANK_DETAILS', 'SHIPPING_DOCS_60D', 'ACCOUNT_AGE_6M']
  const asked = async (preference: 'cheapest' | 'safest'): Promise<string> => (await merchant.post('/api/route-sessions', routeBody(world.a, {
    amount: { side: 'supplier_receives', value: '11000', currency: 'USD' }, documents_available: papers, preference,
    invoice: { number: `PI-${Math.random()}`, currency: 'USD', account_count: 1 },
  }))).json.id
  const usesFormQ = async (id: string) => (await world.database.superuser.query("select 'FORM_Q' = any (documents_used) as uses from route_sessions where id = $1", [id])).rows[0].uses
  const accept = (id: string) => merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 })
  const [by_bank, first, second, third] = [await asked('safest'), await asked('cheapest'), await asked('cheapest'), await asked('cheapest')]
  assert.deepEqual(await Promise.all([by_bank, first, second, third].map(usesFormQ)), [false, true, true, true])
  assert.deepEqual([(await accept(by_bank)).status, (await accept(by_bank)).status], [200, 409])
  const answers = await Promise.all([first, second, third].map(accept))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.deepEqual(answers.filter(({ status }) => status !== 200).map(outcome), [[409, 'period_cap_reached'], [409, 'period_cap_reached']])
  const left = [first, second, third].find((_, i) => answers[i]!.status !== 200)!
  assert.deepEqual(outcome(await accept(left)), [409, 'period_cap_reached'])
  // Once the accepted one is given up there is room again.
  const taken = [first, second, third].find((_, i) => answers[i]!.status === 200)!
  assert.equal((await desk.post(`/api/route-sessions/${taken}/cancel`, { version: 2, reason: 'the merchant pays another way' })).status, 200)
  assert.equal((await accept(left)).status, 200)
})
