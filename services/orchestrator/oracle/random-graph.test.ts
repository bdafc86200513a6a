import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDataset } from '../dataset.ts'
import { compileSnapshot } from '../snapshot.ts'
import { differencesFor } from './differences.ts'
import { changed, dataset, hopsOf, intentOf, judge, route } from './harness.ts'
import { randomFrom } from './prng.ts'
import { MIDDLE, randomDataset, randomIntent, SMALL } from './random-graph.ts'

/** More graphs for a longer run: ORACLE_SEEDS=500 node --test …/random-graph.test.ts */
const GRAPHS = Number(process.env.ORACLE_SEEDS ?? 16)
const base = intentOf('req-001')

test('engine and oracle agree on random markets of 40 legs, send and receive side, fresh and stale data', async () => {
  let lawful = 0
  for (let seed = 0; seed < GRAPHS; seed++) {
    const random = randomFrom(seed)
    const market = parseDataset(randomDataset(random, dataset, SMALL))
    const snapshot = compileSnapshot(market)
    for (let k = 0; k < 3; k++) {
      const intent = randomIntent(random, base, `random-${seed}-${k}`)
      const age = random.pick(['market_clock', 'of_the_moment'] as const)
      assert.deepEqual(await differencesFor(snapshot, market, intent, judge, age), [], `seed ${seed}, intent ${k}`)
      lawful += (await route(snapshot, intent, age)).decision.counts.lawful
    }
  }
  assert.ok(lawful > GRAPHS, `only ${lawful} lawful candidates: these markets test no order`)
})

test('engine and oracle agree on random markets of 300 legs, send and receive side', async () => {
  for (const [seed, side] of [[107, 'merchant_sends'], [3, 'supplier_receives']] as const) {
    const random = randomFrom(seed)
    const market = parseDataset(randomDataset(random, dataset, MIDDLE))
    let intent = randomIntent(random, base, `random-${seed}`)
    intent = { ...intent, amount: { side, value: '250000', currency: 'CNY' } }
    assert.deepEqual(await differencesFor(compileSnapshot(market), market, intent, judge), [], `seed ${seed}`)
  }
})

test('a market with every leg offered twice keeps its best score, and a tie goes to the provider whose id comes first', async () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = randomFrom(seed)
    const market = parseDataset(randomDataset(random, dataset, SMALL))
    const intent = randomIntent(random, base, `doubled-${seed}`)
    const once = await route(compileSnapshot(market), intent)
    const twice = await route(changed((copy) => {
      const rules = copy.corridors.corridors[0]!.prohibited_legs
      for (const rule of rules) if (rule.match.provider_id) rule.match.provider_id = rule.match.provider_id.flatMap((id) => [id, `${id}z`])
      ;(copy as { providers: unknown }).providers = market.providers.flatMap((one) => [one, { ...one, id: `${one.id}z` }])
      copy.estimates.providers = market.estimates.providers.flatMap((one) => [one, { ...one, provider_id: `${one.provider_id}z` }])
    }, market), intent)
    if (!once.decided.recommended) continue
    assert.ok(Math.abs(twice.decided.recommended!.candidate.score - once.decided.recommended.candidate.score) < 1e-6, `seed ${seed}`)
    assert.equal(hopsOf(twice.decided.recommended!), hopsOf(once.decided.recommended), `seed ${seed}`)
  }
})
