import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApprovalRuleView } from '../../api/types.ts'
import { amountOf, bodyOf, draftOf, isOfAll, newRule, shareOf } from './draft.ts'

const view = (rule: Partial<ApprovalRuleView>): ApprovalRuleView => ({ id: 'x', approvals: 2, sentence: '', floor: false, ...rule })

// Guarantee: a set that is opened and proposed unchanged is the same set, whole: no condition is lost, rounded or added, and what holds for every company is left out.
test('a set comes out of the form as it went in', () => {
  const own: Partial<ApprovalRuleView>[] = [
    { id: 'a', over_usd: '50000' }, { id: 'b', over_route_risk: '0.125' }, { id: 'c', over_route_risk: '0.000001', approvals: 3 }, { id: 'd', corridor_id: 'ng-cn', over_usd: '0.01', over_route_risk: '0', other_route: true, modes: ['manual', 'hybrid'] }, { id: 'e' },
  ]
  const rules = [...own.map(view), view({ id: 'live_probe', modes: ['live_safe'], floor: true })]
  assert.deepEqual(bodyOf(draftOf(rules)), own.map((rule) => ({ approvals: 2, ...rule })))
  assert.deepEqual(draftOf(rules).map(isOfAll), [false, false, false, false, true])
})

// Guarantee: an amount and a percentage are read exactly as they are typed, and what could be read in two ways is not read.
test('numbers are exact or refused', () => {
  assert.deepEqual(['20000', ' 20,000.50 ', '0', '', 'x', '1e4', '-1', '1.234', '01'].map(amountOf), ['20000', '20000.50', '0', null, null, null, null, null, null])
  assert.deepEqual(['12', '12.5 %', '7,25', '0', '99.9999', '100', '-1', '', '1.23456'].map(shareOf), ['0.12', '0.125', '0.0725', '0', '0.999999', null, null, null, null])
})

// Guarantee: a fresh rule has a name of its own, whatever was taken out before.
test('a fresh rule has a fresh name', () => {
  const first = newRule([])
  const second = newRule([first])
  assert.notEqual(newRule([second]).id, second.id)
  assert.equal(new Set([first.id, second.id, newRule([first, second]).id]).size, 3)
})
