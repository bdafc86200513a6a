import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OracleData } from './data.ts'
import { differencesFor } from './differences.ts'
import { dataset, intents, judge, snapshot } from './harness.ts'
import { movedFromData, mutated } from './mutations.ts'
import { randomFrom } from './prng.ts'

/** More seeds for a longer run: ORACLE_SEEDS=2000 node --test …/mutations.test.ts */
const SEEDS = Number(process.env.ORACLE_SEEDS ?? 24)
const data = dataset as unknown as OracleData

test('engine and oracle agree on intents with random amounts, clocks, papers, methods, preferences and held funds, one snapshot for all', async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = randomFrom(seed)
    const intent = mutated(random, data, random.pick(intents), `mutated-${seed}`)
    assert.deepEqual(await differencesFor(snapshot, dataset, intent, judge), [], `seed ${seed}`)
  }
})

test('engine and oracle agree on intents made minutes to months after the data was taken, so that some of it is stale or refused', async () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = randomFrom(10_000 + seed)
    const intent = movedFromData(random, mutated(random, data, random.pick(intents), `moved-${seed}`))
    assert.deepEqual(await differencesFor(snapshot, dataset, intent, judge, 'market_clock'), [], `seed ${10_000 + seed}`)
  }
})
