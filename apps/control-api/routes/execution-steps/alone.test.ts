/** What one person at a desk tries in order to push a payment through alone, over the API on a real database. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { colleague } from '#api/testing/calls.ts'
import { railedThing, startedThing, unknownThing } from '#api/testing/execution-things.ts'
import { acceptedSession, ALL_PAPERS, approve, carryOut, cleanFile, executedSession, executionOf, matchingProof, onStep, RAIL, screened } from '#api/testing/executions.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let second: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  second = await colleague(world, world.a)
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code ?? null]
const MORNING = '2026-09-29T09:00:00+01:00'
const stepOf = async (id: string, position: number) => (await executionOf(desk, id)).steps.find((one) => one.position === position)!
const put = (text: string, values: unknown[]) => world.database.superuser.query(text, values)

// Guarantee: a screening that ran out, or of other bank details, lets no later step begin, as it lets none be executed.
test('no step begins on a screening that counts no more', async () => {
  const { id } = await executedSession(world, world.a)
  await carryOut(world, world.a, desk, id, 1)
  await world.setMarketClock(world.a, '2026-09-30T09:00:00+01:00')
  const { version, rail } = await stepOf(id, 2)
  const start = () => onStep(desk, id, 2, 'start', { version, ...(rail === null ? { rail: RAIL } : {}) })
  assert.deepEqual(outcome(await start()), [409, 'screening_open'])
  await screened(desk, id)
  assert.equal((await start()).status, 200)
  await world.setMarketClock(world.a, MORNING)
})

// Guarantee: bank details that changed after the agreement are paid by no step and no resumption of it.
test('no step begins towards details that nobody agreed to', async () => {
  const { id, version } = await executedSession(world, world.a)
  const details = (by: number) => put('update suppliers set details_version = details_version + $2 where id = $1', [world.a.suppliers.own, by])
  await details(1)
  await screened(desk, id)
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })), [409, 'payee_details_changed'])
  const paused = await desk.post(`/api/route-sessions/${id}/pause`, { version, reason_code: 'payee_in_doubt' })
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/resume`, { version: paused.json.version, reason_code: 'cause_cleared' })), [409, 'payee_details_changed'])
  await details(-1)
})

// Guarantee: a file proves a step of its own merchant alone.
test('a file of another merchant proves nothing', async () => {
  const { id } = await executedSession(world, world.a)
  const { json } = await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  const file = await cleanFile(world, world.a, id)
  await put('update artifacts set session_id = null, merchant_id = $2 where id = $1', [file, world.a.merchants.other])
  const kind = json.steps[0].proof_kinds[0]
  const proof = { version: json.steps[0].version, kind, artifact_id: file, ...matchingProof(json.steps[0], kind, json.market_clock) }
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'proofs', proof)), [404, 'not_found'])
})

// Guarantee: a file that was read otherwise before is no proof by being read again: whoever typed both readings does not confirm the second.
test('a proof that differed does not match by being typed again', async () => {
  for (const undo of ['reject', 'fail'] as const) {
    const { id } = await executedSession(world, world.a)
    let { json } = await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
    const [step, artifact_id] = [json.steps[0], await cleanFile(world, world.a, id)]
    for (const kind of step.proof_kinds.slice(1)) ({ json } = await onStep(desk, id, 1, 'proofs', { version: json.steps[0].version, kind, artifact_id: await cleanFile(world, world.a, id), ...matchingProof(step, kind, json.market_clock) }))
    const kind = step.proof_kinds[0]
    const right = matchingProof(step, kind, json.market_clock)
    const wrong = await onStep(desk, id, 1, 'proofs', { version: json.steps[0].version, kind, artifact_id, ...right, reference: 'FC-OTHER' })
    assert.equal(wrong.status, 200, wrong.text)
    const version = () => stepOf(id, 1).then((one) => one.version)
    if (undo === 'reject') assert.equal((await onStep(desk, id, 1, 'reject-proof', { version: await version(), proof_id: wrong.json.steps[0].proofs.at(-1).id, reason_code: 'typed_wrongly' })).status, 200)
    else {
      assert.equal((await onStep(desk, id, 1, 'fail', { version: await version(), reason_code: 'cut_off_missed' })).status, 200)
      assert.equal((await onStep(desk, id, 1, 'retry', { version: await version(), reason_code: 'cause_cleared' })).status, 200)
      assert.equal((await onStep(desk, id, 1, 'start', { version: await version() })).status, 200)
      for (const other of step.proof_kinds.slice(1)) assert.equal((await onStep(desk, id, 1, 'proofs', { version: await version(), kind: other, artifact_id: await cleanFile(world, world.a, id), ...matchingProof(step, other, json.market_clock) })).status, 200)
    }
    const again = await onStep(desk, id, 1, 'proofs', { version: await version(), kind, artifact_id, ...right })
    assert.equal(again.status, 200, again.text)
    assert.deepEqual(outcome(await onStep(desk, id, 1, 'confirm', { version: await version() })), [409, 'proof_differs'], undo)
    assert.deepEqual(outcome(await onStep(desk, id, 1, 'confirm', { version: await version(), accept_differences: 'bank_shortened_it' })), [409, 'second_person_for_difference'])
    assert.equal((await onStep(second, id, 1, 'confirm', { version: await version(), accept_differences: 'bank_shortened_it' })).status, 200)
  }
})

// Guarantee: one transaction proves one step, however its hash is written.
test('a transaction hash serves once in any writing', async () => {
  const { id } = await executedSession(world, world.a)
  const hash = randomBytes(32).toString('hex')
  const prove = async (session: string, transaction_hash: string) => {
    const step = await stepOf(session, 1)
    const kind = step.proof_kinds[0]!
    return onStep(desk, session, 1, 'proofs', { version: step.version, kind, artifact_id: await cleanFile(world, world.a, session), ...matchingProof(step, kind, MORNING), transaction_hash })
  }
  await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })
  assert.equal((await prove(id, hash)).status, 200)
  for (const writing of [hash.toUpperCase(), `0x${hash}`, `0x${hash.toUpperCase()}`]) {
    const other = await executedSession(world, world.a)
    await onStep(desk, other.id, 1, 'start', { version: 1, rail: RAIL })
    assert.deepEqual(outcome(await prove(other.id, writing)), [409, 'proof_used'], writing)
  }
})

// Guarantee: no payment file is handed out for a step of which nobody knows whether it happened, or that is done: paying it again is no file away.
test('no payment file of what may have been paid', async () => {
  const { id } = await railedThing(world, world.a, 'own')
  const draft = () => desk.post(`/api/route-sessions/${id}/steps/1/draft`, { reason: 'pay_by_hand' })
  assert.equal((await draft()).status, 200)
  assert.equal((await onStep(desk, id, 1, 'mark-unknown', { version: (await stepOf(id, 1)).version })).status, 200)
  assert.deepEqual(outcome(await draft()), [409, 'wrong_step_state'])
})

// Guarantee: no session ends while nobody knows of one of its steps whether it happened.
test('a session with an unknown step is not closed', async () => {
  const thing = await unknownThing(world, world.a, 'own')
  const { prediction } = (await desk.get(`/api/route-sessions/${thing.id}/outcome`)).json
  const version = (await desk.get(`/api/route-sessions/${thing.id}`)).json.version
  const hops = prediction.hops.map((_: unknown, i: number) => ({ result: i === 0 ? 'failed' : 'not_started', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null }))
  const closed = await desk.post(`/api/route-sessions/${thing.id}/close`, { version, result: 'failed', because: 'recalled', sent: prediction.sent, hops })
  assert.deepEqual(outcome(closed), [409, 'steps_not_done'], closed.text)
})

// Guarantee: a screening counts from when it was made: a clock that is set back makes none of one that lies ahead.
test('no screening counts before it was made', async () => {
  const { id } = await executedSession(world, world.a)
  await world.setMarketClock(world.a, '2026-09-29T08:59:59+01:00')
  assert.deepEqual(outcome(await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })), [409, 'screening_open'])
  await world.setMarketClock(world.a, MORNING)
})

// Guarantee: money that is back ends the steps with the session: none is left open behind it.
test('a returned payment leaves no step open', async () => {
  const { id } = await startedThing(world, world.a, 'own')
  const incident = await desk.post(`/api/route-sessions/${id}/incidents`, { kind: 'returned', chaser: 'provider', action: 'ask_the_bank', due_at: '2026-10-02T17:00:00+01:00' })
  assert.equal((await desk.post(`/api/incidents/${incident.json.id}/resolve`, { version: 1, resolution: 'money_back' })).status, 200)
  const { state, steps } = await executionOf(desk, id)
  assert.deepEqual([state, steps.filter(({ state }) => state === 'pending' || state === 'ready').length], ['returned', 0])
})

// Guarantee: what is said to be missing of a payment is of what its supplier gets, and no more than that.
test('no more is missing than was sent', async () => {
  const { id } = await executedSession(world, world.a)
  const open = (amount: string, currency: string) => desk.post(`/api/route-sessions/${id}/incidents`, { kind: 'short_credited', chaser: 'provider', action: 'claim_the_difference', due_at: '2026-10-02T17:00:00+01:00', amount_missing: { amount, currency } })
  assert.deepEqual(outcome(await open('1', 'USD')), [400, 'invalid_field'])
  assert.deepEqual(outcome(await open('999999999999', 'CNY')), [400, 'invalid_field'])
  assert.equal((await open('185000', 'CNY')).status, 201)
})

// Guarantee: a key with another decision in it is told that it is another; of two decisions at once by one person one counts.
test('one key, one decision', async () => {
  const { id, version } = await executedSession(world, world.a)
  const key = { 'idempotency-key': randomUUID() }
  const pause = (reason_code: string, headers = {}) => desk.post(`/api/route-sessions/${id}/pause`, { version, reason_code }, headers)
  assert.equal((await pause('holiday', key)).status, 200)
  assert.deepEqual(outcome(await pause('payee_in_doubt', key)), [422, 'idempotency_mismatch'])
  const resumed = await Promise.all([desk, second].map((client) => client.post(`/api/route-sessions/${id}/resume`, { version: version + 1, reason_code: 'cause_cleared' })))
  assert.deepEqual(resumed.map(({ status }) => status).sort(), [200, 409])
})

// Guarantee: what was approved and still stands after a question to the merchant goes on by whoever approved it; where it does not stand it takes a new approval.
test('a question after the approval leads to no dead end', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const approved = await approve(desk, id, version)
  const ask = await desk.post(`/api/route-sessions/${id}/asks`, { version: approved.json.version, kind: 'question', text: 'Which port?', due_at: '2026-10-02T17:00:00+01:00' })
  const taken_back = await desk.post(`/api/asks/${ask.json.ask.id}/withdraw`, {})
  const rows = (await put('select count(*)::int as n from approvals where session_id = $1', [id])).rows
  const again = await approve(desk, id, taken_back.json.version)
  assert.deepEqual([again.status, again.json.state, again.json.approval.held], [200, 'approved', 1], again.text)
  assert.deepEqual((await put('select count(*)::int as n from approvals where session_id = $1', [id])).rows, rows)
  assert.deepEqual(outcome(await approve(desk, id, again.json.version)), [409, 'already_approved'])
})

// Guarantee: a payment that was played is not paid: the same payment is asked for afterwards as if it never was.
test('a simulation stands in the way of no payment', async () => {
  const invoice = { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1, total: '185000' } as const
  const { id } = await executedSession(world, world.a, 'simulation', { invoice })
  const merchant = await world.as(world.a, 'merchant_client')
  const real = await merchant.post('/api/route-sessions', routeBody(world.a, { invoice }))
  assert.equal(real.status, 201, real.text)
  assert.equal((await merchant.post(`/api/route-sessions/${real.json.id}/accept`, { version: 1 })).status, 200)
  const parts = async (session: string) => (await desk.get(`/api/route-sessions/${session}/invoice`)).json.parts.map(({ session_id }: { session_id: string }) => session_id)
  assert.deepEqual([await parts(real.json.id), await parts(id)], [[real.json.id], [id, real.json.id]])
})

// Guarantee: no merchant is told that its payment is stopped by a screening, by a word, a list or a name.
test('a hit tips nobody off', async () => {
  const { id } = await executedSession(world, world.a)
  await desk.post(`/api/route-sessions/${id}/screenings`, { subject: 'payee', result: 'possible_hit', list_name: 'OFAC SDN', list_date: '2026-09-29', note: 'same surname' })
  const merchant = await world.as(world.a, 'merchant_client')
  for (const url of [`/api/route-sessions/${id}`, '/api/route-sessions', `/api/route-sessions/${id}/messages`]) {
    const { status, text } = await merchant.get(url)
    assert.deepEqual([status, text.match(/screen|\bhit\b|OFAC|sanction|surname|Okafor/gi)], [200, null], url)
  }
})
