/** What the database itself refuses of a company's approval rules, whatever the server asks of it. */
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { ApprovalRule } from '#contracts/api/approval-rules.ts'
import type { Actor } from '#contracts/roles.ts'
import { openTestDatabase, type TestDatabase } from '#tools/testing/database.ts'
import { makeTestSession, makeTestTenant, readyFor, writeAs, type TestTenant } from '#tools/testing/tenant.ts'
import { addApproval, agreeToOffer, decideRuleSet, isSecondAdmin, listRuleSets, newId, proposeRuleSet, raiseApprovals, readRuleSet, readRulesInForce, saveRouteSession, transitionSession, withTenantRead, type Tx } from './index.ts'

let test_db: TestDatabase
let here: TestTenant
let there: TestTenant
before(async () => { test_db = await openTestDatabase() })
beforeEach(async () => { [here, there] = [await makeTestTenant(test_db), await makeTestTenant(test_db)] })
after(async () => test_db.close())

const as = <T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> => writeAs(test_db.db, actor, work)
const RULES: readonly ApprovalRule[] = [{ id: 'large_amount', over_usd: '10000', approvals: 2 }]
const propose = (by: Actor, base_version = 0, rules = RULES) => as(by, (tx) => proposeRuleSet(tx, { base_version, rules, note: 'agreed in the meeting' }))
const decide = (by: Actor, id: string, to: 'confirmed' | 'rejected' | 'withdrawn') => as(by, (tx) => decideRuleSet(tx, id, to, to === 'rejected' ? 'not_discussed' : null))
const inForce = (of: TestTenant) => withTenantRead(test_db.db, of.desk, readRulesInForce)

/** Another member of the company, made now; by a link of somebody where one is named, used so many days ago. */
async function member(of: TestTenant, role: 'platform_admin' | 'desk_operator' = 'platform_admin', link?: { readonly made_by: string; readonly days_ago: number; readonly purpose?: 'invite' | 'recovery' }): Promise<Actor> {
  const user_id = newId()
  await test_db.superuser.query("insert into users (id, email, password_hash) values ($1, $2, 'none')", [user_id, `${user_id}@member.example`])
  await test_db.superuser.query("insert into memberships (tenant_id, user_id, role, display_name) values ($1, $2, $3, 'N. Eze')", [of.tenant_id, user_id, role])
  if (link !== undefined) {
    await test_db.superuser.query(`insert into account_links (tenant_id, id, token_hash, purpose, email, role, display_name, user_id, made_by, expires_at, used_at, used_by)
      values ($1, gen_random_uuid(), decode(md5(random()::text) || md5(random()::text), 'hex'), $2, 'n@member.example', case when $2 = 'invite' then 'platform_admin' end, case when $2 = 'invite' then 'N. Eze' end,
        case when $2 = 'recovery' then $3::uuid end, $4, now() + interval '1 day', now() - make_interval(days => $5), $3)`, [of.tenant_id, link.purpose ?? 'invite', user_id, link.made_by, link.days_ago])
  }
  return { ...of.admin, user_id, role }
}

