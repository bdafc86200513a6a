/** A change of bank details holds the supplier's payments until a second person has confirmed it on a second channel. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTenantKeys } from '#platform/keys/index.ts'
import { programScopesOf } from '#platform/roles/index.ts'
import { buildApp } from '#api/build-app.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { colleague } from '#api/testing/calls.ts'
import { openWorld, ORIGIN, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { scriptedKeys } from '#tools/testing/keys.ts'

let world: World
let merchant: Client
let desk: Client
let admin: Client
before(async () => {
  world = await openWorld()
  merchant = await world.as(world.a, 'merchant_client')
  desk = await world.as(world.a, 'desk_operator')
  admin = await world.as(world.a, 'platform_admin')
})
after(() => world.close())

const OLD = '6222021111222233'
const NEW = '6222024444555566'
const TOLD = { confirmed_over: 'phone_call', account_number: NEW, confirmed_with: 'Mr Wu, on the number of the contract' }
const outcome = ({ status, json }: Answer) => [status, json.code]
const newSupplier = async (account_number = OLD): Promise<string> => {
  const made = await merchant.post('/api/suppliers', {
    legal_name: 'Sample Glass Co., Ltd', country: 'CN', city: 'Foshan', method: 'mainland_corporate_account', settlement_currency: 'CNY', payee_type: 'company',
    payee_is_contract_seller: true, accepts_other_settlement: false, account_number, bank_name: 'Old Bank', cnaps: '102584000017',
  })
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const propose = (client: Client, supplier: string, change: object = {}) => client.post(`/api/suppliers/${supplier}/bank-detail-changes`, { received_by: 'email', account_number: NEW, bank_name: 'New Bank', ...change })
const confirm = (client: Client, id: string, told: object = {}) => client.post(`/api/bank-detail-changes/${id}/confirm`, { ...TOLD, ...told })
const reject = (client: Client, id: string, because = 'supplier_denies_it') => client.post(`/api/bank-detail-changes/${id}/reject`, { because })
const proposed = async (supplier: string): Promise<string> => {
  const made = await propose(desk, supplier)
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const numberOf = async (supplier: string): Promise<unknown> => {
  const { json } = await desk.post(`/api/suppliers/${supplier}/reveal`, { reason: 'check_with_supplier' })
  return [json.account_number, json.cnaps, json.bank_name]
}
const requestRoute = async (supplier_id: string): Promise<string> => {
  const made = await merchant.post('/api/route-sessions', routeBody(world.a, { supplier_id, invoice: { number: `PI-${randomUUID().slice(0, 8)}`, currency: 'CNY', account_count: 1 } }))
  assert.equal(made.status, 201, made.text)
  return made.json.id
}
const accept = (id: string) => merchant.post(`/api/route-sessions/${id}/accept`, { version: 1 })
const queueRow = async (id: string) => (await desk.get('/api/route-sessions?view=all&limit=100')).json.items.find((row: { id: string }) => row.id === id)

// Guarantee: new details count from the moment in which a second person confirms them over a second channel, and not before; the old ones stay with the change, masked and sealed.
test('a confirmed change takes the place of the old details', async () => {
  const supplier = await newSupplier()
  const { json: change } = await propose(desk, supplier)
  assert.deepEqual([change.state, change.received_by, change.proposed_by.name, change.decided_by], ['pending', 'email', 'A. Okafor', null])
  assert.deepEqual([change.proposed, change.replaced], [
    { account_masked: '•••• 5566', cnaps_masked: null, bank_name: 'New Bank', bic: null }, { account_masked: '•••• 2233', cnaps_masked: '•••• 0017', bank_name: 'Old Bank', bic: null },
  ])
  assert.deepEqual([(await desk.get(`/api/suppliers/${supplier}`)).json.details_state, await numberOf(supplier)], ['change_held', [OLD, '102584000017', 'Old Bank']])
  const held = async () => (await desk.get('/api/suppliers?details_state=change_held')).json.items.map(({ id }: { id: string }) => id)
  assert.deepEqual(await held(), [supplier], 'a second person finds what waits')
  const confirmed = await confirm(admin, change.id, { account_number: '6222 0244-4455 5566' })
  assert.deepEqual([confirmed.status, confirmed.json.state, confirmed.json.decided_by.name, confirmed.json.confirmed_over, confirmed.json.confirmed_with], [200, 'confirmed', 'A. Bello', 'phone_call', TOLD.confirmed_with])
  assert.deepEqual([(await desk.get(`/api/suppliers/${supplier}`)).json.details_state, await numberOf(supplier)], ['confirmed', [NEW, null, 'New Bank']])
  assert.deepEqual((await desk.get(`/api/suppliers/${supplier}/bank-detail-changes`)).json.items, [confirmed.json])
  assert.deepEqual(await held(), [])
  const text = await textOfDatabase(world.database.superuser)
  for (const number of [OLD, NEW]) assert.ok(!text.includes(number) && !text.includes(Buffer.from(number).toString('hex')), number)
})

// Guarantee: a change that is rejected, or withdrawn by who proposed it, leaves the supplier with the details it had and free; it is decided once.
test('a rejected or withdrawn change leaves the old details', async () => {
  const supplier = await newSupplier()
  for (const [client, state] of [[admin, 'rejected'], [desk, 'withdrawn']] as const) {
    const id = await proposed(supplier)
    assert.deepEqual(outcome(await propose(admin, supplier)), [409, 'change_pending'])
    const answer = await reject(client, id)
    assert.deepEqual([answer.status, answer.json.state, answer.json.rejected_because], [200, state, 'supplier_denies_it'])
    for (const again of [await reject(admin, id), await confirm(admin, id)]) assert.deepEqual(outcome(again), [409, 'change_decided'])
    assert.deepEqual([(await desk.get(`/api/suppliers/${supplier}`)).json.details_state, await numberOf(supplier)], ['confirmed', [OLD, '102584000017', 'Old Bank']])
  }
})

// Guarantee: who proposed a change can never confirm it, nor can anybody over the channel in which it came in, or who was told another account; each refusal changes nothing and leaves one audit row.
test('a change needs a second person, a second channel and the same account', async () => {
  const supplier = await newSupplier()
  const { json: { id } } = await propose(desk, supplier, { received_by: 'video_call' })
  const rows = (await world.auditRows(world.a)).length
  for (const [client, told, code] of [
    [desk, {}, 'second_person_required'], [admin, { confirmed_over: 'video_call' }, 'second_channel_required'], [admin, { account_number: '6222024444555567' }, 'number_differs'], [admin, { account_number: OLD }, 'number_differs'],
  ] as const) assert.deepEqual(outcome(await confirm(client, id, told)), [409, code])
  assert.equal((await confirm(admin, id, { confirmed_over: 'email' })).status, 400, 'a message proves nothing')
  assert.equal((await confirm(await world.stale(world.a, 'platform_admin'), id)).json.code, 'step_up_required')
  const refusals = (await world.auditRows(world.a)).slice(rows)
  assert.deepEqual(refusals.map(({ action }) => action), Array(5).fill('bank_details.confirmed'))
  assert.equal((await desk.get(`/api/suppliers/${supplier}`)).json.details_state, 'change_held')
  assert.equal((await confirm(await colleague(world, world.a), id)).status, 200, 'any other person of the desk is a second one')
})

// Guarantee: the number that was told is no proof of a bank that was not: a change with codes of a bank counts only when each of them was told too, and no other.
test('the right number at another bank is not confirmed', async () => {
  const supplier = await newSupplier()
  const { json: { id } } = await propose(desk, supplier, { account_number: OLD, cnaps: '999999999999', bic: 'OTHRCNBJ' })
  const told = { account_number: OLD, cnaps: '999999999999', bic: 'OTHRCNBJ' }
  for (const [said, field] of [[{ cnaps: undefined }, '/cnaps'], [{ cnaps: '102584000017' }, '/cnaps'], [{ bic: undefined }, '/bic'], [{ bic: 'SAMPCNBJ' }, '/bic']] as const) {
    const { status, json } = await confirm(admin, id, { ...told, ...said })
    assert.deepEqual([status, json.code, json.field], [409, 'number_differs', field])
  }
  assert.deepEqual(await numberOf(supplier), [OLD, '102584000017', 'Old Bank'])
  assert.equal((await confirm(admin, id, { ...told, bic: 'OTHRCNBJXXX' })).json.state, 'confirmed')
  const plain = await proposed(supplier)
  assert.deepEqual(outcome(await confirm(admin, plain, { cnaps: '999999999999' })), [409, 'number_differs'], 'what was told and not proposed')
  assert.equal((await confirm(admin, plain)).status, 200)
})

// Guarantee: neither a merchant, an agent nor a program can propose or decide a change, whatever scopes its key has, so that nobody's own key is its second person.
test('only people of the desk change bank details', async () => {
  const supplier = await newSupplier()
  const id = await proposed(supplier)
  for (const client of [merchant, await world.as(world.a, 'settlement_agent'), await world.program(world.a, 'platform_admin'), await world.program(world.a, 'desk_operator', { scopes: [...programScopesOf('desk_operator'), 'bank_details:propose', 'bank_details:decide', 'bank_details:read'] })]) {
    for (const answer of [await propose(client, supplier), await confirm(client, id), await reject(client, id), await client.get(`/api/suppliers/${supplier}/bank-detail-changes`)]) assert.equal(answer.status, 404, answer.text)
  }
  assert.equal((await reject(desk, id)).status, 200)
})

// Guarantee: while a change waits a route can be asked for and cannot be accepted, by anybody; desk and merchant both read why; once it is decided the same route can be.
test('nothing is accepted for a supplier on hold', async () => {
  const supplier = await newSupplier()
  const change = await proposed(supplier)
  const id = await requestRoute(supplier)
  assert.deepEqual(outcome(await accept(id)), [409, 'supplier_on_hold'])
  assert.deepEqual(outcome(await desk.post(`/api/route-sessions/${id}/accept`, { version: 1, reason: 'agreed by telephone' })), [409, 'supplier_on_hold'])
  const [seen, row, session] = [(await merchant.get(`/api/route-sessions/${id}`)).json, await queueRow(id), (await desk.get(`/api/route-sessions/${id}`)).json]
  assert.deepEqual([seen.can_accept, seen.state, seen.cannot_accept_because, seen.next.who], [false, 'With the desk', 'Your supplier’s bank details are being checked. You can accept when that is done.', 'desk'])
  assert.deepEqual([seen.warnings[0].tone, seen.warnings[0].title], ['danger', 'Your supplier’s bank details are being checked.'])
  assert.deepEqual([row.payee_details, session.payee_details, session.state], ['held', 'held', 'recommended'])
  assert.equal((await reject(admin, change)).status, 200)
  assert.equal((await merchant.get(`/api/route-sessions/${id}`)).json.can_accept, true)
  assert.equal((await accept(id)).status, 200)
})

// Guarantee: a route that was accepted before a change is marked while the change waits, and again once it counts, because the route was agreed to under other details; one that is accepted afterwards is not.
test('what was accepted before is marked', async () => {
  const supplier = await newSupplier()
  const id = await requestRoute(supplier)
  assert.equal((await accept(id)).status, 200)
  const change = await proposed(supplier)
  const held = await queueRow(id)
  assert.deepEqual([held.payee_details, held.needs_me, held.action], ['held', true, 'The supplier’s bank details are being changed. Pay nothing until a second person has confirmed them.'])
  assert.match((await merchant.get(`/api/route-sessions/${id}`)).json.warnings[0].text, /Pay nothing/)
  assert.equal((await confirm(admin, change)).status, 200)
  const changed = await queueRow(id)
  assert.deepEqual([changed.payee_details, changed.action], ['changed', 'The supplier’s bank details changed after this was accepted. Check with the merchant, then decide.'])
  assert.deepEqual([(await desk.get(`/api/route-sessions/${id}`)).json.payee_details, (await merchant.get(`/api/route-sessions/${id}`)).json.warnings[0].title], ['changed', 'Your supplier’s bank details have changed.'])
  const later = await requestRoute(supplier)
  assert.equal((await accept(later)).status, 200)
  assert.equal((await queueRow(later)).payee_details, 'confirmed')
})

// Guarantee: of an acceptance and a proposal at once, either the route was accepted first and is marked, or the hold was first and the route is not accepted: in 50 tries never both.
test('no route is accepted under a hold that began before', async (t) => {
  const seen = { accepted: 0, refused: 0 }
  for (let i = 0; i < 50; i++) {
    const supplier = await newSupplier()
    const id = await requestRoute(supplier)
    // Either one gets a head start in turn, so that both orders are met.
    const calls = [() => accept(id), () => propose(desk, supplier)] as const
    const [first, second] = i % 2 === 0 ? calls : [calls[1], calls[0]]
    const one = first()
    for (let turn = 0; turn < i % 10; turn++) await new Promise(setImmediate)
    const answers = await Promise.all([one, second()])
    const [accepting, proposing] = i % 2 === 0 ? answers : [answers[1]!, answers[0]!]
    assert.equal(proposing!.status, 201)
    // Both times are taken under the lock of the supplier's row, so their order is that of the two changes.
    const { rows: [times] } = await world.database.superuser.query<{ accepted_first: boolean | null }>(
      `select (select t.at from route_session_transitions t where t.session_id = s.id and t.to_state = 'accepted') < c.proposed_at as accepted_first
        from route_sessions s join bank_detail_changes c on c.supplier_id = s.supplier_id where s.id = $1`, [id])
    if (accepting!.status === 200) {
      seen.accepted++
      assert.deepEqual([times!.accepted_first, (await queueRow(id)).payee_details], [true, 'held'])
    } else {
      seen.refused++
      assert.deepEqual([...outcome(accepting!), times!.accepted_first], [409, 'supplier_on_hold', null])
    }
  }
  t.diagnostic(JSON.stringify(seen))
  assert.ok(seen.accepted > 0 && seen.refused > 0, JSON.stringify(seen))
})

// Guarantee: of two who confirm, of one who confirms and one who rejects, and of two who propose at once, one has done it and the other is told so; never is a change decided twice.
test('a change is proposed once and decided once, however many try', async () => {
  const second = await colleague(world, world.a)
  const supplier = await newSupplier()
  for (let i = 0; i < 15; i++) {
    const both = await Promise.all([propose(desk, supplier), propose(desk, supplier, { account_number: '6222024444555567' })])
    assert.deepEqual(both.map(({ status, json }) => json.code ?? status).sort(), [201, 'change_pending'])
    const { json: { id, proposed: { account_masked } } } = both.find(({ status }) => status === 201)!
    const told = { account_number: account_masked.endsWith('5566') ? NEW : '6222024444555567' }
    const answers = await Promise.all(i % 2 === 0 ? [confirm(admin, id, told), confirm(second, id, told)] : [confirm(admin, id, told), reject(second, id)])
    assert.equal(answers.filter(({ status }) => status === 200).length, 1, answers.map(({ text }) => text).join('\n'))
    for (const lost of answers.filter(({ status }) => status !== 200)) assert.deepEqual(outcome(lost), [409, 'change_decided'])
    assert.equal((await desk.get(`/api/suppliers/${supplier}`)).json.details_state, 'confirmed')
  }
})

// Guarantee: repeating a proposal or a confirmation under its key writes nothing more, and the same key with another account is another request.
test('proposing and confirming are idempotent', async () => {
  const supplier = await newSupplier()
  const key = { 'idempotency-key': randomUUID() }
  const ask = (account_number: string) => desk.post(`/api/suppliers/${supplier}/bank-detail-changes`, { received_by: 'email', account_number }, key)
  const first = await ask(NEW)
  const rows = (await world.auditRows(world.a)).length
  assert.deepEqual((await ask(NEW)).json, first.json)
  assert.equal((await world.auditRows(world.a)).length, rows)
  assert.equal((await ask(OLD)).json.code, 'idempotency_mismatch')
  const again = { 'idempotency-key': randomUUID() }
  const done = await admin.post(`/api/bank-detail-changes/${first.json.id}/confirm`, TOLD, again)
  assert.deepEqual((await admin.post(`/api/bank-detail-changes/${first.json.id}/confirm`, TOLD, again)).json, done.json)
})

// Guarantee: an account that cannot be one of the supplier's kind is refused by name, and holds nothing.
test('a proposal is an account of the same kind', async () => {
  const supplier = await newSupplier()
  for (const [change, field] of [[{ account_number: 'GB33BUKB20201555555556' }, '/account_number'], [{ account_number: 'abc' }, '/account_number'], [{ bic: 'x' }, '/bic'], [{ cnaps: '1' }, '/cnaps'], [{ received_by: 'portal' }, '/received_by'], [{ method: 'token_wallet' }, '/method']] as const) {
    const answer = await propose(desk, supplier, change)
    assert.deepEqual([answer.status, answer.json.field], [400, field])
  }
  assert.equal((await desk.get(`/api/suppliers/${supplier}`)).json.details_state, 'confirmed')
})

// Guarantee: a sealed account that somebody with the database moved to another change is refused when it is to be confirmed, and the supplier stays as it was and on hold.
test('a swapped account cannot be confirmed', async () => {
  const [supplier, other] = [await newSupplier(), await newSupplier()]
  const [id, attacker] = [await proposed(supplier), await proposed(other)]
  const { superuser } = world.database
  const swap = (from: string, to: string) => superuser.query(`begin; set local session_replication_role = 'replica'; update bank_detail_changes set details_sealed = (select details_sealed from bank_detail_changes where id = '${from}') where id = '${to}'; commit`)
  const { rows: [kept] } = await superuser.query<{ details_sealed: Buffer }>('select details_sealed from bank_detail_changes where id = $1', [id])
  await swap(attacker, id)
  assert.deepEqual(outcome(await confirm(admin, id)), [500, 'sealed_value_refused'])
  assert.deepEqual([(await desk.get(`/api/suppliers/${supplier}`)).json.details_state, await numberOf(supplier)], ['change_held', [OLD, '102584000017', 'Old Bank']])
  await superuser.query(`begin; set local session_replication_role = 'replica'; update bank_detail_changes set details_sealed = '\\x${kept!.details_sealed.toString('hex')}' where id = '${id}'; commit`)
  assert.equal((await confirm(admin, id)).status, 200)
  assert.equal((await reject(admin, attacker)).status, 200)
})

// Guarantee: while the keys cannot be had, proposing and confirming answer 503 with Retry-After and leave supplier and change as they were; the same calls work when they are back.
test('a key service that is down decides nothing', async () => {
  const supplier = await newSupplier()
  const id = await proposed(await newSupplier())
  const calls = [[desk, `/api/suppliers/${supplier}/bank-detail-changes`, { received_by: 'email', account_number: NEW }, 201], [admin, `/api/bank-detail-changes/${id}/confirm`, TOLD, 200]] as const
  const state = async () => (await world.database.superuser.query("select (select count(*) from bank_detail_changes where state = 'pending') as waiting, (select count(*) from suppliers where details_state = 'change_held') as held, (select sum(details_version) from suppliers) as versions, (select count(*) from idempotency_keys) as answers")).rows[0]
  for (const [client, url, payload, status] of calls) {
    const headers = { cookie: `flowclaw=${client.token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(client.token), 'idempotency-key': randomUUID(), 'content-type': 'application/json' }
    const before = await state()
    // An app of its own for each: keys that were had once are kept for a while.
    const provider = scriptedKeys()
    const app = await buildApp({ ...world.deps, keysOf: createTenantKeys(world.deps.db, provider) })
    provider.fault = 'disabled'
    const down = await app.inject({ method: 'POST', url, headers, payload })
    assert.deepEqual([down.statusCode, down.json().code, down.headers['retry-after'], await state()], [503, 'keys_unavailable', '5', before])
    provider.fault = 'none'
    assert.equal((await app.inject({ method: 'POST', url, headers, payload })).statusCode, status)
    await app.close()
  }
})
