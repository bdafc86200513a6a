import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { MARKET_CLOCK, openWorld, routeBody, type Answer, type World } from '#api/testing/world.ts'
import { QUOTED_LEG } from '#api/testing/calls.ts'
import { openPolicy } from '#policy/index.ts'

let world: World
let silent = false
before(async () => {
  const policy = await openPolicy()
  world = await openWorld({ policy: { judge: async (...asked) => (silent ? { status: 'unavailable', cause: 'a test' } : policy.judge(...asked)) } })
})
beforeEach(() => { silent = false })
after(() => world.close())

const desk = () => world.as(world.a, 'desk_operator')
const merchant = () => world.as(world.a, 'merchant_client')
const saveRate = async (price: string): Promise<void> => {
  const saved = await (await desk()).post('/api/rates', { changes: [{ leg: QUOTED_LEG, said: { price, unit: 'NGN', per: 'CNH' }, source: 'phone_call' }] })
  assert.equal(saved.status, 200, saved.text)
}
const routed = async (): Promise<Answer['json']> => {
  const session = await (await merchant()).post('/api/route-sessions', routeBody(world.a))
  assert.equal(session.status, 201, session.text)
  return session.json
}
const reprice = async (id: string, version: number, quote_ids: string[] = []) => (await desk()).post(`/api/route-sessions/${id}/reprice`, { version, quote_ids })
const firmBody = (session_id: string, more: object = {}) => ({
  session_id, kind: 'firm', leg: QUOTED_LEG, sell_amount: '40000000', price: '199.701', quoted_as: { unit: 'NGN', per: 'CNH' }, fee: { amount: '120000', currency: 'NGN' }, expires_at: '2026-09-29T10:00:00+01:00', source: 'email', ...more,
})

// Guarantee: before anyone has agreed, a new price is the new offer: the merchant sees it, agrees to no older version, and the old decision still replays.
test('a dearer price is offered anew to a merchant who has not agreed', async () => {
  await saveRate('199.7010')
  const session = await routed()
  await saveRate('201.7010')
  const again = await reprice(session.id, session.version)
  assert.equal(again.status, 200, again.text)
  const { repricing, version, state } = again.json
  assert.deepEqual([state, version, repricing.within_tolerance, repricing.because], ['recommended', 2, false, ['dearer']])
  assert.ok(Number(repricing.difference.sent.amount) > 0 && Number(repricing.difference.drift_bps) > 25)
  assert.equal((await (await merchant()).post(`/api/route-sessions/${session.id}/accept`, { version: 1 })).json.code, 'stale_version')
  const seen = (await (await merchant()).get(`/api/route-sessions/${session.id}`)).json
  const told = (await (await desk()).get(`/api/route-sessions/${session.id}`)).json
  assert.deepEqual([told.recommended.sent, told.merchant_view.price], [repricing.now.sent, seen.price])
  assert.equal((await (await merchant()).post(`/api/route-sessions/${session.id}/accept`, { version: 2 })).status, 200)
  assert.equal((await (await desk()).post(`/api/route-sessions/${session.id}/replay`, {})).json.identical, true)
})

// Guarantee: what was agreed stays agreed within the tolerance, and goes back to the merchant beyond it; each re-pricing leaves one audit row.
test('an agreed price that drifts too far goes back to be agreed again', async () => {
  await saveRate('199.7010')
  const session = await routed()
  const accepted = await (await merchant()).post(`/api/route-sessions/${session.id}/accept`, { version: 1 })
  assert.equal(accepted.status, 200, accepted.text)
  await saveRate('199.8010')
  const rows = (await world.auditRows(world.a)).length
  const near = await reprice(session.id, 2)
  assert.deepEqual([near.json.state, near.json.version, near.json.repricing.within_tolerance], ['accepted', 2, true])
  const kept = (await (await desk()).get(`/api/route-sessions/${session.id}`)).json
  assert.deepEqual(kept.recommended.sent, session.recommended?.sent ?? near.json.repricing.before.sent)
  await saveRate('201.7010')
  const far = await reprice(session.id, 2)
  assert.deepEqual([far.json.state, far.json.version, far.json.repricing.because], ['awaiting_merchant', 3, ['dearer']])
  assert.equal((await world.auditRows(world.a)).filter(({ action }) => action === 'route_session.repriced').length, 3)
  assert.equal((await world.auditRows(world.a)).length, rows + 2 + 1)
})

