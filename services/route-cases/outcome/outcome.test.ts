import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actuals, HopActual, Prediction } from '#contracts/api/settlement.ts'
import { instantOf, isoInZone, zoneOf } from '#orchestrator/calendar.ts'
import { midBetween } from '#orchestrator/leg.ts'
import { intents, route, snapshot } from '#orchestrator/oracle/harness.ts'
import { legOutExact } from '#orchestrator/pricing.ts'
import { fromDecimal, toDecimalNearest } from '#orchestrator/rational.ts'
import { legOf } from './measure.ts'
import { observationsOf } from './observations.ts'
import { actualsIssue, outcomeOf } from './outcome.ts'
import { predictionOf } from './prediction.ts'

/** Predictions of every lawful candidate of the intents by hand. */
const predictions: Prediction[] = []
for (const intent of intents.slice(0, 10)) {
  const { decided } = await route(snapshot, intent)
  for (const { candidate } of decided.ranked) predictions.push(predictionOf(decided.describe(candidate.id)!))
}
const longest = predictions.reduce((most, one) => (one.hops.length > most.hops.length ? one : most))
const { legs } = snapshot
const midOf = ({ sent, received }: Prediction) => midBetween(snapshot.usd_mids, received.currency, sent.currency)
const later = (at: string, by_s: number): string => isoInZone(zoneOf('UTC'), instantOf(at) + by_s)

/** What would have happened had everything gone as predicted, with changes. */
function asPredicted(prediction: Prediction, over: Partial<Actuals> = {}, hop: (i: number) => Partial<HopActual> = () => ({})): Actuals {
  return {
    result: 'completed', sent: prediction.sent, received: prediction.received, arrived_at: prediction.arrival_p50,
    hops: prediction.hops.map((one, i) => ({ result: 'success', started_at: one.starts_at_p50, ended_at: one.ends_at_p50, amount_in: one.amount_in, amount_out: one.amount_out, filled: 'at_once', ...hop(i) })),
    ...over,
  }
}
const failedAt = (prediction: Prediction, at: number, result: 'failed' | 'returned' = 'failed'): Actuals => ({
  ...asPredicted(prediction, { result, because: 'provider_refused' }, (i) => (i < at ? {} : i === at ? { result, ended_at: null, amount_out: null, filled: 'not_filled' }
    : { result: 'not_started', started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null })),
  received: undefined, arrived_at: undefined,
} as unknown as Actuals)

// Guarantee: what went exactly as predicted differs in nothing: cost to the rounding of a minor unit, time to the second, each hop's slippage to what the curve says.
test('an outcome as predicted shows no difference', () => {
  assert.ok(predictions.length > 20)
  for (const prediction of predictions) {
    const outcome = outcomeOf(prediction, asPredicted(prediction), legs, midOf(prediction))
    assert.ok(Math.abs(Number(outcome.cost_difference_bps)) < 0.01, `${prediction.candidate_id}: ${outcome.cost_difference_bps}`)
    assert.deepEqual([outcome.fell, outcome.after_p50_s], ['by_p50', 0])
    assert.ok(Number(outcome.score) > 99.9)
    for (const [i, hop] of outcome.hops.entries()) {
      assert.equal(hop.took_s, hop.expected_s, `${prediction.candidate_id} hop ${i}`)
      if (hop.slippage_bps !== null) assert.ok(Math.abs(Number(hop.slippage_bps) - Number(hop.expected_slippage_bps)) < 0.01, `${prediction.candidate_id} hop ${i}`)
    }
    for (const { kind, observation } of observationsOf(prediction, asPredicted(prediction), legs)) assert.ok(Math.abs(Number(observation) - 1) < 0.001, `${prediction.candidate_id} ${kind} ${observation}`)
  }
})

