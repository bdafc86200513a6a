import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DEMO_TENANT_ID } from '#contracts/demo.ts'
import { listAuditEvents, listCorridors, listProviders, listRouteSessions, readFact, readRouteSession, readSettings, readSnapshotFiles, verifyAuditChain, withTenantRead } from '#database/index.ts'
import { DatasetError, parseDataset } from '#orchestrator/dataset.ts'
import { differencesOf, replayDecision } from '#orchestrator/replay.ts'
import { compileSnapshot } from '#orchestrator/snapshot.ts'
import { importFolder, readMarketData, tenantNamed } from './data-import.ts'
import { DATA_FOLDER } from './read-dataset.ts'
import { demoId } from './seed.ts'
import { createCompany } from './tenant-create.ts'
import { TEST_TENANT_KEY, type TestDatabase } from './testing/database.ts'
import { openDemoDatabase } from './testing/demo.ts'

let demo: TestDatabase
let folder: string
before(async () => {
  demo = await openDemoDatabase()
  folder = mkdtempSync(join(tmpdir(), 'fc-data-'))
  for (const name of ['corridors.json', 'providers.json', 'estimates.json', 'rates.json', 'facts.md']) cpSync(join(DATA_FOLDER, name), join(folder, name))
})
after(async () => { await demo.close(); rmSync(folder, { recursive: true, force: true }) })

const owner = () => ({ url: demo.ownerUrl, tenantKey: TEST_TENANT_KEY })
const desk = { tenant_id: DEMO_TENANT_ID, user_id: demoId('user desk_operator'), role: 'desk_operator' as const, merchant_id: null }
const read = <T>(work: Parameters<typeof withTenantRead<T>>[2], of = desk) => withTenantRead(demo.db, of, work)
function edit(name: string, change: (content: any) => void): void {
  const file = join(folder, `${name}.json`)
  const content = JSON.parse(readFileSync(file, 'utf8')) as unknown
  change(content)
  writeFileSync(file, JSON.stringify(content))
}

/** A provider that no corridor rule names, so that it can be taken out, and its estimates with it. */
const GONE = (() => {
  const rules = readFileSync(join(DATA_FOLDER, 'corridors.json'), 'utf8')
  return (JSON.parse(readFileSync(join(DATA_FOLDER, 'providers.json'), 'utf8')) as { id: string }[]).find(({ id }) => !rules.includes(`"${id}"`))!.id
})()

// Guarantee: an import puts the new data in force whole: what it adds, changes and removes is said, is in the tables, and is in one audit row by the owner; a dry run says the same and writes nothing; a corridor's ceiling stays; sessions decided on the old data replay identically.
test('a changed folder', async () => {
  edit('providers', (providers) => {
    providers.splice(providers.findIndex((each: { id: string }) => each.id === GONE), 1)
    providers[0].notes = 'changed by a test'
  })
  edit('estimates', (estimates) => { estimates.providers = estimates.providers.filter((each: { provider_id: string }) => each.provider_id !== GONE) })
  const unused = (JSON.parse(readFileSync(join(folder, 'corridors.json'), 'utf8')) as { corridors: { id: string }[] }).corridors.map(({ id }) => id)
  const decided = new Set((await read((tx) => listRouteSessions(tx, { order: 'newest', limit: 50 }))).items.map(({ corridor_id }) => corridor_id))
  const [used, free] = [unused.find((id) => decided.has(id) && id !== 'ng-cn'), unused.find((id) => !decided.has(id))]
  edit('corridors', (book) => { book.corridors = book.corridors.filter(({ id }: { id: string }) => id !== used && id !== free) })
  const removed = [used, free].filter((id) => id !== undefined).sort()
  assert.ok(removed.length > 0)

  const before = await read((tx) => readSettings(tx))
  const data = readMarketData(folder)
  const dry = await importFolder(owner(), DEMO_TENANT_ID, data, { dry_run: true, os_user: 'somebody' })
  assert.deepEqual([dry.revision, dry.changes.providers.removed, dry.changes.providers.changed.length, dry.changes.estimates.removed, dry.changes.corridors.removed], [null, [GONE], 1, [GONE], removed])
  assert.deepEqual(await read((tx) => readSettings(tx)), before)

  const done = await importFolder(owner(), DEMO_TENANT_ID, data, { dry_run: false, os_user: 'somebody' })
  assert.deepEqual(done, { ...dry, revision: 2, facts: { ...dry.facts, data_revision: 2 } })
  const [settings, providers, corridors, audit] = await read((tx) => Promise.all([readSettings(tx), listProviders(tx), listCorridors(tx), listAuditEvents(tx, { limit: 5, action: 'market_data.imported' })]))
  assert.deepEqual([settings.data_revision, settings.snapshot_digest], [2, data.digest])
  assert.equal(providers.some(({ id }) => id === GONE), false)
  assert.equal((providers.find(({ id }) => id === done.changes.providers.changed[0])!.body as { notes: string }).notes, 'changed by a test')
  // A session points to the one; nothing to the other.
  assert.deepEqual([corridors.some(({ id }) => id === used), corridors.some(({ id }) => id === free)], [used !== undefined, false])
  assert.equal(corridors.find(({ id }) => id === 'ng-cn')!.mode_ceiling, 'manual')
  assert.equal(audit.items.length, 1)
  assert.deepEqual([audit.items[0]!.entity_id, audit.items[0]!.payload['facts']], ['2', { ...done.facts, by: { command: 'data:import', os_user: 'somebody' } }])
  assert.deepEqual(((done.facts as Record<string, unknown>)['changes'] as Record<string, unknown>)['providers'], { added: 0, changed: 1, removed: 1 })

  const { items } = await read((tx) => listRouteSessions(tx, { order: 'newest', limit: 50 }))
  let replayed = 0
  for (const { id } of items) {
    const session = await read((tx) => readRouteSession(tx, id, { merchant_id: null }))
    if (session?.decision == null) continue
    assert.equal(session.decision.snapshot_digest, before.snapshot_digest)
    const snapshot = compileSnapshot(parseDataset((await read((tx) => readSnapshotFiles(tx, session.decision!.snapshot_digest)))!))
    assert.deepEqual(differencesOf(session.decision, await replayDecision(snapshot, session.intent, session.decision)), [])
    replayed += 1
  }
  assert.equal(replayed, items.length)

  assert.equal((await importFolder(owner(), DEMO_TENANT_ID, data, { dry_run: false, os_user: 'somebody' })).revision, null)
  assert.equal((await read((tx) => verifyAuditChain(tx))).ok, true)
})

