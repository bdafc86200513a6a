/** What a merchant reads while its route is approved, carried out and closed: state, what happened, who acts next, and at most one thing for itself. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Compile } from 'typebox/compile'
import { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { newId, type SessionState } from '#database/index.ts'
import { colleague } from '#api/testing/calls.ts'
import { acceptedSession, ALL_PAPERS, approve, carryOut, cleanFile, executedSession, executionOf, matchingProof, onStep, RAIL, screened } from '#api/testing/executions.ts'
import { openWorld, type Client, type World } from '#api/testing/world.ts'
import { readDataset } from '#tools/read-dataset.ts'

let world: World
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  merchant = await world.as(world.a, 'merchant_client')
})
after(() => world.close())

const check = Compile(MerchantRouteSession)
const { providers, estimates } = readDataset()
const ACCOUNT = '6222021234564821'
const NOTE = 'between us: this one is difficult'

/** The merchant's view, which is on its list and says nothing internal, whatever the state. */
async function seen(id: string, own: readonly string[] = []): Promise<MerchantRouteSession> {
  const answer = await merchant.get(`/api/route-sessions/${id}`)
  assert.equal(answer.status, 200, answer.text)
  const view = answer.json as MerchantRouteSession
  assert.deepEqual([...check.Errors(view)], [])
  const { documents_needed: _papers, ...rest } = view
  const text = JSON.stringify(rest)
  const whole = (await desk.get(`/api/route-sessions/${id}`)).json
  for (const { id: provider, name } of providers) {
    assert.ok(!text.includes(provider), provider)
    if (!own.includes(provider)) assert.ok(!text.includes(name), name)
  }
  for (const actor of estimates.manual_actors) assert.ok(!text.includes(actor.id) && !text.includes(actor.name), actor.id)
  for (const user of Object.values(world.a.users)) assert.ok(!text.includes(user), 'a user')
  for (const { id: other } of whole.alternatives as { id: string }[]) assert.ok(!text.includes(`"${other}"`), other)
  assert.ok(!text.includes(NOTE) && !text.includes(ACCOUNT))
  assert.doesNotMatch(text, /bps|score|weight|liquidity|trust|posture|policy_|slippage|sha256|storage|field_differs|price_moved|provider_outage/i)
  assert.ok(!view.one_thing || view.next.who === 'merchant', 'who has one thing to do acts next')
  return view
}
const titles = ({ progress }: MerchantRouteSession): string[] => progress.map(({ state, title }) => `${state}: ${title}`)

/** A file that the merchant sent from its page, put straight into the database. */
async function sentFile(id: string, kind: string, state = 'clean'): Promise<string> {
  const file = newId()
  await world.database.superuser.query(`insert into artifacts (tenant_id, id, class, kind, file_name, media_type, size_bytes, sha256, storage_key, state, scanned_at, scanner, refused_because, merchant_id, session_id, uploaded_by, uploaded_by_role)
    values ($1, $2, 'merchant', $3, 'receipt.jpg', 'image/jpeg', 1000, $4, $5, $6, case when $6 <> 'quarantined' then now() end, case when $6 <> 'quarantined' then 'test' end, case when $6 = 'refused' then 'form' end, $7, $8, $9, 'merchant_client')`,
  [world.a.id, file, kind, randomBytes(32), `test/${file}`, state, world.a.merchants.own, id, world.a.users.merchant_client])
  return file
}
/** Ends a session as the settlement does. */
async function end(id: string, to: SessionState, reason: string | null = null): Promise<void> {
  await world.database.superuser.query(`with s as (select * from route_sessions where tenant_id = $1 and id = $2),
      moved as (update route_sessions r set version = r.version + 1, state = $3 from s where r.tenant_id = s.tenant_id and r.id = s.id returning r.version)
    insert into route_session_transitions (tenant_id, session_id, seq, from_state, to_state, market_clock, user_id, role, reason)
    select $1, $2, moved.version, s.state, $3, $4, $5, 'desk_operator', $6 from moved, s`, [world.a.id, id, to, '2026-10-12T11:00:00+01:00', world.a.users.desk_operator, reason])
}
const begin = async (id: string): Promise<void> => { assert.equal((await onStep(desk, id, 1, 'start', { version: 1, rail: RAIL })).status, 200) }

