/** What the database itself refuses of outcomes and evidence, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { digestOf } from '#contracts/canonical-json.ts'
import type { Prediction } from '#contracts/api/settlement.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import {
  closeSession, mayClose, newId, readEvidence, readEvidenceHistory, readEvidenceTotals, readOutcome, readOutcomeEvidence, refused, saveRouteSession, transitionSession, undoEvidence, withTenantRead, withTenantWrite,
  type SessionClose, type SessionState, type Tx,
} from './index.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
before(async () => {
  test_db = await openTestDatabase()
  ;[here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
})
after(async () => test_db.close())

const CLOCK = '2026-09-29T09:00:00+01:00'
const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, actor, work)
const read = <T>(of: TestTenant, work: (tx: Tx) => Promise<T>): Promise<T> => withTenantRead(test_db.db, of.desk, work)

/** A session brought to this state along the edges, with the version it has there. */
async function sessionIn(of: TestTenant, path: readonly SessionState[] = ['accepted', 'approved', 'executing'], over: Parameters<typeof makeTestSession>[1] = {}): Promise<{ id: string; version: number; state: SessionState }> {
  const session = makeTestSession(of, over)
  await as(of.desk, async (tx) => {
    await saveRouteSession(tx, session)
    let from: SessionState = 'recommended'
    for (const [i, to] of path.entries()) {
      await readyFor(tx, session, to)
      assert.ok((await transitionSession(tx, { session_id: session.id, from, to, version: i + 1, market_clock: CLOCK })).ok)
      from = to
    }
  })
  return { id: session.id, version: path.length + 1, state: path.at(-1)! }
}

const PROVIDER = 'ng-bank-rmb-direct'
const PREDICTION: Prediction = {
  candidate_id: 'r1-2', sent: { amount: '1000', currency: 'NGN' }, received: { amount: '5', currency: 'CNY' }, rate: '200.000000', mid_rate: '199.000000', cost_bps: '50.000000', slippage_bps: '0.000000',
  arrival_p50: '2026-09-30T09:00:00+08:00', arrival_p90: '2026-10-01T09:00:00+08:00',
  hops: [{
    provider_id: PROVIDER, provider_name: 'Bank', kind: 'cross_border_transfer', network: null, from: 'NGN', to: 'CNY', from_country: 'NG', to_country: 'CN', amount_in: '1000', amount_out: '5', cost_bps: '50', slippage_bps: '0',
    latency_p50: 'P1D', latency_p90: 'P2D', starts_at_p50: '2026-09-29T09:00:00+01:00', ends_at_p50: '2026-09-30T09:00:00+08:00', ends_at_p90: '2026-10-01T09:00:00+08:00',
  }],
}
const HOP = { result: 'success', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null, took_s: null, expected_s: null, slippage_bps: null, expected_slippage_bps: null } as const
const closing = (session: { id: string; version: number; state: SessionState }, over: Partial<SessionClose> = {}): SessionClose => ({
  session_id: session.id, from: session.state, version: session.version, market_clock: CLOCK, simulation: false, prediction: PREDICTION, prediction_digest: digestOf(PREDICTION),
  outcome: {
    result: 'completed', because: null, sent: { amount: '1000.00', currency: 'NGN' }, received: { amount: '4.99', currency: 'CNY' }, rate: '200.400802', cost_bps: '70.000000', cost_difference_bps: '20.000000',
    arrived_at: '2026-09-30T01:00:00+08:00', after_p50_s: -28_800, after_p90_s: -115_200, fell: 'by_p50', hops: [HOP], score: '90.00',
  },
  evidence: [{ provider_id: PROVIDER, kind: 'trust', legs: ['a'], observation: '1' }, { provider_id: PROVIDER, kind: 'latency', legs: ['a'], observation: '1.25' }], ...over,
})
const close = (of: TestTenant, it: SessionClose) => as(of.desk, (tx) => closeSession(tx, it))
const totalsOf = async (of: TestTenant) => (await read(of, (tx) => readEvidenceTotals(tx))).map(({ provider_id, kind, n, sum }) => [provider_id, kind, n, sum])
const refusedBy = (constraint: string) => (cause: { constraint?: string }) => cause.constraint === constraint

