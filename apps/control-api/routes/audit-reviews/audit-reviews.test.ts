import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ACTIONS_OF_VIEW, AUDIT_VIEWS, isOutsideViews, likesOf, viewsOf } from '#contracts/audit-views.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
let desk: Client
before(async () => {
  world = await openWorld()
  ;[admin, desk] = await Promise.all([world.as(world.a, 'platform_admin'), world.as(world.a, 'desk_operator')])
})
after(() => world.close())

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const newestOf = async (view: string): Promise<{ seq: number; hash: string }> => (await admin.get(`/api/audit-events?view=${view}&limit=1`)).json.items[0]
const review = async (view: string, event: { seq: number; hash: string }, by = admin, note?: string): Promise<Answer> =>
  by.post('/api/audit-reviews', { view, through_seq: event.seq, hash: event.hash, ...(note === undefined ? {} : { note }) })
const stateOf = async (view: string) => (await admin.get('/api/audit-reviews')).json.views.find((each: { view: string }) => each.view === view)
const moveClock = (minute: number) => admin.put('/api/market-clock', { clock: `2026-09-29T09:${minute}:00+01:00`, reason: 'a minute later' })

// Guarantee: every action that this code can write into an audit is in a view, or said to be in none.
test('every audit action is in a view or known to be outside', () => {
  const named = new Set(world.app.operations.flatMap(({ audit }) => (audit === null ? [] : [audit])))
  for (const file of globSync(['apps/control-api/**/*.ts', 'packages/**/*.ts', 'services/**/*.ts', 'tools/*.ts', 'tools/seed/**/*.ts'], { cwd: ROOT })) {
    if (/\.test\.ts$|\/testing\/|audit-tamper/.test(file)) continue
    for (const [, action] of readFileSync(join(ROOT, file), 'utf8').matchAll(/\baction: '([a-z_]+\.[a-z_.]+)'/g)) named.add(action!)
  }
  assert.ok(named.size >= 12, String(named.size))
  assert.deepEqual([...named].filter((action) => viewsOf(action).length === 0 && !isOutsideViews(action)), [])
  assert.deepEqual([...named].filter((action) => viewsOf(action).length > 0 && isOutsideViews(action)), [])
})

// Guarantee: the database reads a view's patterns as the code does.
test('a view is one filter', async () => {
  const actions = ['route_session.accepted', 'route_session.replayed', 'routeXsession.replayed', 'market_clock.set', 'marketXclock.set', 'step.paused', 'session.started', 'a.b.approved', 'evidence', ...Object.values(ACTIONS_OF_VIEW).flat().map((pattern) => pattern.replaceAll('*', 'x'))]
  for (const view of AUDIT_VIEWS) {
    const { rows } = await world.database.superuser.query<{ action: string }>('select action from unnest($1::text[]) as action where action like any ($2)', [actions, likesOf(view)])
    assert.deepEqual(rows.map(({ action }) => action).sort(), actions.filter((action) => viewsOf(action).includes(view)).sort(), view)
  }
})

// Guarantee: a view holds the events of its actions alone, and a review says by whom, when, up to which event and over how many, and how many of them were the reviewer's own.
test('a view is reviewed', async () => {
  const made = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  await desk.post(`/api/route-sessions/${made.json.id}/accept`, { version: made.json.version, reason: 'agreed by telephone' })
  const approvals = (await admin.get('/api/audit-events?view=approval')).json.items
  assert.deepEqual(approvals.map((each: { action: string }) => each.action), ['route_session.accepted'])
  assert.deepEqual(await stateOf('approval'), { view: 'approval', unreviewed: 1, by_author_only: 0, reviewed_through_seq: 0, newest_seq: approvals[0].seq, last: null })
  const { status, json } = await review('approval', approvals[0], admin, 'agreed with the merchant’s letter')
  assert.equal(status, 201)
  assert.deepEqual({ ...json, id: '', at: '' }, {
    id: '', at: '', view: 'approval', after_seq: 0, through_seq: approvals[0].seq, events: 1, own_events: 0, note: 'agreed with the merchant’s letter', reviewed_by: { user_id: world.a.users.platform_admin, name: 'A. Bello' },
  })
  assert.deepEqual(await stateOf('approval'), { view: 'approval', unreviewed: 0, by_author_only: 0, reviewed_through_seq: approvals[0].seq, newest_seq: approvals[0].seq, last: json })
  const audited = (await admin.get(`/api/audit-events?entity_id=${json.id}`)).json.items
  assert.deepEqual(audited.map((each: { action: string; facts: unknown }) => [each.action, each.facts]), [['audit.reviewed', { view: 'approval', after_seq: 0, through_seq: approvals[0].seq, events: 1, own_events: 0 }]])

  await moveClock(10)
  await moveClock(11)
  const own = await review('readiness', await newestOf('readiness'))
  assert.deepEqual([own.json.events, own.json.own_events], [2, 2])
  assert.deepEqual((await admin.get('/api/audit-reviews')).json.items.map((each: { view: string }) => each.view), ['readiness', 'approval'])
})

