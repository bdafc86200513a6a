/** The desk's queue while sessions are approved and executed: what needs the desk stands under ACTION, is counted there, and says its next act. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RouteSessionRow } from '#contracts/api/route-sessions.ts'
import { colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, executedSession, executionOf, onStep, RAIL } from '#api/testing/executions.ts'
import { openWorld, routeBody, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
before(async () => { world = await openWorld(); desk = await world.as(world.a, 'desk_operator') })
after(() => world.close())

type Page = { items: RouteSessionRow[]; counts: { needs_me: number; open: number; done: number }; next_cursor: string | null }
const list = async (view: string, more = ''): Promise<Page> => { const answer = await desk.get(`/api/route-sessions?view=${view}&limit=100${more}`); assert.equal(answer.status, 200, answer.text); return answer.json }
const rowOf = async (id: string): Promise<RouteSessionRow> => (await list('all')).items.find((row) => row.id === id)!

// Guarantee: a row needs the desk exactly while no one else has the step in hand, in the row, in the view, in its count and in the order of the open queue alike.
test('an execution needs the desk only where the desk has something to do', async () => {
  const { id } = await executedSession(world, world.a, undefined, { documents_available: ALL_PAPERS })
  const ready = await rowOf(id)
  assert.deepEqual([ready.needs_me, ready.action, ready.step?.position, ready.step?.state], [true, `Step 1 of ${ready.step!.of} is ready. Start it.`, 1, 'ready'])
  const before_ = await list('needs_me')
  assert.ok(before_.items.some((row) => row.id === id))
  // Whoever carries the step out has it in hand; that it is somebody else is said in the data of the route.
  await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  await world.database.superuser.query("update execution_steps set done_by = 'merchant' where session_id = $1 and position = 1", [id])
  const moving = await rowOf(id)
  assert.deepEqual([moving.needs_me, moving.action, moving.step?.state], [false, null, 'in_progress'])
  const after_ = await list('needs_me')
  assert.deepEqual([after_.items.some((row) => row.id === id), after_.counts.needs_me, after_.counts.open], [false, before_.counts.needs_me - 1, before_.counts.open])
  const open = await list('open')
  assert.deepEqual([open.items.length, open.items.map(({ needs_me }) => needs_me)], [open.counts.open, [...open.items].map(({ needs_me }) => needs_me).sort((a, b) => Number(b) - Number(a))])
  await world.database.superuser.query("update execution_steps set done_by = 'desk_operator' where session_id = $1 and position = 1", [id])
  assert.match((await rowOf(id)).action!, /is the desk’s own and has begun/)
  await onStep(desk, id, 1, 'mark-unknown', { version: (await executionOf(desk, id)).steps[0]!.version })
  assert.match((await rowOf(id)).action!, /^Nobody knows whether step 1 of \d happened/)
})

// Guarantee: pages of the open queue hold every session once, whichever side of the line between what needs the desk and what does not its step stands on.
test('pages lose and double nothing', async () => {
  const whole = (await list('open')).items.map(({ id }) => id)
  const paged: string[] = []
  for (let cursor = '', turn = 0; turn < 50; turn++) {
    const page: Page = (await desk.get(`/api/route-sessions?view=open&limit=1${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)).json
    paged.push(...page.items.map(({ id }) => id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  assert.deepEqual(paged, whole)
})

// Guarantee: the desk reads how many approvals stand, by whom, and who may give none because of a hand in it, by name.
test('approvals are told of in the row and by name in the session', async () => {
  const large = { amount: { side: 'supplier_receives', value: '1450000', currency: 'CNY' }, documents_available: ALL_PAPERS } as const
  const { id, version } = await acceptedSession(world, world.a, large)
  assert.deepEqual((await rowOf(id)).approvals, { held: 0, required: 2 })
  await approve(desk, id, version)
  const row = await rowOf(id)
  assert.deepEqual([row.approvals, row.action], [{ held: 1, required: 2 }, '1 of 2 approvals is given. Somebody else decides now.'])
  const { approval } = (await desk.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([approval.why, approval.not_by.map(({ name, because }: { name: string; because: string }) => [name, because])], [['More than USD 50,000 is sent.'], [['Ada Obi', 'requested']]])

  const second = await colleague(world, world.a)
  const asked = await desk.post('/api/route-sessions', routeBody(world.a, { ...large, documents_available: [...ALL_PAPERS], on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  const agreed = await second.post(`/api/route-sessions/${asked.json.id}/accept`, { version: 1, reason: 'agreed by telephone' })
  assert.deepEqual(agreed.json.approval.not_by.map(({ because }: { because: string }) => because), ['requested', 'agreed'])
  const small = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  assert.deepEqual((await desk.get(`/api/route-sessions/${small.id}`)).json.approval.not_by, [], 'one approval is enough, and its asker is of the merchant')
})
