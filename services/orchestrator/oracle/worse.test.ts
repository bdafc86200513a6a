import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentIntent } from '#contracts/routing.ts'
import type { Dataset } from '../dataset.ts'
import { changed, dataset, hopsOf, intentOf, route, snapshot, type DataAge, type Judged } from './harness.ts'

type Provider = Dataset['providers'][number]
type Estimate = Dataset['estimates']['providers'][number]
type Worse = (provider: Provider, estimate: Estimate, copy: Dataset) => void

const raised = (text: string, by: number): string => Number((Number(text) + by).toFixed(6)).toString()

/** One input of a provider, made worse; nothing else is touched. */
const WORSE: Readonly<Record<string, Worse>> = {
  'cost: a higher fee': ({ fee_schedule }) => { fee_schedule.bps = { ...(fee_schedule.bps ?? { low: '0', high: '0', facts: [] }), typical: raised(fee_schedule.bps?.typical ?? '0', 7) } },
  'cost: a higher fixed fee': ({ fee_schedule }) => { if (fee_schedule.fixed) fee_schedule.fixed.typical = raised(fee_schedule.fixed.typical, 3) },
  'cost: a wider spread': ({ fx_spread_bps }) => { if (fx_spread_bps) fx_spread_bps.typical = raised(fx_spread_bps.typical, 9) },
  'slippage: a steeper curve': (_, { slippage_curve }) => { for (const point of slippage_curve?.share_of_daily_liquidity_to_bps ?? []) point[1] = raised(point[1], 5) },
  'latency: a later p90': ({ settlement_latency }) => { settlement_latency.quantiles.p90 = 'P19D' },
  'liquidity confidence: less': (_, estimate) => { estimate.liquidity_confidence = '0.31' },
  'provider risk: a worse class': (provider) => { provider.risk_class = provider.risk_class === 'low' ? 'moderate' : 'elevated' },
  'trust: more failures': (_, { trust_prior }) => { if (trust_prior) trust_prior.failures += 3 },
  'human execution: a longer step': (_, { human_steps }) => { for (const step of human_steps) step.typical = 'P4D' },
  'human execution: one more step': (_, { human_steps }) => { human_steps.push({ kind: 'instruct_bank', typical: 'PT1H', proof_kinds: [], done_by: 'desk_operator' }) },
  'human execution: an actor who fails more': (_, { human_steps }, copy) => {
    for (const actor of copy.estimates.manual_actors) if (human_steps.some(({ kind }) => actor.covers.steps.includes(kind))) actor.reliability_prior.failures += 4
  },
  'data freshness: a shorter life': ({ data_freshness }) => { data_freshness.max_age = 'P1D' },
  'proof requirements: one more proof': (_, { human_steps }) => { for (const step of human_steps) step.proof_kinds.push('photo') },
  'provider posture: probation': (_, estimate) => { if (estimate.posture === 'verified') estimate.posture = 'probation' },
  'amount guidance: a lower soft maximum': ({ limits }) => { if (limits.max?.soft) limits.max.amount = '500' },
}

const ranks = (judged: readonly Judged[]): Map<string, Judged> => new Map(judged.map((one) => [hopsOf(one), one]))

/** Compares before and after; returns how many candidates that use the provider were held against each other. */
async function neverImproves(intent: PaymentIntent, age: DataAge, id: string, name: string, worse: Worse): Promise<number> {
  const before = ranks((await route(snapshot, intent, age)).decided.judged)
  const worsened = changed((copy) => worse(copy.providers.find((one) => one.id === id)!, copy.estimates.providers.find((one) => one.provider_id === id)!, copy))
  const after = ranks((await route(worsened, intent, age)).decided.judged)
  assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort(), `${name}: ${id}: the candidates themselves changed`)
  let compared = 0
  for (const [hops, now] of after) {
    const then = before.get(hops)!
    const uses = now.candidate.legs.some(({ provider }) => provider.id === id)
    // A smaller amount can slip under the soft maximum of a later leg; that is another input getting better, not this one.
    if (now.candidate.above_guidance.length < then.candidate.above_guidance.length) continue
    // Where fees eat the whole amount the cost is at its end and can grow no more.
    if (then.candidate.price.cost_bps > 9_999) continue
    // A missing spread takes the worst of others, so theirs is its own too.
    if (name.includes('spread') && now.candidate.legs.some(({ provider, from, to }) => from !== to && provider.fx_spread_bps === null)) continue
    assert.ok(now.candidate.score >= then.candidate.score - 1e-9, `${name}: ${id}: ${hops} went from ${then.candidate.score} to ${now.candidate.score}`)
    if (uses) compared++
    else if (!name.includes('actor')) assert.ok(Math.abs(now.candidate.score - then.candidate.score) < 1e-9, `${name}: ${id}: ${hops} does not use it and changed`)
  }
  return compared
}

const CASES: readonly (readonly [string, DataAge, readonly string[]])[] = [
  ['req-010', 'of_the_moment', ['ng-bank-rmb-direct', 'ng-licensed-otc-desk', 'hk-bank-corporate', 'ng-sourcing-agent', 'cn-bank-usd-inward']],
  ['gen-5-012', 'market_clock', ['ng-licensed-exchange', 'panafrican-b2b-fintech', 'chain-tron-usdt']],
]

for (const [name, worse] of Object.entries(WORSE)) {
  test(`an input made worse alone never improves a rank: ${name}`, async () => {
    let compared = 0
    for (const [id, age, providers] of CASES) {
      for (const provider of providers) compared += await neverImproves(intentOf(id), age, provider, name, worse)
    }
    assert.ok(compared > 50, `only ${compared} candidates compared`)
  })
}

test('an input made worse alone never improves a rank: proof requirements: a paper less on file', async () => {
  const intent = intentOf('req-010')
  const before = ranks((await route(snapshot, intent)).decided.judged)
  for (const paper of intent.documents_available) {
    const after = ranks((await route(snapshot, { ...intent, documents_available: intent.documents_available.filter((one) => one !== paper) })).decided.judged)
    for (const [hops, now] of after) assert.ok(now.candidate.score >= before.get(hops)!.candidate.score - 1e-9, `${paper}: ${hops}`)
  }
})

test('an input made worse alone never improves a rank: latency: an earlier deadline', async () => {
  const intent = intentOf('req-010')
  const before = ranks((await route(snapshot, intent)).decided.judged)
  const after = ranks((await route(snapshot, { ...intent, needed_by: '2026-10-05T17:00:00+08:00' })).decided.judged)
  for (const [hops, now] of after) assert.ok(now.candidate.score >= before.get(hops)!.candidate.score - 1e-9, hops)
})

test('the data the inputs were made worse in is left as it was', () => {
  assert.equal(dataset.providers.find(({ id }) => id === 'cn-bank-usd-inward')!.risk_class, 'low')
})
