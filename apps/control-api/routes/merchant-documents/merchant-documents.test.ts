import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  ;[desk, merchant] = await Promise.all([world.as(world.a, 'desk_operator'), world.as(world.a, 'merchant_client')])
})
after(() => world.close())

const own = () => `/api/merchants/${world.a.merchants.own}/documents`
const record = (client: Client, over: object = {}) => client.post(own(), { code: 'FORM_M_VALID_FX', number: `MF${randomUUID().slice(0, 8)}`, issued_on: '2026-09-01', ...over })
const outcome = ({ status, json }: Answer) => [status, json?.code ?? null, json?.field ?? null]
const find = async (id: string) => (await desk.get(own())).json.items.find((item: { id: string }) => item.id === id)

// Guarantee: a Form M counts 180 days, for plant and machinery 365, a proforma 90, unless an earlier day is typed; nothing counts longer than the corridor data says.
test('until when a paper counts', async () => {
  const expiry = async (over: object) => (await record(desk, over)).json.expires_on
  assert.equal(await expiry({}), '2027-02-28')
  assert.equal(await expiry({ goods_class: 'plant_machinery' }), '2027-09-01')
  assert.equal(await expiry({ goods_class: 'consumer' }), '2027-02-28')
  assert.equal(await expiry({ code: 'PROFORMA_INVOICE' }), '2026-11-30')
  assert.equal(await expiry({ expires_on: '2026-10-15' }), '2026-10-15')
  assert.equal(await expiry({ code: 'PURCHASE_CONTRACT' }), null)
  assert.deepEqual(outcome(await record(desk, { expires_on: '2027-03-01' })), [400, 'invalid_field', '/expires_on'])
  assert.deepEqual(outcome(await record(desk, { issued_on: '2026-09-30' })), [400, 'invalid_field', '/issued_on'])
  assert.deepEqual(outcome(await record(desk, { code: 'SANCTIONS_SCREENING' })), [400, 'unknown_document', '/code'])
  assert.deepEqual(outcome(await record(desk, { value: { amount: '0.00', currency: 'USD' } })), [400, 'invalid_field', '/value/amount'])
  assert.deepEqual(outcome(await record(desk, { value: { amount: '1.001', currency: 'USD' } })), [400, 'invalid_field', '/value/amount'])
})

// Guarantee: a paper is recorded once while it counts, another takes its place by name, and its end is final.
test('recorded once, superseded, withdrawn', async () => {
  const first = await record(merchant, { number: 'MF2026 7' })
  assert.deepEqual([first.status, first.json.recorded_by], [201, 'merchant'])
  assert.deepEqual(outcome(await record(desk, { number: 'mf2026  7' })), [409, 'document_recorded', '/number'])
  const second = await record(desk, { number: 'MF2026 7', supersedes: first.json.id })
  assert.deepEqual([second.status, (await find(first.json.id)).standing], [201, 'superseded'])
  assert.deepEqual(outcome(await record(desk, { supersedes: first.json.id })), [409, 'document_over', '/supersedes'])
  const withdraw = () => merchant.post(`/api/merchant-documents/${second.json.id}/withdraw`, { because: 'cancelled_by_issuer' })
  assert.deepEqual([(await withdraw()).json.standing, outcome(await withdraw())], ['withdrawn', [409, 'document_over', null]])
})

// Guarantee: what is recorded, still counts and is not used up is on file without being said; a paper that ran out yesterday is not.
test('a recorded paper is on file in the next request', async () => {
  const of = async () => (await desk.get(`/api/route-sessions/${(await merchant.post('/api/route-sessions', routeBody(world.a))).json.id}`)).json.intent.documents_available as string[]
  assert.equal((await of()).includes('SOURCE_OF_FUNDS'), false)
  await record(desk, { code: 'SOURCE_OF_FUNDS', expires_on: '2026-09-29' })
  assert.equal((await of()).includes('SOURCE_OF_FUNDS'), true)
  await world.setMarketClock(world.a, '2026-09-30T00:00:00+01:00')
  assert.equal((await of()).includes('SOURCE_OF_FUNDS'), false)
  await world.setMarketClock(world.a, '2026-09-29T09:00:00+01:00')
})

const PAPERS = ['CAC_CERT', 'TIN', 'BVN_DIRECTORS', 'PROFORMA_INVOICE', 'APPLICATION_LETTER', 'BENEFICIARY_BANK_DETAILS']
async function accepted(over: Parameters<typeof routeBody>[1] = {}) {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { documents_available: PAPERS, amount: { side: 'supplier_receives', value: '10000', currency: 'CNY' }, ...over }))
  assert.equal(made.status, 201, made.text)
  return merchant.post(`/api/route-sessions/${made.json.id}/accept`, { version: made.json.version })
}

// Guarantee: acceptance takes what the supplier gets of the paper's value, exactly, and a payment that its paper does not cover is refused; a cancelled one gives its part back.
test('a proforma is used up by its payments', async () => {
  const paper = (await record(desk, { code: 'PROFORMA_INVOICE', value: { amount: '25000', currency: 'CNY' } })).json
  const first = await accepted()
  assert.equal(first.status, 200, first.text)
  assert.deepEqual([(await find(paper.id)).used, (await find(paper.id)).left], [{ amount: '10000.00', currency: 'CNY' }, { amount: '15000.00', currency: 'CNY' }])
  const answers = await Promise.all([accepted(), accepted(), accepted()])
  assert.deepEqual(answers.map((answer) => outcome(answer).slice(0, 2)).sort(), [[200, null], [409, 'document_used_up'], [409, 'document_used_up']])
  assert.equal((await find(paper.id)).used.amount, '20000.00')
  assert.equal((await merchant.post(`/api/route-sessions/${first.json.id}/cancel`, { version: 2, reason: 'ordered elsewhere' })).status, 200)
  assert.equal((await find(paper.id)).used.amount, '10000.00')
  await desk.post(`/api/merchant-documents/${paper.id}/withdraw`, { because: 'no_longer_needed' })
})

// Guarantee: a paper in another currency is used at mid, rounded up to what its currency can pay, and never less than was paid.
test('a dollar paper of a yuan payment', async () => {
  const paper = (await record(desk, { code: 'PROFORMA_INVOICE', value: { amount: '5000', currency: 'USD' } })).json
  assert.equal((await accepted()).status, 200)
  const { used } = await find(paper.id)
  const mids = Object.fromEntries((await import('#api/testing/world.ts')).SNAPSHOT.usd_mids) as Record<string, { exact: { n: bigint; d: bigint } }>
  // cents = ceil(10,000 ÷ mid × 100)
  const { n, d } = mids['CNY']!.exact
  const cents = (10_000n * d * 100n + n - 1n) / n
  assert.deepEqual(used, { amount: `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`, currency: 'USD' })
  await desk.post(`/api/merchant-documents/${paper.id}/withdraw`, { because: 'no_longer_needed' })
})

// Guarantee: the quarter's use of a capped document is said beside its cap, from own sessions alone, and nobody's name is in a list of papers.
test('what the quarter has left, and whose names are not said', async () => {
  const { json, text } = await merchant.get(own())
  assert.deepEqual(json.periods.map(({ code, cap, period }: any) => [code, cap, period]), [['FORM_Q', { amount: '20000', currency: 'USD' }, 'P3M']])
  for (const name of ['A. Okafor', 'Ada Obi', world.a.users.desk_operator]) assert.equal(text.includes(name), false, name)
})
