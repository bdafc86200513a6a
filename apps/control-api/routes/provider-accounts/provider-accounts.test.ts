import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { digestOf } from '#contracts/canonical-json.ts'
import { createTenantKeys, loadTenantKeys, sealAccountMetadata, sealBankDetails, type TenantKeys } from '#platform/keys/index.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { scriptedKeys, TEST_KEYS } from '#tools/testing/keys.ts'
import { buildApp } from '#api/build-app.ts'
import { csrfTokenOf } from '#api/http/session-cookie.ts'
import { openWorld, ORIGIN, type Answer, type Client, type Company, type World } from '#api/testing/world.ts'

let world: World
let admin: Client
before(async () => { world = await openWorld(); admin = await world.as(world.a, 'platform_admin') })
after(() => world.close())

const SECRETS = { account_reference: '0123456789-77', account_holder: 'Alpha Holding Lagos Ltd', instructions: 'quote PI in field 70' }
const bodyOf = (change: Readonly<Record<string, unknown>> = {}) => ({
  provider_id: 'ng-bank-rmb-direct', label: `Yuan ${randomUUID().slice(0, 8)}`, currency: 'CNH', country: 'NG', rail_owner: 'operator', ...SECRETS, ...change,
})
async function make(client: Client = admin, change: Readonly<Record<string, unknown>> = {}): Promise<{ id: string; label: string }> {
  const made = await client.post('/api/provider-accounts', bodyOf(change))
  assert.equal(made.status, 201, made.text)
  return made.json
}
const reveal = (id: string, client: Client = admin): Promise<Answer> => client.post(`/api/provider-accounts/${id}/reveal`, { reason: 'reconcile' })
const audited = async (action: string): Promise<{ facts: Record<string, unknown> }[]> => (await world.auditRows(world.a)).filter((row) => row.action === action) as never
const tenantKeys = (of: Company): Promise<TenantKeys> => loadTenantKeys(TEST_KEYS, of.id, {
  read: async () => (await world.database.superuser.query('select version, key_id, wrapped from tenant_data_keys where tenant_id = $1 order by version', [of.id])).rows,
  add: () => { throw new Error('the company has a key') },
})
const put = (id: string, sealed: Buffer) => world.database.superuser.query('update provider_accounts set metadata_sealed = $2 where id = $1', [id, sealed])
const sealedOf = async (id: string): Promise<Buffer> => (await world.database.superuser.query('select metadata_sealed as sealed from provider_accounts where id = $1', [id])).rows[0].sealed

/** Headers of a client, for an app beside the world's own. */
const headersOf = ({ token }: Client) => ({ cookie: `flowclaw=${token}`, origin: ORIGIN, 'x-csrf-token': csrfTokenOf(token), 'idempotency-key': randomUUID(), 'content-type': 'application/json' })

// Guarantee: an account is listed masked to the desk, live ones first, page by page, and nobody but its company sees it.
test('accounts are listed masked, live ones first', async () => {
  const provider_id = 'hk-otc-desk'
  const change = { provider_id, currency: 'HKD', country: 'HK' }
  const [c, a, b] = [await make(admin, { ...change, label: 'C' }), await make(admin, { ...change, label: 'A' }), await make(admin, { ...change, label: 'B' })]
  assert.equal((await admin.post(`/api/provider-accounts/${a.id}/retire`, { reason: 'replaced' })).status, 200)
  const desk = await world.as(world.a, 'desk_operator')
  const first = await desk.get(`/api/provider-accounts?provider_id=${provider_id}&limit=2`)
  const rest = await desk.get(`/api/provider-accounts?provider_id=${provider_id}&limit=2&cursor=${first.json.next_cursor}`)
  assert.deepEqual([...first.json.items, ...rest.json.items].map(({ id, state }: { id: string; state: string }) => [id, state]), [[b.id, 'live'], [c.id, 'live'], [a.id, 'retired']])
  assert.equal(rest.json.next_cursor, null)
  const shown = (await desk.get(`/api/provider-accounts/${b.id}`)).json
  const { created_at, ...fields } = shown
  assert.deepEqual(fields, {
    id: b.id, provider_id, label: 'B', currency: 'HKD', country: 'HK', rail_owner: 'operator', merchant: null, reference_masked: '•••• 9-77', state: 'live', created_by: 'A. Bello', retired_at: null, retired_by: null,
  })
  assert.ok(Date.parse(created_at) > 0)
  assert.deepEqual((await (await world.as(world.b, 'platform_admin')).get(`/api/provider-accounts?provider_id=${provider_id}`)).json.items, [])
  assert.equal((await desk.get('/api/provider-accounts?cursor=nonsense')).json.code, 'invalid_cursor')
})

