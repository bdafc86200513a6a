/** Attacks of somebody at the desk who wants to end, free or hide something alone; each over the API on a real database, and where the database holds the rule, past the API. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { newId, saveScreening, transitionSession } from '#database/index.ts'
import { actualsBody, colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, carryOut, executedSession, executionOf, onStep, screened } from '#api/testing/executions.ts'
import { carriedOutThing, railedThing } from '#api/testing/execution-things.ts'
import { MARKET_CLOCK, openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'
import { writeAs } from '#tools/testing/tenant.ts'

let world: World
let desk: Client
let second: Client
let admin: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  second = await colleague(world, world.a)
  admin = await world.as(world.a, 'platform_admin')
  merchant = await world.as(world.a, 'merchant_client')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code ?? null]
const actor = () => ({ tenant_id: world.a.id, user_id: world.a.users.desk_operator, role: 'desk_operator', merchant_id: null, session_id: world.a.users.desk_operator, display_name: 'A. Okafor' }) as const
const refusals = async () => (await world.auditRows(world.a)).filter(({ facts }) => 'refused' in (facts as object) || 'code' in (facts as object)).length

const STEP = { chaser: 'provider', action: 'ask_the_bank', due_at: '2026-10-02T17:00:00+01:00' }
const open = async (client: Client, id: string, kind = 'returned'): Promise<string> => {
  const made = await client.post(`/api/route-sessions/${id}/incidents`, { kind, ...STEP })
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const moneyBack = (client: Client, incident: string) => client.post(`/api/incidents/${incident}/resolve`, { version: 1, resolution: 'money_back' })
const cameBack = async (client: Client, id: string, version: number): Promise<Answer> => {
  const { prediction } = (await client.get(`/api/route-sessions/${id}/outcome`)).json
  const hops = prediction.hops.map((_: unknown, i: number) => ({ result: i === 0 ? 'returned' : 'not_started', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null }))
  return client.post(`/api/route-sessions/${id}/close`, { version, result: 'returned', because: 'recalled', sent: prediction.sent, hops })
}
/** Carried out to its last step by the desk's first person, alone. */
async function paidAlone(): Promise<{ id: string; version: number }> {
  const session = await executedSession(world, world.a)
  for (const { position } of (await executionOf(desk, session.id)).steps) await carryOut(world, world.a, desk, session.id, position)
  return session
}

// Guarantee: who confirmed that the supplier was paid does not say alone that the payment failed or came back, by whatever operation, nor does the database take it; a second person may.
test('a payment is not undone by who confirmed it', async () => {
  const { id, version } = await paidAlone()
  const before = await refusals()
  assert.deepEqual(outcome(await cameBack(desk, id, version)), [409, 'second_person_for_loss'])
  const incident = await open(desk, id)
  assert.deepEqual(outcome(await moneyBack(desk, incident)), [409, 'second_person_for_loss'])
  assert.equal(await refusals(), before + 2)
  for (const to of ['failed', 'returned'] as const) {
    await assert.rejects(writeAs(world.deps.db, actor(), (tx) => transitionSession(tx, { session_id: id, from: 'executing', to, version, market_clock: MARKET_CLOCK })), { constraint: 'route_session_transitions_loss_second_person' })
  }
  assert.equal((await moneyBack(second, incident)).status, 200)
  assert.equal((await desk.get(`/api/route-sessions/${id}`)).json.state, 'returned')
  const other = await paidAlone()
  assert.equal((await cameBack(second, other.id, other.version)).status, 200)
})

// Guarantee: where four eyes are asked for nobody ends the own session by saying that its money is back.
test('nobody gives up the own payment through an incident', async () => {
  const own = await desk.post('/api/route-sessions', routeBody(world.a, { amount: { side: 'supplier_receives', value: '1450000', currency: 'CNY' }, documents_available: ALL_PAPERS, on_behalf: { merchant_id: world.a.merchants.own, reason: 'asked for by telephone' } }))
  const agreed = await desk.post(`/api/route-sessions/${own.json.id}/accept`, { version: 1, reason: 'agreed by telephone' })
  const first = await approve(second, own.json.id, agreed.json.version)
  const last = await approve(admin, own.json.id, first.json.version)
  await screened(second, own.json.id)
  assert.equal((await second.post(`/api/route-sessions/${own.json.id}/execute`, { version: last.json.version })).status, 200)
  const incident = await open(desk, own.json.id)
  assert.deepEqual(outcome(await moneyBack(desk, incident)), [409, 'not_ones_own'])
  assert.equal((await moneyBack(second, incident)).status, 200)
})

