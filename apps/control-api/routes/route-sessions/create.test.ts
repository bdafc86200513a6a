import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { openPolicy, type Policy } from '#policy/index.ts'
import { openWorld, routeBody, type World } from '#api/testing/world.ts'

let world: World
/** what the policy does next; tests switch it */
let judge: Policy['judge']
let real: Policy
before(async () => {
  real = await openPolicy()
  judge = real.judge
  world = await openWorld({ policy: { judge: (...given) => judge(...given) } })
})
after(() => world.close())

const count = async (text: string): Promise<number> => Number((await world.database.superuser.query<{ n: string }>(text)).rows[0]!.n)
const kenyan = () => routeBody(world.a, {
  supplier_id: world.a.suppliers.kenya, corridor_id: 'ke-cn', amount: { side: 'supplier_receives', value: '60000', currency: 'CNY' },
  on_behalf: { merchant_id: world.a.merchants.kenya, reason: 'asked for by telephone' },
})

// Guarantee: session, decision, candidates, verdicts, snapshot digest and audit row are all there after a 201.
test('a routed request is stored whole', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const answer = await merchant.post('/api/route-sessions', routeBody(world.a))
  assert.equal(answer.status, 201, answer.text)
  assert.equal(answer.json.view, 'merchant')
  assert.equal(answer.json.state, 'Your turn')
  assert.deepEqual(answer.json.you_pay, { amount: '37102190.14', currency: 'NGN' })
  const { rows: [stored] } = await world.database.superuser.query(
    `select s.state, d.recommended_id, encode(d.snapshot_digest, 'hex') as snapshot, octet_length(d.rulings) as rulings, (select count(*) from decision_candidates c where c.session_id = s.id) as candidates,
      (select count(*) from audit_events a where a.entity_id = s.id::text) as audit from route_sessions s join decisions d on d.session_id = s.id where s.id = $1`, [answer.json.id])
  assert.equal(stored.state, 'recommended')
  assert.ok(stored.rulings > 0 && Number(stored.candidates) > 0)
  assert.equal(stored.audit, '1')
})

// Guarantee: a policy outage can delay a payment but can never route one: nothing is recommended, the session says so, and the answer says when to come back.
test('a live request is refused and records no decision while the policy is unavailable', async (t) => {
  const outages: Record<string, Policy['judge']> = {
    'it says that it is unavailable': async () => ({ status: 'unavailable', cause: 'timeout' }),
  }
  for (const [name, outage] of Object.entries(outages)) {
    await t.test(name, async () => {
      judge = outage
      try {
        const merchant = await world.as(world.a, 'merchant_client')
        const decisions = await count('select count(*) as n from decisions')
        const key = randomUUID()
        const body = routeBody(world.a)
        const answer = await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })
        assert.deepEqual([answer.status, answer.json.code, answer.headers['retry-after']], [503, 'policy_unavailable', '5'])
        assert.equal(await count('select count(*) as n from decisions'), decisions)
        const history = await merchant.get('/api/route-sessions?view=open&limit=1')
        assert.equal(history.json.items[0].state, 'Finding a route')
        const desk = await world.as(world.a, 'desk_operator')
        const queue = await desk.get('/api/route-sessions?view=needs_me&limit=100')
        assert.ok(queue.json.items.some((row: { state: string; needs_me: boolean; action: string }) => row.state === 'policy_unavailable' && row.needs_me && row.action.includes('Route it again')))
        const id = history.json.items[0].id
        assert.equal((await merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 })).json.code, 'wrong_state')
        assert.equal((await desk.post(`/api/route-sessions/${id}/replay`, {})).json.code, 'wrong_state')
        // Trying again keeps it no second time; when the policy speaks the same key routes it, and the kept session is no duplicate.
        const kept = await count('select count(*) as n from route_sessions')
        assert.equal((await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })).status, 503)
        assert.equal((await merchant.post('/api/route-sessions', body)).status, 503)
        assert.equal(await count('select count(*) as n from route_sessions'), kept)
        judge = real.judge
        const routed = await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })
        assert.equal(routed.status, 201, routed.text)
        assert.equal((await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })).json.id, routed.json.id)
      } finally { judge = real.judge }
    })
  }
})