// Guarantee: an account stands where its provider is, in money that the provider moves, with the owner it says, once under its label; anything else is refused by the field at fault.
test('an account that does not fit its provider is refused', async () => {
  const owned = { rail_owner: 'merchant', merchant_id: world.a.merchants.own }
  const merchants = await make(admin, owned)
  assert.deepEqual((await admin.get(`/api/provider-accounts/${merchants.id}`)).json.merchant, { id: world.a.merchants.own, name: 'Adeola Phones Ltd' })
  const chain = await make(admin, { provider_id: 'chain-tron-usdt', currency: 'USDT', country: undefined })
  assert.equal((await admin.get(`/api/provider-accounts/${chain.id}`)).json.country, null)
  const { label } = await make()
  for (const [change, code, field] of [
    [{ provider_id: 'no-such-bank' }, 'invalid_field', '/provider_id'], [{ currency: 'USDT' }, 'invalid_field', '/currency'], [{ country: 'CN' }, 'invalid_field', '/country'],
    [{ country: undefined }, 'missing_field', '/country'], [{ provider_id: 'chain-tron-usdt', currency: 'USDT' }, 'invalid_field', '/country'],
    [{ rail_owner: 'merchant' }, 'missing_field', '/merchant_id'], [{ merchant_id: world.a.merchants.own }, 'invalid_field', '/merchant_id'],
    [{ ...owned, merchant_id: world.b.merchants.own }, 'not_found', '/merchant_id'], [{ ...owned, merchant_id: randomUUID() }, 'not_found', '/merchant_id'],
    [{ rail_owner: 'flowclaw' }, 'invalid_field', '/rail_owner'], [{ label }, 'name_taken', '/label'], [{ account_reference: '123' }, 'invalid_field', '/account_reference'], [{ account_reference: ' 12345' }, 'invalid_field', '/account_reference'],
  ] as const) {
    const answer = await admin.post('/api/provider-accounts', bodyOf(change))
    assert.deepEqual([answer.json.code, answer.json.field], [code, field], JSON.stringify(change))
  }
})

// Guarantee: an account leaves use once and for good: its label is free again, its row and its sealed metadata stay, and nothing of it can be changed or deleted.
test('an account is retired once and never deleted', async () => {
  const { id, label } = await make()
  const desk = await world.as(world.a, 'desk_operator')
  for (const [method, path] of [['POST', '/retire'], ['POST', '/reveal']] as const) assert.equal((await desk.ask(method, `/api/provider-accounts/${id}${path}`, { body: { reason: 'dispute' } })).status, 404, 'the desk reads')
  const parallel = await Promise.all(Array.from({ length: 8 }, () => admin.post(`/api/provider-accounts/${id}/retire`, { reason: 'closed' })))
  assert.deepEqual(parallel.map(({ status }) => status).sort(), [200, ...Array(7).fill(409)])
  const retired = (await admin.get(`/api/provider-accounts/${id}`)).json
  assert.deepEqual([retired.state, retired.retired_by], ['retired', 'A. Bello'])
  assert.notEqual((await make(admin, { label })).id, id)
  assert.deepEqual((await reveal(id)).json, SECRETS)
  for (const statement of ['delete from provider_accounts', "update provider_accounts set metadata_sealed = ''", "update provider_accounts set label = 'x'"]) await assert.rejects(world.database.db.pool.query(statement), { code: '42501' }, statement)
})

// Guarantee: two accounts of one label asked for at once are one account.
test('a label stands once, also in parallel', async () => {
  const body = bodyOf()
  const answers = await Promise.all(Array.from({ length: 8 }, () => admin.post('/api/provider-accounts', body)))
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  for (const { status, json } of answers) assert.ok(status === 201 || json.code === 'name_taken' || json.code === 'stale_version', json.code)
})