// Guarantee: of two who resolve one incident at once one does, and the session ends once.
test('money comes back once', async () => {
  const { id } = await executedSession(world, world.a)
  const incident = await open(desk, id)
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => moneyBack([desk, second, admin][i % 3]!, incident)))
  assert.equal(answers.filter(({ status }) => status === 200).length, 1, answers.map(({ text }) => text).join('\n').slice(0, 400))
  assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 409])
  assert.equal((await desk.get(`/api/route-sessions/${id}`)).json.timeline.filter(({ to }: { to: string }) => to === 'returned').length, 1)
})

// Guarantee: nothing is completed while an incident of it is open, and that is said, not failed at.
test('a payment with an open incident is not completed', async () => {
  const thing = await carriedOutThing(world, world.a, 'own')
  const incident = await open(desk, thing.id, 'stuck')
  const complete = () => desk.post(`/api/route-sessions/${thing.id}/close`, { version: thing.version, ...actualsBody(thing) })
  assert.deepEqual(outcome(await complete()), [409, 'incident_open'])
  assert.equal((await second.post(`/api/incidents/${incident}/resolve`, { version: 1, resolution: 'arrived_in_full' })).status, 200)
  assert.equal((await complete()).status, 200)
})

// Guarantee: who found a hit on a party does not find it gone in another session of the same party, over the API or past it; a second person's finding lets both go on.
test('a hit follows its party into every session', async () => {
  const [one, two] = [await acceptedSession(world, world.a), await acceptedSession(world, world.a)]
  const screen = (client: Client, id: string, subject: string, result: string) => client.post(`/api/route-sessions/${id}/screenings`, { subject, result, list_name: 'UN Consolidated List', list_date: '2026-09-29' })
  for (const [subject, result] of [['payee', 'hit'], ['bank', 'possible_hit'], ['payer', 'hit']] as const) {
    assert.equal((await screen(desk, one.id, subject, result)).status, 201)
    assert.deepEqual(outcome(await screen(desk, two.id, subject, 'no_hit')), [409, 'second_person_for_hit'], subject)
    await assert.rejects(writeAs(world.deps.db, actor(), (tx) => saveScreening(tx, { id: newId(), session_id: two.id, subject, result: 'no_hit', list_name: 'UN', list_date: '2026-09-29', screened_at: MARKET_CLOCK, expires_at: '2026-09-30T09:00:00+01:00', details_version: 1, artifact_id: null, note: null })),
      { constraint: 'screenings_hit_second_person' })
    assert.equal((await screen(second, one.id, subject, 'no_hit')).status, 201)
    assert.equal((await screen(desk, two.id, subject, 'no_hit')).status, 201)
  }
  // Goods are of one payment; what was found of another merchant's supplier says nothing of this one.
  assert.equal((await screen(desk, one.id, 'goods', 'hit')).status, 201)
  assert.equal((await screen(desk, two.id, 'goods', 'no_hit')).status, 201)
})

// Guarantee: while a hit stands no payment file is made and no whole account is shown, whatever is said to be the reason.
test('nobody is helped to pay whom a screening found', async () => {
  const { id } = await railedThing(world, world.a, 'own')
  const asks = () => Promise.all(['draft', 'instruction/reveal'].map((what) => desk.post(`/api/route-sessions/${id}/steps/1/${what}`, { reason: 'check_with_bank' })))
  assert.deepEqual((await asks()).map(({ status }) => status), [200, 200])
  const rows = (await world.auditRows(world.a)).slice(-2)
  assert.deepEqual(rows.map(({ facts }) => facts), [{ reason: 'check_with_bank', step: 1 }, { reason: 'check_with_bank', step: 1 }])
  const screen = (client: Client, result: string) => client.post(`/api/route-sessions/${id}/screenings`, { subject: 'payee', result, list_name: 'UN Consolidated List', list_date: '2026-09-29' })
  assert.equal((await screen(desk, 'possible_hit')).json.paused, true)
  const before = await refusals()
  assert.deepEqual((await asks()).map(outcome), [[409, 'screening_open'], [409, 'screening_open']])
  assert.equal(await refusals(), before + 2)
  assert.equal((await screen(second, 'no_hit')).status, 201)
})

