/** Calls on a real database: what it refuses, what a crash leaves, what parallel starts make. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { finishCall, markSent, newId, readCalls, saveRouteSession, startCall, sweepCalls, withTenantRead, withTenantUpkeep, withTenantWrite, type Database, type NewCall, type Tx } from '#database/index.ts'
import { openTestDatabase, TEST_TENANT_KEY, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import { handClock } from '../testing/hand-clock.ts'
import { createCallSweep } from './call-sweep.ts'
import { carryOnce } from './carry.ts'
import type { CarryConnector } from './connector.ts'
import { GUARD_SETTINGS, makeGuard, systemClock } from './guard.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
before(async () => {
  test_db = await openTestDatabase()
  ;[here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
})
after(async () => test_db.close())

const as = <T>(of: TestTenant, work: (tx: Tx) => Promise<T>): Promise<T> => withTenantUpkeep(test_db.db, of.desk, work)
async function newSession(of: TestTenant): Promise<string> {
  const session = makeTestSession(of, {}, { candidates: 1, verdicts: 1 })
  const saved = await withTenantWrite(test_db.db, writeRequest(of.merchant), async (tx) => {
    await saveRouteSession(tx, session)
    return { audit: { action: 'test', entity: 'test', entity_id: session.id, transition_seq: null, facts: {} }, response: { status: 200, body: {} } }
  })
  assert.ok(saved.ok)
  return session.id
}
const call = (session_id: string, over: Partial<NewCall> = {}): NewCall =>
  ({ id: newId(), session_id, position: 0, connector_id: 'simulated', mode: 'simulation', request_digest: sha256Hex('request'), decision: null, lease_s: 60, ...over })
const calls = (of: TestTenant, session_id: string) => withTenantRead(test_db.db, of.desk, (tx) => readCalls(tx, session_id))
const decision = (by: string) => ({ by, because: 'other_side_has_nothing' }) as const

// Guarantee: of any number who start the same step at once one does, and no second attempt begins while the first is open or after it was answered.
test('a step is carried by one attempt at a time', async () => {
  const session = await newSession(here)
  const started = await Promise.all(Array.from({ length: 20 }, () => as(here, (tx) => startCall(tx, call(session)))))
  assert.equal(started.filter(({ ok }) => ok).length, 1)
  assert.ok(started.every((one) => one.ok || one.error.code === 'attempt_open'))
  const { id } = (await calls(here, session))[0]!
  assert.deepEqual([await as(here, (tx) => markSent(tx, id)), await as(here, (tx) => markSent(tx, id))], [true, false])
  assert.equal(await as(here, (tx) => finishCall(tx, id, { state: 'answered', answer_digest: sha256Hex('answer') })), true)
  assert.deepEqual(await as(here, (tx) => startCall(tx, call(session, { decision: decision(here.desk.user_id) }))), { ok: false, error: { code: 'attempt_open' } })
  assert.equal(await as(here, (tx) => finishCall(tx, id, { state: 'failed', cause: 'late' })), false)
})

// Guarantee: a call is as real as the execution of its session: nothing real goes out for a simulated one, nor a simulated call for a real one.
test('a simulated session reaches no real connector', async () => {
  for (const [execution_mode, over] of [['simulation', { connector_id: 'pain001_draft', mode: 'manual' }], ['manual', {}]] as const) {
    const session = await newSession(here)
    await test_db.superuser.query('update route_sessions set execution_mode = $2 where id = $1', [session, execution_mode])
    await assert.rejects(as(here, (tx) => startCall(tx, call(session, over))), { constraint: 'connector_calls_as_real_as_session' })
  }
})

// Guarantee: after a failed or unknown attempt only a person's decision opens the next one, and the database holds that without the server's help.
test('nobody repeats a call but a person who decided it', async () => {
  const session = await newSession(here)
  const first = call(session)
  await as(here, (tx) => startCall(tx, first))
  await as(here, (tx) => markSent(tx, first.id))
  await as(here, (tx) => finishCall(tx, first.id, { state: 'unknown', cause: 'timeout' }))
  assert.deepEqual(await as(here, (tx) => startCall(tx, call(session))), { ok: false, error: { code: 'decision_required' } })
  const again = (columns: string, values: string) => test_db.superuser.query(`insert into connector_calls (tenant_id, id, session_id, position, attempt, connector_id, mode, request_digest, lease_until${columns})
    select tenant_id, gen_random_uuid(), session_id, position, attempt + 1, connector_id, mode, request_digest, lease_until${values} from connector_calls where id = $1`, [first.id])
  await assert.rejects(again('', ''), { constraint: 'connector_calls_decided_again' })
  await assert.rejects(again(', decided_by', `, '${here.desk.user_id}'`), { constraint: 'connector_calls_decided_again' })
  await assert.rejects(again(', decided_by, decided_because', `, '${there.desk.user_id}', 'money_came_back'`), { constraint: 'connector_calls_tenant_id_decided_by_fkey' })
  const second = call(session, { decision: decision(here.desk.user_id) })
  assert.deepEqual(await as(here, (tx) => startCall(tx, second)), { ok: true, value: { attempt: 2 } })
  await assert.rejects(test_db.superuser.query(`insert into connector_calls (tenant_id, id, session_id, position, attempt, connector_id, mode, request_digest, lease_until, decided_by, decided_because)
    select tenant_id, gen_random_uuid(), session_id, position, 3, connector_id, mode, request_digest, lease_until, decided_by, decided_because from connector_calls where id = $1`, [second.id]), { constraint: 'connector_calls_after_the_last' })
})

// Guarantee: an end stays, nothing goes back, nothing is deleted, and what is simulated is never mixed with what is real.
test('the database keeps calls as they were', async () => {
  const session = await newSession(here)
  const first = call(session)
  await as(here, (tx) => startCall(tx, first))
  const { superuser } = test_db
  await assert.rejects(superuser.query("update connector_calls set state = 'answered', answer_digest = request_digest, ended_at = now() where id = $1", [first.id]), { constraint: 'connector_calls_forward' })
  await as(here, (tx) => finishCall(tx, first.id, { state: 'failed', cause: 'circuit_open' }))
  for (const state of ['intent', 'sent', 'answered', 'unknown', 'failed']) await assert.rejects(superuser.query(`update connector_calls set state = $2, answer_digest = case when $2 = 'answered' then request_digest end, cause = case when $2 in ('failed', 'unknown') then 'another' end,
    ended_at = case when $2 in ('intent', 'sent') then null else now() end where id = $1`, [first.id, state]), { constraint: 'connector_calls_forward' }, state)
  await assert.rejects(superuser.query('delete from connector_calls where id = $1', [first.id]), { code: '42501' })
  const other = await newSession(here)
  for (const wrong of [{ mode: 'manual' }, { connector_id: 'evm_status' }] as const) {
    assert.deepEqual(await as(here, (tx) => startCall(tx, call(other, wrong))), { ok: false, error: { code: 'wrong_mode' } })
    await assert.rejects(superuser.query(`insert into connector_calls (tenant_id, id, session_id, position, attempt, connector_id, mode, request_digest, lease_until)
      select tenant_id, gen_random_uuid(), session_id, 5, 1, $2, $3, request_digest, lease_until from connector_calls where id = $1`, [first.id, 'connector_id' in wrong ? wrong.connector_id : 'simulated', 'mode' in wrong ? wrong.mode : 'simulation']), { constraint: 'connector_calls_simulated_alone' })
  }
})

// Guarantee: no company sees, sends, ends or repeats another's call.
test('a call belongs to its company', async () => {
  const session = await newSession(here)
  const first = call(session)
  await as(here, (tx) => startCall(tx, first))
  assert.deepEqual(await calls(there, session), [])
  assert.equal(await as(there, (tx) => markSent(tx, first.id)), false)
  assert.equal(await as(there, (tx) => finishCall(tx, first.id, { state: 'failed', cause: 'x' })), false)
  await assert.rejects(as(there, (tx) => startCall(tx, call(session))), { code: '23503' })
})

// Guarantee: a call whose process is gone becomes unknown once, with whether it had been sent; a call that still may live is left alone, and a late answer changes nothing.
test('what was left open becomes unknown', async () => {
  const [open, sent, alive] = [call(await newSession(here), { lease_s: 0 }), call(await newSession(here), { lease_s: 1 }), call(await newSession(there))]
  await as(here, (tx) => startCall(tx, open))
  await as(here, (tx) => startCall(tx, sent))
  await as(there, (tx) => startCall(tx, alive))
  assert.equal(await as(here, (tx) => markSent(tx, sent.id)), true)
  assert.equal(await as(here, (tx) => markSent(tx, open.id)), false, 'sent after its lease ran out')
  await new Promise((resolve) => setTimeout(resolve, 1_050))
  const swept = (await Promise.all([sweepCalls(test_db.db), sweepCalls(test_db.open())])).flat()
  assert.deepEqual(swept.map(({ id, tenant_id }) => [id, tenant_id]).sort(), [[open.id, here.tenant_id], [sent.id, here.tenant_id]].sort())
  assert.deepEqual((await calls(here, open.session_id)).map(({ state, cause }) => [state, cause]), [['unknown', 'process_ended_before_sending']])
  assert.deepEqual((await calls(here, sent.session_id)).map(({ state, cause }) => [state, cause]), [['unknown', 'process_ended']])
  assert.deepEqual((await calls(there, alive.session_id)).map(({ state }) => state), ['intent'])
  assert.equal(await as(here, (tx) => finishCall(tx, sent.id, { state: 'answered', answer_digest: sha256Hex('late') })), false)
  assert.deepEqual(await sweepCalls(test_db.db), [])
})

// Guarantee: the sweep begins at boot, comes again, goes on after a database that failed, and ends when it is told.
test('open calls are looked for again and again', async () => {
  const clock = handClock()
  const swept: string[] = []
  let troubles = 0
  const sweep = (db: Database) => createCallSweep({ db, clock, onSwept: (found) => swept.push(...found.map(({ id }) => id)), onTrouble: () => { troubles++ } })
  const until = async (seen: () => boolean) => { for (let tries = 0; tries < 200 && !seen(); tries++) { await clock.pass(30_000); await new Promise((resolve) => setTimeout(resolve, 10)) } assert.ok(seen()) }
  const closed = test_db.open()
  const failing = sweep(new Proxy(closed, { get: (target, name) => (name === 'pool' ? { query: async () => { throw new Error('away') } } : Reflect.get(target, name)) }))
  failing.start()
  await until(() => troubles > 1)
  await failing.stop()
  const running = sweep(test_db.db)
  running.start()
  const late = call(await newSession(here), { lease_s: 0 })
  await as(here, (tx) => startCall(tx, late))
  await until(() => swept.includes(late.id))
  await running.stop()
  const after_stop = call(await newSession(here), { lease_s: 0 })
  await as(here, (tx) => startCall(tx, after_stop))
  await clock.pass(120_000)
  assert.deepEqual((await calls(here, after_stop.session_id)).map(({ state }) => state), ['intent'])
  await sweepCalls(test_db.db)
})

// Guarantee (attack 31): a process that is killed between its call and the answer leaves exactly one call, which becomes unknown and went out once; nothing repeats it.
test('a process is killed in the middle of a call', async () => {
  let asked = 0
  const arrived = Promise.withResolvers<void>()
  const other_side = createServer(() => { asked++; arrived.resolve() }).listen(0, '127.0.0.1')
  await once(other_side, 'listening')
  try {
    const session_id = await newSession(here)
    const first = call(session_id, { lease_s: 3 })
    await as(here, (tx) => startCall(tx, first))
    const child = spawn(process.execPath, [join(import.meta.dirname, '../testing/dying-caller.ts'), JSON.stringify({
      database: test_db.url, tenant_key: TEST_TENANT_KEY, actor: here.desk, call_id: first.id, session_id, address: `http://127.0.0.1:${(other_side.address() as AddressInfo).port}/`,
    })], { stdio: ['ignore', 'ignore', 'inherit'] })
    const gone = once(child, 'exit')
    await Promise.race([arrived.promise, gone])
    assert.equal(asked, 1)
    assert.deepEqual((await calls(here, session_id)).map(({ state }) => state), ['sent'])
    child.kill('SIGKILL')
    await gone
    for (let tries = 0; tries < 100 && !(await sweepCalls(test_db.db)).some(({ id }) => id === first.id); tries++) await new Promise((resolve) => setTimeout(resolve, 100))
    assert.deepEqual((await calls(here, session_id)).map(({ id, state, cause, attempt }) => ({ id, state, cause, attempt })), [{ id: first.id, state: 'unknown', cause: 'process_ended', attempt: 1 }])
    assert.deepEqual(await as(here, (tx) => startCall(tx, call(session_id))), { ok: false, error: { code: 'decision_required' } })
    assert.equal(asked, 1)
  } finally {
    other_side.closeAllConnections()
    other_side.close()
  }
})

// Guarantee: what the registry does not admit is not sent, nor what was given up before it went out.
test('nothing goes out without admission and lease', async () => {
  const session_id = await newSession(here)
  const first = call(session_id, { lease_s: 0 })
  await as(here, (tx) => startCall(tx, first))
  const deps = { db: test_db.db, guard: makeGuard(GUARD_SETTINGS, systemClock, () => 0), now: () => 0, fetch }
  const connector = (id: string): CarryConnector => ({ id: id as 'simulated', carry: () => assert.fail('was sent') })
  const ask = { actor: here.desk, call_id: first.id, instruction: { session_id, position: 0, reference: 'R', provider_id: 'p', amount: { amount: '1', currency: 'USD' } } }
  for (const [id, mode, code] of [['Simulated', 'simulation', 'connector_unknown'], ['simulated', 'manual', 'connector_wrong_mode'], ['rate_feed', 'simulation', 'connector_incapable'], ['simulated', 'simulation', 'lease_lost']] as const) {
    assert.deepEqual(await carryOnce(deps, { ...ask, mode, connector: connector(id) }), { ok: false, error: { code } })
  }
})
