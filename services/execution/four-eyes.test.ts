import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { ONE } from '#orchestrator/rational.ts'
import type { ApprovalRule } from '#contracts/api/approval-rules.ts'
import { asksLess, changesBetween, FLOOR_RULES, PRODUCT_RULES, reasonSentence, ruleSentence, rulesThatCount, ruleView, takenId } from './approval-rules.ts'
import { fourEyesOf, ownWhereFourEyes, type FourEyesFacts } from './four-eyes.ts'
import { lower, modeOf } from './mode.ts'

const facts = (change: Partial<FourEyesFacts> & { amount?: string; route_risk?: string } = {}): FourEyesFacts => ({
  corridor_id: 'ng-cn', candidate: { sent: { amount: change.amount ?? '1000', currency: 'USD' }, route_risk: change.route_risk ?? '0.05' }, usd_per_unit: ONE, other_route: false, modes: ['manual'], ...change,
})
const PRODUCT = rulesThatCount(null)

// Guarantee: each reason for four eyes asks for them by itself, exactly from its limit on, and is named in words that are made from the rule.
test('amount, risk, another route and a live probe ask for a second person', () => {
  assert.deepEqual(fourEyesOf(facts(), PRODUCT), { required: 1, because: [] })
  for (const [change, id, words] of [
    [{ amount: '50000.01' }, 'large_amount', 'More than USD 50,000 is sent.'], [{ route_risk: '0.120001' }, 'high_risk', 'The route’s risk is above 12 %.'],
    [{ other_route: true }, 'other_route', 'The desk chose another route than the recommended one.'], [{ modes: ['manual', 'live_safe'] }, 'live_probe', 'Its mode is a controlled probe.'],
  ] as const) {
    assert.deepEqual(fourEyesOf(facts(change), PRODUCT), { required: 2, because: [id] })
    assert.equal(reasonSentence(PRODUCT.find((rule) => rule.id === id)!, String), words)
  }
  for (const change of [{ amount: '50000' }, { route_risk: '0.12' }, { modes: ['manual'] }] as const) assert.equal(fourEyesOf(facts(change), PRODUCT).required, 1)
  const here = [{ id: 'ke', corridor_id: 'ke-cn', approvals: 3 }] as const
  assert.deepEqual([fourEyesOf(facts(), here).required, fourEyesOf(facts({ corridor_id: 'ke-cn' }), here).required], [1, 3])
})

// Guarantee: a rule says every one of its fields and nothing else.
test('a rule is told in the words of its fields', () => {
  const names = (id: string) => (id === 'ng-cn' ? 'Nigeria to China' : id)
  assert.equal(ruleSentence({ id: 'a', approvals: 2 }, names), 'Two people approve every payment.')
  assert.equal(ruleSentence({ id: 'a', approvals: 3, over_usd: '1234567.50', over_route_risk: '0.0005', other_route: true, corridor_id: 'ng-cn', modes: ['manual', 'hybrid'] }, names),
    'Three people approve where more than USD 1,234,567.50 is sent, the route’s risk is above 0.05 %, the desk chose another route than the recommended one, the corridor is Nigeria to China and its mode is manual or hybrid.')
  assert.deepEqual(['0', '0.1', '0.12', '0.125', '0.999999'].map((over_route_risk) => reasonSentence({ id: 'a', approvals: 2, over_route_risk }, names).slice(26)), ['0 %.', '10 %.', '12 %.', '12.5 %.', '99.9999 %.'])
  assert.equal(reasonSentence({ id: 'a', approvals: 2 }, names), 'Every payment is approved by more than one person.')
})

const MODES = fc.subarray([...EXECUTION_MODES], { minLength: 1 })
/** Any rule, of few enough values that two of them meet. */
const ruleOf = (id: string): fc.Arbitrary<ApprovalRule> => fc.record({
  corridor_id: fc.constantFrom('ng-cn', 'ke-cn'), over_usd: fc.constantFrom('0', '900', '900.00', '1000', '50000'), over_route_risk: fc.constantFrom('0', '0.05', '0.1', '0.12'), other_route: fc.constant(true as const), modes: MODES,
  approvals: fc.constantFrom(2, 3),
}, { requiredKeys: ['approvals'] }).map((rule) => ({ id, ...rule }))
const set = fc.tuple(...['a', 'b', 'c', 'd'].map(ruleOf)).chain((rules) => fc.subarray(rules))
const someFacts: fc.Arbitrary<FourEyesFacts> = fc.record({
  corridor_id: fc.constantFrom('ng-cn', 'ke-cn', 'gh-cn'), amount: fc.constantFrom('0.01', '900', '900.01', '1000.01', '60000'), route_risk: fc.constantFrom('0', '0.05', '0.06', '0.11', '0.3'), other_route: fc.boolean(), modes: MODES,
}).map(({ amount, route_risk, ...rest }) => facts({ amount, route_risk, ...rest }))