// Guarantee: from acceptance to the end each state says what happened and who acts next, and asks the merchant for one thing where there is one.
test('a route is followed from its acceptance to its end', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  let view = await seen(id)
  assert.deepEqual([view.state, view.next.who, titles(view)[0], view.one_thing, view.simulation], ['With the desk', 'desk', 'done: You accepted the route', null, false])
  assert.ok(view.progress.slice(1).every(({ state }) => state === 'next' || state === 'closed_days'))

  const approved = await approve(desk, id, version)
  view = await seen(id)
  assert.deepEqual([view.state, view.headline, view.next.who, titles(view)[1]], ['With the desk', 'The desk approved this route.', 'desk', 'done: The desk checked it and approved'])

  await screened(desk, id)
  await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version, note: NOTE })
  view = await seen(id)
  assert.deepEqual([view.state, view.next, view.one_thing, view.instruction], ['On its way', { who: 'desk', whom: null, what: 'Open the next step for you', by: null }, null, null], 'nothing is paid before the desk opens the step')

  await begin(id)
  view = await seen(id)
  assert.deepEqual([view.one_thing?.kind, view.one_thing?.title, view.one_thing?.proof_kind, view.one_thing?.again], ['upload', 'A photo of your bank’s payment receipt', 'mt103_or_pacs008', null])
  assert.deepEqual([view.next.who, view.next.what], ['merchant', 'Approve the order at your bank and send the receipt'])
  assert.deepEqual([view.instruction!.payee_zh, view.instruction!.account_masked, view.instruction!.to_supplier, view.instruction!.money.currency], ['深圳示范电子有限公司', '•••• 4821', true, 'CNH'])
  assert.equal(view.instruction!.reference, (await executionOf(desk, id)).steps[0]!.reference)
  assert.ok(titles(view).includes('now: Now: you approve the payment order at your bank'))

  await sentFile(id, 'bank_receipt')
  assert.equal((await seen(id)).one_thing?.kind, 'upload', 'a file of another kind is not the one that is needed')
  const file = await sentFile(id, 'mt103_or_pacs008', 'quarantined')
  view = await seen(id)
  assert.deepEqual([view.headline, view.next.what, view.one_thing, view.instruction], ['Thank you. We are checking your receipt.', 'Check your receipt', null, null])
  assert.ok(titles(view).includes('now: Now: your bank turns naira into yuan and sends it to China'))

  await world.database.superuser.query("update artifacts set state = 'clean', scanned_at = now(), scanner = 'test' where id = $1", [file])
  let { steps: [step], market_clock } = await executionOf(desk, id)
  const proved = await onStep(desk, id, 1, 'proofs', { version: step!.version, kind: 'mt103_or_pacs008', artifact_id: file, ...matchingProof(step!, 'mt103_or_pacs008', market_clock), reference: 'FC-OTHER' })
  assert.equal(proved.status, 200, proved.text)
  const rejected = await onStep(desk, id, 1, 'reject-proof', { version: proved.json.steps[0].version, proof_id: proved.json.steps[0].proofs[0].id, reason_code: 'not_readable', note: NOTE })
  assert.equal(rejected.status, 200, rejected.text)
  view = await seen(id)
  assert.deepEqual([view.headline, view.one_thing?.again, view.next.who], ['The proof you sent could not be used. We need it once more.', 'We cannot read it. Please take the photo again.', 'merchant'])

  ;({ steps: [step], market_clock } = await executionOf(desk, id))
  await onStep(desk, id, 1, 'proofs', { version: step!.version, kind: 'mt103_or_pacs008', artifact_id: await sentFile(id, 'mt103_or_pacs008'), ...matchingProof(step!, 'mt103_or_pacs008', market_clock) })
  view = await seen(id)
  assert.deepEqual([view.headline, view.next.who], ['We are checking your receipt.', 'desk'])
  await onStep(desk, id, 1, 'confirm', { version: step!.version + 1 })
  view = await seen(id)
  assert.deepEqual([view.headline, view.next.whom, view.one_thing], ['The payment is on its way.', 'Bank in China', null])
  assert.notEqual(view.next.by, null, 'the leg under way began when the one before it ended')
  assert.ok(titles(view).includes('done: You approved the payment order at your bank'), titles(view).join('\n'))
  assert.ok(titles(view).includes('now: Now: the supplier’s bank puts it on the company’s account'), titles(view).join('\n'))

  await onStep(desk, id, 2, 'start', { version: 2, rail: RAIL })
  view = await seen(id)
  assert.deepEqual([view.next.who, view.next.whom, view.next.by === null], ['others', 'Bank in China', false])
  const paused = await desk.post(`/api/route-sessions/${id}/pause`, { version: view.version, reason_code: 'provider_outage' })
  const resumed = await desk.post(`/api/route-sessions/${id}/resume`, { version: paused.json.version, reason_code: 'cause_cleared' })
  assert.equal(resumed.status, 200, resumed.text)
  const { steps } = await executionOf(desk, id)
  await onStep(desk, id, 2, 'proofs', { version: steps[1]!.version, kind: 'bank_credit_advice', artifact_id: await cleanFile(world, world.a, id), ...matchingProof(steps[1]!, 'bank_credit_advice', market_clock) })
  await onStep(desk, id, 2, 'confirm', { version: steps[1]!.version + 1 })
  assert.deepEqual((await seen(id)).next, { who: 'desk', whom: null, what: 'Close it, with the proof for you', by: null })
  await end(id, 'completed')
  view = await seen(id)
  assert.deepEqual([view.state, view.headline, view.next.who], ['Done', 'Your supplier has the money.', 'nobody'])
  assert.ok(view.progress.every(({ state }) => state === 'done' || state === 'closed_days'), titles(view).join('\n'))
  assert.ok(titles(view).includes('closed_days: China’s banks were closed') === false, 'it is still September on the market clock')
})

