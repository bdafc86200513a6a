import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { migrate } from '#database/index.ts'
import { MIGRATIONS } from '#database/migrate.ts'
import { loadTenantKeys, openBankDetails } from '#platform/keys/index.ts'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { scriptedKeys, TEST_KEYS } from '#tools/testing/keys.ts'
import { sealPlainDetails } from './seal-plain-details.ts'

/** The last version that kept account numbers plain. */
const LAST_PLAIN = 11
const SUPPLIERS_OF_EACH = 205

let test_db: TestDatabase
let old: { owner_url: string; superuser: pg.Pool; tenants: string[] }

/** A database of the last plain version with two tenants and more suppliers than one transaction seals. */
before(async () => {
  test_db = await openTestDatabase()
  const name = `fc_test_old_${randomUUID().slice(0, 8)}`
  await test_db.superuser.query(`create database ${name} owner flowclaw_owner`)
  const at = (url: string): string => { const address = new URL(url); address.pathname = `/${name}`; return address.href }
  const owner_url = at(test_db.ownerUrl)
  const folder = mkdtempSync(join(tmpdir(), 'fc-old-'))
  for (const file of readdirSync(MIGRATIONS)) if (Number(file.slice(0, 4)) <= LAST_PLAIN) cpSync(join(MIGRATIONS, file), join(folder, file))
  await migrate({ url: owner_url, folder, tenantKey: TEST_TENANT_KEY })
  rmSync(folder, { recursive: true })
  const superuser = new pg.Pool({ connectionString: at((test_db.superuser as unknown as { options: { connectionString: string } }).options.connectionString), max: 2 })
  const tenants = [randomUUID(), randomUUID()]
  for (const [t, tenant_id] of tenants.entries()) {
    const merchant = randomUUID()
    await superuser.query("insert into tenants (tenant_id, name, time_zone) values ($1, 'Old', 'Africa/Lagos')", [tenant_id])
    await superuser.query("insert into merchants (tenant_id, id, name, type, city, country, trade, trade_class) values ($1, $2, 'M', 'limited_company', 'Lagos', 'NG', 'phones', 'general')", [tenant_id, merchant])
    await superuser.query(`insert into suppliers (tenant_id, id, merchant_id, legal_name, country, city, method, settlement_currency, payee_type, payee_is_contract_seller, accepts_other_settlement, account_number, account_masked, cnaps, cnaps_masked)
      select $1, gen_random_uuid(), $2, 'S ' || i, 'CN', 'Yiwu', 'bank_account', 'CNY', 'company', true, false, '62220277' || $4::text || lpad(i::text, 7, '0'), '•••• 0000', case when i % 2 = 0 then '102584' || lpad(i::text, 6, '0') end, null
      from generate_series(1, $3) i`, [tenant_id, merchant, SUPPLIERS_OF_EACH, String(t)])
  }
  old = { owner_url, superuser, tenants }
})
after(async () => {
  const { rows: [{ name }] } = await old.superuser.query('select current_database() as name')
  await old.superuser.end()
  await test_db.superuser.query(`drop database ${name} with (force)`)
  await test_db.close()
})

// Guarantee: an old database comes up with every bank detail sealed and none left plain, however often its start was cut short; then the database itself vouches for it.
test('an upgrade seals every plain account number, and goes on where it was cut short', async () => {
  const owner = { url: old.owner_url, tenantKey: TEST_TENANT_KEY }
  const numbers = await old.superuser.query<{ tenant_id: string; id: string; account_number: string; cnaps: string | null }>('select tenant_id, id, account_number, cnaps from suppliers')
  assert.equal(numbers.rows.length, 2 * SUPPLIERS_OF_EACH)
  await migrate(owner)
  assert.ok((await textOfDatabase(old.superuser)).includes('62220277'), 'SQL cannot seal them')

  const provider = scriptedKeys()
  const plain = async (): Promise<number> => (await old.superuser.query('select count(*)::int as n from suppliers where bank_details_sealed is null')).rows[0].n
  provider.fault = 'denied'
  await assert.rejects(sealPlainDetails(owner, provider), { code: 'keys_unavailable' })
  assert.equal(await plain(), 2 * SUPPLIERS_OF_EACH, 'nothing is emptied that was not sealed')
  // The provider dies after the first transaction.
  provider.fault = 'none'
  const dies = { ...provider, unwrap: async (...asked: Parameters<typeof provider.unwrap>) => { if (provider.asked > 2) provider.fault = 'disabled'; return provider.unwrap(...asked) } }
  await assert.rejects(sealPlainDetails(owner, dies), { code: 'keys_unavailable' })
  const left = await plain()
  assert.ok(left > 0 && left < 2 * SUPPLIERS_OF_EACH, `${left} left`)
  assert.equal(await sealPlainDetails(owner, TEST_KEYS), left)
  assert.equal(await sealPlainDetails(owner, TEST_KEYS), 0)

  const text = await textOfDatabase(old.superuser)
  for (const { account_number } of numbers.rows) assert.ok(!text.includes(account_number))
  assert.ok(!text.includes('102584'))
  const { rows } = await old.superuser.query<{ tenant_id: string; id: string; bank_details_sealed: Buffer }>('select tenant_id, id, bank_details_sealed from suppliers')
  for (const tenant_id of old.tenants) {
    const { rows: stored } = await old.superuser.query('select version, key_id, wrapped from tenant_data_keys where tenant_id = $1', [tenant_id])
    const keys = await loadTenantKeys(TEST_KEYS, tenant_id, { read: async () => stored, add: async () => assert.fail('a second key') })
    for (const row of rows.filter((each) => each.tenant_id === tenant_id)) {
      const { account_number, cnaps } = numbers.rows.find(({ id }) => id === row.id)!
      assert.deepEqual(openBankDetails(keys, row.id, row.bank_details_sealed), { account_number, cnaps })
    }
  }
  const { rows: [constraint] } = await old.superuser.query("select convalidated from pg_constraint where conname = 'suppliers_bank_details_are_sealed'")
  assert.equal(constraint.convalidated, true)
})