const paperOf = async (amount: string): Promise<string> => {
  const made = await merchant.post(`/api/merchants/${world.a.merchants.own}/documents`, { code: 'FORM_M_VALID_FX', number: `MF-${randomUUID().slice(0, 8)}`, issued_on: '2026-09-01', value: { amount, currency: 'CNY' } })
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const withdraw = (id: string) => merchant.post(`/api/merchant-documents/${id}/withdraw`, { because: 'cancelled_by_issuer' })

// Guarantee: a paper that was withdrawn, or ran out, between the agreement and the execution lets no payment begin.
test('a paper that is gone carries no payment', async () => {
  const paper = await paperOf('900000')
  const [one, two] = [await acceptedSession(world, world.a, { documents_available: ALL_PAPERS }), await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })]
  const execute = async ({ id, version }: { id: string; version: number }) => {
    const approved = await approve(desk, id, version)
    await screened(desk, id)
    return async () => desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version })
  }
  const [first, later] = [await execute(one), await execute(two)]
  assert.equal((await first()).status, 200, 'while it counts')
  assert.equal((await withdraw(paper)).status, 200)
  const answer = await later()
  assert.deepEqual(outcome(answer), [409, 'document_missing'])
  assert.match(answer.json.detail, /FORM_M_VALID_FX/)
})

// Guarantee: what payments used of a paper is not forgotten because the paper is withdrawn: nothing more is agreed to under its kind until another one is on file.
test('a used-up paper is not got rid of by taking it back', async () => {
  const paper = await paperOf('200000')
  await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { documents_available: [...ALL_PAPERS] }))
  const accept = () => merchant.post(`/api/route-sessions/${made.json.id}/accept`, { version: 1 })
  assert.deepEqual(outcome(await accept()), [409, 'document_used_up'])
  assert.equal((await withdraw(paper)).status, 200)
  assert.deepEqual(outcome(await accept()), [409, 'document_used_up'])
  // Enough for every session of this world that comes after.
  await paperOf('90000000')
  assert.equal((await accept()).status, 200)
})

// Guarantee: nobody removes the bytes that a proof rests on, an admin as little as the database on its behalf; a file that proves nothing goes.
test('a proof is not removed', async () => {
  const { id } = await executedSession(world, world.a)
  const [step] = (await carryOut(world, world.a, desk, id, 1)).steps
  const { artifact_id } = step!.proofs[0]!
  assert.deepEqual(outcome(await admin.post(`/api/artifacts/${artifact_id}/remove`, { reason: 'wrong_file' })), [409, 'artifact_proves'])
  const remove = (because: string) => world.database.superuser.query("update artifacts set state = 'removed', removed_at = now(), removed_because = $2 where id = $1", [artifact_id, because])
  await assert.rejects(remove('person_asked'), { constraint: 'artifacts_proof_stays' })
  await remove('retention')
})

// Guarantee: who lost the right to be told between the request and its answer is told of no change.
test('a stream tells nothing to who has left', async () => {
  const leaving = await world.member(world.a, 'desk_operator', 'L. Eaving')
  const client = await leaving.signIn()
  const last = /id: (\S+)/.exec((await client.get('/api/events?wait_s=0')).text)![1]!
  await acceptedSession(world, world.a)
  const again = () => client.get(`/api/events?after=${encodeURIComponent(last)}&wait_s=0`)
  assert.match((await again()).text, /event: change/)
  world.beforeNextTransaction(async () => { await world.database.superuser.query('update memberships set ended_at = now() where user_id = $1', [leaving.user_id]) })
  const { status, text } = await again()
  assert.deepEqual([status, /event: change/.test(text)], [200, false], text)
})

// Guarantee: a step that is done is not begun, proved, failed or tried again, and the one before it is not either.
test('what is done is done', async () => {
  const { id } = await executedSession(world, world.a)
  const [step] = (await carryOut(world, world.a, desk, id, 1)).steps
  for (const [verb, body] of [['start', {}], ['fail', { reason_code: 'cut_off_missed' }], ['retry', { reason_code: 'cause_cleared' }], ['confirm', {}], ['mark-unknown', {}], ['settle-unknown', { reason_code: 'provider_says_not_sent' }]] as const) {
    assert.deepEqual(outcome(await onStep(second, id, 1, verb, { version: step!.version, ...body })), [409, 'wrong_step_state'], verb)
  }
})
