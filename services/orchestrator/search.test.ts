import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PaymentIntent, PolicyFacts } from '#contracts/routing.ts'
import { prng, syntheticDataset, syntheticIntents } from '../../bench/graph.ts'
import { type DatasetFiles, parseDataset } from './dataset.ts'
import { routeIntent, type Judge, type Routed } from './route-intent.ts'
import { compileSnapshot, type Snapshot } from './snapshot.ts'

const DATA = join(import.meta.dirname, '..', '..', 'data')
const read = (name: string): unknown => JSON.parse(readFileSync(join(DATA, `${name}.json`), 'utf8'))
const real = parseDataset(Object.fromEntries(['corridors', 'providers', 'estimates', 'rates'].map((n) => [n, read(n)])) as DatasetFiles)

/** Denies by hash, and always the hops that a real policy would: enough to make the search give places up again. */
const strict = (share: number): Judge => async (facts: readonly PolicyFacts[]) => ({
  status: 'answered', policy_revision: 'test', verdicts: facts.map((f) => {
    const unpaired = f.hops.filter((h) => h.pair_status === null).map((h) => `pair_not_allowed:${h.provider_id}`)
    const unlucky = prng([...f.candidate_id].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, 7))() < share ? ['excessive_risk'] : []
    const denials = [...new Set([...unpaired, ...unlucky])].sort()
    return { candidate_id: f.candidate_id, allow: denials.length === 0, denials }
  }),
})

async function both(snapshot: Snapshot, intent: PaymentIntent, judge: Judge, max_hops: number): Promise<[Routed, Routed]> {
  const options = { data_age: 'of_the_moment', simulation: false, max_hops } as const
  const whole = await routeIntent(snapshot, intent, judge, { ...options, judge_whole: true })
  const searched = await routeIntent(snapshot, intent, judge, { ...options, always_search: true })
  assert.ok(whole.ok && searched.ok)
  return [whole.value, searched.value]
}
const shownOf = ({ decision, decided }: Routed) => [decision.recommended_id, ...decision.alternative_ids].map((id) => {
  const found = decided.judged.find((j) => j.candidate.id === id)?.candidate
  return found && [id, found.score.toFixed(6), found.price.sent, found.price.cost_bps.toFixed(6)]
})

for (const [legs, max_hops, count] of [[40, 6, 60], [300, 4, 40]] as const) {
  for (const share of [0, 0.5]) {
    test(`the search finds the same twenty routes as judging every path: ${legs} legs, ${max_hops} hops, ${share * 100} % denied`, async () => {
      const size = legs === 40 ? { legs: 40, states: 16, pairs: 30 } : { legs: 300, states: 40, pairs: 120 }
      for (const seed of [1, 2, 3]) {
        const snapshot = compileSnapshot(syntheticDataset(real, size, seed))
        let some = 0
        for (const intent of syntheticIntents(count / 2, seed + 50)) {
          const [whole, searched] = await both(snapshot, intent, strict(share), max_hops)
          assert.deepEqual(shownOf(searched), shownOf(whole), `seed ${seed} ${intent.id}`)
          if (whole.decision.recommended_id) some++
        }
        assert.ok(some > 0, `seed ${seed} has routes at all`)
      }
    })
  }
}

test('on the demo market the search finds what judging every path finds', async () => {
  const snapshot = compileSnapshot(real)
  for (const file of ['requests', 'requests-generated']) {
    for (const { expect: _e, note: _n, synthetic: _s, pain_point: _p, ...intent } of read(file) as (PaymentIntent & Record<string, unknown>)[]) {
      const [whole, searched] = await both(snapshot, intent as PaymentIntent, strict(0.2), 6)
      assert.deepEqual(shownOf(searched), shownOf(whole), intent.id)
    }
  }
})

test('an answer that was searched says that not every candidate was judged', async () => {
  const snapshot = compileSnapshot(syntheticDataset(real, { legs: 300, states: 40, pairs: 120 }, 4))
  const [intent] = syntheticIntents(1, 9)
  const [whole, searched] = await both(snapshot, intent!, strict(0), 4)
  assert.equal(whole.decision.complete, true)
  assert.equal(searched.decision.complete, false)
  assert.ok(searched.decision.counts.candidates < whole.decision.counts.candidates)
})
