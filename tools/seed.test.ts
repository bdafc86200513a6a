import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { listCorridors, listProviderAccounts, listProviders, listRouteSessions, readDataKeys, readFact, readMarketData, readSealedMetadata, readSettings, readSnapshotFiles, verifyAuditChain, withTenantRead, MARKET_DATA_KINDS } from '#database/index.ts'
import { accountMisfit, factsOf } from '#governance/index.ts'
import { parseDataset } from '#orchestrator/dataset.ts'
import { compileSnapshot } from '#orchestrator/snapshot.ts'
import { findActor, signIn } from '#platform/auth/index.ts'
import { loadTenantKeys, openAccountMetadata } from '#platform/keys/index.ts'
import { TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { openDemoDatabase } from '#tools/testing/demo.ts'
import { TEST_KEYS } from '#tools/testing/keys.ts'
import { DATA_FOLDER, readDataset } from './read-dataset.ts'
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import { DEMO_ACCOUNTS, demoId, seedDemo } from './seed.ts'
import { DEMO_PARTIES } from './seed/demo-parties.ts'
import { DEMO_PROVIDER_ACCOUNTS } from './seed/demo-provider-accounts.ts'

let demo: TestDatabase
const desk = { tenant_id: DEMO_TENANT_ID, user_id: demoId('user desk_operator'), role: 'desk_operator' as const, merchant_id: null }
before(async () => { demo = await openDemoDatabase() })
after(async () => demo.close())

const intents = JSON.parse(readFileSync(join(DATA_FOLDER, 'requests.json'), 'utf8')) as { id: string; expect: { outcome: string; recommended?: { cost_bps: string; send?: { amount: string } } } }[]

// Guarantee: the demo's queue holds the ten intents with the outcome, the cost and the amount to send that data/requests.json expects.
test('the ten intents are routed as their file expects', async () => {
  const { items } = await withTenantRead(demo.db, desk, (tx) => listRouteSessions(tx, { order: 'newest', limit: 50 }))
  assert.equal(items.length, intents.length)
  for (const { id, expect } of intents) {
    const item = items.find((each) => each.merchant_id === demoId(`merchant ${id}`))!
    assert.equal(item.outcome, expect.outcome, id)
    if (expect.recommended === undefined) continue
    assert.ok(Math.abs(Number(item.cost_bps) - Number(expect.recommended.cost_bps)) <= 1, `${id}: ${item.cost_bps} bps`)
    if (expect.recommended.send !== undefined) assert.equal(item.sends?.amount, expect.recommended.send.amount, id)
  }
  assert.deepEqual(items.filter((item) => item.state === 'accepted').length, 2)
})

// Guarantee: seeding again changes nothing and says so; a seed after lost bookkeeping repeats no session.
test('a second seed does nothing', async () => {
  const target = { owner_url: demo.ownerUrl, serving_url: demo.url, tenantKey: TEST_TENANT_KEY, keyProvider: TEST_KEYS }
  const counts = async () => (await demo.superuser.query("select (select count(*) from route_sessions) || ' ' || (select count(*) from merchants) || ' ' || (select count(*) from users) || ' ' || (select count(*) from data_revisions) || ' ' || (select count(*) from provider_accounts) as n")).rows[0].n
  const beforehand = await counts()
  assert.deepEqual(await seedDemo(target), { seeded: false })
  await demo.superuser.query('begin; set local session_replication_role = replica; update audit_events set action = \'x\' where action = \'tenant.seeded\'; commit')
  assert.deepEqual(await seedDemo(target), { seeded: true })
  assert.equal(await counts(), beforehand)
  await demo.superuser.query('begin; set local session_replication_role = replica; update audit_events set action = \'tenant.seeded\' where action = \'x\'; commit')
  const verdict = await withTenantRead(demo.db, desk, (tx) => verifyAuditChain(tx))
  assert.equal(verdict.ok, true)
})

// Guarantee: what was imported is the data files, whole: the stored snapshot compiles to the digest in force, and no record is missing.
test('the tenant holds the data files as they are', async () => {
  const dataset = readDataset()
  await withTenantRead(demo.db, desk, async (tx) => {
    const settings = await readSettings(tx)
    assert.deepEqual([settings.data_revision, settings.market_clock, settings.tenant_name], [1, '2026-09-29T09:00:00+01:00', 'Demo Operator Company'])
    const files = await readSnapshotFiles(tx, settings.snapshot_digest!)
    assert.equal(compileSnapshot(parseDataset(files!)).digest, settings.snapshot_digest)
    assert.equal(compileSnapshot(dataset).digest, settings.snapshot_digest)
    const corridors = await listCorridors(tx)
    assert.deepEqual(corridors.map((c) => [c.id, c.mode_ceiling]), dataset.corridors.corridors.map((c) => [c.id, c.id === 'ng-cn' ? 'manual' : 'simulation']))
    const providers = await listProviders(tx)
    assert.deepEqual(providers.map((p) => p.id), dataset.providers.map((p) => p.id))
    for (const [i, provider] of providers.entries()) assert.deepEqual(provider.body, dataset.providers[i])
    for (const kind of MARKET_DATA_KINDS) assert.notEqual(await readMarketData(tx, kind), null, kind)
    const facts = factsOf(readFileSync(join(DATA_FOLDER, 'facts.md'), 'utf8')).facts
    assert.equal(facts.length, 167)
    for (const fact of facts) assert.deepEqual(await readFact(tx, fact.id), fact)
  })
})

// Guarantee: each demo account signs in with its printed password and has its role.
test('the demo accounts sign in', async () => {
  for (const [i, { email, password, role, name }] of DEMO_ACCOUNTS.entries()) {
    const answer = await signIn(demo.db, { email, password, ip: `10.0.${i}.1`, request_id: demoId(`request ${i}`) })
    assert.equal(answer.status, 'ok', email)
    const actor = answer.status === 'ok' ? await findActor(demo.db, answer.token) : null
    assert.deepEqual([actor?.role, actor?.display_name, actor?.tenant_id], [role, name, DEMO_TENANT_ID])
  }
})

// Guarantee: a dump of the demo database holds no account number and no CNAPS of a demo supplier.
test('the demo suppliers are sealed from the start', async () => {
  const text = await textOfDatabase(demo.superuser)
  for (const { account, cnaps, supplier } of Object.values(DEMO_PARTIES)) {
    assert.ok(text.includes(supplier))
    for (const secret of [account, account.replaceAll(' ', ''), ...(cnaps === undefined ? [] : [cnaps])]) assert.ok(!text.includes(secret), supplier)
  }
})

// Guarantee: the demo's accounts with providers are sealed, open for their own rows, and fit the providers that they name, as the API would ask of them.
test('the demo accounts with providers are sealed and fit', async () => {
  const text = await textOfDatabase(demo.superuser)
  const { items } = await withTenantRead(demo.db, desk, (tx) => listProviderAccounts(tx, { provider_id: null, limit: 50, cursor: null }))
  assert.equal(items.length, DEMO_PROVIDER_ACCOUNTS.length)
  const keys = await loadTenantKeys(TEST_KEYS, DEMO_TENANT_ID, { read: () => withTenantRead(demo.db, desk, readDataKeys), add: () => { throw new Error('the demo tenant has a key') } })
  const { providers } = readDataset()
  for (const { label, reference, holder, instructions, ...account } of DEMO_PROVIDER_ACCOUNTS) {
    const { id } = items.find((each) => each.label === label)!
    const sealed = await withTenantRead(demo.db, desk, (tx) => readSealedMetadata(tx, id))
    assert.deepEqual(openAccountMetadata(keys, id, sealed!), { account_reference: reference, account_holder: holder, instructions })
    assert.equal(accountMisfit(providers, account), null, label)
    for (const secret of [reference, ...(instructions === null ? [] : [instructions])]) assert.ok(!text.includes(secret), label)
  }
})
