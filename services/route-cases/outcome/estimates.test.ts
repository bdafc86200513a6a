import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ESTIMATE_KINDS, type EstimateKind } from '#contracts/api/settlement.ts'
import { digestOf } from '#contracts/canonical-json.ts'
import { dataset, intents, route, snapshot } from '#orchestrator/oracle/harness.ts'
import { parseDataset } from '#orchestrator/dataset.ts'
import { senseIssues } from '#orchestrator/dataset-sense.ts'
import { applyLearned, type LearnedEstimates } from '#orchestrator/learned.ts'
import { add, compare, div, fromDecimal, mul, type Rational, sub } from '#orchestrator/rational.ts'
import { compileSnapshot, type Snapshot } from '#orchestrator/snapshot.ts'
import { estimateOf, MINIMUM_SAMPLE, moveOf, NO_EVIDENCE, observationText, plusOne, priorOf, proposesSuspension, RANGES, shareOfRange, type Prior, type Total } from './estimates.ts'
import { learnedEstimates, type EvidenceTotal } from './learned-estimates.ts'

const priors = dataset.estimates.providers
/** Anything a measurement could come to, far outside every range too. */
const seen: fc.Arbitrary<Rational> = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n })).map(([n, d]) => ({ n, d }))
const observationOf = (kind: EstimateKind, raw: Rational): string =>
  kind === 'trust' || kind === 'liquidity' ? (raw.n > 0n ? '1' : '0') : observationText(kind, raw)
const evidence = (max: number) => fc.constantFrom(...ESTIMATE_KINDS).chain((kind) => fc.tuple(
  fc.constant(kind), fc.constantFrom(...priors).map((record) => priorOf(kind, record)!), fc.array(seen.map((raw) => observationOf(kind, raw)), { maxLength: max })))
const totalOf = (observations: readonly string[]): Total => observations.reduce(plusOne, NO_EVIDENCE)
const equal = (a: Rational, b: Rational): boolean => compare(a, b) === 0
const distance = (a: Rational, b: Rational): Rational => (compare(a, b) > 0 ? sub(a, b) : sub(b, a))

// Guarantee: one outcome moves an estimate by at most 1/(n + prior weight) of its range, whatever was seen, and the estimate never leaves its range.
test('one outcome moves an estimate by at most 1/(n + prior)', () => {
  fc.assert(fc.property(evidence(40), ([kind, prior, observations]) => {
    let total = NO_EVIDENCE
    for (const observation of observations) {
      const { before, after, most } = moveOf(prior, total, observation)
      total = plusOne(total, observation)
      assert.ok(compare(distance(shareOfRange(kind, before.value), shareOfRange(kind, after.value)), most) <= 0)
      assert.ok(equal(most, { n: 1n, d: BigInt(before.n + prior.weight) }))
      assert.ok(compare(after.value, RANGES[kind].least) >= 0 && compare(after.value, RANGES[kind].greatest) <= 0)
    }
  }), { numRuns: 300 })
})

// Guarantee: the bound is not idle: without the range, one outlier would break it.
test('an outlier that was not held to its range would break the bound', () => {
  const prior = priorOf('latency', priors[0]!)!
  const { before, after, most } = moveOf(prior, NO_EVIDENCE, '400')
  assert.ok(compare(distance(shareOfRange('latency', before.value), shareOfRange('latency', after.value)), most) > 0)
  assert.deepEqual([observationText('latency', { n: 400n, d: 1n }), observationText('latency', { n: -1n, d: 1n }), observationText('slippage', { n: -7n, d: 3n }), observationText('latency', { n: 1n, d: 3n })], ['4', '0.25', '0', '0.333333'])
})

// Guarantee: the order in which outcomes come changes nothing, to the last digit.
test('outcomes in any order give the same estimate', () => {
  fc.assert(fc.property(evidence(30).chain(([kind, prior, list]) => fc.tuple(fc.constant({ kind, prior, list }), fc.shuffledSubarray(list, { minLength: list.length }))), ([{ prior, list }, shuffled]) => {
    assert.deepEqual(estimateOf(prior, totalOf(shuffled)), estimateOf(prior, totalOf(list)))
  }), { numRuns: 200 })
})

