import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  merchant = await world.as(world.a, 'merchant_client')
  for (let i = 0; i < 5; i++) await merchant.post('/api/route-sessions', routeBody(world.a, { goods: { description: `phones, part ${i}`, class: 'electrical', paid: 'deposit' } }))
  for (let i = 0; i < 3; i++) await merchant.post('/api/route-sessions', routeBody(world.a, { supplier_id: world.a.suppliers.wallet, amount: { side: 'supplier_receives', value: `1860${i}`, currency: 'CNY' } }))
  const rows = (await merchant.get('/api/route-sessions')).json.items as { id: string; state: string }[]
  const [first, second] = rows.filter(({ state }) => state === 'Your turn')
  await merchant.post(`/api/route-sessions/${first!.id}/accept`, { version: 1 })
  await merchant.post(`/api/route-sessions/${second!.id}/cancel`, { version: 1, reason: 'ordered elsewhere' })
})
after(() => world.close())

async function walk(client: Client, query: string, limit: number): Promise<{ id: string; needs_me: boolean; state: string; due_at: string }[]> {
  const items: { id: string; needs_me: boolean; state: string; due_at: string }[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await client.get(`/api/route-sessions?${query}&limit=${limit}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    assert.equal(page.status, 200, page.text)
    assert.ok(page.json.items.length <= limit)
    items.push(...page.json.items)
    cursor = page.json.next_cursor
  }
  return items
}

// Guarantee: the queue is the same whatever the page size: every session once, what needs the desk first, each part by due time.
test('pages of any size make the same queue', async () => {
  const whole = await walk(desk, 'view=all', 100)
  assert.equal(whole.length, 8)
  for (const limit of [1, 2, 3, 7]) assert.deepEqual(await walk(desk, 'view=all', limit), whole)
  assert.deepEqual(whole.map(({ needs_me }) => needs_me), [...whole.map(({ needs_me }) => needs_me)].sort((a, b) => Number(b) - Number(a)))
  const needing = whole.filter(({ needs_me }) => needs_me)
  assert.deepEqual(needing.map(({ due_at }) => due_at), needing.map(({ due_at }) => due_at).sort())
})

// Guarantee: the views hold what they say, and the counts are theirs.
test('views and counts agree', async () => {
  const { counts } = (await desk.get('/api/route-sessions?view=needs_me')).json
  assert.deepEqual(counts, { needs_me: 4, open: 7, done: 1 })
  assert.equal((await walk(desk, 'view=needs_me', 2)).length, counts.needs_me)
  assert.equal((await walk(desk, 'view=open', 2)).length, counts.open)
  assert.deepEqual((await walk(desk, 'view=done', 2)).map(({ state }) => state), ['cancelled'])
  for (const row of await walk(desk, 'view=needs_me', 10)) assert.ok(['accepted', 'no_route'].includes(row.state))
})

// Guarantee: search and corridor narrow, a Route History has the newest first, and a made-up cursor is refused.
test('search, filter and cursors', async () => {
  assert.equal((await walk(desk, 'q=part%203', 10)).length, 1)
  assert.equal((await walk(desk, `q=${encodeURIComponent('李示范')}`, 10)).length, 3)
  assert.equal((await walk(desk, 'corridor_id=ke-cn', 10)).length, 0)
  const history = (await merchant.get('/api/route-sessions')).json.items as { requested_at: string }[]
  assert.equal(history.length, 8)
  for (const cursor of ['x', '9.abc', '0.%00', 'bm9wZQ', `0.${Buffer.from('["1","2"]').toString('base64url')}`]) {
    for (const client of [desk, merchant]) {
      const answer = await client.get(`/api/route-sessions?cursor=${cursor}`)
      assert.deepEqual([answer.status, answer.json.code, answer.json.field], [400, 'invalid_cursor', '/cursor'], cursor)
    }
  }
  assert.equal((await desk.get('/api/route-sessions?limit=101')).json.field, '/limit')
  assert.equal((await desk.get('/api/route-sessions?view=mine')).json.field, '/view')
})