// Guarantee: more money, more risk or more rules never ask for fewer people, whatever rules a company has.
test('four eyes only grow', () => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.bigInt({ min: 0n, max: 10n ** 6n }), fc.nat({ max: 999 }), fc.nat({ max: 100 }), set, ruleOf('e'), (amount, more, risk, riskier, own, another) => {
    const at = (a: bigint, r: number, rules: readonly ApprovalRule[]) => fourEyesOf(facts({ amount: String(a), route_risk: `0.${String(r).padStart(4, '0')}` }), rules).required
    const rules = rulesThatCount({ rules: own })
    assert.ok(at(amount + more, risk + riskier, rules) >= at(amount, risk, rules))
    assert.ok(at(amount, risk, [...rules, another]) >= at(amount, risk, rules))
  }))
})

// Guarantee: the number that is asked for is that of the strictest rule whose every condition is so, and each such rule is named: read by a second, plain reading of the fields.
test('every rule that fits speaks, and no other', () => {
  fc.assert(fc.property(set, someFacts, (own, each) => {
    const fits = own.filter((rule) => (rule.corridor_id ?? each.corridor_id) === each.corridor_id && Number(each.candidate.sent.amount) > Number(rule.over_usd ?? -1)
      && Number(each.candidate.route_risk) > Number(rule.over_route_risk ?? -1) && (rule.other_route ?? each.other_route) === each.other_route && (rule.modes ?? each.modes).some((mode) => each.modes.includes(mode)))
    assert.deepEqual(fourEyesOf(each, own), { required: fits.reduce((most, { approvals }) => Math.max(most, approvals), 1), because: fits.map(({ id }) => id) })
  }), { numRuns: 2000 })
})

// Guarantee: no rules of a company, not even none, let a controlled probe or another route go with one person.
test('what always holds holds beside any rules', () => {
  fc.assert(fc.property(set, someFacts, (own, each) => {
    const { required } = fourEyesOf(each, rulesThatCount({ rules: own }))
    assert.ok(required >= fourEyesOf(each, FLOOR_RULES).required)
    if (each.other_route || each.modes.includes('live_safe')) assert.ok(required >= 2)
  }))
  assert.deepEqual(PRODUCT, [...PRODUCT_RULES, ...FLOOR_RULES])
  assert.deepEqual([takenId([{ id: 'a', approvals: 2 }, { id: 'other_route', approvals: 2 }]), takenId([{ id: 'a', approvals: 2 }, { id: 'a', approvals: 3 }]), takenId(PRODUCT_RULES)], [1, 1, -1])
})

// Guarantee: a change that is not marked as asking for less asks of no payment for fewer people; and a change without differences is none.
test('what asks for less is marked', () => {
  fc.assert(fc.property(set, set, someFacts, (before, after, each) => {
    const [old, now] = [rulesThatCount({ rules: before }), rulesThatCount({ rules: after })]
    if (!asksLess(old, now)) assert.ok(fourEyesOf(each, now).required >= fourEyesOf(each, old).required)
    const changes = changesBetween(old, now, (rule) => ruleView(rule, String))
    assert.equal(changes.some(({ asks }) => asks === 'less' || asks === 'mixed'), asksLess(old, now), 'the mark is that of a change')
    if (changes.length === 0) assert.deepEqual(fourEyesOf(each, now), { ...fourEyesOf(each, old), because: fourEyesOf(each, now).because })
  }), { numRuns: 5000 })
  const view = (rule: ApprovalRule) => ruleView(rule, String)
  const [large, high] = PRODUCT_RULES as [ApprovalRule, ApprovalRule]
  const changes = changesBetween(rulesThatCount(null), rulesThatCount({ rules: [{ ...large, over_usd: '10000' }, { id: 'kenya', corridor_id: 'ke-cn', approvals: 3 }] }), view)
  assert.deepEqual(changes.map(({ change, asks, before, after }) => [change, asks, before?.id, after?.sentence]), [
    ['changed', 'more', 'large_amount', 'Two people approve where more than USD 10,000 is sent.'], ['removed', 'less', 'high_risk', undefined], ['added', 'more', undefined, 'Three people approve where the corridor is ke-cn.'],
  ])
  assert.deepEqual(changesBetween([high], [{ ...high, over_route_risk: '0.120' }], view), [], 'the same number in other digits is the same rule')
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
