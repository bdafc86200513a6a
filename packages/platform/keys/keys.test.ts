import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { keyringText, scriptedKeys, TEST_KEYS, type KeyFault } from '#tools/testing/keys.ts'
import { makeTestTenant } from '#tools/testing/tenant.ts'
import type { StoredDataKey } from '#database/index.ts'
import { createTenantKeys, KeyringError, loadTenantKeys, makeKeyringOnce, openKeyring, parseKeyring, type DataKeyStore, type KeyProvider, type Place, type TenantKeys } from './index.ts'

let test_db: TestDatabase
before(async () => { test_db = await openTestDatabase() })
after(async () => test_db.close())

const REFUSED = { code: 'sealed_value_refused' }
const PLACE: Place = { table: 'suppliers', column: 'bank_details_sealed', row: randomUUID() }

/** A store in memory. */
const storeOf = (stored: StoredDataKey[] = []): DataKeyStore & { readonly stored: StoredDataKey[] } => ({ stored, read: async () => [...stored], add: async (key) => { stored.push(key) } })
const wrapAs = async (tenant_id: string, version: number, provider: KeyProvider = TEST_KEYS): Promise<StoredDataKey> => ({ version, ...(await provider.wrap(randomBytes(32), { tenant_id, version })) })

// Guarantee: whatever is sealed opens at its own place, and never seals to the same bytes twice.
test('a sealed value opens where it was sealed', async () => {
  const keys = await loadTenantKeys(TEST_KEYS, randomUUID(), storeOf())
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (value) => {
    const [one, other] = [keys.seal(PLACE, value), keys.seal(PLACE, value)]
    assert.equal(keys.open(PLACE, one), Buffer.from(value, 'utf8').toString('utf8'))
    assert.ok(!one.equals(other))
  }), { numRuns: 300 })
})

// Guarantee: a sealed value that was moved to another row, column, table or tenant is refused.
test('a value swapped across row, column, table or tenant is refused', async () => {
  const [here, there] = [await loadTenantKeys(TEST_KEYS, randomUUID(), storeOf()), await loadTenantKeys(TEST_KEYS, randomUUID(), storeOf())]
  const name = fc.stringMatching(/^[a-z_]{1,20}$/)
  const place = fc.record({ table: name, column: name, row: fc.uuid() })
  fc.assert(fc.property(place, place, fc.string(), (from, to, value) => {
    fc.pre(JSON.stringify(from) !== JSON.stringify(to))
    const sealed = here.seal(from, value)
    for (const other of [to, { ...from, table: to.table }, { ...from, column: to.column }, { ...from, row: to.row }]) {
      if (JSON.stringify(other) !== JSON.stringify(from)) assert.throws(() => here.open(other, sealed), REFUSED)
    }
    assert.throws(() => there.open(from, sealed), REFUSED)
  }), { numRuns: 500 })
})

// Guarantee: a tenant's wrapped key serves no other tenant and no other version, even where somebody copies the row.
test('a wrapped key moved to another tenant or version is refused', async () => {
  const [here, there] = [randomUUID(), randomUUID()]
  const key = await wrapAs(here, 1)
  await loadTenantKeys(TEST_KEYS, here, storeOf([key]))
  await assert.rejects(loadTenantKeys(TEST_KEYS, there, storeOf([key])), REFUSED)
  await assert.rejects(loadTenantKeys(TEST_KEYS, here, storeOf([{ ...key, version: 2 }])), REFUSED)
})

// Guarantee: each single bit of a sealed value counts, and so does its length.
test('any bit flip or cut is refused', async () => {
  const keys = await loadTenantKeys(TEST_KEYS, randomUUID(), storeOf([]))
  const sealed = keys.seal(PLACE, '6222 0212 3456 4821')
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const flipped = Buffer.from(sealed)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    assert.throws(() => keys.open(PLACE, flipped), REFUSED, `bit ${bit}`)
  }
  for (let length = 0; length < sealed.length; length++) assert.throws(() => keys.open(PLACE, sealed.subarray(0, length)), REFUSED, `${length} bytes`)
  assert.throws(() => keys.open(PLACE, Buffer.concat([sealed, Buffer.alloc(1)])), REFUSED)
})

/** Keys of the same tenant: version 1 alone, and versions 1 and 2. */
async function rotated(): Promise<{ old: TenantKeys; both: TenantKeys }> {
  const tenant_id = randomUUID()
  const first = await wrapAs(tenant_id, 1)
  const both = [first, await wrapAs(tenant_id, 2)]
  return { old: await loadTenantKeys(TEST_KEYS, tenant_id, storeOf([first])), both: await loadTenantKeys(TEST_KEYS, tenant_id, storeOf(both)) }
}

// Guarantee: after a new key version, old values still open, new ones are sealed with it, a value cannot pass for one of the other version, and fingerprints stay.
test('old key versions open what they sealed', async () => {
  const { old, both } = await rotated()
  const sealed = old.seal(PLACE, 'old')
  assert.equal(both.open(PLACE, sealed), 'old')
  assert.throws(() => old.open(PLACE, both.seal(PLACE, 'new')), REFUSED)
  const relabelled = Buffer.from(sealed)
  relabelled.writeUInt32BE(2, 1)
  assert.throws(() => both.open(PLACE, relabelled), REFUSED)
  assert.equal(old.fingerprint('x', { a: 1 }), both.fingerprint('x', { a: 1 }))
  assert.notEqual(old.fingerprint('x', { a: 1 }), old.fingerprint('y', { a: 1 }))
})

