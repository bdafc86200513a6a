import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sha256Hex } from '#contracts/canonical-json.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, writeRequest, type TestTenant } from '#tools/testing/tenant.ts'
import {
  listAuditEvents, newId, readRouteSession, recordDenial, refused, saveRouteSession, transitionSession, verifyAuditChain, withTenantRead, withTenantWrite,
  type Database, type NewRouteSession, type Transition, type Tx, type WriteRequest,
} from './index.ts'

let test_db: TestDatabase
let tenant: TestTenant
before(async () => { test_db = await openTestDatabase(); tenant = await makeTestTenant(test_db) })
after(async () => test_db.close())

const save = (db: Database, request: WriteRequest, session: NewRouteSession, inside?: () => Promise<void>) => withTenantWrite(db, request, async (tx) => {
  await saveRouteSession(tx, session)
  await inside?.()
  return { audit: { action: 'route_session.requested', entity: 'route_session', entity_id: session.id, transition_seq: 1, facts: { state: session.state } }, response: { status: 201, body: { id: session.id } } }
})

const move = (db: Database, request: WriteRequest, change: Transition) => withTenantWrite(db, request, async (tx) => {
  const done = await transitionSession(tx, change)
  const audit = { action: `route_session.${change.to}`, entity: 'route_session', entity_id: change.session_id, facts: { from: change.from, to: change.to } }
  if (!done.ok) return refused(done.error, audit)
  return { audit: { ...audit, transition_seq: done.value.version }, response: { status: 200, body: { version: done.value.version } } }
})

const count = async (sql: string, values: unknown[] = [tenant.tenant_id]): Promise<number> => (await test_db.superuser.query(`select count(*)::int as n from ${sql}`, values)).rows[0].n
const CLOCK = '2026-09-29T09:00:00+01:00'

// Guarantee: one Idempotency-Key has one effect, one audit row and one answer, whatever number of servers race on it.
test('50 parallel calls with one key on 3 pools have one effect', async () => {
  const pools = [test_db.db, test_db.open({ max: 8 }), test_db.open({ max: 8 })]
  const request = writeRequest(tenant.merchant)
  const before_rows = await count('audit_events where tenant_id = $1')
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => save(pools[i % 3]!, request, makeTestSession(tenant))))
  const written = answers.filter((a) => a.ok && !a.value.replayed)
  assert.equal(written.length, 1)
  const stored = written[0]!.ok ? written[0]!.value.body.id : ''
  for (const answer of answers) {
    if (answer.ok) assert.deepEqual({ status: answer.value.status, body: answer.value.body }, { status: 201, body: { id: stored } })
    else assert.equal(answer.error.code, 'idempotency_in_flight')
  }
  assert.equal(await count('route_sessions where tenant_id = $1 and id = $2', [tenant.tenant_id, stored]), 1)
  const effects = "audit_events where tenant_id = $1 and action = 'route_session.requested' and entity_id = $2"
  assert.equal(await count(effects, [tenant.tenant_id, stored]), 1)
  // Each call that was told to wait is a refusal, and each refusal is one row.
  assert.equal(await count('audit_events where tenant_id = $1') - before_rows, 1 + answers.filter((a) => !a.ok).length)
  const again = await save(test_db.db, request, makeTestSession(tenant))
  assert.ok(again.ok && again.value.replayed && again.value.body.id === stored)
})

// Guarantee: a key never answers for another body, another person or another operation.
test('attack 28: a key with another body is a mismatch, and is its own for another actor or operation', async () => {
  const request = writeRequest(tenant.merchant)
  assert.ok((await save(test_db.db, request, makeTestSession(tenant))).ok)
  const other = await save(test_db.db, { ...request, fingerprint: sha256Hex('another body') }, makeTestSession(tenant))
  assert.ok(!other.ok && other.error.code === 'idempotency_mismatch')
  for (const different of [{ ...request, actor: tenant.desk }, { ...request, operation: 'anotherOperation' }]) {
    const answer = await save(test_db.db, different, makeTestSession(tenant))
    assert.ok(answer.ok && !answer.value.replayed)
  }
})

// Guarantee: while the first call with a key still runs, the second is told so and does not wait.
test('a second call during the first is in flight', async () => {
  const request = writeRequest(tenant.merchant)
  const answers: string[] = []
  const first = await save(test_db.db, request, makeTestSession(tenant), async () => {
    const second = await save(test_db.db, request, makeTestSession(tenant))
    answers.push(second.ok ? 'ok' : second.error.code)
  })
  assert.ok(first.ok)
  assert.deepEqual(answers, ['idempotency_in_flight'])
})

