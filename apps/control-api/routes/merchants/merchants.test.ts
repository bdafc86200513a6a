import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openWorld, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => {
  world = await openWorld()
  admin = await world.as(world.a, 'platform_admin')
})
after(async () => { await world.close() })

const SHOES = { name: 'Onitsha Sample Shoes Ltd', type: 'limited_company', city: 'Onitsha', country: 'NG', trade: 'shoes', trade_class: 'general' }

// Guarantee: a merchant that is added can be read by the desk, is served a route, and keeps every field that was said.
test('add a merchant', async () => {
  const made = await admin.post('/api/merchants', SHOES)
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(made.json, { ...SHOES, id: made.json.id, documents_on_file: [], version: 1 })
  const desk = await world.as(world.a, 'desk_operator')
  assert.deepEqual((await desk.get(`/api/merchants/${made.json.id}`)).json, made.json)
  assert.ok((await desk.get('/api/merchants')).json.items.some(({ id }: { id: string }) => id === made.json.id))
})

// Guarantee: a name stands once in a company, in another company it may stand too, and of two at once one is made.
test('a name stands once', async () => {
  const body = { ...SHOES, name: 'Twice Named Ltd' }
  const both = await Promise.all([admin.post('/api/merchants', body), admin.post('/api/merchants', body)])
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409])
  const again = await admin.post('/api/merchants', body)
  assert.deepEqual([again.json.code, again.json.field], ['name_taken', '/name'])
  assert.equal((await (await world.as(world.b, 'platform_admin')).post('/api/merchants', body)).status, 201)
})

// Guarantee: a correction changes what is named and nothing else, once for each version, and its audit row holds no name.
test('correct a merchant', async () => {
  const { json: made } = await admin.post('/api/merchants', { ...SHOES, name: 'Before Ltd' })
  const url = `/api/merchants/${made.id}`
  const changed = await admin.ask('PATCH', url, { body: { name: 'After Ltd', version: 1 } })
  assert.deepEqual(changed.json, { ...made, name: 'After Ltd', version: 2 })
  assert.equal((await admin.ask('PATCH', url, { body: { city: 'Aba', version: 1 } })).json.code, 'stale_version')
  assert.equal((await admin.ask('PATCH', url, { body: { name: 'Adeola Phones Ltd', version: 2 } })).json.code, 'name_taken')
  assert.deepEqual((await admin.get(url)).json, changed.json)
  const row = (await world.auditRows(world.a)).findLast(({ action, facts }) => action === 'merchant.changed' && !('refused' in (facts as object)))!
  assert.deepEqual(row.facts, { fields: ['name'] })
  for (const [field, value] of [['country', 'Nigeria'], ['type', 'bank'], ['city', ''], ['tenant_id', world.b.id]]) {
    assert.equal((await admin.ask('PATCH', url, { body: { [field!]: value, version: 2 } })).json.field, `/${field}`)
  }
})