// Guarantee: facts and ceilings alone are an import too, and the data of before can come back.
test('facts alone, and back again', async () => {
  const facts = readFileSync(join(folder, 'facts.md'), 'utf8')
  const last = [...facts.matchAll(/^\| *(F[0-9]{3})/gm)].at(-1)![1]!
  writeFileSync(join(folder, 'facts.md'), facts.replace(new RegExp(`^(\\| *${last} *\\|)[^|]*`, 'm'), '$1 said otherwise '))
  const done = await importFolder(owner(), DEMO_TENANT_ID, readMarketData(folder, { 'ng-cn': 'live_safe' }), { dry_run: false, os_user: 'somebody' })
  assert.deepEqual([done.revision, done.changes.facts.changed], [3, [last]])
  const [fact, corridors] = await read((tx) => Promise.all([readFact(tx, last), listCorridors(tx)]))
  assert.deepEqual([fact?.statement, corridors.find(({ id }) => id === 'ng-cn')!.mode_ceiling], ['said otherwise', 'live_safe'])
  const back = await importFolder(owner(), DEMO_TENANT_ID, readMarketData(DATA_FOLDER), { dry_run: false, os_user: 'somebody' })
  assert.deepEqual([back.revision, back.changes.providers.added], [4, [GONE]])
})

// Guarantee: data with anything wrong in it is not imported, and each wrong place is named by file, record and field.
test('wrong data', async () => {
  const wrong = (change: () => void): readonly { file: string; record: string; field: string }[] => {
    for (const name of ['corridors.json', 'providers.json', 'estimates.json', 'rates.json', 'facts.md']) cpSync(join(DATA_FOLDER, name), join(folder, name))
    change()
    try { readMarketData(folder) } catch (error) { assert.ok(error instanceof DatasetError, String(error)); return error.issues }
    return assert.fail('it was taken')
  }
  const at = (issues: ReturnType<typeof wrong>) => [issues[0]!.file, issues[0]!.record, issues[0]!.field]
  let id = ''
  assert.deepEqual(at(wrong(() => edit('providers', (all) => { id = all[1].id; all[1].speed = 1 }))), ['providers.json', id, 'speed'])
  assert.deepEqual(at(wrong(() => edit('corridors', (book) => { book.corridors[0].settlement_windows[0].timezone = 'Nowhere' }))).slice(0, 1), ['corridors.json'])
  assert.deepEqual(at(wrong(() => edit('providers', (all) => { all[1].facts = ['F999'] }))), ['providers.json', id, 'facts.0'])
  writeFileSync(join(folder, 'rates.json'), '{')
  assert.throws(() => readMarketData(folder), /rates\.json: \(file\): \(itself\): is not valid JSON/)
  // The last of two equal fields is what a plain JSON parser would have taken.
  assert.deepEqual(at(wrong(() => writeFileSync(join(folder, 'rates.json'), '{"as_of":"2026-09-29","as_of":"2026-09-28"}'))), ['rates.json', '(file)', '/as_of'])
  assert.throws(() => readMarketData(DATA_FOLDER, { 'xx-yy': 'manual' }), /xx-yy: mode_ceiling: there is no such corridor/)
})

// Guarantee: an import reaches the company that was named and no other; a name that two companies have must be said by id.
test('one company of two', async () => {
  const company = { name: 'Import Desk', time_zone: 'Africa/Lagos', admin_email: 'a@import.example', admin_name: 'A' }
  const { tenant_id } = await createCompany(owner(), company, 'somebody')
  const before = await read((tx) => readSettings(tx))
  assert.equal(await tenantNamed(owner(), 'import desk'), tenant_id)
  const done = await importFolder(owner(), tenant_id, readMarketData(DATA_FOLDER), { dry_run: false, os_user: 'somebody' })
  assert.deepEqual([done.revision, done.from_revision], [1, null])
  assert.deepEqual(await read((tx) => readSettings(tx)), before)
  assert.equal((await read((tx) => listProviders(tx), { ...desk, tenant_id })).length, (await read((tx) => listProviders(tx))).length)
  await demo.superuser.query("insert into tenants (tenant_id, name, time_zone) values (gen_random_uuid(), 'Import Desk', 'UTC')")
  await assert.rejects(tenantNamed(owner(), 'Import Desk'), new RegExp(tenant_id))
  await assert.rejects(tenantNamed(owner(), 'Nobody'), /There is no company named Nobody/)
  await assert.rejects(importFolder(owner(), '00000000-0000-4000-8000-00000000ffff', readMarketData(DATA_FOLDER), { dry_run: false, os_user: 'x' }), /there is no company/)
})