// Guarantee: a better observation never gives a lower estimate than a worse one in its place.
test('an estimate rises and falls with what was seen', () => {
  fc.assert(fc.property(evidence(20), seen, seen, ([kind, prior, list], a, b) => {
    const [low, high] = (compare(a, b) <= 0 ? [a, b] : [b, a]).map((raw) => estimateOf(prior, totalOf([...list, observationOf(kind, raw)])).value) as [Rational, Rational]
    assert.ok(compare(low, high) <= 0)
  }), { numRuns: 200 })
})

// Guarantee: trust is the engine's own reading of a prior, Beta(successes + 1, failures + 1), counted on by outcomes; with the data's 18 of 20, one success moves 19/22 to 20/23.
test('the estimate of trust is the posterior that the engine reads', () => {
  const prior = priorOf('trust', priors.find(({ trust_prior }) => trust_prior?.successes === 18)!)!
  assert.deepEqual([prior.mean, prior.weight, moveOf(prior, NO_EVIDENCE, '1').after.value], [{ n: 19n, d: 22n }, 22, { n: 20n, d: 23n }])
  for (const record of priors) {
    const total = totalOf(['1', '1', '0'])
    const { trust } = learnedEstimates([{ provider_id: record.provider_id, kind: 'trust', n: 3, sum: '2' }], priors)[record.provider_id]!
    const [s, f] = [BigInt(trust!.successes), BigInt(trust!.failures)]
    assert.ok(equal(estimateOf(priorOf('trust', record)!, total).value, { n: s + 1n, d: s + f + 2n }), record.provider_id)
  }
})

// Guarantee: a suspension is proposed only past the minimum sample, however bad the outcomes are.
test('nothing is proposed for suspension on a few outcomes', () => {
  const prior: Prior = { mean: { n: 1n, d: 2n }, weight: 2, illustrative: true, source: 'test' }
  const failures = (n: number) => proposesSuspension(estimateOf(prior, { n, sum: { n: 0n, d: 1n } }))
  assert.deepEqual([failures(MINIMUM_SAMPLE - 1), failures(MINIMUM_SAMPLE)], [false, true])
  assert.equal(proposesSuspension(estimateOf(prior, { n: 100, sum: { n: 60n, d: 1n } })), false)
})

const withLearned = (learned: LearnedEstimates): Snapshot => compileSnapshot(parseDataset(structuredClone(applyLearned(dataset, learned))))
const worse: Readonly<Record<EstimateKind, readonly [string, string]>> = { trust: ['1', '0'], liquidity: ['1', '0'], latency: ['0.25', '4'], slippage: ['0', '4'] }

// Guarantee: with no evidence the data is the same, byte for byte, and so is evidence that says exactly what the data says; no evidence makes data that an import would refuse.
test('nothing learned changes nothing', () => {
  assert.equal(applyLearned(dataset, learnedEstimates([], priors)), dataset)
  const confirming = priors.flatMap(({ provider_id }): EvidenceTotal[] => (['latency', 'slippage'] as const).map((kind) => ({ provider_id, kind, n: 5, sum: '5' })))
  assert.equal(digestOf(applyLearned(dataset, learnedEstimates(confirming, priors))), digestOf(dataset))
  for (const which of [0, 1] as const) {
    const extreme = priors.flatMap(({ provider_id }): EvidenceTotal[] => ESTIMATE_KINDS.map((kind) => ({ provider_id, kind, n: 1000, sum: String(1000 * Number(worse[kind][which])) })))
    const data = parseDataset(structuredClone(applyLearned(dataset, learnedEstimates(extreme, priors))))
    assert.deepEqual(senseIssues(data), [])
  }
})

