/** How a desk shares its work and talks with a merchant: claims, messages, and questions for which the desk's clock stands. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { colleague } from '#api/testing/calls.ts'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let merchant: Client
let desk: Client
before(async () => {
  world = await openWorld()
  merchant = await world.as(world.a, 'merchant_client')
  desk = await world.as(world.a, 'desk_operator')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code]
const DUE = '2026-09-30T17:00:00+01:00'
const accepted = async (): Promise<string> => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 } }))
  assert.equal(made.status, 201, made.text)
  assert.equal((await merchant.post(`/api/route-sessions/${made.json.id}/accept`, { version: 1 })).status, 200)
  return made.json.id
}
const ask = (id: string, version: number, change: object = {}, client = desk) => client.post(`/api/route-sessions/${id}/asks`, { version, kind: 'question', text: 'Is the deposit refundable?', due_at: DUE, ...change })
const asked = async (id: string, version: number, change: object = {}): Promise<string> => {
  const made = await ask(id, version, change)
  assert.equal(made.status, 201, made.text)
  return made.json.ask.id
}
const answer = (id: string, body: object = { text: 'Yes, until it ships' }, client = merchant) => client.post(`/api/asks/${id}/answer`, body)
const seen = async (id: string) => (await desk.get(`/api/route-sessions/${id}`)).json
const claim = (client: Client, id: string, body: object = {}) => client.post(`/api/route-sessions/${id}/claim`, body)
const messagesOf = async (client: Client, id: string) => (await client.get(`/api/route-sessions/${id}/messages`)).json

// Guarantee: of many who start at once each gets another session, those that are due first; and whoever has none left is told so.
test('20 people who start at once have 20 sessions in hand', async () => {
  const ids = []
  for (let i = 0; i < 20; i += 1) ids.push(await accepted())
  const people = await Promise.all(Array.from({ length: 20 }, () => colleague(world, world.a)))
  const got = await Promise.all(people.map((person) => person.post('/api/route-sessions/claim-next', {})))
  assert.deepEqual(got.map(({ status }) => status), got.map(() => 200))
  assert.deepEqual(new Set(got.map(({ json }) => json.session_id)), new Set(ids))
  assert.deepEqual(outcome(await (await colleague(world, world.a)).post('/api/route-sessions/claim-next', {})), [409, 'nothing_to_claim'])
  const again = await people[0]!.post('/api/route-sessions/claim-next', {})
  assert.equal(again.json.session_id, got[0]!.json.session_id, 'one’s own comes first')
  await world.database.superuser.query('delete from session_claims')
})

// Guarantee: a claim keeps a colleague from starting, not from reading; it is taken over with a reason, given back, and over after a quarter of an hour.
test('a session is in one hand', async () => {
  const id = await accepted()
  const other = await colleague(world, world.a)
  const first = await claim(desk, id)
  assert.deepEqual([first.status, first.json.claim.name, first.json.claim.mine], [200, 'A. Okafor', true])
  assert.deepEqual([(await other.get(`/api/route-sessions/${id}`)).json.claim.mine, (await merchant.get(`/api/route-sessions/${id}`)).text.includes('Okafor')], [false, false])
  assert.deepEqual(outcome(await claim(other, id)), [409, 'claimed_by_other'])
  assert.equal((await claim(other, id, { takeover: 'urgent' })).json.claim.name, 'F. Musa')
  assert.deepEqual(outcome(await claim(desk, id)), [409, 'claimed_by_other'])
  const released = await desk.post(`/api/route-sessions/${id}/release`, {})
  assert.equal(released.json.claim.name, 'F. Musa', 'what one does not have one does not give back')
  await world.database.superuser.query("update session_claims set claimed_at = now() - interval '20 minutes', expires_at = now() - interval '1 second' where session_id = $1", [id])
  assert.equal((await seen(id)).claim, null)
  assert.equal((await claim(desk, id)).json.claim.mine, true)
  assert.equal((await desk.post(`/api/route-sessions/${id}/release`, {})).json.claim, null)
  const facts = (await world.auditRows(world.a)).filter(({ action }) => action === 'route_session.claimed').map((row) => (row.facts as { takeover?: string }).takeover).filter(Boolean)
  assert.deepEqual(facts, ['urgent'])
})

// Guarantee: of many who take one session over at once, one has it.
test('a takeover is won by one', async () => {
  const id = await accepted()
  await claim(desk, id)
  const people = await Promise.all(Array.from({ length: 8 }, () => colleague(world, world.a)))
  await Promise.all(people.map((person) => claim(person, id, { takeover: 'holder_is_away' })))
  const mine = await Promise.all(people.map(async (person) => (await person.get(`/api/route-sessions/${id}`)).json.claim.mine))
  assert.equal(mine.filter(Boolean).length, 1)
})

// Guarantee: to a merchant the desk is the desk: no name of a person of it stands in the thread. Who of the merchant wrote the desk sees. A mark says how far each side has read, and never goes back.
test('the thread between desk and merchant', async () => {
  const id = await accepted()
  assert.equal((await desk.post(`/api/route-sessions/${id}/messages`, { text: 'We look at it today' })).status, 201)
  assert.equal((await merchant.get(`/api/route-sessions/${id}`)).json.unread, 1)
  assert.deepEqual((await merchant.post(`/api/route-sessions/${id}/messages/seen`, { through_seq: 99 })).json, { side: 'merchant', through_seq: 1 })
  assert.equal((await merchant.get(`/api/route-sessions/${id}`)).json.unread, 0)
  assert.equal((await merchant.post(`/api/route-sessions/${id}/messages`, { text: 'Thank you' })).json.who, 'Ada Obi')
  assert.deepEqual([(await seen(id)).unread, (await desk.get('/api/route-sessions?view=all&limit=100')).json.items.find((row: { id: string }) => row.id === id).unread], [1, 1])
  await desk.post(`/api/route-sessions/${id}/messages/seen`, { through_seq: 2 })
  assert.deepEqual((await desk.post(`/api/route-sessions/${id}/messages/seen`, { through_seq: 1 })).json, { side: 'desk', through_seq: 2 })
  const thread = await messagesOf(merchant, id)
  assert.deepEqual(thread.items.map(({ seq, from, who, text }: Record<string, unknown>) => [seq, from, who, text]), [[2, 'merchant', 'Ada Obi', 'Thank you'], [1, 'desk', 'The desk', 'We look at it today']])
  assert.deepEqual([thread.seen.desk.through_seq, thread.seen.merchant.through_seq], [2, 2])
  assert.ok(!JSON.stringify(thread).includes('Okafor'))
  assert.deepEqual((await messagesOf(desk, id)).items.map(({ who }: { who: string }) => who), ['Ada Obi', 'A. Okafor'])
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/messages`, {})), [400, 'missing_field'])
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/messages`, { artifact_id: randomUUID() })), [404, 'not_found'])
})

// Guarantee: messages that are written at once have numbers without gaps, so that a mark hides none of them.
test('20 messages at once stand in one order', async () => {
  const id = await accepted()
  const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? desk : merchant).post(`/api/route-sessions/${id}/messages`, { text: `Message ${i}` })))
  assert.deepEqual(sent.map(({ status }) => status), sent.map(() => 201))
  const first = (await desk.get(`/api/route-sessions/${id}/messages?limit=15`)).json
  const rest = (await desk.get(`/api/route-sessions/${id}/messages?limit=15&cursor=${first.next_cursor}`)).json
  assert.deepEqual([...first.items, ...rest.items].map(({ seq }: { seq: number }) => seq), Array.from({ length: 20 }, (_, i) => 20 - i))
})

// Guarantee: while the desk asks, the session waits on its merchant and the desk's clock stands; with the last answer it is the desk's again, with as much time left as it had.
test('a question stops the clock until it is answered', async () => {
  const id = await accepted()
  await claim(desk, id)
  const before_asking = await seen(id)
  const [first, second] = [await asked(id, 2, { kind: 'document', document_code: 'FORM_M_VALID_FX', text: 'Please send your Form M' }), await asked(id, 3)]
  const waiting = await seen(id)
  assert.deepEqual([waiting.state, waiting.version, waiting.paused_at, waiting.claim, waiting.action, waiting.next.who], ['awaiting_merchant', 3, '2026-09-29T08:00:00Z', null, null, 'merchant'])
  const page = (await merchant.get(`/api/route-sessions/${id}`)).json
  assert.deepEqual([page.state, page.headline, page.next.what, page.asks.map((each: { paper: { name: string } | null }) => each.paper?.name)], ['Your turn', 'The desk needs two things from you.', 'Answer the desk', ['Form M, valid for forex', undefined]])
  await world.setMarketClock(world.a, '2026-09-29T11:30:00+01:00')
  assert.equal((await answer(first)).json.version, 3)
  assert.deepEqual([(await seen(id)).state, outcome(await answer(first))], ['awaiting_merchant', [409, 'ask_closed']])
  assert.equal((await answer(second)).json.version, 4)
  const after_answer = await seen(id)
  assert.deepEqual([after_answer.state, after_answer.paused_at, Date.parse(after_answer.due_at) - Date.parse(before_asking.due_at)], ['accepted', null, 2.5 * 3_600_000])
  assert.deepEqual(after_answer.timeline.slice(-2).map(({ what }: { what: string }) => what), ['The desk asked the merchant for a paper.', 'The merchant answered.'])
  assert.deepEqual((await messagesOf(merchant, id)).items.map(({ from, text }: Record<string, unknown>) => [from, text]), [
    ['merchant', 'Yes, until it ships'], ['merchant', 'Yes, until it ships'], ['desk', 'Is the deposit refundable?'], ['desk', 'Please send your Form M'],
  ])
  await world.setMarketClock(world.a, '2026-09-29T09:00:00+01:00')
})

// Guarantee: only what the desk may ask, now, of a session as it is: another version, a time that is over, a paper without its name, a state in which nothing is to be asked.
test('what cannot be asked or answered', async () => {
  const id = await accepted()
  assert.deepEqual(outcome(await ask(id, 1)), [409, 'stale_version'])
  assert.deepEqual(outcome(await ask(id, 2, { due_at: '2026-09-29T08:00:00+01:00' })), [400, 'invalid_field'])
  assert.deepEqual(outcome(await ask(id, 2, { kind: 'document' })), [400, 'missing_field'])
  assert.deepEqual(outcome(await ask(id, 2, { document_code: 'TIN' })), [400, 'invalid_field'])
  assert.deepEqual(outcome(await ask(id, 2, {}, merchant)), [404, 'not_found'])
  const one = await asked(id, 2)
  assert.deepEqual(outcome(await answer(one, {})), [400, 'missing_field'])
  assert.deepEqual(outcome(await answer(one, { artifact_id: randomUUID() })), [404, 'not_found'])
  assert.deepEqual(outcome(await answer(one, { text: 'yes' }, desk)), [404, 'not_found'], 'the desk does not answer for a merchant')
  for (let i = 0; i < 9; i += 1) await asked(id, 3)
  assert.deepEqual(outcome(await ask(id, 3)), [409, 'too_many_asks'])
  assert.equal((await merchant.post(`/api/route-sessions/${id}/cancel`, { version: 3, reason: 'ordered elsewhere' })).status, 200)
  assert.deepEqual([outcome(await answer(one)), (await seen(id)).asks.map(({ state }: { state: string }) => state)], [[409, 'ask_closed'], Array(10).fill('withdrawn')])
  assert.deepEqual(outcome(await ask(id, 4)), [409, 'wrong_state'])
})

// Guarantee: answered, taken back and cancelled at once, one of them counts, and the session never stands between them: it waits exactly while something is open.
test('an answer, a withdrawal and a cancellation at once', async () => {
  for (let i = 0; i < 12; i += 1) {
    const id = await accepted()
    const [one, two] = [await asked(id, 2), await asked(id, 3)]
    const calls = [() => answer(one), () => desk.post(`/api/asks/${one}/withdraw`, {}), () => answer(two), ...(i % 2 === 0 ? [() => merchant.post(`/api/route-sessions/${id}/cancel`, { version: 3, reason: 'ordered elsewhere' })] : [])]
    const answers = await Promise.all(calls.map((call) => call()))
    for (const each of answers) assert.ok(each.status === 200 || each.status === 409, each.text)
    const { state, asks, paused_at, version, timeline } = await seen(id)
    assert.deepEqual(asks.filter((each: { state: string }) => each.state === 'open'), [])
    assert.ok(i % 2 === 0 ? ['accepted', 'cancelled'].includes(state) : state === 'accepted', state)
    assert.deepEqual([paused_at, version], [null, timeline.length])
  }
})

// Guarantee: an accepted session that comes back from its merchant stays accepted under the bank details of its acceptance: a change in the meantime still shows, and holds nobody's answer up.
test('a change of bank details while the desk waits is not passed over', async () => {
  const id = await accepted()
  const one = await asked(id, 2)
  const proposed = await (await colleague(world, world.a)).post(`/api/suppliers/${world.a.suppliers.own}/bank-detail-changes`, { received_by: 'email', account_number: '6222024444555566' })
  assert.equal(proposed.status, 201, proposed.text)
  assert.equal((await answer(one)).status, 200)
  assert.deepEqual([(await seen(id)).state, (await seen(id)).payee_details], ['accepted', 'held'])
  const confirmed = await desk.post(`/api/bank-detail-changes/${proposed.json.id}/confirm`, { confirmed_over: 'phone_call', account_number: '6222024444555566', confirmed_with: 'Mr Wu' })
  assert.equal(confirmed.status, 200, confirmed.text)
  const two = await asked(id, 4)
  await answer(two)
  assert.deepEqual([(await seen(id)).state, (await seen(id)).payee_details], ['accepted', 'changed'])
})

// Guarantee: the database itself lets no waiting session go on while something is open, and no ask be answered twice or rewritten.
test('the database refuses what the server would not ask for', async () => {
  const id = await accepted()
  const one = await asked(id, 2)
  const { superuser } = world.database
  await assert.rejects(superuser.query("update route_sessions set state = 'accepted', version = 4 where id = $1", [id]), /has not answered yet/)
  await assert.rejects(superuser.query("update merchant_asks set text = 'something else' where id = $1", [one]), /what was asked stays/)
  await answer(one)
  await assert.rejects(superuser.query("update merchant_asks set answer_text = 'something else' where id = $1", [one]), /answered or taken back once/)
  await assert.rejects(superuser.query('delete from merchant_asks where id = $1', [one]), /its rows are a record/)
  await assert.rejects(superuser.query("update session_messages set from_side = 'desk' where session_id = $1", [id]), /its rows are a record/)
})