// Guarantee: days on which nothing can move stand among what happened, told as what they were, are or will be.
test('closed days are told', async () => {
  const { id } = await executedSession(world, world.a)
  await begin(id)
  const closed = async (clock: string) => {
    await world.setMarketClock(world.a, clock)
    return (await seen(id)).progress.filter(({ state }) => state === 'closed_days').map(({ title, text }) => `${title}. ${text}`)
  }
  try {
    assert.ok((await closed('2026-09-29T09:00:00+01:00')).includes('China’s banks will be closed. 1 to 7 October. Nothing moves then. The dates count it.'))
    assert.ok((await closed('2026-10-03T09:00:00+01:00')).includes('China’s banks are closed. 1 to 7 October. Nothing moves until then, as expected.'))
    assert.ok((await closed('2026-10-08T10:20:00+01:00')).includes('China’s banks were closed. 1 to 7 October. Nothing moved, as expected.'))
    const order = (await seen(id)).progress.map(({ state }) => state)
    assert.deepEqual(order, [...order].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)), 'what happened, what is done now, what comes')
  } finally { await world.setMarketClock(world.a, '2026-09-29T09:00:00+01:00') }
})
const ORDER = ['done', 'closed_days', 'now', 'next']

// Guarantee: a pause, a rejection, a failed and an unknown step, and money that came back are told in the plain sentence of their code and in no other.
test('what goes wrong is told in plain words', async () => {
  const at = async (id: string) => { const { state, headline, next } = await seen(id); return [state, headline, next.who] }
  const one = await executedSession(world, world.a)
  await begin(one.id)
  await desk.post(`/api/route-sessions/${one.id}/pause`, { version: one.version, reason_code: 'provider_outage', note: NOTE })
  assert.deepEqual(await at(one.id), ['On its way', 'It is paused. A provider cannot be reached at the moment.', 'desk'])
  const paused = await seen(one.id)
  assert.deepEqual([paused.one_thing, paused.instruction, paused.progress.some(({ state }) => state === 'now')], [null, null, false], 'nobody pays while it is paused')
  await end(one.id, 'returned')
  assert.deepEqual(await at(one.id), ['Stopped', 'The payment came back. Your supplier did not get it. The desk tells you where the money is and what comes next.', 'nobody'])

  const two = await executedSession(world, world.a)
  await begin(two.id)
  await onStep(desk, two.id, 1, 'fail', { version: 2, reason_code: 'cut_off_missed', note: NOTE })
  assert.deepEqual(await at(two.id), ['On its way', 'One step did not work. It came too late in the day. The desk looks at it, and you do not have to pay again.', 'desk'])
  await end(two.id, 'failed')
  assert.deepEqual(await at(two.id), ['Stopped', 'The payment did not work. It came too late in the day. Ask the desk before you pay again.', 'nobody'])

  const three = await executedSession(world, world.a)
  await begin(three.id)
  await onStep(desk, three.id, 1, 'mark-unknown', { version: 2 })
  assert.deepEqual(await at(three.id), ['On its way', 'The desk is finding out whether one step happened. Until it knows, nothing is paid twice.', 'desk'])

  const four = await acceptedSession(world, world.a)
  await desk.post(`/api/route-sessions/${four.id}/reject`, { version: four.version, reason_code: 'papers_missing', note: NOTE })
  assert.deepEqual(await at(four.id), ['Stopped', 'The desk does not go on with it. A paper is still missing. Ask again when you have it. Nothing was paid and nothing was booked.', 'nobody'])
  assert.equal((await seen(four.id)).progress.at(-1)!.state, 'stopped')
})

