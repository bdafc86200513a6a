import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentIntent } from '#contracts/routing.ts'
import { WEIGHT_NAMES, type WeightName } from '../dataset.ts'
import { changed, dataset, intents, ranking, route, snapshot, type DataAge } from './harness.ts'
import { movedFromData, mutated } from './mutations.ts'
import type { OracleData } from './data.ts'
import { randomFrom } from './prng.ts'

/** The order of an intent's lawful candidates with one weight of its preference at 0. */
async function orderWithout(weight: WeightName, intent: PaymentIntent, age: DataAge): Promise<string> {
  return ranking(await route(without.get(weight)!, intent, age)).join(' / ')
}
const without = new Map(WEIGHT_NAMES.map((weight) => [weight, changed((copy) => {
  for (const preference of ['balanced', 'cheapest', 'fastest', 'safest'] as const) copy.estimates.weights[preference][weight] = '0'
})]))

type Case = { readonly intent: PaymentIntent; readonly age: DataAge; readonly order: string }

/** Intents of the files first, then seeded variations of them, some on data that has aged. */
function* variations(): Generator<Omit<Case, 'order'>> {
  for (const intent of intents) yield { intent, age: 'of_the_moment' }
  for (let seed = 0; seed < 400; seed++) {
    const random = randomFrom(seed)
    const intent = mutated(random, dataset as unknown as OracleData, random.pick(intents), `ablation-${seed}`)
    yield { intent: movedFromData(random, intent), age: 'market_clock' }
  }
}

const more = variations()
const cases: Case[] = []

/** The next intent with an order to decide; each is routed once with all weights, for all tests. */
async function caseAt(index: number): Promise<Case | undefined> {
  while (cases.length <= index) {
    const { value, done } = more.next()
    if (done) return undefined
    const routed = await route(snapshot, value.intent, value.age)
    if (routed.decision.counts.lawful > 1) cases.push({ ...value, order: ranking(routed).join(' / ') })
  }
  return cases[index]
}

for (const weight of WEIGHT_NAMES) {
  test(`the weight "${weight}" decides an order: two intents rank their routes otherwise when it is 0`, async () => {
    let moved = 0
    for (let i = 0; ; i++) {
      const one = await caseAt(i)
      if (!one) break
      if (one.order !== await orderWithout(weight, one.intent, one.age)) moved++
      if (moved === 2) return
    }
    assert.fail(`only ${moved} of the intents noticed`)
  })
}