// Guarantee: a price that no policy judged is none: a re-pricing fails closed and leaves nothing but its refusal.
test('a silent policy prices nothing', async () => {
  const session = await routed()
  silent = true
  const answer = await reprice(session.id, session.version)
  assert.deepEqual([answer.status, answer.json.code], [503, 'policy_unavailable'])
  assert.equal((await world.database.superuser.query('select from session_repricings where session_id = $1', [session.id])).rows.length, 0)
})

// Guarantee: a firm quote is used once: of fifty re-pricings at once that name it exactly one uses it, and none after.
test('of fifty that use one firm quote one does', async () => {
  await saveRate('199.7010')
  const session = await routed()
  const quote = await (await desk()).post('/api/quotes', firmBody(session.id))
  assert.equal(quote.status, 201, quote.text)
  const caller = await desk()
  const answers = await Promise.all(Array.from({ length: 50 }, () => caller.post(`/api/route-sessions/${session.id}/reprice`, { version: 1, quote_ids: [quote.json.id] })))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.deepEqual([...new Set(answers.filter(({ status }) => status !== 200).map(({ json }) => json.code))].filter((code) => code !== 'quote_consumed' && code !== 'stale_version'), [])
  const { version } = (await (await desk()).get(`/api/route-sessions/${session.id}`)).json
  assert.equal((await reprice(session.id, version, [quote.json.id])).json.code, 'quote_consumed')
  await assert.rejects(world.database.superuser.query('update quotes set consumed_at = now() where id = $1', [quote.json.id]), { constraint: 'quotes_used_once' })
})

// Guarantee: a firm quote carries its whole fee and no slippage, to the kobo, and is refused where its amount, its route or its time does not fit.
test('a firm quote prices exactly, and only what it is for', async () => {
  await saveRate('199.7010')
  const session = await routed()
  const quote = async (more: object = {}) => (await (await desk()).post('/api/quotes', firmBody(session.id, more))).json
  const refusal = async (more: object): Promise<string> => (await reprice(session.id, 1, [(await quote(more)).id])).json.code
  assert.equal(await refusal({ sell_amount: '30000000' }), 'quote_not_for_amount')
  assert.equal(await refusal({ leg: 'ng-licensed-exchange|NGN|USDT|NG||onramp|', price: '1345', quoted_as: { unit: 'NGN', per: 'USDT' } }), 'quote_not_of_route')
  assert.equal((await reprice(session.id, 1, [randomUUID()])).json.code, 'not_found')
  const used = await quote()
  assert.deepEqual([used.standing, used.total_price.startsWith('200.30')], ['usable', true])
  const { repricing } = (await reprice(session.id, 1, [used.id])).json
  // CNH that must leave the bank, at the price, and the fee on top, rounded up to the kobo.
  const told = (await (await desk()).get(`/api/route-sessions/${session.id}`)).json.recommended.hops[0]
  assert.deepEqual([told.fee_bps, told.slippage_bps, told.fixed_fee.amount], ['0.00', '0.000000', '120000.00'])
  assert.ok(Math.abs(Number(repricing.now.sent.amount) - (Number(told.amount_out) * 199.701 + 120_000)) < 0.02)
})

