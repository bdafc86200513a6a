import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MARKET_CLOCK, openWorld, routeBody, SNAPSHOT, type World } from '#api/testing/world.ts'
import { QUOTED_LEG } from '#api/testing/calls.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const desk = () => world.as(world.a, 'desk_operator')
const change = (price: string, more: object = {}) => ({ leg: QUOTED_LEG, said: { price, unit: 'NGN', per: 'CNH' }, source: 'phone_call', ...more })
const save = async (...changes: object[]) => (await desk()).post('/api/rates', { changes })
const row = async (leg = QUOTED_LEG) => (await (await desk()).get('/api/rates')).json.items.find((item: { leg: string }) => item.leg === leg)
const overlays = async (): Promise<number> => (await world.database.superuser.query('select from snapshots where tenant_id = $1 and overlay is not null', [world.a.id])).rows.length

// Guarantee: a price that a desk saves is what routes cost from then on, with who said so and how, in one audit row; and the old decision replays as it was.
test('a saved price is the market, and what was decided before replays identically', async () => {
  const session = await (await desk()).post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.equal(session.json.decision.snapshot_digest, SNAPSHOT.digest)
  const audits = (await world.auditRows(world.a)).length
  const saved = await save(change('199.9010'))
  assert.equal(saved.status, 200, saved.text)
  assert.equal((await world.auditRows(world.a)).length, audits + 1)
  const { price, state, who, source, said_as, illustrative, age_s } = await row()
  assert.deepEqual({ price, state, who, source, said_as, illustrative, age_s }, { price: '199.9010', state: 'fresh', who: 'A. Okafor', source: 'phone_call', said_as: 'price', illustrative: false, age_s: 0 })
  const next = await (await desk()).post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.equal(next.json.decision.snapshot_digest, saved.json.snapshot_digest)
  assert.notEqual(saved.json.snapshot_digest, SNAPSHOT.digest)
  for (const { id } of [session.json, next.json]) {
    const replay = await (await desk()).post(`/api/route-sessions/${id}/replay`, {})
    assert.deepEqual([replay.json.identical, replay.json.differences], [true, []])
  }
})

// Guarantee: a batch is saved whole or not at all: one line that is wrong saves nothing, and every wrong line is named.
test('a batch with wrong lines saves nothing and names each', async () => {
  const before = [await row(), await overlays()]
  const answer = await save(change('198.5'), { ...change('1'), leg: 'nobody|NGN|CNH|NG|CN|fx|' }, change('198.6'), { ...change('19.85'), leg: 'ng-bank-official-fx|NGN|USD|NG|NG|fx|', said: { price: '13.3', unit: 'NGN', per: 'USD' } })
  assert.deepEqual([answer.status, answer.json.code, answer.json.issues.map((issue: { record: string; field: string }) => [issue.record, issue.field])], [400, 'rates_invalid', [['line 2', 'leg'], ['line 3', 'leg'], ['line 4', 'price']]])
  assert.deepEqual([await row(), await overlays()], before)
})

// Guarantee: no price is observed in the future, replaced by an older one, or confirmed as unchanged after somebody has changed it.
test('times and confirmations that cannot be are refused', async () => {
  assert.equal((await save(change('199.5'))).status, 200)
  const seen = await row()
  const codes = async (...changes: object[]) => (await save(...changes)).json.issues?.[0].field ?? 'saved'
  assert.equal(await codes(change('199.5', { observed_at: '2026-09-29T09:00:01+01:00' })), 'observed_at')
  assert.equal(await codes(change('199.5', { observed_at: '2026-09-29T08:59:59+01:00' })), 'observed_at')
  assert.equal(await codes(change('199.5', { said: { price: '199.5', unit: 'USD', per: 'CNH' } })), 'price')
  const same = { unchanged: { price: seen.price, observed_at: seen.observed_at } }
  assert.equal(await codes(change('', { said: same })), 'saved')
  assert.equal((await save(change('199.7'))).status, 200)
  assert.equal(await codes(change('', { said: same })), 'unchanged')
})

// Guarantee: the same knowledge is the same market, however often it is saved: nothing more is kept of it.
test('the same price saved twice is one overlay', async () => {
  const first = await save(change('199.8'))
  const kept = await overlays()
  const second = await save(change('199.8'))
  assert.equal(second.json.snapshot_digest, first.json.snapshot_digest)
  assert.equal(await overlays(), kept)
})

// Guarantee: a leg's own observation decides how old its price is: past the provider's max age a route over it is conditional, past ten times none goes over it, and a fresh observation of that leg alone clears it.
test('a price ages from stale to refused, and a new one clears it', async () => {
  const leg = 'ng-licensed-exchange|NGN|USDT|NG||onramp|'
  const states: string[] = []
  for (const clock of [MARKET_CLOCK, '2026-09-29T10:00:00+01:00', '2026-09-29T10:00:01+01:00', '2026-09-29T19:00:01+01:00']) {
    await world.setMarketClock(world.a, clock)
    states.push((await row(leg)).state)
  }
  assert.deepEqual(states, ['fresh', 'fresh', 'stale', 'refused'])
  const saved = await save({ leg, said: { spread_bps: '150' }, source: 'screen_capture' })
  assert.equal(saved.status, 200, saved.text)
  const refused = async () => {
    const session = await (await desk()).post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
    assert.equal(session.status, 201, session.text)
    return session.json.decision.refusals
  }
  assert.equal((await row(leg)).state, 'fresh')
  const after = await refused()
  assert.ok(after['quote_stale:ng-licensed-exchange'] === undefined || after['quote_stale:ng-licensed-exchange'] < after['quote_stale:ng-licensed-otc-desk'])
  await world.setMarketClock(world.a, MARKET_CLOCK)
})

// Guarantee: desks that save at once lose nothing: every leg has the price that was saved for it.
test('saves at once do not lose one another', async () => {
  const legs: string[] = (await (await desk()).get('/api/rates')).json.items.map((item: { leg: string }) => item.leg).slice(0, 12)
  const answers = await Promise.all(legs.map(async (leg) => save({ leg, said: { spread_bps: '77' }, source: 'chat' })))
  assert.deepEqual(answers.map((answer) => answer.status), legs.map(() => 200))
  for (const leg of legs) assert.equal((await row(leg)).spread_bps, '77.0')
})

// Guarantee: an import keeps what outlasts it and drops prices observed before the day of its data; nothing of the desk becomes part of the data.
test('an import stands under the newer prices of the desk', async () => {
  const { newMarketData } = await import('#api/testing/calls.ts')
  assert.equal((await save(change('199.3'))).status, 200)
  const imported = await (await world.as(world.a, 'platform_admin')).post('/api/market-data/imports', newMarketData())
  assert.equal(imported.status, 201, imported.text)
  assert.equal((await row()).price, '199.3')
})