// Guarantee: of 50 clients that move one session at once, one wins, and there is one transition and one audit row of it.
test('one transition from 50 clients happens once', async () => {
  const session = makeTestSession(tenant)
  assert.ok((await save(test_db.db, writeRequest(tenant.merchant), session)).ok)
  const answers = await Promise.all(Array.from({ length: 50 }, () =>
    move(test_db.db, writeRequest(tenant.merchant), { session_id: session.id, from: 'recommended', to: 'accepted', version: 1, market_clock: CLOCK })))
  assert.equal(answers.filter((a) => a.ok).length, 1)
  for (const answer of answers) if (!answer.ok) assert.equal(answer.error.code, 'stale_version')
  assert.equal(await count('route_session_transitions where tenant_id = $1 and session_id = $2', [tenant.tenant_id, session.id]), 2)
  assert.equal(await count("audit_events where tenant_id = $1 and entity_id = $2 and action = 'route_session.accepted' and transition_seq = 2", [tenant.tenant_id, session.id]), 1)
  assert.equal(await count("audit_events where tenant_id = $1 and entity_id = $2 and transition_seq is null", [tenant.tenant_id, session.id]), 49)
  const stored = await withTenantRead(test_db.db, tenant.desk, (tx) => readRouteSession(tx, session.id))
  assert.deepEqual([stored?.state, stored?.version, stored?.transitions.map((t) => t.to)], ['accepted', 2, ['recommended', 'accepted']])
})

// Guarantee: the database itself refuses a state that no transition led to, an edge that is not allowed, a gap, and a second same transition.
test('the database refuses every state that no allowed transition led to', async () => {
  const session = makeTestSession(tenant)
  assert.ok((await save(test_db.db, writeRequest(tenant.merchant), session)).ok)
  const step = (seq: number, from: string | null, to: string) =>
    `insert into route_session_transitions (tenant_id, session_id, seq, from_state, to_state, market_clock, user_id, role) values ('${tenant.tenant_id}', '${session.id}', ${seq}, ${from === null ? 'null' : `'${from}'`}, '${to}', '${CLOCK}', '${tenant.desk.user_id}', 'desk_operator')`
  const set = (version: number, state: string) => `update route_sessions set version = ${version}, state = '${state}' where tenant_id = '${tenant.tenant_id}' and id = '${session.id}'`
  for (const [what, statements, code] of [
    ['a state without its transition', [set(2, 'accepted')], '23503'],
    ['an edge that is not allowed', [step(2, 'recommended', 'completed'), set(2, 'completed')], '23503'],
    ['a start in a state it is not in', [step(2, 'accepted', 'approved'), set(2, 'approved')], '23503'],
    ['a gap', [step(3, 'recommended', 'accepted'), set(3, 'accepted')], '23503'],
    ['the first transition again', [step(1, null, 'recommended')], 'stale_version'],
    ['a beginning in the middle', [step(2, null, 'accepted')], '23514'],
    ['a changed record', [`update route_session_transitions set to_state = 'accepted' where session_id = '${session.id}'`], '42501'],
    ['a removed record', [`delete from route_session_transitions where session_id = '${session.id}'`], '42501'],
  ] as const) {
    const said = await withTenantWrite(test_db.db, writeRequest(tenant.desk), async (tx) => {
      for (const statement of statements) await tx.sql(statement)
      return { audit: { action: 'x', entity: 'x', entity_id: newId(), transition_seq: null, facts: {} }, response: { status: 200, body: {} } }
    }).then((answer) => (answer.ok ? 'done' : answer.error.code), (cause: unknown) => (cause as { code: string }).code)
    assert.equal(said, code, what)
  }
  const wrong = await move(test_db.db, writeRequest(tenant.desk), { session_id: session.id, from: 'recommended', to: 'completed', version: 1, market_clock: CLOCK })
  assert.ok(!wrong.ok && wrong.error.code === 'wrong_state')
})

// Guarantee: session, decision, candidates, transition, audit row and stored answer commit together or not at all.
test('a failure at the last statement leaves nothing behind', async () => {
  const tables = ['route_sessions', 'route_session_transitions', 'decisions', 'decision_candidates', 'audit_events', 'idempotency_keys', 'outbox']
  const counts = async () => Promise.all(tables.map((table) => count(`${table} where tenant_id = $1`)))
  const beforehand = await counts()
  await test_db.superuser.query("create function fail_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$")
  await test_db.superuser.query('create trigger fail_audit before insert on audit_events for each row execute function fail_audit()')
  try {
    await assert.rejects(save(test_db.db, writeRequest(tenant.merchant), makeTestSession(tenant)), { code: '53100' })
  } finally {
    await test_db.superuser.query('drop function fail_audit cascade')
  }
  assert.deepEqual(await counts(), beforehand)
})