// Guarantee: an overlay is data like any other: the same evidence gives the same digest whatever its order, and the decision on it is the same byte for byte.
test('a decision on learned data replays', async () => {
  const rows: EvidenceTotal[] = [{ provider_id: 'ng-licensed-exchange', kind: 'slippage', n: 3, sum: '5.123457' }, { provider_id: 'ng-bank-rmb-direct', kind: 'trust', n: 2, sum: '1' }, { provider_id: 'ng-bank-rmb-direct', kind: 'latency', n: 7, sum: '11.000001' }]
  const [one, other] = [withLearned(learnedEstimates(rows, priors)), withLearned(learnedEstimates([...rows].reverse(), priors))]
  assert.equal(one.digest, other.digest)
  assert.notEqual(one.digest, snapshot.digest)
  for (const intent of intents.slice(0, 4)) assert.equal((await route(one, intent)).result_digest, (await route(other, intent)).result_digest)
})

// Guarantee: on the real engine, better evidence about a provider never worsens the score of a route that uses it, and worse evidence never improves it; the routes that do not use it stay as they are.
test('better evidence never worsens a score, worse evidence never improves one', async () => {
  let moved = 0
  const providers = ['ng-bank-rmb-direct', 'ng-licensed-exchange', 'ng-licensed-otc-desk', 'stablecoin-cny-b2b-api', 'ng-bank-official-fx', 'cn-export-agent', 'hk-licensed-platform', 'ng-bank-sme-form-q']
  for (const provider_id of providers) for (const kind of ESTIMATE_KINDS) {
    const scoresOn = async (observation: string): Promise<Map<string, { score: number; uses: boolean }>> => {
      const total = totalOf(Array.from({ length: 60 }, () => observation))
      const on = withLearned(learnedEstimates([{ provider_id, kind, n: total.n, sum: String(60 * Number(observation)) }], priors))
      const found = new Map<string, { score: number; uses: boolean }>()
      for (const intent of intents.slice(0, 10)) for (const { candidate } of (await route(on, intent)).decided.judged) {
        found.set(`${intent.id} ${candidate.id}`, { score: candidate.score, uses: candidate.legs.some((leg) => leg.provider.id === provider_id) })
      }
      return found
    }
    const [good, bad] = [await scoresOn(worse[kind][0]), await scoresOn(worse[kind][1])]
    for (const [key, better] of good) {
      const poorer = bad.get(key)
      if (poorer === undefined) continue
      // A missing or an infinite score is that of an amount that cannot be sent.
      if (!Number.isFinite(better.score) || !Number.isFinite(poorer.score)) continue
      if (better.uses) assert.ok(better.score <= poorer.score + 1e-6, `${provider_id} ${kind} ${key}: ${better.score} after better evidence, ${poorer.score} after worse`)
      else assert.equal(better.score, poorer.score, key)
      if (better.score < poorer.score - 1e-6) moved++
    }
  }
  assert.ok(moved > 100, `only ${moved} scores moved`)
})

// Guarantee: what is written into the data is the exact estimate to twelve decimals, so that nothing on the way is a float.
test('a factor reaches the data exactly', () => {
  const learned = learnedEstimates([{ provider_id: 'ng-licensed-exchange', kind: 'slippage', n: 1, sum: '2' }, { provider_id: 'ng-licensed-exchange', kind: 'liquidity', n: 1, sum: '0' }], priors)
  // (10 × 1 + 2) ÷ 11 and (20 × 0.70 + 0) ÷ 21
  assert.deepEqual(learned, { 'ng-licensed-exchange': { slippage_factor: '1.090909090909', liquidity_confidence: '0.666666666667' } })
  const curve = applyLearned(dataset, learned).estimates.providers.find(({ provider_id }) => provider_id === 'ng-licensed-exchange')!.slippage_curve!.share_of_daily_liquidity_to_bps
  assert.deepEqual(curve, [['0', '0'], ['0.05', '4.363636363636'], ['0.2', '27.272727272725'], ['1', '239.99999999998']])
  assert.ok(compare(distance(fromDecimal('1.090909090909'), div(add({ n: 10n, d: 1n }, { n: 2n, d: 1n }), { n: 11n, d: 1n })), mul({ n: 1n, d: 2n }, { n: 1n, d: 10n ** 12n })) <= 0)
})