// Guarantee: where the ceiling is simulation a silent policy degrades the answer: it is shown, marked and cannot be accepted by anyone.
test('in simulation the answer is degraded and not acceptable', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  judge = async () => ({ status: 'unavailable', cause: 'timeout' })
  try {
    const answer = await desk.post('/api/route-sessions', kenyan())
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual(answer.json.degraded, ['policy_unavailable'])
    assert.equal(answer.json.mode_ceiling, 'simulation')
    assert.equal(answer.json.merchant_view.can_accept, false)
    const refused = await desk.post(`/api/route-sessions/${answer.json.id}/accept`, { version: 1, reason: 'agreed by telephone' })
    assert.deepEqual([refused.status, refused.json.code], [409, 'degraded_not_acceptable'])
    assert.equal((await desk.post(`/api/route-sessions/${answer.json.id}/replay`, {})).json.identical, true)
  } finally { judge = real.judge }
})

// Guarantee: one key is one session: repeated it gives the same answer, with another body it is refused, and neither leaves a second effect.
test('a request is idempotent under its key', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const body = routeBody(world.a)
  const key = randomUUID()
  const first = await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })
  const sessions = await count('select count(*) as n from route_sessions')
  const again = await merchant.post('/api/route-sessions', body, { 'idempotency-key': key })
  assert.equal(again.status, 201)
  assert.equal(again.text, first.text)
  const other = await merchant.post('/api/route-sessions', { ...body, hard_deadline: true }, { 'idempotency-key': key })
  assert.deepEqual([other.status, other.json.code], [422, 'idempotency_mismatch'])
  assert.equal(await count('select count(*) as n from route_sessions'), sessions)
  for (const bad of ['short', 'x'.repeat(101), 'with space in it', 'ünïcode-key']) {
    assert.equal((await merchant.post('/api/route-sessions', body, { 'idempotency-key': bad })).json.code, 'idempotency_key_invalid', bad)
  }
  assert.equal((await merchant.ask('POST', '/api/route-sessions', { body, without: ['idempotency-key'] })).json.code, 'idempotency_key_required')
  // The key is the actor's own: another user of the tenant with the same key is another request.
  const desk = await world.as(world.a, 'desk_operator')
  const theirs = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'telephone' } }), { 'idempotency-key': key })
  assert.notEqual(theirs.json.id, first.json.id)
})

// Guarantee: of many at once under one key exactly one session comes to be, and everyone who is answered is answered with it.
test('twenty at once make one session', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const body = routeBody(world.a)
  const key = randomUUID()
  const before = await count('select count(*) as n from route_sessions')
  const answers = await Promise.all(Array.from({ length: 20 }, () => merchant.post('/api/route-sessions', body, { 'idempotency-key': key })))
  assert.equal(await count('select count(*) as n from route_sessions'), before + 1)
  const ids = new Set(answers.filter(({ status }) => status === 201).map(({ json }) => json.id))
  assert.equal(ids.size, 1)
  for (const { status, json } of answers) assert.ok(status === 201 || json.code === 'idempotency_in_flight', `${status} ${JSON.stringify(json)}`)
})

// Guarantee: the same invoice is warned about before it is routed, names the earlier session, and goes through when that was seen.
test('a duplicate invoice warns first', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const body = routeBody(world.a)
  const first = await merchant.post('/api/route-sessions', body)
  const decisions = await count('select count(*) as n from decisions')
  const warned = await merchant.post('/api/route-sessions', body)
  assert.deepEqual([warned.status, warned.json.code, warned.json.field], [409, 'duplicate_invoice', '/invoice/number'])
  assert.deepEqual([warned.json.duplicate_of.id, warned.json.duplicate_of.reference], [first.json.id, first.json.reference])
  assert.equal(await count('select count(*) as n from decisions'), decisions)
  assert.equal((await merchant.post('/api/route-sessions', { ...body, acknowledge_duplicate_invoice: true })).status, 201)
  assert.equal((await merchant.post('/api/route-sessions', { ...body, amount: { ...body.amount, value: '185001' } })).status, 201)
})