// Guarantee: the realised slippage is the price formula read backwards: what a leg of another slippage gives out is measured as that slippage.
test('slippage is measured exactly', () => {
  for (const prediction of predictions) for (const [i, hop] of prediction.hops.entries()) {
    const leg = legOf(legs, hop)!
    if (leg.curve === null) continue
    const priced = legOutExact(leg, fromDecimal(hop.amount_in))
    if (priced.n === 0n) continue
    const outcome = outcomeOf(prediction, asPredicted(prediction, {}, (at) => (at === i ? { amount_out: toDecimalNearest(priced, 12) } : {})), legs, midOf(prediction))
    assert.equal(Number(outcome.hops[i]!.slippage_bps).toFixed(3), Number(hop.slippage_bps).toFixed(3))
  }
})

// Guarantee: cost and lateness are counted with their sign, and the score falls by a half for each at its worst and never below 0.
test('a dearer and a later outcome is told as what it is', () => {
  const [prediction] = predictions as [Prediction]
  const half = toDecimalNearest(fromDecimal(String(Number(prediction.received.amount) / 2)), 2)
  const dear = outcomeOf(prediction, asPredicted(prediction, { received: { ...prediction.received, amount: half } }), legs, midOf(prediction))
  assert.ok(Number(dear.cost_bps) > 4_900 && Number(dear.cost_difference_bps) > 4_800)
  assert.ok(Math.abs(Number(dear.score) - 50) < 0.01)
  const late = outcomeOf(prediction, asPredicted(prediction, { arrived_at: later(prediction.arrival_p90, 43_200) }), legs, midOf(prediction))
  assert.deepEqual([late.fell, late.after_p90_s, Number(late.score) > 74.9 && Number(late.score) <= 75], ['after_p90', 43_200, true])
  const between = outcomeOf(prediction, asPredicted(prediction, { arrived_at: prediction.arrival_p90 }), legs, midOf(prediction))
  assert.deepEqual([between.fell, between.after_p90_s], ['by_p90', 0])
  const lost = outcomeOf(prediction, failedAt(prediction, 0), legs, midOf(prediction))
  assert.deepEqual([lost.score, lost.received, lost.cost_bps, lost.fell], ['0.00', null, null, null])
})

// Guarantee: a failure counts against the provider where it happened, a hop that never started says nothing of its provider, and no provider is observed twice in one outcome.
test('an outcome observes each provider once, by its own hops', () => {
  const at = 1
  const seen = observationsOf(longest, failedAt(longest, at), legs)
  const trust = new Map(seen.filter(({ kind }) => kind === 'trust').map(({ provider_id, observation }) => [provider_id, observation]))
  assert.equal(trust.get(longest.hops[0]!.provider_id), '1')
  assert.equal(trust.get(longest.hops[at]!.provider_id), '0')
  for (const hop of longest.hops.slice(at + 1)) if (!longest.hops.slice(0, at + 1).some(({ provider_id }) => provider_id === hop.provider_id)) assert.equal(trust.has(hop.provider_id), false)
  assert.equal(seen.find(({ provider_id, kind }) => provider_id === longest.hops[at]!.provider_id && kind === 'latency'), undefined)
  const twice: Prediction = { ...longest, hops: [longest.hops[0]!, longest.hops[0]!] }
  const both = observationsOf(twice, { ...asPredicted(twice), hops: asPredicted(twice).hops.map((hop, i) => ({ ...hop, filled: i === 0 ? 'at_once' : 'in_parts' })) }, legs)
  assert.deepEqual(both.map(({ kind }) => kind), [...new Set(both.map(({ kind }) => kind))])
  assert.deepEqual(both.filter(({ kind }) => kind === 'trust' || kind === 'liquidity').map(({ kind, observation }) => [kind, observation]), [['trust', '1'], ['liquidity', '0']])
})