// Guarantee: what a provider knows an account by is nowhere in the database in any form that a dump shows, also after refusals, repeats and reveals, and in no answer but the reveal.
test('no plain metadata is anywhere in the database', async () => {
  const body = bodyOf({ label: 'Searched for in a dump' })
  const key = { 'idempotency-key': randomUUID() }
  const made = await admin.post('/api/provider-accounts', body, key)
  assert.deepEqual((await admin.post('/api/provider-accounts', body, key)).json, made.json, 'a repeated call answers the same account')
  assert.equal((await admin.post('/api/provider-accounts', { ...body, account_reference: '0123456789-78' }, key)).json.code, 'idempotency_mismatch', 'the reference belongs to the claim')
  await admin.post('/api/provider-accounts', bodyOf({ currency: 'USDT' }))
  assert.deepEqual((await reveal(made.json.id)).json, SECRETS)
  const answers = [made, await admin.get('/api/provider-accounts'), await admin.get(`/api/provider-accounts/${made.json.id}`), await admin.get('/api/audit-events?limit=100'), await admin.get('/api/audit-events/export')].map(({ text }) => text).join('\n')
  const text = await textOfDatabase(world.database.superuser)
  // A digest without a key could be guessed back to the one field that somebody does not know.
  for (const path of [{}, null]) assert.ok(!text.includes(digestOf({ path, body })), 'the claim holds a plain digest')
  assert.ok(text.includes('Searched for in a dump') && answers.includes('Searched for in a dump'), 'the texts are those of the accounts')
  for (const secret of [...Object.values(SECRETS), '0123456789-78']) {
    for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '')]) assert.ok(!text.includes(form) && !answers.includes(form), form)
  }
})

// Guarantee: each reveal is one audit row with its reason, is never cached, and needs a reason of the list and a proof of the last five minutes.
test('a reveal is audited once for each call', async () => {
  const { id } = await make()
  const before = (await audited('provider_account.revealed')).length
  for (const reason of ['pay_by_hand', 'dispute']) {
    const answer = await admin.post(`/api/provider-accounts/${id}/reveal`, { reason })
    assert.deepEqual([answer.status, answer.json, answer.headers['cache-control']], [200, SECRETS, 'no-store'])
  }
  assert.deepEqual((await audited('provider_account.revealed')).slice(before).map(({ facts }) => facts['reason']), ['pay_by_hand', 'dispute'])
  for (const body of [{}, { reason: '' }, { reason: 'because' }]) assert.equal((await admin.post(`/api/provider-accounts/${id}/reveal`, body)).status, 400)
  assert.equal((await reveal(id, await world.stale(world.a, 'platform_admin'))).json.code, 'step_up_required')
})

// Guarantee: metadata that somebody with the database moved from another row, column, table, company or key version, or changed, is not shown: one public sentence, one log line with the code, no audit row that it was shown.
test('attack 39: swapped metadata is refused', async (t) => {
  const lines: string[] = []
  const app = await buildApp({ ...world.deps, logger: pino({ level: 'error' }, new Writable({ write: (chunk, _encoding, done) => { lines.push(String(chunk)); done() } })) })
  t.after(() => app.close())
  const [mine, other] = [await make(), await make()]
  const theirs = await make(await world.as(world.b, 'platform_admin'))
  const [here, there] = [await tenantKeys(world.a), await tenantKeys(world.b)]
  const own = await sealedOf(mine.id)
  const relabelled = Buffer.from(own)
  relabelled.writeUInt32BE(2, 1)
  const flipped = Buffer.from(own)
  flipped[20]! ^= 1
  const text = JSON.stringify(SECRETS)
  assert.equal(here.open({ table: 'provider_accounts', column: 'metadata_sealed', row: mine.id }, own), text, 'sealed for its own place by name')
  const { rows: [supplier] } = await world.database.superuser.query('select bank_details_sealed as sealed from suppliers where id = $1', [world.a.suppliers.own])
  const before = (await audited('provider_account.revealed')).length
  for (const [name, sealed] of [
    ['another row', await sealedOf(other.id)], ['another column', here.seal({ table: 'provider_accounts', column: 'label', row: mine.id }, text)], ['another table', here.seal({ table: 'suppliers', column: 'metadata_sealed', row: mine.id }, text)],
    ['a supplier’s', supplier.sealed], ['a supplier’s of this very id', sealBankDetails(here, mine.id, { account_number: '6222021111222233', cnaps: null }).bank_details_sealed], ['another company', await sealedOf(theirs.id)], ['another company’s key for this row', sealAccountMetadata(there, mine.id, SECRETS).metadata_sealed],
    ['an unknown key version', relabelled], ['a flipped bit', flipped],
  ] as const) {
    await put(mine.id, sealed)
    lines.length = 0
    const answer = await app.inject({ method: 'POST', url: `/api/provider-accounts/${mine.id}/reveal`, headers: headersOf(admin), payload: { reason: 'dispute' } })
    assert.deepEqual([answer.statusCode, answer.json().code, answer.json().detail], [500, 'sealed_value_refused', 'What is stored there was changed or moved and is not shown. Tell the operator.'], name)
    assert.equal(lines.length, 1, name)
    assert.match(lines[0]!, /sealed_value_refused/, name)
    assert.doesNotMatch(lines[0]!, /0123456789|Alpha Holding/, name)
  }
  await put(mine.id, own)
  assert.equal((await audited('provider_account.revealed')).length, before)
  assert.deepEqual((await reveal(mine.id)).json, SECRETS)
})

