/** Caps of controlled probes on a real database. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import { endProbe, newId, readProbeCounters, refused, reserveProbe, saveRouteSession, setProbeCap, withTenantRead, withTenantUpkeep, withTenantWrite, WHOLE_COMPANY, type Database, type NewProbe } from './index.ts'

let test_db: TestDatabase
/** As many connections as several servers have together. */
let many: Database
before(async () => {
  test_db = await openTestDatabase()
  many = test_db.open({ max: 40 })
})
after(async () => test_db.close())

const DAY = '2026-09-29'
const AUDIT = { action: 'test', entity: 'test', entity_id: 'x', transition_seq: null, facts: {} }
type Cap = { readonly per_probe_usd: string; readonly per_day_usd: string; readonly probes_per_day: number }
const WIDE: Cap = { per_probe_usd: '1000', per_day_usd: '100000', probes_per_day: 1000 }

async function company(caps: Readonly<Record<string, Cap>>): Promise<{ tenant: TestTenant; session_id: string }> {
  const tenant = await makeTestTenant(test_db)
  const session = makeTestSession(tenant, {}, { candidates: 1, verdicts: 1 })
  await withTenantWrite(test_db.db, writeRequest(tenant.merchant), async (tx) => {
    await saveRouteSession(tx, session)
    return { audit: AUDIT, response: { status: 200, body: {} } }
  })
  for (const [provider_id, cap] of Object.entries(caps)) assert.ok(await withTenantUpkeep(test_db.db, tenant.admin, (tx) => setProbeCap(tx, { provider_id, ...cap, version: 0 })))
  return { tenant, session_id: session.id }
}
const probe = (session_id: string, position: number, over: Partial<NewProbe> = {}): NewProbe => ({ id: newId(), session_id, position, provider_id: 'bank', day: DAY, amount_usd: '10', policy_revision: 'p1', ...over })
/** Reserves as the product does: in a write of its own. */
async function reserve(tenant: TestTenant, wanted: NewProbe): Promise<string> {
  const done = await withTenantWrite(many, writeRequest(tenant.desk), async (tx) => {
    const reserved = await reserveProbe(tx, wanted)
    return reserved.ok ? { audit: AUDIT, response: { status: 200, body: {} } } : refused(reserved.error, { action: 'test', entity: 'test', entity_id: 'x', facts: {} })
  })
  return done.ok ? 'reserved' : done.error.code
}
const counters = (tenant: TestTenant) => withTenantRead(test_db.db, tenant.desk, (tx) => readProbeCounters(tx, 'bank', DAY))

// Guarantee (attack 32): of 200 probes at once exactly as many as the cap allows are reserved, whichever of the caps it is.
test('200 parallel probes at a cap of ten', async () => {
  for (const caps of [{ '*': { ...WIDE, probes_per_day: 10 }, bank: WIDE }, { '*': WIDE, bank: { ...WIDE, probes_per_day: 10 } }, { '*': { ...WIDE, per_probe_usd: '10', per_day_usd: '109' }, bank: WIDE }, { '*': WIDE, bank: { ...WIDE, per_day_usd: '1000', per_probe_usd: '100' } }]) {
    const { tenant, session_id } = await company(caps)
    const amount_usd = caps.bank.per_probe_usd === '100' ? '100' : '10'
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => reserve(tenant, probe(session_id, i, { amount_usd }))))
    const count = (answer: string) => answers.filter((one) => one === answer).length
    assert.deepEqual([count('reserved'), count('probe_cap_exceeded')], [10, 190])
    assert.deepEqual((await counters(tenant)).map(({ probes }) => probes), [10, 10])
  }
})

// Guarantee: without both caps nothing is probed, and a probe above the cap of one, to the cent, is refused.
test('no cap is no probe', async () => {
  for (const [caps, expected] of [[{}, 'probe_cap_missing'], [{ '*': WIDE }, 'probe_cap_missing'], [{ bank: WIDE }, 'probe_cap_missing'], [{ '*': WIDE, other: WIDE }, 'probe_cap_missing'], [{ '*': WIDE, bank: WIDE }, 'reserved'], [{ '*': WIDE, bank: { ...WIDE, probes_per_day: 0 } }, 'probe_cap_exceeded']] as const) {
    const { tenant, session_id } = await company(caps)
    assert.equal(await reserve(tenant, probe(session_id, 0)), expected, JSON.stringify(caps))
  }
  const { tenant, session_id } = await company({ '*': WIDE, bank: WIDE })
  assert.equal(await reserve(tenant, probe(session_id, 1, { amount_usd: '1000.01' })), 'probe_cap_exceeded')
  assert.equal(await reserve(tenant, probe(session_id, 1, { amount_usd: '1000.00' })), 'reserved')
})

// Guarantee: a step has one reservation, what is released counts no more, what was used counts, and an end is an end; another day is another count.
test('a reservation ends once', async () => {
  const { tenant, session_id } = await company({ '*': WIDE, bank: { ...WIDE, probes_per_day: 1 } })
  const as = <T>(work: Parameters<typeof withTenantUpkeep<T>>[2]) => withTenantUpkeep(test_db.db, tenant.desk, work)
  const first = probe(session_id, 0)
  assert.equal(await reserve(tenant, first), 'reserved')
  assert.equal(await reserve(tenant, probe(session_id, 0, { day: '2026-09-30' })), 'probe_reserved')
  assert.equal(await reserve(tenant, probe(session_id, 1)), 'probe_cap_exceeded')
  assert.equal(await as((tx) => endProbe(tx, first.id, 'released')), true)
  const second = probe(session_id, 0)
  assert.equal(await reserve(tenant, second), 'reserved')
  assert.equal(await as((tx) => endProbe(tx, second.id, 'used')), true)
  assert.equal(await as((tx) => endProbe(tx, second.id, 'released')), false)
  assert.equal(await reserve(tenant, probe(session_id, 1)), 'probe_cap_exceeded')
  assert.equal(await reserve(tenant, probe(session_id, 1, { day: '2026-09-30' })), 'reserved')
  await assert.rejects(test_db.superuser.query("update probe_reservations set state = 'reserved', ended_at = null where id = $1", [second.id]), { constraint: 'probe_reservations_end_once' })
  await assert.rejects(test_db.superuser.query('delete from probe_reservations where id = $1', [second.id]), { code: '42501' })
})

// Guarantee: caps are of one company, and a cap that another person set meanwhile is not overwritten.
test('caps have versions and an owner', async () => {
  const { tenant, session_id } = await company({ '*': WIDE, bank: WIDE })
  const { tenant: other } = await company({ '*': WIDE, bank: WIDE })
  const set = (version: number) => withTenantUpkeep(test_db.db, tenant.admin, (tx) => setProbeCap(tx, { provider_id: WHOLE_COMPANY, ...WIDE, probes_per_day: 7, version }))
  assert.deepEqual([await set(0), await set(2), await set(1), await set(1)], [false, false, true, false])
  assert.deepEqual((await counters(tenant)).map(({ probes_per_day }) => probes_per_day), [7, 1000])
  assert.deepEqual((await counters(other)).map(({ probes_per_day }) => probes_per_day), [1000, 1000])
  await assert.rejects(reserve(other, probe(session_id, 0)), { code: '23503' })
})