// Guarantee: of fifty people who close one session at once, one does; there is one outcome, one move and its evidence once.
test('fifty closers make one outcome', async () => {
  const session = await sessionIn(here)
  const ends = await Promise.all(Array.from({ length: 50 }, () => withTenantWrite(test_db.db, writeRequest(here.desk), async (tx) => {
    const refuse = (code: 'not_found' | 'stale_version' | 'wrong_state' | 'steps_not_done') => refused({ code }, { action: 'test', entity: 'route_session', entity_id: session.id, facts: {} })
    const may = await mayClose(tx, session, 'completed')
    if (!may.ok) return refuse(may.error.code)
    const closed = await closeSession(tx, closing(session, { from: may.value.from }))
    if (!closed.ok) return refuse(closed.error.code)
    return { audit: { action: 'test', entity: 'route_session', entity_id: session.id, transition_seq: closed.value.version, facts: {} }, response: { status: 200, body: closed.value } }
  })))
  assert.equal(ends.filter(({ ok }) => ok).length, 1)
  assert.deepEqual([...new Set(ends.flatMap((end) => (end.ok ? [] : [end.error.code])))], ['stale_version'])
  const { rows: [counted] } = await test_db.superuser.query(
    "select (select count(*)::int from session_outcomes where session_id = $1) as outcomes, (select count(*)::int from estimate_evidence where session_id = $1) as evidence, (select count(*)::int from route_session_transitions where session_id = $1 and to_state = 'completed') as moves", [session.id])
  assert.deepEqual(counted, { outcomes: 1, evidence: 2, moves: 1 })
})

// Guarantee: an outcome needs the very transition that closed its session with its result, stands once, and is never changed, whoever tries.
test('a second outcome, one of another state and a changed one are refused by the database', async () => {
  const session = await sessionIn(here)
  assert.ok((await close(here, closing(session))).ok)
  assert.deepEqual(await close(here, closing(session)), { ok: false, error: { code: 'stale_version' } })
  const copied = (seq: number, result: string) => test_db.superuser.query(`insert into session_outcomes (tenant_id, session_id, closed_seq, result, simulation, because, sent_amount, sent_currency, score, hops, prediction, prediction_digest)
    select tenant_id, $3, $1, $2, false, 'called_off', sent_amount, sent_currency, score, hops, prediction, prediction_digest from session_outcomes where session_id = $4`, [seq, result, other.id, session.id])
  const other = await sessionIn(here)
  await assert.rejects(copied(other.version, 'failed'), refusedBy('session_outcomes_of_its_state'))
  await assert.rejects(test_db.superuser.query('insert into session_outcomes select * from session_outcomes where session_id = $1', [session.id]), refusedBy('session_outcomes_pkey'))
  await assert.rejects(test_db.superuser.query('update session_outcomes set score = 100 where session_id = $1', [session.id]), { code: '42501' })
  await assert.rejects(test_db.superuser.query('delete from session_outcomes where session_id = $1', [session.id]), { code: '42501' })
  assert.equal(await read(there, (tx) => readOutcome(tx, session.id)), null)
  const kept = (await read(here, (tx) => readOutcome(tx, session.id)))!
  assert.deepEqual([kept.result, kept.sent_amount, kept.received_amount, kept.cost_bps, kept.score, kept.closed_by, kept.prediction_digest.toString('hex')], ['completed', '1000.00', '4.99', '70.000000', '90.00', here.desk.user_id, digestOf(PREDICTION)])
})

// Guarantee: the result and the state it is closed from are an allowed pair: nothing completes out of a pause, and what was never carried out is not closed.
test('only a session that is carried out can be closed', async () => {
  for (const [path, result, allowed] of [[['accepted'], 'completed', false], [['accepted', 'approved'], 'failed', false], [['accepted', 'approved', 'executing', 'paused'], 'completed', false],
    [['accepted', 'approved', 'executing', 'paused'], 'failed', true], [['accepted', 'approved', 'executing'], 'returned', true]] as const) {
    const session = await sessionIn(here, path)
    const may = await as(here.desk, (tx) => mayClose(tx, session, result))
    assert.deepEqual(may, allowed ? { ok: true, value: { from: path.at(-1) } } : { ok: false, error: { code: 'wrong_state' } }, `${path.at(-1)} ${result}`)
  }
  const session = await sessionIn(here)
  assert.deepEqual(await as(there.desk, (tx) => mayClose(tx, session, 'completed')), { ok: false, error: { code: 'not_found' } })
})