// Guarantee: rules come in force by a second Platform Admin who was one before they were proposed, and by nobody else; who proposed takes them back, and cannot reject them.
test('a second admin puts rules in force', async () => {
  const second = await member(here)
  const { id, version } = await propose(here.admin)
  await assert.rejects(decide(here.admin, id, 'confirmed'), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(decide(here.admin, id, 'rejected'), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(decide(second, id, 'withdrawn'), { constraint: 'approval_rule_sets_second_person' })
  await assert.rejects(decide(here.desk, id, 'confirmed'), { constraint: 'approval_rule_sets_second_admin' })
  assert.equal(await inForce(here), null)
  assert.equal(await decide(second, id, 'confirmed'), true)
  assert.deepEqual(await inForce(here), { version, rules: RULES })
  assert.equal(await inForce(there), null)
  const next = await propose(second, version, [])
  assert.equal(await decide(second, next.id, 'withdrawn'), true)
  assert.deepEqual([(await inForce(here))?.version, (await as(here.desk, listRuleSets)).map(({ state }) => state)], [version, ['withdrawn', 'confirmed']])
})

// Guarantee: an account that became a Platform Admin after the proposal, came back after it, or was made or recovered by a link of the proposer within a week, confirms nothing; one that another admin let in does.
test('an account of the proposer’s own making is no second person', async () => {
  const promoted = await member(here, 'desk_operator')
  const returned = await member(here)
  const { user_id: proposer } = here.admin
  const invited = await member(here, 'platform_admin', { made_by: proposer, days_ago: 6 })
  const recovered = await member(here, 'platform_admin', { made_by: proposer, days_ago: 0, purpose: 'recovery' })
  const long_since = await member(here, 'platform_admin', { made_by: proposer, days_ago: 8 })
  const of_another = await member(here, 'platform_admin', { made_by: returned.user_id, days_ago: 0 })
  await test_db.superuser.query('update memberships set ended_at = now() where user_id = $1', [returned.user_id])
  const { id } = await propose(here.admin)
  await test_db.superuser.query('update memberships set ended_at = null where user_id = $1', [returned.user_id])
  await test_db.superuser.query("update memberships set role = 'platform_admin' where user_id = $1", [promoted.user_id])
  const made_after = await member(here)
  for (const actor of [{ ...promoted, role: 'platform_admin' as const }, returned, invited, recovered, made_after]) {
    await assert.rejects(decide(actor, id, 'confirmed'), { constraint: 'approval_rule_sets_second_admin' })
    assert.equal(await as(actor, async (tx) => isSecondAdmin(tx, (await readRuleSet(tx, id))!)), false)
  }
  for (const actor of [long_since, of_another]) assert.equal(await as(actor, async (tx) => isSecondAdmin(tx, (await readRuleSet(tx, id))!)), true)
  assert.equal(await decide(long_since, id, 'confirmed'), true)
})

// Guarantee: one proposal waits at a time, begins as one, is decided once, comes in force only in the place of what it was made from, and is never rewritten or deleted, by nobody; no company reaches another's.
test('a set of rules is decided once and kept', async () => {
  const second = await member(here)
  const { id, version } = await propose(here.admin)
  await assert.rejects(propose(second), { constraint: 'approval_rule_sets_one_open' })
  assert.equal(await decide(there.admin, id, 'confirmed'), false)
  const { superuser } = test_db
  for (const set of ["rules = '[]'", "note = 'x'", 'version = 9', 'base_version = 0, version = 7', `proposed_by = '${second.user_id}'`, "proposed_at = now() - interval '1 year'"]) {
    await assert.rejects(superuser.query(`update approval_rule_sets set ${set} where id = $1`, [id]), { constraint: 'approval_rule_sets_decided_once' }, set)
  }
  assert.deepEqual([await decide(second, id, 'confirmed'), await decide(second, id, 'confirmed'), await decide(second, id, 'rejected')], [true, false, false])
  for (const state of ['proposed', 'rejected', 'withdrawn', 'confirmed']) await assert.rejects(superuser.query('update approval_rule_sets set state = $2 where id = $1', [id, state]), { constraint: 'approval_rule_sets_decided_once' })
  await assert.rejects(superuser.query('delete from approval_rule_sets where id = $1', [id]), { code: '42501' })
  await assert.rejects(superuser.query('truncate approval_rule_sets cascade'), { code: '42501' })
  await assert.rejects(propose(here.admin, 0), { constraint: 'approval_rule_sets_base' })
  await assert.rejects(propose(here.desk, version), { constraint: 'approval_rule_sets_by_admin' })
  const put = "insert into approval_rule_sets (tenant_id, id, version, base_version, rules, note, state, proposed_by, decided_by, decided_at) values ($1, $2, 9, $3, '[]', 'x', 'confirmed', $4, $5, now())"
  await assert.rejects(superuser.query(put, [here.tenant_id, newId(), version, here.admin.user_id, second.user_id]), { constraint: 'approval_rule_sets_begin_proposed' })
  for (const statement of ["insert into approval_rule_sets (tenant_id, state) values (gen_random_uuid(), 'confirmed')", "update approval_rule_sets set rules = '[]'", 'update approval_rule_sets set proposed_at = now()', 'delete from approval_rule_sets', 'truncate approval_rule_sets']) {
    await assert.rejects(test_db.db.pool.query(statement), { code: '42501' }, statement)
  }
})

// Guarantee: what is no rule, or names a corridor that the company has not, is not stored, whoever writes it.
test('the shape of the rules is the database’s to check too', async () => {
  const rule = { id: 'a', approvals: 2 }
  for (const rules of [
    {}, 'x', null, [1], [null], [[]], [{}], [{ id: 'a' }], [{ approvals: 2 }], [{ ...rule, approvals: 1 }], [{ ...rule, approvals: 4 }], [{ ...rule, approvals: '2' }], [{ ...rule, id: 'A' }], [{ ...rule, id: 7 }], [{ ...rule, id: 'a-b' }],
    [rule, { ...rule, approvals: 3 }], [{ ...rule, sentence: 'Nobody approves.' }], [{ ...rule, over_usd: 5 }], [{ ...rule, over_usd: '-5' }], [{ ...rule, over_usd: '1e3' }], [{ ...rule, over_usd: '5.123' }], [{ ...rule, over_usd: null }],
    [{ ...rule, over_route_risk: '1.1' }], [{ ...rule, other_route: false }], [{ ...rule, modes: [] }], [{ ...rule, modes: ['live'] }], [{ ...rule, modes: 'manual' }], [{ ...rule, modes: {} }], [{ ...rule, corridor_id: null }],
    Array.from({ length: 41 }, (_, i) => ({ id: `r${i}`, approvals: 2 })),
  ]) await assert.rejects(propose(here.admin, 0, rules as never), { code: /^(23514|23502)$/ as never, constraint: /approval_rule_sets_shape/ as never }, JSON.stringify(rules))
  await assert.rejects(propose(here.admin, 0, [{ id: 'a', corridor_id: 'ke-cn', approvals: 2 }]), { constraint: 'approval_rule_sets_corridor' })
  const full = Array.from({ length: 40 }, (_, i): ApprovalRule => ({ id: `r${i}`, corridor_id: 'ng-cn', over_usd: '0.50', over_route_risk: '0.000001', other_route: true, modes: ['live_safe', 'manual'], approvals: 3 }))
  const { id } = await propose(here.admin, 0, full)
  assert.deepEqual((await withTenantRead(test_db.db, here.desk, (tx) => readRuleSet(tx, id)))?.rules, full)
})

// Guarantee: what an agreement asked for is raised and never lowered, and once more than one is asked for no approval of one's own counts, whatever was asked for when it was given.
test('later rules raise the number of an agreement, and one’s own approval does not count then', async () => {
  const session = makeTestSession(here, {}, { candidates: 1, verdicts: 1 })
  const move = (from: 'recommended' | 'accepted' | 'approved', to: 'accepted' | 'approved' | 'executing', version: number) =>
    as(here.desk, (tx) => transitionSession(tx, { session_id: session.id, from, to, version, market_clock: '2026-09-29T09:00:00+01:00' }))
  // The guard route_sessions_approved, which a caller meets as a race that it lost.
  const REFUSED = { constraint: 'stale_version' }
  await as(here.desk, (tx) => saveRouteSession(tx, session))
  await as(here.desk, (tx) => agreeToOffer(tx, { session_id: session.id, required: 1, because: [], rules_version: null }))
  await move('recommended', 'accepted', 1)
  // The one who asked for it approves: with one approval asked for that is enough.
  await as(here.desk, (tx) => readyFor(tx, session, 'approved'))
  await move('accepted', 'approved', 2)
  await as(here.desk, (tx) => raiseApprovals(tx, session.id, { required: 2, because: ['large_amount'], rules_version: null }))
  await as(here.desk, (tx) => readyFor(tx, session, 'executing'))
  await assert.rejects(move('approved', 'executing', 3), REFUSED)
  await assert.rejects(as(here.desk, (tx) => raiseApprovals(tx, session.id, { required: 1, because: [], rules_version: null })), { constraint: 'route_sessions_approvals_not_lowered' })
  await assert.rejects(as(here.desk, (tx) => raiseApprovals(tx, session.id, { required: 2, because: [], rules_version: 7 })), { constraint: 'route_sessions_approval_rules' })
  const approve = (by: Actor) => as(by, (tx) => addApproval(tx, { id: newId(), session_id: session.id, content_version: 1, details_version: 1, candidate_id: 'r1-1', reason_code: 'best_score_ready', note: null }))
  await approve(await member(here, 'desk_operator'))
  await assert.rejects(move('approved', 'executing', 3), REFUSED)
  await approve(here.admin)
  assert.ok((await move('approved', 'executing', 3)).ok)
})
