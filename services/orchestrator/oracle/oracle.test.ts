import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OracleData } from './data.ts'
import { differencesBetween } from './differences.ts'
import { failuresOf } from './expectations.ts'
import { bare, dataset, generated, handwritten, route, snapshot } from './harness.ts'
import { oracle } from './oracle.ts'

for (const [file, intents, complete] of [['requests.json', handwritten, false], ['requests-generated.json', generated, true]] as const) {
  test(`the oracle holds every expectation of ${file}, and the engine agrees with it on every candidate, reason, number and order`, async () => {
    for (const intent of intents) {
      const own = oracle(dataset as unknown as OracleData, bare(intent))
      assert.deepEqual(failuresOf(intent, own, complete), [], intent.id)
      assert.deepEqual(differencesBetween(await route(snapshot, bare(intent)), own), [], intent.id)
    }
  })
}
