import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ReferenceRates } from '#contracts/api/reference-rates.ts'
import { openWorld, routeBody, SNAPSHOT, type World } from '#api/testing/world.ts'

let world: World
let feed: ReferenceRates
before(async () => { world = await openWorld({ readRates: async () => feed }) })
after(() => world.close())
const ngn = SNAPSHOT.dataset.rates.usd_mids.find(({ quote }) => quote === 'NGN')!.mid
const rate = (over: object = {}) => ({ base: 'USD', quote: 'NGN', mid: `${Number.parseInt(ngn, 10) + 20}.5`, observed_at: '2026-09-29T08:45:00+01:00', source: 'a bank', ...over })
const fresh = (...rates: ReturnType<typeof rate>[]): ReferenceRates => ({ status: 'fresh', cause: null, age_s: 900, rates })
beforeEach(() => { feed = fresh(rate()) })

const apply = async () => (await world.as(world.a, 'platform_admin')).post('/api/reference-rates/apply', {})
const market = async () => (await world.database.superuser.query("select encode(snapshot_digest, 'hex') as digest from tenant_settings where tenant_id = $1", [world.a.id])).rows[0].digest as string

// Guarantee: nothing is applied that is not there, not believed, from the future, out of proportion or of no use, or by somebody who may not; the market stays as it is.
test('only rates that can be are applied', async () => {
  const before = await market()
  const none = (status: 'unavailable' | 'not_configured', cause: string | null): ReferenceRates => ({ status, cause, age_s: null, rates: [] })
  for (const [says, status, code] of [
    [none('not_configured', null), 409, 'rate_feed_not_configured'], [none('unavailable', 'stale'), 503, 'rate_feed_unavailable'], [none('unavailable', 'stands_twice'), 503, 'rate_feed_unavailable'],
    [fresh(rate({ observed_at: '2026-09-29T09:00:01+01:00' })), 400, 'rates_invalid'], [fresh(rate({ quote: 'GHS', mid: '1000' }), rate()), 400, 'rates_invalid'], [fresh(rate({ mid: '15' })), 400, 'rates_invalid'],
    [fresh(rate({ base: 'EUR' })), 409, 'nothing_new'], [fresh(rate({ observed_at: '2020-01-01T00:00:00Z' })), 409, 'nothing_new'],
  ] as const) {
    feed = says
    const answer = await apply()
    assert.deepEqual([answer.status, answer.json.code], [status, code], answer.text)
  }
  feed = fresh(rate())
  assert.equal((await (await world.as(world.a, 'desk_operator')).post('/api/reference-rates/apply', {})).status, 404)
  assert.equal((await (await world.stale(world.a, 'platform_admin')).post('/api/reference-rates/apply', {})).json.code, 'step_up_required')
  assert.equal(await market(), before)
})

// Guarantee: applied mids are the market of the next route, in one audit row that says them; the decision before replays, and the same rates once more are nothing new.
test('applied rates are the market', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  const route = async () => (await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))).json
  const before = await route()
  const audits = (await world.auditRows(world.a)).length
  const applied = await apply()
  assert.equal(applied.status, 200, applied.text)
  const rows = (await world.auditRows(world.a)).slice(audits)
  assert.deepEqual(rows.map(({ action, facts }) => [action, (facts as { mids: string[] }).mids]), [['reference_rates.applied', [`NGN ${rate().mid}`]]])
  const next = await route()
  assert.deepEqual([next.decision.snapshot_digest, await market()], [applied.json.snapshot_digest, applied.json.snapshot_digest])
  assert.notEqual(next.decision.snapshot_digest, before.decision.snapshot_digest)
  assert.equal((await desk.post(`/api/route-sessions/${before.id}/replay`, {})).json.identical, true)
  assert.equal((await apply()).json.code, 'nothing_new')
})