// Guarantee: a keyring with a new primary still unwraps what the old one wrapped, and one that lost the key says so without an answer.
test('a new primary stands beside the old key', async () => {
  const tenant_id = randomUUID()
  const old = parseKeyring(keyringText('2025'))
  const stored = [await wrapAs(tenant_id, 1, old)]
  const sealed = (await loadTenantKeys(old, tenant_id, storeOf(stored))).seal(PLACE, 'kept')
  const next = parseKeyring(keyringText('2026', '2025'))
  assert.equal((await loadTenantKeys(next, tenant_id, storeOf(stored))).open(PLACE, sealed), 'kept')
  assert.equal((await next.wrap(randomBytes(32), { tenant_id, version: 2 })).key_id, '2026')
  await assert.rejects(loadTenantKeys(parseKeyring(keyringText('2026')), tenant_id, storeOf(stored)), { code: 'keys_unavailable' })
})

// Guarantee: a keyring that is wrong or missing stops a start, with a reason and without a part of it.
test('an unusable keyring is refused by name', () => {
  const weak = Buffer.alloc(32, 7).toString('base64url')
  for (const [text, why] of [
    ['canary', /not JSON/], ['{}', /not of format/], ['{"format":1,"primary":"a","keys":{}}', /no key of the name/], [`{"format":1,"primary":"a","keys":{"a":"${weak}"}}`, /not 32 random bytes/],
    [`{"format":1,"primary":"a b","keys":{"a b":"${randomBytes(32).toString('base64url')}"}}`, /name other than/],
  ] as const) {
    assert.throws(() => parseKeyring(text), (error) => error instanceof KeyringError && why.test(error.message) && !error.message.includes('canary') && !error.message.includes(weak), text)
  }
  assert.throws(() => openKeyring({ file: join(tmpdir(), randomUUID(), 'keyring.json') }), /cannot be read \(ENOENT\)/)
})

// Guarantee: a keyring is made once, for its owner's eyes alone, and never over one that is there.
test('a keyring is made once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fc-keyring-'))
  const file = join(folder, 'data', 'keyring.json')
  try {
    assert.equal(makeKeyringOnce(file), true)
    const made = readFileSync(file, 'utf8')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(makeKeyringOnce(file), false)
    assert.equal(readFileSync(file, 'utf8'), made)
    openKeyring({ file })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

// Guarantee: a provider that is disabled, denies, throttles or hangs ends in one stable code within seconds, stores no key, and is asked again later.
test('a provider that fails stores nothing and is asked again', async () => {
  for (const fault of ['disabled', 'denied', 'throttled', 'slow'] as const satisfies readonly KeyFault[]) {
    const provider = scriptedKeys()
    const store = storeOf()
    provider.fault = fault
    await assert.rejects(loadTenantKeys(provider, randomUUID(), store), { code: 'keys_unavailable' }, fault)
    assert.deepEqual(store.stored, [])
    provider.fault = 'none'
    await loadTenantKeys(provider, randomUUID(), store)
  }
})

// Guarantee: unwrapped keys serve from memory for five minutes and no longer, and a failure is not kept.
test('keys are kept a bounded time', async () => {
  const tenant = await makeTestTenant(test_db)
  const provider = scriptedKeys()
  let now_ms = 0
  const keysOf = createTenantKeys(test_db.db, provider, () => now_ms)
  const ask = () => keysOf(tenant.desk, randomUUID())
  await ask()
  await ask()
  assert.equal(provider.asked, 1)
  provider.fault = 'disabled'
  now_ms = 299_999
  await ask()
  now_ms = 300_000
  await assert.rejects(ask(), { code: 'keys_unavailable' })
  provider.fault = 'none'
  await ask()
})

// Guarantee: many first uses at once, in two servers, end with one key of the tenant, one audit row, and values that open for all.
test('a tenant gets its first key once', async () => {
  const tenant = await makeTestTenant(test_db)
  await test_db.superuser.query('delete from tenant_data_keys where tenant_id = $1', [tenant.tenant_id])
  const all = await Promise.all([test_db.db, test_db.open()].flatMap((db) => Array.from({ length: 4 }, () => createTenantKeys(db, TEST_KEYS)(tenant.desk, randomUUID()))))
  const sealed = all.map((keys) => keys.seal(PLACE, 'x'))
  for (const keys of all) for (const bytes of sealed) assert.equal(keys.open(PLACE, bytes), 'x')
  const { rows: [{ n, audited }] } = await test_db.superuser.query("select (select count(*)::int from tenant_data_keys where tenant_id = $1) as n, (select count(*)::int from audit_events where tenant_id = $1 and action = 'data_key.created') as audited", [tenant.tenant_id])
  assert.deepEqual([n, audited], [1, 1])
})
