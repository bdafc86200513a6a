import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import Value from 'typebox/value'
import { ApprovalRule } from '#contracts/api/approval-rules.ts'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { ONE } from '#orchestrator/rational.ts'
import { changesBetween, FLOOR_RULES, normalRule, reasonOf, rulesOf, ruleView, sentenceOf } from './approval-rules.ts'
import { fourEyesOf, fourEyesSentence, type FourEyesFacts } from './four-eyes.ts'

const CORRIDORS = ['ng-cn', 'gh-cn', 'ke-cn'] as const
const idOf = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/).filter((id) => !FLOOR_RULES.some((rule) => rule.id === id))
const anyRule: fc.Arbitrary<ApprovalRule> = fc.record({
  id: idOf, corridor_id: fc.constantFrom(...CORRIDORS), over_usd: fc.nat({ max: 200_000 }).map(String), over_route_risk: fc.nat({ max: 999 }).map((risk) => `0.${String(risk).padStart(3, '0')}`),
  other_route: fc.constant(true as const), modes: fc.subarray([...EXECUTION_MODES], { minLength: 1 }), approvals: fc.constantFrom(2 as const, 3 as const),
}, { requiredKeys: ['id', 'approvals'] })
const anySet = fc.uniqueArray(anyRule, { selector: ({ id }) => id, maxLength: 8 })
const anyFacts: fc.Arbitrary<FourEyesFacts> = fc.record({
  corridor_id: fc.constantFrom(...CORRIDORS), other_route: fc.boolean(), mode: fc.constantFrom(...EXECUTION_MODES), usd_per_unit: fc.constant(ONE),
  candidate: fc.record({ sent: fc.nat({ max: 250_000 }).map((amount) => ({ amount: `${amount}.5`, currency: 'USD' })), route_risk: fc.nat({ max: 9_999 }).map((risk) => `0.${String(risk).padStart(4, '0')}`) }),
})

/** The rule read by another hand: numbers as numbers, which are exact here. */
const asks = (rule: ApprovalRule, { corridor_id, candidate, other_route, mode }: FourEyesFacts): boolean =>
  (rule.corridor_id ?? corridor_id) === corridor_id && Number(candidate.sent.amount) > Number(rule.over_usd ?? -1) && Math.round(Number(candidate.route_risk) * 1e4) > Math.round(Number(rule.over_route_risk ?? -1) * 1e4)
  && (rule.other_route !== true || other_route) && (rule.modes ?? EXECUTION_MODES).some((each) => each === mode)

// Guarantee: of a company's own rules exactly those count whose every condition holds, the strictest decides, and each that counts is named.
test('a company’s own rules are asked as they are written', () => {
  fc.assert(fc.property(anySet, anyFacts, (own, facts) => {
    const rules = rulesOf(own)
    const matching = rules.filter((rule) => asks(rule, facts))
    assert.deepEqual(fourEyesOf(facts, rules), { required: Math.max(1, ...matching.map(({ approvals }) => approvals)), because: matching.map(({ id }) => id) })
  }))
})

// Guarantee: no set of own rules, the empty one included, asks for fewer than two people for another route than the recommended one or for a probe.
test('what holds for every company cannot be set aside', () => {
  fc.assert(fc.property(anySet, anyFacts, (own, facts) => {
    for (const change of [{ other_route: true }, { mode: 'live_safe' as const }]) assert.ok(fourEyesOf({ ...facts, ...change }, rulesOf(own)).required >= 2)
  }))
  assert.deepEqual(rulesOf([]).map(({ id }) => id), ['other_route', 'live_probe'])
})

// Guarantee: a sentence says every condition of its rule with its exact numbers, is made for every rule that the schema takes, and two rules that ask for different things read differently.
test('a rule says what it asks for', () => {
  const said = (rule: Partial<ApprovalRule>) => sentenceOf({ id: 'x', approvals: 2, ...rule })
  assert.equal(said({}), 'Two people approve every payment.')
  assert.equal(said({ corridor_id: 'ng-cn', approvals: 3 }), 'In the corridor NG → CN three people approve every payment.')
  assert.equal(said({ over_usd: '1234567.89', over_route_risk: '0.125' }), 'Two people approve when more than USD 1,234,567.89 is sent and the route’s risk is above 12.5 %.')
  assert.equal(said({ corridor_id: 'ke-cn', other_route: true, modes: ['manual', 'hybrid'] }), 'In the corridor KE → CN two people approve when the desk chose another route than the recommended one and it runs as a manual route or a hybrid route.')
  for (const [share, percent] of [['0', '0 %'], ['0.000001', '0.0001 %'], ['0.1', '10 %'], ['0.07', '7 %'], ['0.999999', '99.9999 %']] as const) assert.match(said({ over_route_risk: share }), new RegExp(`above ${percent}\\.$`))
  assert.equal(reasonOf({ id: 'x', approvals: 2, over_usd: '50000' }), 'More than USD 50,000 is sent.')
  assert.equal(reasonOf({ id: 'x', approvals: 2, corridor_id: 'ng-cn' }), 'In the corridor NG → CN every payment is approved by more than one person.')
  assert.equal(fourEyesSentence('gone', rulesOf([])), 'gone')
  fc.assert(fc.property(anyRule, anyRule, (a, b) => {
    assert.ok(Value.Check(ApprovalRule, normalRule(a)))
    const same = changesBetween([{ ...a, id: 'x' }], [{ ...b, id: 'x' }]).length === 0
    assert.equal(sentenceOf(a) === sentenceOf(b), same)
    assert.deepEqual(ruleView(a), { ...normalRule(a), sentence: sentenceOf(a), floor: false })
  }))
})

// Guarantee: the difference between two sets names each rule that is new, other or gone once and none that asks for the same, whatever its order, idle zeros and order of modes.
test('a difference is rule by rule', () => {
  const before: ApprovalRule[] = [{ id: 'a', over_usd: '100', approvals: 2 }, { id: 'b', modes: ['manual', 'simulation'], approvals: 2 }, { id: 'c', approvals: 3 }]
  const after: ApprovalRule[] = [{ id: 'd', approvals: 2 }, { id: 'c', approvals: 2 }, { id: 'b', modes: ['simulation', 'manual'], approvals: 2 }]
  assert.deepEqual(changesBetween(before, after).map(({ id, what }) => [id, what]), [['d', 'added'], ['c', 'changed'], ['a', 'removed']])
  assert.deepEqual(changesBetween([{ id: 'a', over_usd: '100.00', over_route_risk: '0.120', approvals: 2 }], [{ id: 'a', over_usd: '100', over_route_risk: '0.12', approvals: 2 }]), [])
  fc.assert(fc.property(anySet, anySet, (a, b) => {
    assert.deepEqual(changesBetween(a, [...a].reverse()), [])
    assert.deepEqual(changesBetween(a, b).filter(({ what }) => what === 'added').map(({ id }) => id).sort(), changesBetween(b, a).filter(({ what }) => what === 'removed').map(({ id }) => id).sort())
  }))
})