// Guarantee: a minute either way is the precision of what people write down: it teaches nothing, and a rail of seconds is not slow because it was noted in minutes.
test('a minute either way is on time', () => {
  const took = (prediction: Prediction, by_s: number) => {
    const [hop] = prediction.hops as [Prediction['hops'][number]]
    const seen = observationsOf(prediction, asPredicted(prediction, {}, (i) => (i === 0 ? { ended_at: later(hop.ends_at_p50, by_s) } : { started_at: null, ended_at: null })), legs)
    return seen.find(({ provider_id, kind }) => provider_id === hop.provider_id && kind === 'latency')!.observation
  }
  const fast = predictions.find(({ hops }) => hops[0]!.latency_p50 === 'PT30S')!
  assert.deepEqual([took(fast, 0), took(fast, 60), took(fast, -30), took(fast, 90), took(fast, 600)], ['1', '1', '1', '2', '4'])
  const slow = predictions.find(({ hops }) => instantOf(hops[0]!.ends_at_p50) - instantOf(hops[0]!.starts_at_p50) === 86_400)!
  assert.deepEqual([took(slow, -60), took(slow, 60), took(slow, 43_260), took(slow, -43_260)], ['1', '1', '1.5', '0.5'])
})

// Guarantee: what nobody saw teaches nothing: without times no latency, without amounts no slippage, without a word on the fill no liquidity.
test('an unknown teaches nothing', () => {
  const blind = asPredicted(longest, {}, () => ({ started_at: null, ended_at: null, amount_in: null, amount_out: null, filled: null }))
  assert.deepEqual([...new Set(observationsOf(longest, blind, legs).map(({ kind }) => kind))], ['trust'])
  assert.deepEqual(observationsOf(longest, asPredicted(longest), []).filter(({ kind }) => kind === 'latency' || kind === 'slippage'), [], 'the data has dropped the legs')
})

// Guarantee: actuals that contradict the route or themselves are refused by the field that is wrong.
test('impossible actuals are refused', () => {
  const good = asPredicted(longest)
  const issue = (over: Partial<Record<keyof Actuals, unknown>>, latest: number | null = null) => { const found = actualsIssue(longest, { ...good, ...over } as Actuals, latest); return found === null ? null : `${found.code} ${found.field}` }
  const hops = (i: number, over: Partial<HopActual>) => ({ hops: good.hops.map((hop, at) => (at === i ? { ...hop, ...over } : hop)) })
  assert.equal(issue({}), null)
  assert.equal(actualsIssue(longest, failedAt(longest, 1), null), null)
  assert.equal(actualsIssue(longest, failedAt(longest, 0, 'returned'), null), null)
  assert.deepEqual([
    issue({ received: undefined }), issue({ arrived_at: undefined }), issue({ because: 'recalled' }), issue({ result: 'failed' }), issue({ result: 'failed', because: 'recalled' }),
    issue({ sent: { ...good.sent, currency: 'USD' } }), issue({ sent: { ...good.sent, amount: '0.00' } }), issue({ received: { ...good.received, currency: 'EUR' } }), issue({ hops: good.hops.slice(1) }),
    issue(hops(0, { result: 'failed' })), issue(hops(0, { started_at: '2026-10-05T09:00:00Z', ended_at: '2026-10-05T08:59:59Z' })), issue(hops(0, { amount_in: '0' })), issue({ arrived_at: '2026-09-01T09:00:00Z' }),
  ], [
    'missing_field /received', 'missing_field /arrived_at', 'invalid_field /because', 'missing_field /because', 'invalid_field /hops', 'invalid_field /sent/currency', 'invalid_field /sent/amount',
    'invalid_field /received/currency', 'invalid_field /hops', 'invalid_field /hops/0/result', 'invalid_field /hops/0/ended_at', 'invalid_field /hops/0/amount_in', 'invalid_field /arrived_at',
  ])
  assert.equal(issue({}, instantOf(longest.hops[0]!.starts_at_p50)), 'invalid_field /hops/0/ended_at', 'nothing is known of tomorrow on a clock that runs')
  const after = failedAt(longest, 0)
  assert.equal(actualsIssue(longest, { ...after, hops: after.hops.map((hop, i) => (i === 1 ? { ...good.hops[1]! } : hop)) }, null)?.field, '/hops/1/result')
  assert.equal(actualsIssue(longest, { ...after, hops: after.hops.map((hop, i) => (i === 1 ? { ...hop, amount_in: '5' } : hop)) }, null)?.field, '/hops/1/amount_in')
})
