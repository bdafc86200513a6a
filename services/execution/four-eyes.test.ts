import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { ONE } from '#orchestrator/rational.ts'
import { rulesOf } from './approval-rules.ts'
import { fourEyesOf, fourEyesSentence, ownWhereFourEyes, type FourEyesFacts } from './four-eyes.ts'
import { lower, modeOf } from './mode.ts'

const facts = (change: Partial<FourEyesFacts> & { amount?: string; route_risk?: string } = {}): FourEyesFacts => ({
  corridor_id: 'ng-cn', candidate: { sent: { amount: change.amount ?? '1000', currency: 'USD' }, route_risk: change.route_risk ?? '0.05' }, usd_per_unit: ONE, other_route: false, ...change,
})

const RULES = rulesOf(null)

// Guarantee: each reason for four eyes asks for them by itself, exactly from its limit on, and is named.
test('amount, risk, another route and a live probe ask for a second person', () => {
  assert.deepEqual(fourEyesOf(facts(), RULES), { required: 1, because: [] })
  for (const [change, id] of [[{ amount: '50000.01' }, 'large_amount'], [{ route_risk: '0.120001' }, 'high_risk'], [{ other_route: true }, 'other_route'], [{ mode: 'live_safe' }, 'live_probe']] as const) {
    assert.deepEqual(fourEyesOf(facts(change), RULES), { required: 2, because: [id] })
    assert.notEqual(fourEyesSentence(id, RULES), id)
  }
  for (const change of [{ amount: '50000' }, { route_risk: '0.12' }, { mode: 'manual' }] as const) assert.equal(fourEyesOf(facts(change), RULES).required, 1)
  const here = [{ id: 'ke', corridor_id: 'ke-cn', approvals: 3 }] as const
  assert.deepEqual([fourEyesOf(facts(), here).required, fourEyesOf(facts({ corridor_id: 'ke-cn' }), here).required], [1, 3])
})

// Guarantee: more money, more risk or more rules never ask for fewer people.
test('four eyes only grow', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.nat({ max: 999 }), fc.nat({ max: 100 }), fc.subarray([...RULES]), (amount, more, risk, riskier, rules) => {
    const at = (a: bigint, r: number, some = RULES) => fourEyesOf(facts({ amount: String(a), route_risk: `0.${String(r).padStart(4, '0')}` }), some).required
    assert.ok(at(amount + more, risk + riskier) >= at(amount, risk))
    assert.ok(at(amount, risk) >= at(amount, risk, rules))
  }))
})

// Guarantee: where four eyes are asked for the requester and whoever agreed for the merchant decide nothing; elsewhere a Desk Operator may, a Platform Admin never does about the own.
test('nobody is the own second person', () => {
  const session = { requested_by: { user_id: 'a' }, accepted_by: 'b', state: 'accepted' as const }
  const may = (user_id: string, role: string, required_approvals: number) => ownWhereFourEyes({ user_id, role }, { ...session, required_approvals })
  assert.deepEqual(['a', 'b', 'c'].map((who) => may(who, 'desk_operator', 2)), ['not_ones_own', 'not_ones_own', null])
  assert.deepEqual(['a', 'b', 'c'].map((who) => may(who, 'desk_operator', 1)), [null, null, null])
  assert.deepEqual(['a', 'b', 'c'].map((who) => may(who, 'platform_admin', 1)), ['not_ones_own', 'not_ones_own', null])
})

// Guarantee: no wish leads above the ceiling, and a narrower wish is granted.
test('the mode is the lower of ceiling and wish', () => {
  for (const ceiling of EXECUTION_MODES) {
    assert.equal(modeOf(ceiling, undefined), ceiling)
    for (const wish of EXECUTION_MODES) {
      const mode = modeOf(ceiling, wish)
      assert.ok(EXECUTION_MODES.indexOf(mode) <= EXECUTION_MODES.indexOf(ceiling) && EXECUTION_MODES.indexOf(mode) <= EXECUTION_MODES.indexOf(wish))
      assert.ok(mode === ceiling || mode === wish)
      assert.equal(lower(ceiling, wish), lower(wish, ceiling))
    }
  }
})
