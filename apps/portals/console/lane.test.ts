import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate, Hop, Reason } from '../api/types.ts'
import { firstRefusal, laneOf, nearMiss } from './lane.ts'

const hop = (from: Hop['from'], to: Hop['to'], more: Partial<Hop> = {}): Hop => ({
  provider_id: 'p', provider_name: 'A bank (with a long explanation)', provider_category: 'bank_wire', kind: 'cross_border_transfer', network: null, from, to,
  amount_in: '1', amount_out: '1', fixed_fee: { amount: '0', currency: 'USD' }, variable_fee: { amount: '0', currency: 'USD' }, fee_bps: '0', spread_bps: '0',
  slippage_bps: '0', cost_bps: '12.345678', mid: '1', latency_p50: 'P2D', latency_p90: 'P3D', latency_clock: 'business',
  starts_at_p50: '', ends_at_p50: '', ends_at_p90: '', pair_status: null, pair_condition: null, posture: 'verified', licence_status: 'licensed_regulated',
  risk_class: 'low', age_ratio: '0', human_steps: [], documents_required: [], illustrative: [], ...more,
})
const reason = (code: string, at: number | null): Reason =>
  ({ code, source: 'policy', provider_id: null, hop: at, number: null, against: null, sentence: code, retryable: false, remedy: null, facts: [], illustrative: false })
const state = (currency: string, country: string | null, holder: Hop['from']['holder']): Hop['from'] => ({ currency, country, holder })
const three = [
  hop(state('NGN', 'NG', 'payer'), state('USD', 'NG', 'payer')),
  hop(state('USD', 'NG', 'payer'), state('USD', 'HK', 'payer'), { illustrative: ['posture'] }),
  hop(state('USD', 'HK', 'payer'), state('CNY', 'CN', 'payee'), { illustrative: ['latency'] }),
]
const candidate = (more: Partial<Candidate>): Candidate =>
  ({ id: 'c', status: 'ready', hops: three, refusals: [], conditions: [], cost_bps: '10', ...more }) as Candidate

// Guarantee: of a refused candidate only the failing leg and the station behind it are red, whatever else is wrong with it.
test('only the failing leg and its station are marked', () => {
  const lane = laneOf(candidate({ status: 'refused', refusals: [reason('excessive_risk', null), reason('limit_exceeded:p', 1)] }), false)
  assert.equal(lane.look, 'refused')
  assert.deepEqual(lane.segments.map((each) => each.failing), [false, true, false])
  assert.deepEqual(lane.stations.map((each) => each.failing), [false, false, true, false])
})

// Guarantee: a lawful candidate never shows a red leg, and the recommended one alone is drawn as such.
test('lawful candidates', () => {
  const lane = laneOf(candidate({}), true)
  assert.equal(lane.look, 'recommended')
  assert.ok(lane.segments.every((each) => !each.failing))
  assert.equal(laneOf(candidate({ status: 'conditional' }), false).look, 'alternative')
})

// Guarantee: a station says where the merchant's own money lies when that is abroad.
test('stations and segments', () => {
  const lane = laneOf(candidate({}), false)
  assert.deepEqual(lane.stations.map((each) => each.holder), ['Merchant', 'Merchant', 'HK account', 'Supplier'])
  assert.deepEqual(lane.segments.map((each) => [each.cost, each.time, each.illustrative]), [['12.3 bps', '2 d', false], ['12.3 bps', '2 d', false], ['12.3 bps', '2 d', true]])
})

// Guarantee: the near miss is the candidate with the fewest reasons, and among those the cheapest.
test('the near miss', () => {
  const far = candidate({ id: 'far', refusals: [reason('a', 0), reason('b', 1)], cost_bps: '1.000000' })
  const dear = candidate({ id: 'dear', refusals: [reason('a', 0)], cost_bps: '100.000000' })
  const near = candidate({ id: 'near', refusals: [reason('a', 0)], cost_bps: '99.999999' })
  assert.equal(nearMiss([far, dear, near])?.id, 'near')
  assert.equal(nearMiss([]), null)
  assert.equal(firstRefusal(candidate({})), null)
})
