import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bring } from '#api/testing/bring.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  ;[desk, merchant] = await Promise.all([world.as(world.a, 'desk_operator'), world.as(world.a, 'merchant_client')])
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code ?? null]
const ask = async (number: string, value: string, over: object = {}) => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { amount: { side: 'supplier_receives', value, currency: 'CNY' }, invoice: { number, currency: 'CNY', account_count: 1, total: '100000' }, ...over }))
  assert.equal(made.status, 201, made.text)
  return made.json as { id: string; version: number }
}
const accept = ({ id, version }: { id: string; version: number }, over: object = {}) => merchant.post(`/api/route-sessions/${id}/accept`, { version, ...over })
const invoice = async (id: string, client = merchant) => (await client.get(`/api/route-sessions/${id}/invoice`)).json

// Guarantee: deposit and balance of one invoice add up to 100 %, by whatever writing of its number, and its merchant reads the same as the desk.
test('deposit done, balance agreed', async () => {
  const deposit = await ask('PI-123', '30000')
  assert.deepEqual([(await invoice(deposit.id)).covered_pct, (await invoice(deposit.id)).parts[0].group], ['0.00', 'offered'])
  assert.equal((await accept(deposit)).status, 200)
  await bring(world, world.a, deposit.id, ['approved', 'executing', 'completed'])
  const after = await invoice(deposit.id)
  assert.deepEqual([after.done_pct, after.open, after.open_pct], ['30.00', { amount: '70000.00', currency: 'CNY' }, '70.00'])
  const balance = await ask(' pi-123 ', '70000', { goods: { description: 'phone accessories, balance', class: 'electrical', paid: 'balance_before_shipment' } })
  assert.equal((await accept(balance)).status, 200)
  const whole = await invoice(balance.id)
  assert.deepEqual([whole.covered_pct, whole.open.amount, whole.over, whole.parts.map(({ paid, group, pct }: any) => [paid, group, pct])], ['100.00', '0.00', false, [['deposit', 'done', '30.00'], ['balance_before_shipment', 'planned', '70.00']]])
  assert.deepEqual(await invoice(balance.id, desk), whole)
})

// Guarantee: of payments that together pass the invoice's total only those that fit are agreed to, in a race too, unless it is said that more is meant.
test('more than the whole invoice', async () => {
  const offers = await Promise.all(['60000', '50000', '45000'].map((value) => ask('PI-200', value)))
  const answers = await Promise.all(offers.map((offer) => accept(offer)))
  assert.deepEqual(answers.map((answer) => outcome(answer).join(' ')).sort().filter((said) => said === '409 invoice_exceeded').length, answers.filter(({ status }) => status !== 200).length)
  const taken = offers.filter((_, i) => answers[i]!.status === 200)
  assert.equal((await invoice(offers[0]!.id)).over, false)
  assert.ok(taken.length >= 1 && taken.length <= 2)
  const [refused] = offers.filter((_, i) => answers[i]!.status !== 200)
  assert.equal((await accept(refused!, { acknowledge_over_invoice: true })).status, 200)
  assert.deepEqual([(await invoice(refused!.id)).over, (await invoice(refused!.id)).open.amount], [true, '0.00'])
})

// Guarantee: a total is an amount that its currency can pay, and above zero; nobody else's invoice is read.
test('what is no total', async () => {
  const wrong = async (total: string) => outcome(await merchant.post('/api/route-sessions', routeBody(world.a, { invoice: { number: 'PI-9', currency: 'CNY', account_count: 1, total } })))
  assert.deepEqual([await wrong('0'), await wrong('1.001'), await wrong('-1')], [[400, 'invalid_field'], [400, 'invalid_field'], [400, 'invalid_field']])
  const other = await desk.post('/api/route-sessions', routeBody(world.a, { supplier_id: world.a.suppliers.other, on_behalf: { merchant_id: world.a.merchants.other, reason: 'asked for by telephone' } }))
  assert.equal((await merchant.get(`/api/route-sessions/${other.json.id}/invoice`)).status, 404)
})
