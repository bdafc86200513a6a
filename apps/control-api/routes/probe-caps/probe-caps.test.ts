/** Caps of controlled probes: a limit of the company, set by a Platform Admin and read by the desk. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openWorld, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
let desk: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
  desk = await world.as(world.a, 'desk_operator')
})
after(() => world.close())

const PROVIDER = 'ng-bank-rmb-direct'
const cap = (version: number, change: object = {}) => ({ version, per_probe_usd: '500', per_day_usd: '2000.50', probes_per_day: 4, ...change })
const outcome = ({ status, json }: Answer) => [status, json.code, json.field]
const audited = async () => (await world.auditRows(world.a)).filter(({ action }) => action === 'probe_cap.set') as unknown as { entity: string; entity_id: string; transition_seq: number | null; facts: Record<string, unknown> }[]

// Guarantee: a cap is set once by each version that was seen, reads back exactly with who set it and what is taken of it today, leaves one audit row, and is of one company.
test('a cap is set and read', async () => {
  assert.deepEqual((await desk.get('/api/probe-caps')).json, { day: (await desk.get('/api/probe-caps')).json.day, items: [] })
  const rows = (await audited()).length
  assert.equal((await admin.put('/api/probe-caps/*', cap(0))).status, 200)
  const both = await admin.put(`/api/probe-caps/${PROVIDER}`, cap(0, { per_probe_usd: '0.01', probes_per_day: 0 }))
  const { json } = await desk.get('/api/probe-caps')
  assert.deepEqual(both.json, json)
  assert.match(json.day, /^\d{4}-\d{2}-\d{2}$/)
  assert.deepEqual(json.items.map(({ set_at, ...fields }: { set_at: string }) => { assert.ok(Date.parse(set_at) > 0); return fields }), [
    { provider_id: '*', provider_name: null, per_probe_usd: '500.00', per_day_usd: '2000.50', probes_per_day: 4, version: 1, set_by: 'A. Bello', today: { reserved_usd: '0', probes: 0 } },
    { provider_id: PROVIDER, provider_name: json.items[1].provider_name, per_probe_usd: '0.01', per_day_usd: '2000.50', probes_per_day: 0, version: 1, set_by: 'A. Bello', today: { reserved_usd: '0', probes: 0 } },
  ])
  assert.ok(json.items[1].provider_name.length > 0)
  assert.deepEqual((await audited()).slice(rows).map(({ entity, entity_id, transition_seq, facts }) => [entity, entity_id, transition_seq, facts]), [
    ['probe_cap', '*', 1, { per_probe_usd: '500', per_day_usd: '2000.50', probes_per_day: 4 }], ['probe_cap', PROVIDER, 1, { per_probe_usd: '0.01', per_day_usd: '2000.50', probes_per_day: 0 }],
  ])
  assert.deepEqual((await (await world.as(world.b, 'desk_operator')).get('/api/probe-caps')).json.items, [])
})

// Guarantee: a cap that somebody set meanwhile is not overwritten, one of an unknown provider or of less a day than a probe is not set, and each refusal leaves its row and nothing else.
test('a cap that does not stand is refused', async () => {
  const now = (await desk.get('/api/probe-caps')).json.items.find(({ provider_id }: { provider_id: string }) => provider_id === '*').version
  const before = (await desk.get('/api/probe-caps')).json
  const refusals = async () => (await world.auditRows(world.a)).length
  const rows = await refusals()
  for (const [id, body, expected] of [
    ['*', cap(0), [409, 'stale_version', undefined]], ['*', cap(now + 1), [409, 'stale_version', undefined]], ['no-such-bank', cap(0), [400, 'unknown_provider', '/provider_id']],
    ['*', cap(now, { per_day_usd: '499.99' }), [400, 'invalid_field', '/per_day_usd']],
  ] as const) assert.deepEqual(outcome(await admin.put(`/api/probe-caps/${id}`, body)), expected)
  assert.equal(await refusals(), rows + 4)
  for (const change of [{ per_probe_usd: '0' }, { per_probe_usd: '0.00' }, { per_probe_usd: '1.005' }, { per_probe_usd: '-1' }, { per_probe_usd: 5 }, { probes_per_day: 1001 }, { probes_per_day: -1 }]) assert.equal((await admin.put('/api/probe-caps/*', cap(now, change))).json.code, 'invalid_field', JSON.stringify(change))
  assert.equal((await (await world.stale(world.a, 'platform_admin')).put('/api/probe-caps/*', cap(now))).json.code, 'step_up_required')
  assert.equal((await desk.put('/api/probe-caps/*', cap(now))).status, 404)
  assert.deepEqual((await desk.get('/api/probe-caps')).json, before)
})

// Guarantee: of many who set a cap from the same version at once one does.
test('one of many sets a cap', async () => {
  const before = (await desk.get('/api/probe-caps')).json.items.find(({ provider_id }: { provider_id: string }) => provider_id === '*').version
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => admin.put('/api/probe-caps/*', cap(before, { probes_per_day: i }))))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409, 409, 409])
})