// Guarantee: work that throws or refuses leaves no effect; a refusal leaves exactly one audit row and the key free for another try.
test('a refusal undoes its work and is audited once', async () => {
  const request = writeRequest(tenant.merchant)
  const session = makeTestSession(tenant)
  const beforehand = await count('audit_events where tenant_id = $1')
  const answer = await withTenantWrite(test_db.db, request, async (tx) => {
    await saveRouteSession(tx, session)
    return refused({ code: 'duplicate_invoice', of: 'x' } as const, { action: 'route_session.requested', entity: 'route_session', entity_id: session.id, facts: {} })
  })
  assert.deepEqual(answer, { ok: false, error: { code: 'duplicate_invoice', of: 'x' } })
  assert.equal(await count('route_sessions where tenant_id = $1 and id = $2', [tenant.tenant_id, session.id]), 0)
  assert.equal(await count('audit_events where tenant_id = $1') - beforehand, 1)
  assert.ok((await save(test_db.db, request, session)).ok)
  await assert.rejects(withTenantWrite(test_db.db, writeRequest(tenant.merchant), async () => { throw new Error('boom') }), /boom/)
  assert.equal(await count('audit_events where tenant_id = $1') - beforehand, 2)
  await recordDenial(test_db.db, tenant.agent, { action: 'route_session.requested', code: 'not_found', request_id: newId() })
  assert.equal(await count('audit_events where tenant_id = $1') - beforehand, 3)
})

// Guarantee: whatever changes the database through withTenantWrite leaves exactly one audit row, numbered without a gap, also under load.
test('200 parallel writes leave 200 audit rows in one unbroken chain', async () => {
  const fresh = await makeTestTenant(test_db)
  const answers = await Promise.all(Array.from({ length: 200 }, () => save(test_db.db, writeRequest(fresh.merchant), makeTestSession(fresh, {}, { candidates: 1, verdicts: 3 }))))
  assert.ok(answers.every((a) => a.ok))
  const verdict = await withTenantRead(test_db.db, fresh.admin, (tx) => verifyAuditChain(tx))
  assert.ok(verdict.ok && verdict.rows === 200, JSON.stringify(verdict))
  const newest = await withTenantRead(test_db.db, fresh.admin, (tx) => listAuditEvents(tx, { limit: 5 }))
  assert.deepEqual(newest.items.map((event) => event.seq), [200, 199, 198, 197, 196])
})

