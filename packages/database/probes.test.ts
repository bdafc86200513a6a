/** Caps of controlled probes on a real database. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { SESSION_EDGES } from '#contracts/state-machines.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import {
  endProbe, moveStep, newId, planSteps, readProbeCounters, readProbesOfSession, readSteps, refused, reserveProbe, saveRouteSession, setExecutionMode, setProbeCap, skipOpenSteps, transitionSession, withTenantRead, withTenantUpkeep, withTenantWrite, WHOLE_COMPANY,
  type Database, type NewProbe, type NewStep, type SessionState, type Tx,
} from './index.ts'

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

// Guarantee: a leg has one open reservation, what is released counts no more, what was used counts, also where the leg is tried again, and an end is an end; another day is another count.
test('a reservation ends once', async () => {
  const { tenant, session_id } = await company({ '*': WIDE, bank: { ...WIDE, probes_per_day: 1 } })
  const as = <T>(work: Parameters<typeof withTenantUpkeep<T>>[2]) => withTenantUpkeep(test_db.db, tenant.desk, work)
  const first = probe(session_id, 0)
  assert.equal(await reserve(tenant, first), 'reserved')
  assert.equal(await reserve(tenant, probe(session_id, 0, { day: '2026-09-30' })), 'probe_reserved')
  assert.equal(await reserve(tenant, probe(session_id, 1)), 'probe_cap_exceeded')
  assert.equal(await as((tx) => endProbe(tx, session_id, 0, 'released')), true)
  const second = probe(session_id, 0)
  assert.equal(await reserve(tenant, second), 'reserved')
  assert.equal(await as((tx) => endProbe(tx, session_id, 0, 'used')), true)
  assert.equal(await as((tx) => endProbe(tx, session_id, 0, 'released')), false)
  assert.equal(await reserve(tenant, probe(session_id, 1)), 'probe_cap_exceeded')
  assert.equal(await reserve(tenant, probe(session_id, 0)), 'probe_cap_exceeded', 'the leg again')
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

const CLOCK = '2026-09-29T09:00:00+01:00'
const step = (position: number, hop: number): NewStep => ({
  id: newId(), position, hop, kind: 'leg_settles', done_by: 'provider', provider_id: 'bank', to_supplier: false, proof_kinds: [], money_in: { amount: '10', currency: 'USD' }, money_out: { amount: '10', currency: 'USD' },
  reference: `FC-${position}`, typical: 'PT0S',
})
/** A probe of three legs, the second of two steps, on its way in this state, with the steps at these positions taken along these states. */
async function probeIn(state: 'executing' | 'paused', taken: Readonly<Record<number, readonly ('in_progress' | 'confirmed' | 'failed' | 'unknown')[]>>, reserved: readonly number[] = [0, 1, 2]) {
  const { tenant } = await company({ '*': WIDE, bank: WIDE })
  const session = makeTestSession(tenant, {}, { candidates: 1, verdicts: 1 })
  const move = async (tx: Tx, from: SessionState, to: SessionState, version: number) => assert.ok((await transitionSession(tx, { session_id: session.id, from, to, version, market_clock: CLOCK })).ok)
  await writeAs(test_db.db, tenant.desk, async (tx) => {
    await saveRouteSession(tx, session)
    for (const [i, to] of (['accepted', 'approved', 'executing'] as const).entries()) {
      await readyFor(tx, session, to)
      if (to === 'executing') {
        await setExecutionMode(tx, session.id, { mode: 'live_safe', required: 1, because: [] })
        await planSteps(tx, session.id, CLOCK, [step(1, 0), step(2, 1), step(3, 1), step(4, 2)])
        for (const position of reserved) assert.ok((await reserveProbe(tx, probe(session.id, position))).ok)
      }
      await move(tx, (['recommended', 'accepted', 'approved'] as const)[i]!, to, i + 1)
    }
    await tx.sql("update execution_steps set rail_owner = 'operator', account_label = 'A' where tenant_id = $1 and session_id = $2", [tx.actor.tenant_id, session.id])
    for (const one of await readSteps(tx, session.id)) {
      let { state: from, version } = one
      for (const to of taken[one.position] === undefined ? [] : [...(from === 'pending' ? ['ready' as const] : []), ...taken[one.position]!]) {
        assert.ok((await moveStep(tx, { step_id: one.id, version: version++, from, to, market_clock: CLOCK })).ok, `${one.position} ${from} ${to}`)
        from = to
      }
    }
    if (state === 'paused') await move(tx, 'executing', 'paused', 4)
  })
  return {
    tenant, session_id: session.id, states: () => withTenantRead(test_db.db, tenant.desk, async (tx) => (await readProbesOfSession(tx, session.id)).map((row) => row.state)),
    end: (to: SessionState) => writeAs(test_db.db, tenant.desk, async (tx) => {
      if (to !== 'completed') await skipOpenSteps(tx, session.id, CLOCK)
      await move(tx, state, to, state === 'paused' ? 5 : 4)
    }),
  }
}

// Guarantee: by whichever move of the machine a probe ends, nothing of it stays reserved: legs on which anything was begun are used, also where it failed or nobody knows, and the others are released.
test('no reservation outlives its session', async () => {
  const ends = SESSION_EDGES.filter(({ from, to }) => (from === 'executing' || from === 'paused') && to !== 'executing' && to !== 'paused') as unknown as readonly { from: 'executing' | 'paused'; to: SessionState }[]
  assert.deepEqual(ends.map(({ from, to }) => `${from} ${to}`).sort(), ['executing completed', 'executing failed', 'executing returned', 'paused cancelled', 'paused failed', 'paused returned'])
  const done = ['in_progress', 'confirmed'] as const
  for (const { from, to } of ends) {
    if (to === 'completed') {
      const all = await probeIn(from, { 1: done, 2: done, 3: done, 4: done })
      await all.end(to)
      assert.deepEqual(await all.states(), ['used', 'used', 'used'])
      continue
    }
    for (const [taken, expected] of [
      [{}, ['released', 'released', 'released']], [{ 1: ['in_progress'] }, ['used', 'released', 'released']], [{ 1: ['in_progress', 'failed'] }, ['used', 'released', 'released']], [{ 1: done, 2: ['in_progress', 'unknown'] }, ['used', 'used', 'released']],
      [{ 1: done, 2: done, 3: done, 4: ['in_progress'] }, ['used', 'used', 'used']], [{ 1: done, 2: done }, ['used', 'used', 'released']],
    ] as const) {
      const ended = await probeIn(from, taken)
      await ended.end(to)
      assert.deepEqual(await ended.states(), expected, `${from} ${to} ${JSON.stringify(taken)}`)
    }
  }
})

// Guarantee: whatever the server asks, the database lets no session end while it holds a reservation, and none begin as a probe with a leg that is not reserved.
test('the database holds a session to its reservations', async () => {
  const open = await probeIn('executing', {})
  await assert.rejects(test_db.superuser.query("update route_sessions set state = 'failed' where id = $1", [open.session_id]), { constraint: 'route_sessions_probe_ended' })
  await assert.rejects(probeIn('executing', {}, [0, 2]), { constraint: 'route_sessions_probe_reserved' })
})
