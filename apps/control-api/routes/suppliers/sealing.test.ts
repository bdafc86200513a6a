import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { scriptedKeys, type KeyFault } from '#tools/testing/keys.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { openWorld, type World } from '#api/testing/world.ts'
import { createTenantKeys } from '#platform/keys/index.ts'
import { buildApp } from '#api/build-app.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const NUMBER = '6222021111222233'
const SUPPLIER = {
  legal_name: 'Sample Glass Co., Ltd', country: 'CN', city: 'Foshan', method: 'mainland_corporate_account', settlement_currency: 'CNY', payee_type: 'company',
  payee_is_contract_seller: true, accepts_other_settlement: false, account_number: NUMBER, cnaps: '102584000017',
}
const audited = async (action: string): Promise<unknown[]> => (await world.auditRows(world.a)).filter((row) => row.action === action)

// Guarantee: after suppliers are saved, refused, repeated and revealed, no table of the database holds their numbers in any form that a dump shows.
test('no plain account number is anywhere in the database', async () => {
  const merchant = await world.as(world.a, 'merchant_client')
  const key = { 'idempotency-key': randomUUID() }
  const made = await merchant.post('/api/suppliers', SUPPLIER, key)
  assert.equal(made.status, 201, made.text)
  assert.deepEqual((await merchant.post('/api/suppliers', SUPPLIER, key)).json, made.json, 'a repeated call answers the same supplier')
  assert.equal((await merchant.post('/api/suppliers', { ...SUPPLIER, account_number: '6222021111222234' }, key)).json.code, 'idempotency_mismatch', 'the number belongs to the claim')
  assert.equal((await merchant.post(`/api/suppliers/${made.json.id}/reveal`, { reason: 'check_against_invoice' })).status, 200)
  const text = await textOfDatabase(world.database.superuser)
  assert.ok(text.includes('Sample Glass'), 'the text is that of the tables')
  for (const secret of [NUMBER, '6222021111222234', '102584000017', '6222021234564821', '13800001234']) {
    for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64').replace(/=+$/, '')]) assert.ok(!text.includes(form), form)
  }
})

// Guarantee: a reveal gives the whole details to whoever may see the supplier, is never cached, and leaves one audit row with its reason for each call.
test('a reveal is audited once for each call', async () => {
  for (const [role, reason] of [['merchant_client', 'dispute'], ['desk_operator', 'pay_by_hand'], ['platform_admin', 'question_of_bank']] as const) {
    const client = await world.as(world.a, role)
    const before = (await audited('supplier.revealed')).length
    const answer = await client.post(`/api/suppliers/${world.a.suppliers.own}/reveal`, { reason })
    assert.deepEqual([answer.status, answer.json, answer.headers['cache-control']], [200, { account_number: '6222021234564821', cnaps: null, bank_name: 'Sample Bank', bic: 'SAMPCNBJ' }, 'no-store'])
    const rows = (await audited('supplier.revealed')).slice(before) as { facts: { reason: string } }[]
    assert.deepEqual(rows.map(({ facts }) => facts.reason), [reason])
  }
  const merchant = await world.as(world.a, 'merchant_client')
  for (const body of [{}, { reason: '' }, { reason: 'because' }]) assert.equal((await merchant.post(`/api/suppliers/${world.a.suppliers.own}/reveal`, body)).status, 400)
})

// Guarantee: details that somebody with the database moved from another supplier are not shown, and no audit row says that they were.
test('swapped details are refused with their own code', async () => {
  const desk = await world.as(world.a, 'desk_operator')
  const { superuser } = world.database
  const { rows: [kept] } = await superuser.query('select bank_details_sealed as sealed from suppliers where id = $1', [world.a.suppliers.wallet])
  const before = (await audited('supplier.revealed')).length
  for (const from of [world.a.suppliers.own, world.b.suppliers.own]) {
    await superuser.query('update suppliers set bank_details_sealed = (select bank_details_sealed from suppliers where id = $2) where id = $1', [world.a.suppliers.wallet, from])
    const answer = await desk.post(`/api/suppliers/${world.a.suppliers.wallet}/reveal`, { reason: 'dispute' })
    assert.deepEqual([answer.status, answer.json.code], [500, 'sealed_value_refused'])
  }
  await superuser.query('update suppliers set bank_details_sealed = $2 where id = $1', [world.a.suppliers.wallet, kept.sealed])
  assert.equal((await audited('supplier.revealed')).length, before)
})

// Guarantee: while the keys cannot be had, saving and revealing answer 503 with Retry-After, write nothing at all, and the same call works when they are back (attack 39).
test('a key service that is down leaves nothing half-written', async () => {
  const provider = scriptedKeys()
  const app = await buildApp({ ...world.deps, keysOf: createTenantKeys(world.deps.db, provider) })
  const merchant = await world.as(world.a, 'merchant_client')
  const { headers } = await (async () => {
    const { csrfTokenOf } = await import('#api/http/session-cookie.ts')
    return { headers: { cookie: `flowclaw=${merchant.token}`, origin: 'http://127.0.0.1:8420', 'x-csrf-token': csrfTokenOf(merchant.token), 'idempotency-key': randomUUID(), 'content-type': 'application/json' } }
  })()
  const calls = [['/api/suppliers', SUPPLIER, 201], [`/api/suppliers/${world.a.suppliers.own}/reveal`, { reason: 'dispute' }, 200]] as const
  const state = async () => (await world.database.superuser.query('select (select count(*) from suppliers) as s, (select count(*) from idempotency_keys) as i, (select count(*) from audit_events) as a, (select count(*) from tenant_data_keys) as k')).rows[0]
  for (const fault of ['disabled', 'denied', 'throttled', 'slow'] as const satisfies readonly KeyFault[]) {
    provider.fault = fault
    const before = await state()
    for (const [url, payload] of calls) {
      const answer = await app.inject({ method: 'POST', url, headers, payload })
      assert.deepEqual([answer.statusCode, answer.json().code, answer.headers['retry-after']], [503, 'keys_unavailable', '5'], fault)
    }
    assert.deepEqual(await state(), before, fault)
  }
  provider.fault = 'none'
  for (const [url, payload, status] of calls) assert.equal((await app.inject({ method: 'POST', url, headers, payload })).statusCode, status)
  await app.close()
})

// Guarantee: the serving role can neither write a plain number nor read one.
test('the database refuses a plain number', async () => {
  const { superuser, db } = world.database
  await assert.rejects(superuser.query("update suppliers set account_number = '6222021234564821' where id = $1", [world.a.suppliers.own]), { constraint: 'suppliers_bank_details_are_sealed' })
  for (const statement of ["insert into suppliers (account_number) values ('1')", 'select account_number from suppliers', 'select cnaps from suppliers', 'update suppliers set bank_details_sealed = null', "update tenant_data_keys set key_id = 'x'", 'delete from tenant_data_keys']) {
    await assert.rejects(db.pool.query(statement), { code: '42501' }, statement)
  }
})
