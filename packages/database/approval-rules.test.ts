/** What the database itself refuses of a change of the rules of approval, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestTenant, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import { decideApprovalRules, newId, proposeApprovalRules, readApprovalRuleSet, readApprovalRulesInForce, withTenantRead, type Tx } from './index.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
let second: Actor
before(async () => {
  test_db = await openTestDatabase()
  ;[here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)]
  second = { ...here.admin, user_id: newId() }
  await test_db.superuser.query("insert into users (id, email, password_hash) values ($1, 'second@admin.example', 'none')", [second.user_id])
  await test_db.superuser.query("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, 'platform_admin', 'S. Admin')", [here.tenant_id, second.user_id])
})
after(async () => test_db.close())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, actor, work)
const RULE = { id: 'large_amount', over_usd: '10000', approvals: 2 } as const
async function propose(base_version: number, rules: unknown = [RULE], actor: Actor = here.admin): Promise<string> {
  const id = newId()
  await as(actor, (tx) => proposeApprovalRules(tx, { id, base_version, rules: rules as never, reason: 'the auditors asked for it' }))
  return id
}
const confirm = (actor: Actor, id: string) => as(actor, (tx) => decideApprovalRules(tx, id, { state: 'confirmed' }))
const refuse = (actor: Actor, id: string, state: 'rejected' | 'withdrawn') => as(actor, (tx) => decideApprovalRules(tx, id, { state, because: 'entered_wrongly' }))
const inForce = (of: TestTenant) => withTenantRead(test_db.db, of.desk, readApprovalRulesInForce)

// Guarantee: the database refuses a confirmation or a rejection by the proposer, a withdrawal by somebody else, and both hands of anybody who is no Platform Admin then.
test('the same person, and who is no admin, are refused by the database', async () => {
  await assert.rejects(propose(0, [RULE], here.desk), { constraint: 'approval_rule_sets_by_admins' })
  const id = await propose(0)
  await assert.rejects(confirm(here.admin, id), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(refuse(here.admin, id, 'rejected'), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(refuse(second, id, 'withdrawn'), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(confirm(here.desk, id), { constraint: 'approval_rule_sets_by_admins' })
  await test_db.superuser.query('update memberships set ended_at = now() where user_id = $1', [second.user_id])
  await assert.rejects(test_db.superuser.query("update approval_rule_sets set state = 'confirmed', decided_by = $2, decided_at = now() where id = $1", [id, second.user_id]), { constraint: 'approval_rule_sets_by_admins' })
  await test_db.superuser.query('update memberships set ended_at = null where user_id = $1', [second.user_id])
  assert.equal(await inForce(here), null)
  assert.equal(await refuse(here.admin, id, 'withdrawn'), true)
})

// Guarantee: one proposal waits, on the set that stands; it is decided once and never rewritten or deleted; the newest confirmed set is in force, of its own tenant alone.
test('one proposal waits, and a decision is final', async () => {
  const id = await propose(0)
  await assert.rejects(propose(0), { constraint: 'approval_rule_sets_one_proposed' })
  assert.deepEqual([await confirm(there.admin, id), await refuse(there.admin, id, 'rejected')], [false, false])
  const { superuser } = test_db
  for (const set of ["rules = '[]'", 'version = 9', 'base_version = 1', `proposed_by = '${second.user_id}'`, "reason = 'other'"]) await assert.rejects(superuser.query(`update approval_rule_sets set ${set} where id = $1`, [id]), { constraint: 'approval_rule_sets_decided_once' }, set)
  assert.deepEqual([await confirm(second, id), await confirm(second, id), await refuse(here.admin, id, 'withdrawn')], [true, false, false])
  for (const state of ['proposed', 'rejected', 'withdrawn']) await assert.rejects(superuser.query('update approval_rule_sets set state = $2 where id = $1', [id, state]), { constraint: 'approval_rule_sets_decided_once' })
  await assert.rejects(superuser.query('delete from approval_rule_sets where id = $1', [id]), { code: '42501' })
  await assert.rejects(superuser.query('truncate approval_rule_sets cascade'), { code: '42501' })
  const first = await inForce(here)
  assert.deepEqual([first?.rules, await inForce(there)], [[RULE], null])
  await assert.rejects(propose(0), { constraint: 'approval_rule_sets_on_what_stands' }, 'the set of before')
  const next = await propose(first!.version, [])
  assert.equal((await inForce(here))?.version, first!.version, 'a proposal changes nothing')
  assert.equal(await confirm(second, next), true)
  assert.deepEqual((await inForce(here))?.rules, [])
  assert.deepEqual([(await withTenantRead(test_db.db, here.desk, (tx) => readApprovalRuleSet(tx, id)))?.state, await withTenantRead(test_db.db, there.desk, (tx) => readApprovalRuleSet(tx, id))], ['superseded', null])
  await assert.rejects(superuser.query(`insert into approval_rule_sets (tenant_id, id, version, base_version, rules, reason, proposed_by, state, decided_by, decided_at)
    select tenant_id, gen_random_uuid(), version + 1, version, rules, reason, proposed_by, 'confirmed', decided_by, now() from approval_rule_sets where id = $1`, [next]), { constraint: 'approval_rule_sets_proposed_first' })
})

// Guarantee: what is not a rule as the code reads it is in no set: another field, a wrong type, a number that is no decimal, a name twice, one of every company's names, or more than forty.
test('only rules that are understood are kept', async () => {
  const base = (await inForce(here))!.version
  for (const wrong of [
    {}, 'large_amount', [null], ['x'], [{ ...RULE, sentence: 'x' }], [{ ...RULE, id: 'Large' }], [{ ...RULE, id: 7 }], [{ approvals: 2 }], [{ ...RULE, approvals: 1 }], [{ ...RULE, approvals: 4 }], [{ ...RULE, approvals: '2' }], [{ id: 'a' }],
    [{ ...RULE, over_usd: 10_000 }], [{ ...RULE, over_usd: '1e4' }], [{ ...RULE, over_usd: '-1' }], [{ ...RULE, over_usd: null }], [{ ...RULE, over_route_risk: '1.2' }], [{ ...RULE, over_route_risk: '.5' }], [{ ...RULE, other_route: false }], [{ ...RULE, other_route: 'true' }],
    [{ ...RULE, modes: [] }], [{ ...RULE, modes: 'manual' }], [{ ...RULE, modes: ['real'] }], [{ ...RULE, corridor_id: '' }], [{ ...RULE, corridor_id: null }], [RULE, RULE], [{ ...RULE, id: 'live_probe' }], [{ ...RULE, id: 'other_route' }],
    Array.from({ length: 41 }, (_, n) => ({ ...RULE, id: `rule_${n}` })),
  ]) await assert.rejects(propose(base, wrong), { constraint: 'approval_rule_sets_rules' }, JSON.stringify(wrong))
  const whole = { id: 'whole', corridor_id: 'ng-cn', over_usd: '0.01', over_route_risk: '0.5', other_route: true, modes: ['manual', 'hybrid'], approvals: 3 }
  const id = await propose(base, [whole, ...Array.from({ length: 39 }, (_, n) => ({ id: `rule_${n}`, approvals: 2 }))])
  assert.equal(await refuse(here.admin, id, 'withdrawn'), true)
})

// Guarantee: of two admins who confirm and reject at once exactly one decides, each time.
test('two who decide at once decide once', async () => {
  for (let round = 0; round < 10; round++) {
    const standing = (await inForce(here))!.version
    const id = await propose(standing, [{ ...RULE, over_usd: String(1_000 + round) }])
    const third = { ...here.admin, user_id: newId() }
    await test_db.superuser.query('insert into users (id, email, password_hash) values ($1, $2, $3)', [third.user_id, `${third.user_id}@admin.example`, 'none'])
    await test_db.superuser.query("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, 'platform_admin', 'T. Admin')", [here.tenant_id, third.user_id])
    const done = await Promise.all([confirm(second, id), refuse(third, id, 'rejected'), refuse(here.admin, id, 'withdrawn'), confirm(third, id)])
    assert.equal(done.filter(Boolean).length, 1, JSON.stringify(done))
    assert.equal((await inForce(here))!.version > standing, done[0] || done[3])
  }
})