// Guarantee: an edit, a removal, a swap, a fork or a cut of the audit chain, made by a superuser, is found at its number.
test('tampering with audit rows is found at the exact number', async () => {
  const fresh = await makeTestTenant(test_db)
  for (let i = 0; i < 12; i++) await save(test_db.db, writeRequest(fresh.merchant), makeTestSession(fresh, {}, { candidates: 1, verdicts: 1 }))
  const verify = (kept?: ReadonlyMap<number, string>) => withTenantRead(test_db.db, fresh.admin, (tx) => verifyAuditChain(tx, kept))
  const whole = await verify()
  assert.ok(whole.ok)
  const t = `tenant_id = '${fresh.tenant_id}'`
  await test_db.superuser.query(`create table audit_copy as select * from audit_events where ${t}; create table audit_heads_copy as select * from audit_heads where ${t}`)
  for (const [what, statements, broken_at, how] of [
    ['an edited payload', [`update audit_events set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'recommended', 'no_route'), 'UTF8') where ${t} and seq = 5`], 5, 'edited'],
    ['an edited time', [`update audit_events set at = at + interval '1 microsecond' where ${t} and seq = 7`], 7, 'edited'],
    ['an edited column', [`update audit_events set action = 'nothing.happened' where ${t} and seq = 6`], 6, 'edited'],
    ['a removed row', [`delete from audit_events where ${t} and seq = 4`], 4, 'missing'],
    ['a removed first row', [`delete from audit_events where ${t} and seq = 1`], 1, 'missing'],
    ['two rows swapped', [`update audit_events set seq = -1 where ${t} and seq = 8`, `update audit_events set seq = 8 where ${t} and seq = 9`, `update audit_events set seq = 9 where ${t} and seq = -1`], 8, 'reordered'],
    ['a row put in', [`insert into audit_events select tenant_id, 13, at, user_id, action, entity, 'other', null, payload, hash from audit_events where ${t} and seq = 12`], 13, 'forked'],
    ['a row put in before the first', [`insert into audit_events select tenant_id, 0, at, user_id, action, entity, 'other', null, payload, hash from audit_events where ${t} and seq = 12`], 0, 'forked'],
    ['a cut tail', [`delete from audit_events where ${t} and seq > 10`], 11, 'truncated'],
    ['a rewritten row with a hash of its own', [`update audit_events set payload = convert_to('{}', 'UTF8'), hash = fc.audit_hash((select hash from audit_events where ${t} and seq = 2), 3, at, convert_to('{}', 'UTF8')) where ${t} and seq = 3`], 3, 'edited'],
    ['a payload that is no JSON, with a hash of its own', [`update audit_events set payload = 'no', hash = fc.audit_hash((select hash from audit_events where ${t} and seq = 11), 12, at, 'no') where ${t} and seq = 12`], 12, 'edited'],
    ['a head of another history', [`update audit_heads set hash = sha256('other') where ${t}`], 12, 'forked'],
    ['a removed head', [`delete from audit_heads where ${t}`], 1, 'forked'],
  ] as const) {
    const client = await test_db.superuser.connect()
    try {
      // Replica mode turns the triggers off: the strongest hand there is.
      await client.query('begin; set local session_replication_role = replica')
      for (const statement of statements) await client.query(statement)
      await client.query('commit')
      const verdict = await verify()
      assert.ok(!verdict.ok, what)
      assert.deepEqual([verdict.broken_at, verdict.how], [broken_at, how], what)
    } finally {
      client.release()
    }
    await restore(fresh.tenant_id)
  }
  // Tail and head cut together look whole from inside; a checkpoint kept outside tells.
  await test_db.superuser.query(`begin; set local session_replication_role = replica; delete from audit_events where ${t} and seq > 10;
    update audit_heads set seq = 10, hash = (select hash from audit_events where ${t} and seq = 10) where ${t}; commit`)
  assert.equal((await verify()).ok, true)
  assert.deepEqual(await verify(new Map([[whole.head.seq, whole.head.hash]])), { ok: false, rows: 10, broken_at: 11, how: 'truncated' })

  async function restore(tenant_id: string): Promise<void> {
    await test_db.superuser.query(`begin; set local session_replication_role = replica; delete from audit_events where tenant_id = '${tenant_id}';
      insert into audit_events select * from audit_copy; delete from audit_heads where tenant_id = '${tenant_id}'; insert into audit_heads select * from audit_heads_copy; commit`)
    assert.equal((await verify()).ok, true)
  }
})

// Guarantee: even the owner of the tables cannot edit, remove or truncate a record without a superuser's hand.
test('records are frozen for their owner too', async () => {
  await test_db.superuser.query("insert into audit_checkpoints (tenant_id, seq, hash, at, key_id, public_key, signature) values ($1, 1, sha256('h'), '2026-09-29T08:00:00Z', sha256('k'), sha256('p'), sha256('s') || sha256('s'))", [tenant.tenant_id])
  await test_db.superuser.query("insert into audit_reviews (tenant_id, id, view, after_seq, through_seq, through_hash, events, own_events, user_id) values ($1, $2, 'proof', 0, 1, sha256('h'), 0, 0, $3)", [tenant.tenant_id, newId(), tenant.admin.user_id])
  const [session, step, me] = [newId(), newId(), tenant.desk.user_id]
  await test_db.superuser.query(`begin; set local session_replication_role = 'replica';
    insert into session_offers (tenant_id, session_id, content_version, because, reason_code, candidate_id, candidate, market_clock, snapshot_digest, policy_revision, sends_amount, sends_currency, receives_amount, receives_currency, cost_bps, valid_until, made_by)
      values ('${tenant.tenant_id}', '${session}', 2, 'new_price', 'price_moved', 'r1-1', '{}', now(), sha256('s'), 'p', 1, 'NGN', 1, 'CNY', 1, now(), '${me}');
    insert into approvals (tenant_id, id, session_id, content_version, details_version, candidate_id, user_id, role, reason_code) values ('${tenant.tenant_id}', '${newId()}', '${session}', 1, 1, 'r1-1', '${me}', 'desk_operator', 'best_score_ready');
    insert into execution_step_transitions (tenant_id, step_id, seq, to_state, market_clock, user_id, role) values ('${tenant.tenant_id}', '${step}', 1, 'ready', 'now', '${me}', 'desk_operator'); commit`)
  const { rows } = await test_db.superuser.query<{ name: string }>("select tgrelid::regclass::text as name from pg_trigger where tgname = 'frozen_rows' order by 1")
  assert.deepEqual(rows.map((r) => r.name), ['approvals', 'audit_checkpoints', 'audit_events', 'audit_reviews', 'data_revisions', 'decision_candidates', 'decisions', 'execution_step_transitions', 'route_session_transitions', 'session_offers', 'snapshots'])
  for (const { name } of rows) {
    await assert.rejects(test_db.superuser.query(`truncate ${name} cascade`), { code: '42501' }, name)
    await assert.rejects(test_db.superuser.query(`update ${name} set tenant_id = tenant_id`), { code: '42501' }, name)
  }
})