// Guarantee: after a new key version the old metadata still opens, new metadata is sealed with it, and neither passes for the other.
test('attack 39: a key version is part of the seal', async (t) => {
  const old = await make()
  const version = 2
  const { key_id, wrapped } = await TEST_KEYS.wrap(randomBytes(32), { tenant_id: world.a.id, version })
  await world.database.superuser.query('insert into tenant_data_keys (tenant_id, version, key_id, wrapped) values ($1, $2, $3, $4)', [world.a.id, version, key_id, wrapped])
  const app = await buildApp({ ...world.deps, keysOf: createTenantKeys(world.deps.db, TEST_KEYS) })
  t.after(async () => { await app.close(); await world.database.superuser.query('delete from tenant_data_keys where tenant_id = $1 and version = $2', [world.a.id, version]) })
  const ask = async (url: string, payload: object) => app.inject({ method: 'POST', url: `/api/provider-accounts${url}`, headers: headersOf(admin), payload })
  assert.deepEqual((await ask(`/${old.id}/reveal`, { reason: 'dispute' })).json(), SECRETS)
  const fresh = (await ask('', bodyOf())).json()
  for (const [id, from, to] of [[old.id, 1, 2], [fresh.id, 2, 1]] as const) {
    const sealed = await sealedOf(id)
    assert.equal(sealed.readUInt32BE(1), from)
    const relabelled = Buffer.from(sealed)
    relabelled.writeUInt32BE(to, 1)
    await put(id, relabelled)
    assert.equal((await ask(`/${id}/reveal`, { reason: 'dispute' })).json().code, 'sealed_value_refused')
    await put(id, sealed)
    assert.deepEqual((await ask(`/${id}/reveal`, { reason: 'dispute' })).json(), SECRETS)
  }
})

// Guarantee: while the keys cannot be had, adding and revealing answer 503 with Retry-After and write nothing at all; retiring needs none.
test('a key service that is down leaves nothing half-written', async (t) => {
  const provider = scriptedKeys()
  const app = await buildApp({ ...world.deps, keysOf: createTenantKeys(world.deps.db, provider) })
  t.after(() => app.close())
  const { id } = await make()
  const state = async () => (await world.database.superuser.query('select (select count(*) from provider_accounts) as p, (select count(*) from idempotency_keys) as i, (select count(*) from audit_events) as a')).rows[0]
  const calls = [['', bodyOf(), 201], [`/${id}/reveal`, { reason: 'dispute' }, 200]] as const
  const ask = (url: string, payload: object) => app.inject({ method: 'POST', url: `/api/provider-accounts${url}`, headers: headersOf(admin), payload })
  provider.fault = 'denied'
  const before = await state()
  for (const [url, payload] of calls) {
    const answer = await ask(url, payload)
    assert.deepEqual([answer.statusCode, answer.json().code, answer.headers['retry-after']], [503, 'keys_unavailable', '5'])
  }
  assert.deepEqual(await state(), before)
  assert.equal((await ask(`/${id}/retire`, { reason: 'not_used' })).statusCode, 200)
  provider.fault = 'none'
  for (const [url, payload, status] of calls) assert.equal((await ask(url, payload)).statusCode, status)
})