// Guarantee: a simulation leaves no evidence, and the database finds no outcome for evidence of one.
test('a simulation never feeds an estimate', async () => {
  const session = await sessionIn(here, undefined, { mode_ceiling: 'simulation' })
  const before = await totalsOf(here)
  await assert.rejects(close(here, closing(session, { simulation: false })), refusedBy('session_outcomes_as_real_as_executed'))
  await assert.rejects(sessionIn(here).then((real) => close(here, closing(real, { simulation: true }))), refusedBy('session_outcomes_as_real_as_executed'))
  assert.ok((await close(here, closing(session, { simulation: true }))).ok)
  assert.deepEqual([await read(here, (tx) => readOutcomeEvidence(tx, session.id)), await totalsOf(here)], [[], before])
  const planted = (simulation: boolean) => test_db.superuser.query("insert into estimate_evidence (tenant_id, id, session_id, provider_id, legs, kind, observation, simulation) values ($1, $2, $3, 'p', '{a}', 'trust', 1, $4)", [here.tenant_id, newId(), session.id, simulation])
  await assert.rejects(planted(false), refusedBy('estimate_evidence_of_real_outcome'))
  await assert.rejects(planted(true), refusedBy('estimate_evidence_simulation_check'))
})

// Guarantee: no observation outside the range of its kind is kept, and an outcome observes each kind of a provider once.
test('evidence out of range and evidence twice are refused by the database', async () => {
  for (const [kind, observation] of [['trust', '0.5'], ['trust', '2'], ['liquidity', '-1'], ['latency', '0.2'], ['latency', '4.000001'], ['slippage', '-0.1'], ['slippage', '5'], ['latency', '1.0000001']] as const) {
    const session = await sessionIn(here)
    await assert.rejects(close(here, closing(session, { evidence: [{ provider_id: PROVIDER, kind, legs: ['a'], observation }] })), refusedBy('estimate_evidence_in_range'), `${kind} ${observation}`)
  }
  const session = await sessionIn(here)
  const once = { provider_id: PROVIDER, kind: 'trust', legs: ['a'], observation: '1' } as const
  await assert.rejects(close(here, closing(session, { evidence: [once, once] })), refusedBy('estimate_evidence_once'))
})

// Guarantee: evidence that is taken back counts as if it never was, once, by somebody of the tenant; it is neither changed nor removed, and stays to be seen.
test('evidence is taken back once and never removed', async () => {
  const tenant = await makeTestTenant(test_db)
  const [first, second] = [await sessionIn(tenant), await sessionIn(tenant)]
  assert.ok((await close(tenant, closing(first))).ok)
  const alone = await totalsOf(tenant)
  assert.ok((await close(tenant, closing(second, { evidence: [{ provider_id: PROVIDER, kind: 'trust', legs: ['a'], observation: '0' }, { provider_id: PROVIDER, kind: 'latency', legs: ['a'], observation: '0.25' }] }))).ok)
  assert.deepEqual(await totalsOf(tenant), [[PROVIDER, 'latency', 2, '1.5'], [PROVIDER, 'trust', 2, '1']])
  const taken = await read(tenant, (tx) => readOutcomeEvidence(tx, second.id))
  for (const { id } of taken) {
    assert.equal(await as(there.admin, (tx) => undoEvidence(tx, id, 'recorded_wrongly')), false)
    assert.deepEqual([await as(tenant.admin, (tx) => undoEvidence(tx, id, 'recorded_wrongly')), await as(tenant.admin, (tx) => undoEvidence(tx, id, 'market_moved'))], [true, false])
    assert.equal((await read(tenant, (tx) => readEvidence(tx, id)))?.undone, true)
    for (const set of ['observation = 1', 'undone_at = null, undone_by = null, undone_because = null', "undone_because = 'market_moved'"]) {
      await assert.rejects(test_db.superuser.query(`update estimate_evidence set ${set} where id = $1`, [id]), refusedBy('estimate_evidence_undone_once'))
    }
    await assert.rejects(test_db.superuser.query('delete from estimate_evidence where id = $1', [id]), { code: '42501' })
  }
  assert.deepEqual(await totalsOf(tenant), alone)
  const history = await read(tenant, (tx) => readEvidenceHistory(tx, PROVIDER))
  assert.deepEqual(history.filter(({ kind }) => kind === 'latency').map(({ session_id, observation, n_until, sum_until, undone_because, undone_by }) => [session_id, observation, n_until, sum_until, undone_because, undone_by]),
    [[second.id, '0.25', 1, '1.25', 'recorded_wrongly', tenant.admin.user_id], [first.id, '1.25', 1, '1.25', null, null]])
})
