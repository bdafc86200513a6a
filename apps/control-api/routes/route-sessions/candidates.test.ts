import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Candidate } from '#contracts/routing.ts'
import { openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let url: string
let counts: { candidates: number; lawful: number; refused: number }
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  const answer = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'telephone' } }))
  url = `/api/route-sessions/${answer.json.id}/candidates`
  counts = answer.json.decision.counts
})
after(() => world.close())

async function all(query: string): Promise<Candidate[]> {
  const items: Candidate[] = []
  let cursor: string | null = null
  do {
    const page: any = (await desk.get(`${url}?limit=50${query}${cursor === null ? '' : `&cursor=${cursor}`}`)).json
    items.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  return items
}
const families = (candidate: Candidate) => new Set([...candidate.refusals, ...candidate.conditions].map(({ code }) => code.split(':')[0]))

// Guarantee: every candidate of the decision is there once, ranked ones first in their order, and every refused one says why.
test('all candidates, each with its reasons', async () => {
  const candidates = await all('')
  assert.equal(candidates.length, counts.candidates)
  assert.equal(new Set(candidates.map(({ id }) => id)).size, counts.candidates)
  assert.deepEqual(candidates.slice(0, counts.lawful).map(({ rank }) => rank), Array.from({ length: counts.lawful }, (_, i) => i + 1))
  for (const refused of candidates.slice(counts.lawful)) assert.ok(refused.status === 'refused' && refused.rank === null && refused.refusals.length > 0)
})

// Guarantee: a filter gives exactly the candidates it names, and the facets count them.
test('filters and facets', async () => {
  const candidates = await all('')
  const first = (await desk.get(`${url}?limit=1`)).json
  for (const [reason, count] of Object.entries(first.facets as Record<string, number>)) {
    const found = await all(`&reason=${reason}`)
    assert.deepEqual(found.map(({ id }) => id), candidates.filter((candidate) => families(candidate).has(reason)).map(({ id }) => id), reason)
    assert.equal(found.length, count)
  }
  assert.deepEqual((await all('&status=lawful')).map(({ id }) => id), candidates.filter(({ status }) => status !== 'refused').map(({ id }) => id))
  assert.deepEqual((await all('&provider_id=papss-rail')).map(({ id }) => id), candidates.filter(({ hops }) => hops.some((hop) => hop.provider_id === 'papss-rail')).map(({ id }) => id))
  assert.deepEqual((await all('&retryable=true')).map(({ id }) => id), candidates.filter(({ status, refusals }) => status === 'refused' && refusals.every(({ retryable }) => retryable)).map(({ id }) => id))
  assert.ok((await all('&q=letter%20of%20credit')).every(({ hops }) => hops.some((hop) => hop.provider_name.includes('letter of credit'))))
  assert.equal((await desk.get(`${url}?status=best`)).json.field, '/status')
  assert.equal((await desk.get(`${url}?cursor=YXQtOTk5`)).json.code, 'invalid_cursor')
})

// Guarantee: one candidate by its id is the same as in the list, and an id of no candidate is a 404.
test('one candidate', async () => {
  const [last] = (await all('')).slice(-1)
  assert.deepEqual((await desk.get(`${url}/${last!.id}`)).json, last)
  assert.equal((await desk.get(`${url}/r0-0-0-0`)).status, 404)
})