// Guarantee: a new offer stands beside the one that was agreed to, with the exact difference, and is agreed to or not at all.
test('a new offer is shown beside the old one', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const [before, whole] = [await seen(id), (await desk.get(`/api/route-sessions/${id}`)).json]
  assert.equal(before.new_offer, null)
  const other = whole.alternatives.find((one: { id: string }) => one.id !== whole.recommended.id)
  const offered = await desk.post(`/api/route-sessions/${id}/offer`, { version, candidate_id: other.id, reason_code: 'merchant_prefers', note: NOTE })
  assert.equal(offered.status, 200, offered.text)
  const view = await seen(id)
  assert.deepEqual([view.state, view.one_thing?.kind, view.next.what, view.can_accept], ['Your turn', 'agree', 'Agree to the new offer', true])
  assert.deepEqual([view.new_offer!.why, view.new_offer!.other_route, view.new_offer!.before.you_pay, view.new_offer!.before.all_in_cost], ['You asked for this way.', true, before.you_pay, before.all_in_cost])
  const minor = (amount: string) => BigInt(amount.replace('.', ''))
  const more = minor(view.you_pay!.amount) - minor(before.you_pay!.amount)
  assert.deepEqual([view.new_offer!.you_pay.change, minor(view.new_offer!.you_pay.money.amount)], [more > 0n ? 'more' : more < 0n ? 'less' : 'same', more < 0n ? -more : more])
  await merchant.post(`/api/route-sessions/${id}/accept`, { version: view.version })
  const agreed = await seen(id)
  assert.deepEqual([agreed.new_offer, agreed.one_thing, titles(agreed).filter((title) => title.startsWith('done'))], [null, null, ['done: You accepted the route', 'done: The desk made a new offer', 'done: You agreed to the new offer']])
})

// Guarantee: a played route says everywhere that nothing real happens.
test('a simulation is marked in the view and in the history', async () => {
  const { id } = await executedSession(world, world.a, 'simulation')
  await begin(id)
  const view = await seen(id)
  assert.deepEqual([view.simulation, view.headline, view.one_thing, view.instruction, view.next.who], [true, 'This is a practice run. There is nothing for you to do.', null, null, 'desk'], 'nobody pays on a practice run')
  const { items } = (await merchant.get('/api/route-sessions?limit=100')).json
  assert.deepEqual(items.filter((row: { simulation: boolean }) => row.simulation).map((row: { id: string }) => row.id), [id])
})

// Guarantee: the history says of a route on its way what the page says: who acts next and what.
test('a row of the history follows its execution', async () => {
  const { id } = await executedSession(world, world.a)
  const next = async () => { const { items } = (await merchant.get('/api/route-sessions?limit=100')).json; const { who, what } = items.find((row: { id: string }) => row.id === id).next; return [who, what] }
  assert.deepEqual(await next(), ['desk', 'Open the next step for you'])
  await begin(id)
  assert.deepEqual(await next(), ['merchant', 'Approve the order at your bank and send the receipt'])
  await sentFile(id, 'mt103_or_pacs008')
  assert.deepEqual(await next(), ['desk', 'Check your receipt'])
})

// Guarantee: where the desk pays from an account of its own the merchant is asked to pay nothing and sees no instruction.
test('an order from the desk’s own account is none of the merchant’s', async () => {
  const { id } = await executedSession(world, world.a)
  await onStep(desk, id, 1, 'start', { version: 1, rail: { owner: 'operator', account_label: 'Desk account' } })
  const view = await seen(id)
  assert.deepEqual([view.one_thing, view.instruction, view.next.who], [null, null, 'others'])
  assert.ok(!titles(view).some((title) => /you approve the payment order/i.test(title)))
  const row = (await merchant.get('/api/route-sessions?limit=100')).json.items.find((one: { id: string }) => one.id === id)
  assert.equal(row.next.who, 'others')
})

// Guarantee: a repeated request is told again what it did, and nothing of what the steps did since.
test('a repeated execute answers as it did', async () => {
  const { id, version } = await acceptedSession(world, world.a, { documents_available: ALL_PAPERS })
  const approved = await approve(desk, id, version)
  const key = { 'idempotency-key': newId() }
  await screened(desk, id)
  const first = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version }, key)
  await carryOut(world, world.a, await colleague(world, world.a), id, 1)
  await desk.post(`/api/route-sessions/${id}/pause`, { version: first.json.version, reason_code: 'holiday' })
  const again = await desk.post(`/api/route-sessions/${id}/execute`, { version: approved.json.version }, key)
  assert.deepEqual([again.status, again.json.state, again.json.merchant_view.headline], [200, 'executing', first.json.merchant_view.headline])
})