// Guarantee: a quote is refused on write where its formulas do not hold or its time cannot be, and nobody may rely on one for longer than policy allows, whatever it says of itself.
test('what a quote says of itself is held', async () => {
  const session = await routed()
  const answer = async (more: object) => (await desk()).post('/api/quotes', firmBody(session.id, more))
  const code = async (more: object): Promise<string> => { const { json } = await answer(more); return `${json.code} ${json.field ?? ''}`.trim() }
  assert.equal(await code({ total_price: '200.5' }), 'quote_total_differs /total_price')
  assert.equal((await answer({ total_price: '200.302' })).status, 201)
  assert.equal(await code({ buy_amount: '200000' }), 'invalid_field /buy_amount')
  assert.equal(await code({ sell_amount: undefined, fee: undefined }), 'invalid_field /sell_amount')
  assert.equal(await code({ expires_at: MARKET_CLOCK }), 'invalid_field /expires_at')
  assert.equal(await code({ observed_at: '2026-09-28T08:00:00+01:00', expires_at: '2026-09-28T09:00:00+01:00' }), 'quote_expired /expires_at')
  assert.equal(await code({ artifact_id: randomUUID() }), 'not_found /artifact_id')
  assert.equal(await code({ expires_at: '9999-12-31T00:00:00Z' }), 'invalid_field /expires_at')
  const far = await answer({ expires_at: '2034-12-31T00:00:00Z' })
  assert.deepEqual([far.status, far.json.expires_at], [201, '2026-09-30T08:00:00Z'])
  const put = (set: string) => world.database.superuser.query(`insert into quotes select (q).* from (select jsonb_populate_record(quotes, to_jsonb(quotes) || '${set}'::jsonb) as q from quotes where id = $1) x`, [far.json.id])
  const id = randomUUID()
  for (const [set, constraint] of [
    ['"total_price": 201', 'quotes_total'], ['"expires_at": "9999-12-31T00:00:00Z"', 'quotes_validity'], ['"buy_amount": 5', 'quotes_one_side'], ['"sell_amount": null', 'quotes_firm'], ['"kind": "indicative", "consumed_at": "2026-09-29T08:00:00Z"', 'quotes_consumed'],
  ] as const) await assert.rejects(put(`{"id": "${id}", ${set}}`), (error: { constraint?: string }) => [constraint, 'quotes_fee_of_an_amount'].includes(error.constraint ?? ''), set)
})

// Guarantee: a provider that is out carries nothing new; what has not started is listed to be routed again, and its end restores the market to the byte.
test('an outage takes a provider out of new routes and its end puts it back', async () => {
  await saveRate('199.7010')
  const market = async (): Promise<string> => (await (await desk()).get('/api/rates')).json.snapshot_digest
  const was = await market()
  const session = await routed()
  const report = { provider_id: 'ng-bank-rmb-direct', reason: 'not_answering', source: 'phone_call' }
  const out = await (await desk()).post('/api/provider-outages', report)
  assert.equal(out.status, 201, out.text)
  assert.ok(out.json.affected.not_started.some(({ id }: { id: string }) => id === session.id))
  assert.deepEqual(out.json.affected.started, [])
  assert.equal((await (await desk()).post('/api/provider-outages', report)).json.code, 'outage_open')
  const other = await (await desk()).post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.ok(other.json.decision.refusals['provider_suspended:ng-bank-rmb-direct'] > 0)
  assert.ok(!other.json.recommended?.hops.some((hop: { provider_id: string }) => hop.provider_id === 'ng-bank-rmb-direct'))
  const again = await reprice(session.id, session.version)
  assert.deepEqual([again.json.repricing.status, again.json.repricing.within_tolerance, again.json.repricing.refusals], ['refused', false, ['provider_suspended:ng-bank-rmb-direct']])
  const prices = (await (await desk()).get(`/api/route-sessions/${session.id}/quotes`)).json
  assert.deepEqual([prices.price.standing, prices.price.clears_by], ['provider_out', 'route_again'])
  const { id } = out.json.items[0]
  assert.equal((await (await desk()).post(`/api/provider-outages/${id}/end`, { because: 'works_again' })).status, 200)
  assert.equal((await (await desk()).post(`/api/provider-outages/${id}/end`, { because: 'works_again' })).json.code, 'outage_ended')
  assert.equal(await market(), was)
})