// Guarantee: the desk acts for a merchant only with a reason, which is kept, and never for one of another tenant.
test('the desk says for whom and why', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  assert.deepEqual((({ status, json }) => [status, json.code, json.field])(await desk.post('/api/route-sessions', routeBody(world.a))), [400, 'reason_required', '/on_behalf'])
  const foreign = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.b.merchants.own, reason: 'because' } }))
  assert.deepEqual([foreign.status, foreign.json.code], [404, 'not_found'])
  const ours = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  assert.deepEqual(ours.json.requested_by, { role: 'desk_operator', name: 'A. Okafor', on_behalf_reason: 'asked for by telephone' })
})

// Guarantee: no route is an answer: it says why not and what would help, and recommends nothing.
test('a personal wallet for goods gets no route and a way out', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const answer = await merchant.post('/api/route-sessions', routeBody(world.a, { supplier_id: world.a.suppliers.wallet, amount: { side: 'supplier_receives', value: '18600', currency: 'CNY' } }))
  assert.equal(answer.status, 201, answer.text)
  assert.equal(answer.json.state, 'Stopped')
  assert.equal(answer.json.supplier_gets, null)
  assert.ok(answer.json.would_make_possible.length > 0)
  assert.match(answer.json.message_to_supplier.zh, /对公账户/)
  assert.equal(answer.json.can_accept, false)
})

// Guarantee: the engine reads the tenant's market clock and never the wall clock: years later the demo market answers the same.
test('a demo tenant routes on its market clock', async () => {
  const later = await openWorld({ now: () => new Date('2027-03-01T12:00:00Z') })
  try {
    const desk = await later.as(later.a, 'desk_operator')
    const answer = await desk.post('/api/route-sessions', routeBody(later.a, { on_behalf: { merchant_id: later.a.merchants.own, reason: 'telephone' } }))
    assert.equal(answer.json.intent.created_at, '2026-09-29T09:00:00+01:00')
    assert.equal(answer.json.all_in.merchant_pays.amount, '37102190.14')
    assert.equal(answer.json.requested_at, '2026-09-29T08:00:00Z')
    // On a live market the wall clock counts, and data of the year before is far too old for any route.
    await later.setMarketClock(later.a, null)
    const live = await desk.post('/api/route-sessions', routeBody(later.a, { needed_by: '2027-04-01T12:00:00+08:00', on_behalf: { merchant_id: later.a.merchants.own, reason: 'telephone' } }))
    assert.equal(live.json.intent.created_at, '2027-03-01T13:00:00+01:00')
    assert.equal(live.json.state, 'no_route')
    assert.ok(Object.keys(live.json.decision.refusals).some((code) => code.startsWith('quote_stale:')))
  } finally { await later.close() }
})

// Guarantee: the desk's fee is part of what the merchant pays, apart for the desk, and frozen when it was routed.
test('the desk fee is inside the price and does not change afterwards', async () => {
  const admin = await world.as(world.a, 'platform_admin')
  const merchant = await world.as(world.a, 'merchant_client')
  const rule = { merchant_id: world.a.merchants.own, corridor_id: 'ng-cn', fixed: { amount: '5000', currency: 'NGN' }, bps: '20', minimum: { amount: '0', currency: 'NGN' }, reason: 'agreed' }
  assert.equal((await admin.put('/api/desk-fee-rules', rule)).status, 200)
  const answer = await merchant.post('/api/route-sessions', routeBody(world.a))
  assert.deepEqual(answer.json.you_pay, { amount: '37181394.53', currency: 'NGN' })
  assert.deepEqual(answer.json.all_in_cost, { money: { amount: '605912.81', currency: 'NGN' }, pct_against_mid: '1.63' })
  await admin.put('/api/desk-fee-rules', { ...rule, bps: '0', fixed: { amount: '0', currency: 'NGN' } })
  const desk = await (await world.as(world.a, 'desk_operator')).get(`/api/route-sessions/${answer.json.id}`)
  assert.deepEqual(desk.json.desk_fee.amount, { amount: '79204.39', currency: 'NGN' })
  assert.deepEqual(desk.json.all_in.merchant_pays, { amount: '37181394.53', currency: 'NGN' })
  assert.equal((await merchant.get('/api/route-sessions?limit=1')).json.items[0].you_pay.amount, '37181394.53')
})
