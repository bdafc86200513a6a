import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { acceptedThing, executedThing, startedThing } from '#api/testing/execution-things.ts'
import { openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
before(async () => { world = await openWorld(); desk = await world.as(world.a, 'desk_operator') })
after(() => world.close())

const session = async (id: string) => (await desk.get(`/api/route-sessions/${id}`)).json
const queue = async (view: string) => (await desk.get(`/api/route-sessions?view=${view}&limit=100`)).json as { items: { id: string; action: string | null; needs_me: boolean }[]; counts: { needs_me: number; open: number } }
/** The name of the company's own data, else the id that a quote names. */
const nameOf = async (id: string): Promise<string> => (await world.database.superuser.query('select name from providers where tenant_id = $1 and id = $2', [world.a.id, id])).rows[0]?.name ?? id
const reasons = async (id: string) => (await session(id)).standing.filter(({ code }: { code: string }) => code === 'provider_out')
async function report(provider_id: string): Promise<string> {
  const made = await desk.post('/api/provider-outages', { provider_id, reason: 'not_answering', source: 'phone_call' })
  assert.equal(made.status, 201, made.text)
  return made.json.items[0].id
}
const end = async (id: string) => assert.equal((await desk.post(`/api/provider-outages/${id}/end`, { because: 'works_again' })).status, 200)

// Guarantee: a session whose route goes through a provider that is out stands first in the queue, once, counted, with what to do; when the outage ends it is as it was. Its merchant is told nothing of it.
test('an outage is the desk’s to deal with', async () => {
  const made = (await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))).json
  const accepted = await acceptedThing(world, world.a, 'own')
  const provider_id = made.recommended.hops[0].provider_id
  const name = await nameOf(provider_id)
  assert.ok((await session(accepted.id)).recommended.hops.some((hop: { provider_id: string }) => hop.provider_id === provider_id))
  const merchant = await world.as(world.a, 'merchant_client')
  const [before, told, waits] = [await session(made.id), (await merchant.get(`/api/route-sessions/${made.id}`)).text, await queue('needs_me')]
  const outage = await report(provider_id)
  const action = `${name} cannot be reached. Offer another route.`
  for (const { id } of [made, accepted]) {
    assert.deepEqual(await reasons(id), [{ code: 'provider_out', sentence: action, clears_by: 'other_route' }])
    for (const view of ['needs_me', 'open', 'all']) assert.deepEqual((await queue(view)).items.filter((row) => row.id === id).map(({ action, needs_me }) => ({ action, needs_me })), [{ action, needs_me: true }], view)
  }
  const now = await queue('needs_me')
  assert.equal(now.counts.needs_me, now.items.length)
  assert.ok(now.items.length > waits.items.length)
  assert.equal((await merchant.get(`/api/route-sessions/${made.id}`)).text, told)
  await end(outage)
  assert.deepEqual(await session(made.id), before)
  assert.deepEqual(await queue('needs_me'), waits)
})

// Guarantee: what has started says which step the outage stops, and whether it runs already; a provider that has done its part stops nothing.
test('an outage says which step it stops', async () => {
  const [ready, running] = [await executedThing(world, world.a, 'own'), await startedThing(world, world.a, 'own')]
  const { steps } = (await desk.get(`/api/route-sessions/${running.id}/execution`)).json
  const provider_id = steps[0].provider_id ?? (await session(running.id)).recommended.hops[0].provider_id
  const name = await nameOf(provider_id)
  const outage = await report(provider_id)
  assert.deepEqual([(await session(ready.id)).action, (await session(running.id)).action], [
    `${name} cannot be reached and step 1 goes through it. Pause, or ask it before that step.`, `${name} cannot be reached and step 1 runs on it. Ask it, then pause or go on.`,
  ])
  await end(outage)
  assert.deepEqual([(await session(ready.id)).action, (await session(running.id)).action], ['Step 1 of 2 is ready. Start it.', 'Step 1 of 2 is the desk’s own and has begun. Carry it out and submit its proof.'])
})