// Guarantee: a transaction that the server ended in ROLLBACK is never reported as done.
test('a commit that rolls back is an error', async () => {
  await assert.rejects(withTenantWrite(test_db.db, writeRequest(tenant.desk), async (tx) => {
    await tx.sql('select 1/0').catch(() => undefined)
    return { audit: { action: 'x', entity: 'x', entity_id: newId(), transition_seq: null, facts: {} }, response: { status: 200, body: {} } }
  }))
})

// Guarantee: nothing that is sent after a transaction ended reaches its connection, which may by then serve another tenant.
test('a branch that outlives its transaction can send nothing', async () => {
  const one = test_db.open({ max: 1 })
  const other = await makeTestTenant(test_db)
  const late: Promise<unknown>[] = []
  let go = (): void => undefined
  const released = new Promise<void>((resolve) => { go = resolve })
  const outlive = (tx: Tx): void => {
    late.push(released.then(() => tx.sql('select tenant_id from merchants')), released.then(() => tx.db.selectFrom('merchants').select('tenant_id').execute()), released.then(() => tx.run(tx.db.selectFrom('merchants').select('tenant_id'))))
    for (const each of late) each.catch(() => undefined)
  }
  await withTenantRead(one, tenant.desk, async (tx) => outlive(tx))
  await assert.rejects(withTenantWrite(one, writeRequest(tenant.desk), async (tx) => { outlive(tx); throw new Error('gives up') }), /gives up/)
  await assert.rejects(withTenantRead(one, tenant.desk, async (tx) => { outlive(tx); await tx.sql('select 1/0') }), { code: '22012' })
  await withTenantRead(one, other.desk, async (tx) => {
    go()
    const outcomes = await Promise.allSettled(late)
    assert.equal(outcomes.length, 9)
    for (const outcome of outcomes) assert.ok(outcome.status === 'rejected' && /has ended/.test(String(outcome.reason)))
    assert.equal((await tx.sql('select tenant_id from merchants')).length, 2)
  })
})

// Guarantee: a write looks at the membership in its own transaction: one that ended, or changed its role or merchant, after the request was admitted writes nothing, is told nothing under an old key, and leaves one denial.
test('a membership that ended after the request was admitted writes nothing', async () => {
  const leaver = await makeTestTenant(test_db)
  const request = writeRequest(leaver.merchant)
  assert.ok((await save(test_db.db, request, makeTestSession(leaver))).ok)
  const rows = () => count('route_sessions where tenant_id = $1', [leaver.tenant_id])
  const [kept, audited] = [await rows(), await count('audit_events where tenant_id = $1', [leaver.tenant_id])]
  const member = [leaver.tenant_id, leaver.merchant.user_id]
  let denials = 0
  for (const [change, back] of [
    ['ended_at = now()', 'ended_at = null'], ["role = 'desk_operator', merchant_id = null", `role = 'merchant_client', merchant_id = '${leaver.merchant.merchant_id}'`],
    [`merchant_id = '${leaver.other_merchant.merchant_id}'`, `merchant_id = '${leaver.merchant.merchant_id}'`],
  ]) {
    await test_db.superuser.query(`update memberships set ${change} where tenant_id = $1 and user_id = $2`, member)
    for (const asked of [request, writeRequest(leaver.merchant)]) {
      const answer = await save(test_db.db, asked, makeTestSession(leaver))
      assert.deepEqual(answer, { ok: false, error: { code: 'not_signed_in' } }, change)
      denials++
    }
    await test_db.superuser.query(`update memberships set ${back} where tenant_id = $1 and user_id = $2`, member)
  }
  assert.deepEqual([await rows(), await count('audit_events where tenant_id = $1', [leaver.tenant_id])], [kept, audited + denials])
  const again = await save(test_db.db, request, makeTestSession(leaver))
  assert.ok(again.ok && again.value.replayed)
})
