/** What the database itself refuses of a change of bank details, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import {
  confirmBankDetails, keepSupplierPayable, newId, proposeBankDetails, readSupplier, rejectBankDetails, saveRouteSession, transitionSession, withTenantRead, type SessionState, type Tx,
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
const sealed = Buffer.from('sealed by the server')
const propose = async (of: TestTenant, supplier_id: string = of.supplier_id): Promise<{ id: string; held: boolean }> => {
  const id = newId()
  return { id, held: await as(of.desk, (tx) => proposeBankDetails(tx, { id, supplier_id, received_by: 'phone_call', account_masked: '•••• 5566', cnaps_masked: null, bank_name: null, bic: null, details_sealed: sealed })) }
}
const confirm = (actor: Actor, id: string, over: object = {}) => as(actor, (tx) => confirmBankDetails(tx, id, { confirmed_over: 'video_call', confirmed_with: 'Mr Wu', present_sealed: sealed, replaced_sealed: sealed, ...over }))
const reject = (actor: Actor, id: string) => as(actor, (tx) => rejectBankDetails(tx, id, 'entered_wrongly'))
const stateOf = async (of: TestTenant, supplier_id = of.supplier_id) => (await withTenantRead(test_db.db, of.desk, (tx) => readSupplier(tx, supplier_id)))?.details_state

// Guarantee: the database refuses a confirmation by the proposer and one over the channel of the proposal, and keeps the hold.
test('the same person and the same channel are refused by the database', async () => {
  const { id } = await propose(here)
  await assert.rejects(confirm(here.desk, id), { constraint: 'bank_detail_changes_second_person' })
  await assert.rejects(confirm(here.admin, id, { confirmed_over: 'phone_call' }), { constraint: 'bank_detail_changes_second_channel' })
  await assert.rejects(confirm(here.admin, id, { confirmed_over: 'email' }), { constraint: 'bank_detail_changes_confirmed_over_check' })
  assert.equal(await stateOf(here), 'change_held')
  assert.equal(await reject(here.admin, id), true)
})

// Guarantee: a supplier has one change that waits, a change is decided once and never rewritten or deleted, and no tenant reaches another's.
test('one change waits, and a decision is final', async () => {
  const { id } = await propose(here)
  assert.deepEqual([(await propose(here)).held, await confirm(there.admin, id), await reject(there.admin, id), (await propose(there, here.supplier_id)).held], [false, false, false, false])
  const { superuser } = test_db
  const copied = `insert into bank_detail_changes (tenant_id, id, supplier_id, received_by, details_sealed, account_masked, replaced_account_masked, proposed_by)
    select tenant_id, gen_random_uuid(), supplier_id, received_by, details_sealed, account_masked, replaced_account_masked, proposed_by from bank_detail_changes where id = $1`
  await assert.rejects(superuser.query(copied, [id]), { constraint: 'bank_detail_changes_one_pending' })
  for (const set of ["details_sealed = 'x'", `proposed_by = '${here.admin.user_id}'`, "received_by = 'email'"]) await assert.rejects(superuser.query(`update bank_detail_changes set ${set} where id = $1`, [id]), { constraint: 'bank_detail_changes_decided_once' }, set)
  assert.deepEqual([await confirm(here.admin, id), await confirm(here.admin, id), await reject(here.admin, id)], [true, false, false])
  for (const state of ['pending', 'rejected', 'withdrawn']) await assert.rejects(superuser.query('update bank_detail_changes set state = $2 where id = $1', [id, state]), { constraint: 'bank_detail_changes_decided_once' })
  await assert.rejects(superuser.query('delete from bank_detail_changes where id = $1', [id]), { code: '42501' })
  await assert.rejects(superuser.query('truncate bank_detail_changes'), { code: '42501' })
})

// Guarantee: the serving role can write neither a supplier's details nor a change of them but through the functions.
test('the serving role has no other way', async () => {
  for (const statement of [
    "update suppliers set details_state = 'confirmed'", 'update suppliers set details_version = 9', "update suppliers set account_masked = 'x'", "update bank_detail_changes set state = 'confirmed'",
    'insert into bank_detail_changes (tenant_id) values (gen_random_uuid())', 'delete from bank_detail_changes', 'truncate bank_detail_changes',
  ]) await assert.rejects(test_db.db.pool.query(statement), { code: '42501' }, statement)
})

// Guarantee: while a change holds the supplier no session of it becomes accepted, approved or executing, whichever operation asks; everything else stays possible.
test('no step towards a payment is taken while the supplier is on hold', async () => {
  const session = makeTestSession(here, {}, { candidates: 1, verdicts: 1 })
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  const move = (from: SessionState, to: SessionState, version: number) => as(here.desk, async (tx) => transitionSession(tx, { session_id: session.id, from, to, version, market_clock: CLOCK }))
  let version = 1
  for (const [from, to] of [['recommended', 'accepted'], ['accepted', 'approved'], ['approved', 'executing'], ['paused', 'executing']] as const) {
    if (from === 'paused') assert.ok((await move('executing', 'paused', version++)).ok)
    if (from !== 'paused') await as(here.desk, (tx) => readyFor(tx, session, to))
    const { id } = await propose(here)
    assert.equal(await as(here.desk, (tx) => keepSupplierPayable(tx, here.supplier_id)), false)
    await assert.rejects(move(from, to, version), { constraint: 'route_sessions_supplier_not_held' }, `${from} → ${to}`)
    assert.equal(await reject(here.desk, id), true)
    assert.equal(await as(here.desk, (tx) => keepSupplierPayable(tx, here.supplier_id)), true)
    assert.ok((await move(from, to, version++)).ok)
  }
  await propose(here)
  assert.ok((await move('executing', 'completed', version)).ok, 'what was paid before can be closed')
})
