import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let id: string
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  id = (await (await world.as(world.a, 'merchant_client')).post('/api/route-sessions', routeBody(world.a))).json.id
})
after(() => world.close())

// Guarantee: a stored decision computed again from its snapshot, intent and verdicts is identical, also after the market has moved on.
test('a decision replays identically', async () => {
  await world.setMarketClock(world.a, '2026-10-12T09:00:00+01:00')
  const { json } = await desk.post(`/api/route-sessions/${id}/replay`, {})
  assert.deepEqual([json.identical, json.stored_digest === json.replayed_digest, json.differences], [true, true, []])
})

// Guarantee: whatever is changed in what was stored is found and named.
test('a tampered decision is found', async (t) => {
  const freeze = (on: boolean) => world.database.superuser.query(`alter table decision_candidates ${on ? 'enable' : 'disable'} trigger all; alter table decisions ${on ? 'enable' : 'disable'} trigger all`)
  const changes: [string, string, string, string][] = [
    ['the cost of a candidate', 'update decision_candidates set cost_bps = cost_bps + 1 where position = 1', 'update decision_candidates set cost_bps = cost_bps - 1 where position = 1', '/candidates/0/cost_bps'],
    ['the recommended route', "update decisions set recommended_id = 'r0-0'", '', '/recommended_id'],
    ['the digest of the result', "update decisions set result_digest = sha256('x')", '', '/result_digest'],
  ]
  for (const [name, change, back, path] of changes) {
    await t.test(name, async () => {
      const { rows: [kept] } = await world.database.superuser.query('select recommended_id, result_digest from decisions')
      await freeze(false)
      await world.database.superuser.query(change)
      const { json } = await desk.post(`/api/route-sessions/${id}/replay`, {})
      assert.equal(json.identical, false)
      assert.deepEqual(json.differences.map((difference: { path: string }) => difference.path), [path])
      await world.database.superuser.query(back === '' ? 'update decisions set recommended_id = $1, result_digest = $2' : back, back === '' ? [kept.recommended_id, kept.result_digest] : [])
      await freeze(true)
    })
  }
})
