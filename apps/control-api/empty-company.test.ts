/** A company of which nothing is known yet but its people: what its first day looks like to a program. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Role } from '#contracts/roles.ts'
import { readOnboarding, withTenantRead } from '#database/index.ts'
import { CALLS, makeCall, NOTHING, secondCompany } from './testing/calls.ts'
import { openWorld, routeBody, type Client, type World } from './testing/world.ts'

let world: World
let second: string
before(async () => {
  world = await openWorld()
  second = (await secondCompany(world, world.a)).id
})
after(async () => { await world.close() })

/** The person of the first company, gone over to the empty one. */
async function inEmpty(role: Role): Promise<Client> {
  const answer = await (await world.as(world.a, role)).post('/api/auth/tenant', { tenant_id: second })
  const token = /flowclaw=([A-Za-z0-9_-]{43})/.exec(String(answer.headers['set-cookie']))![1]!
  return world.holding(`flowclaw=${token}`, token)
}

// Guarantee: without corridor data every question is answered: lists are empty, a named thing is not found, what is made of the data alone says that there is none, and nothing is a failure of the server.
test('every question has an answer', async () => {
  const lists = new Set(['listCorridors', 'listProviders', 'listSuppliers', 'listRouteSessions', 'listDeskFeeRules'])
  for (const operation of world.app.operations.filter(({ method, permission }) => method === 'GET' && permission !== 'public')) {
    const call = CALLS[operation.operationId]!
    const answer = await makeCall(await inEmpty(call.works_for as Role), operation, call, world.a, NOTHING, call.works_for)
    const says = answer.status === 409 && answer.json.code === 'no_corridor_data'
    assert.ok(answer.status === 200 || answer.status === 404 || says, `${operation.operationId}: ${answer.status} ${answer.text}`)
    if (lists.has(operation.operationId)) assert.deepEqual(answer.json.items, [], operation.operationId)
  }
})

// Guarantee: what needs corridor data says so by its own code, changes nothing, and leaves one audit row.
test('what needs the data says so', async () => {
  const desk = await inEmpty('desk_operator')
  const rows = async (): Promise<{ count: number }> => (await world.database.superuser.query("select count(*)::int as count from audit_events where tenant_id = $1 and action <> 'data_key.created'", [second])).rows[0]
  const before = (await rows()).count
  const supplier = await desk.post('/api/suppliers', { ...(CALLS['createSupplier']!.body!(world.a, NOTHING, 'desk_operator') as object), merchant_id: second })
  assert.deepEqual([supplier.status, supplier.json.code], [409, 'no_corridor_data'])
  assert.equal((await rows()).count, before + 1)
  const route = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: second, reason: 'asked for by telephone' } }))
  assert.deepEqual([route.status, route.json.code], [409, 'no_corridor_data'])
  assert.equal((await rows()).count, before + 2)
})

type Step = { readonly name: string; readonly done: boolean; readonly roles: string[]; readonly page: string; readonly waits_for: string[] }

// Guarantee: a company is told its whole way to the first route, by whom and where each step is done; a step is done when the company's own data says so, whatever others have.
test('the first steps', async () => {
  const steps = async (client: Client): Promise<Step[]> => (await client.get('/api/onboarding')).json.steps
  const [desk_operator, merchant, corridor_data, supplier, first_route] = await steps(await inEmpty('desk_operator'))
  assert.deepEqual(desk_operator, { name: 'desk_operator', done: true, roles: ['platform_admin'], page: '/members', waits_for: [] })
  assert.deepEqual(merchant, { name: 'merchant', done: true, roles: ['platform_admin'], page: '/merchants', waits_for: [] })
  assert.deepEqual(corridor_data, { name: 'corridor_data', done: false, roles: ['platform_admin'], page: '/data', waits_for: [] })
  assert.deepEqual(supplier, { name: 'supplier', done: false, roles: ['platform_admin', 'desk_operator'], page: '/suppliers', waits_for: ['corridor_data'] })
  assert.deepEqual(first_route, { name: 'first_route', done: false, roles: ['platform_admin', 'desk_operator'], page: '/request', waits_for: ['corridor_data', 'supplier'] })

  const bare = randomUUID()
  await world.database.superuser.query("insert into tenants (tenant_id, name, time_zone) values ($1, 'Bare', 'UTC')", [bare])
  const none = await withTenantRead(world.deps.db, { tenant_id: bare, user_id: bare, role: 'platform_admin', merchant_id: null }, (tx) => readOnboarding(tx))
  assert.deepEqual(Object.values(none), [false, false, false, false, false])

  const routing = await world.as(world.a, 'desk_operator')
  assert.equal((await routing.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))).status, 201)
  assert.deepEqual((await steps(routing)).map(({ done }) => done), [true, true, true, true, true])
  assert.equal((await routing.get('/api/onboarding')).json.routed, true)
})