// Guarantee: what a key did whose maker reviews it counts as the reviewer's own.
test('the work of an own program is own work', async () => {
  const made = await admin.post('/api/api-keys', { label: 'Books', role: 'desk_operator', scopes: ['route_session:accept', 'route_session:create', 'route_session:read'], lasts_days: 1 })
  const program = (url: string, body: object) => world.nobody.ask('POST', url, { body, headers: { authorization: `Bearer ${made.json.secret}` }, without: ['origin', 'x-csrf-token'] })
  const session = (await program('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))).json
  assert.equal((await program(`/api/route-sessions/${session.id}/accept`, { version: 1, reason: 'agreed by telephone' })).status, 200)
  const { events, own_events } = (await review('approval', await newestOf('approval'))).json
  assert.deepEqual([events, own_events], [1, 1])
})

// Guarantee: what is reviewed is an event of the view as it was seen; another number, another hash or another view's is not found, an earlier one is stale, and neither leaves a review.
test('a review names what was seen', async () => {
  await moveClock(12)
  const event = await newestOf('readiness')
  const stored = async () => (await world.database.superuser.query('select count(*)::int as n from audit_reviews')).rows[0].n
  const beforehand = await stored()
  for (const [view, change] of [['readiness', { seq: event.seq + 1 }], ['readiness', { hash: '0'.repeat(64) }], ['proof', {}]] as const) {
    assert.equal((await review(view, { ...event, ...change })).json.code, 'not_found')
  }
  assert.equal(await stored(), beforehand)
  assert.equal((await review('readiness', event)).status, 201)
  const again = await review('readiness', event)
  assert.deepEqual([again.status, again.json.code, await stored()], [409, 'stale_version', beforehand + 1])
  for (const [body, field] of [[{ view: 'everything', through_seq: 1, hash: 'x' }, '/view'], [{ view: 'proof', through_seq: 0, hash: 'x' }, '/through_seq'], [{ view: 'proof', through_seq: 1, hash: '' }, '/hash'], [{ view: 'proof', through_seq: 1, hash: 'x', note: ' ' }, '/note']] as const) {
    const answer = await admin.post('/api/audit-reviews', body)
    assert.deepEqual([answer.status, answer.json.field], [400, field])
  }
  assert.equal((await admin.get('/api/audit-events?view=everything')).json.field, '/view')
})

// Guarantee: of one person's twenty reviews at once one counts, and another person may review the same events after: theirs is no review of oneself.
test('reviews at once, and a second person', async () => {
  await moveClock(13)
  const event = await newestOf('readiness')
  const answers = await Promise.all(Array.from({ length: 20 }, () => review('readiness', event)))
  assert.deepEqual([answers.filter(({ status }) => status === 201).length, answers.filter(({ status }) => status === 409).length], [1, 19])
  const other = await (await world.member(world.a, 'platform_admin', 'C. Eze')).signIn()
  const { status, json } = await review('readiness', event, other)
  assert.deepEqual([status, json.reviewed_by.name, json.after_seq, json.own_events], [201, 'C. Eze', 0, 0])
  assert.ok(json.events >= 4)
  assert.deepEqual([(await stateOf('readiness')).unreviewed, (await stateOf('readiness')).by_author_only], [0, 0])
})

// Guarantee: what only its author has reviewed, or the maker of the key that did it, stays to be reviewed until somebody else has; both see how far they got themselves.
test('a review of oneself leaves the work open', async () => {
  const before = (await stateOf('readiness')).unreviewed
  await moveClock(20)
  await moveClock(21)
  const event = await newestOf('readiness')
  assert.equal((await stateOf('readiness')).unreviewed, before + 2)
  assert.equal((await review('readiness', event)).json.own_events, 2)
  const { unreviewed, by_author_only, reviewed_through_seq } = await stateOf('readiness')
  assert.deepEqual([unreviewed, by_author_only, reviewed_through_seq], [before + 2, before + 2, event.seq])
  const other = await (await world.member(world.a, 'platform_admin', 'D. Bako')).signIn()
  assert.equal((await review('readiness', event, other)).json.own_events, 0)
  assert.deepEqual([(await stateOf('readiness')).unreviewed, (await stateOf('readiness')).by_author_only], [0, 0])
})

// Guarantee: a review stands for good: neither the serving role nor the owner changes or removes one.
test('a review is a record', async () => {
  for (const statement of ["update audit_reviews set note = 'other'", 'delete from audit_reviews', 'truncate audit_reviews']) await assert.rejects(world.database.superuser.query(statement), /its rows are a record/)
})
