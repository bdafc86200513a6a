import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hopsOf, intents, route, snapshot, type Judged } from './harness.ts'
import { EQUAL_BPS } from './oracle.ts'

const pathOf = ({ candidate }: Judged): string => [candidate.start.state, ...candidate.states].join()

/** Whether a is at least as good as b everywhere and better somewhere. */
const beats = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((value, i) => value <= b[i]! + EQUAL_BPS) && a.some((value, i) => value < b[i]! - EQUAL_BPS)

test('the Pareto set is exactly the lawful candidates that no other beats on cost, p90 time and risk together', async () => {
  for (const intent of intents) {
    const { decision, decided } = await route(snapshot, intent)
    const lawful = decided.ranked
    const values = ({ candidate }: Judged): number[] => [candidate.price.cost_bps, candidate.arrival_p90, candidate.route_risk]
    const expected = lawful.filter((one) => !lawful.some((other) => beats(values(other), values(one)))).map(hopsOf)
    const actual = decision.pareto_ids.map((id) => hopsOf(decided.judged.find(({ candidate }) => candidate.id === id)!))
    assert.deepEqual([...actual].sort(), expected.sort(), intent.id)
  }
})

test('a candidate that another is no worse than on any input, and better than on one, never ranks before it', async () => {
  let pairs = 0
  for (const intent of intents) {
    const { decided } = await route(snapshot, intent)
    const ranked = decided.ranked.map(({ candidate }) => decided.describe(candidate.id)!.score_inputs.map(({ bps }) => Number(bps)))
    for (let better = 0; better < ranked.length; better++) {
      for (let other = 0; other < ranked.length; other++) {
        if (!beats(ranked[better]!, ranked[other]!)) continue
        assert.ok(better < other, `${intent.id}: rank ${other + 1} is dominated by rank ${better + 1}`)
        pairs++
      }
    }
  }
  assert.ok(pairs > 100, `only ${pairs} pairs dominate each other`)
})

test('alternatives come in the order of their score, at most three for one path of money states, and none is passed over', async () => {
  for (const intent of intents) {
    const { decision, decided } = await route(snapshot, intent)
    const taken = new Map<string, number>()
    const expected = decided.ranked.filter((one) => {
      const count = (taken.get(pathOf(one)) ?? 0) + 1
      taken.set(pathOf(one), count)
      return count <= 3
    }).map(({ candidate }) => candidate.id).filter((id) => id !== decision.recommended_id)
    assert.deepEqual(decision.alternative_ids, expected.slice(0, decision.alternative_ids.length), intent.id)
    assert.ok(decision.alternative_ids.length >= Math.min(expected.length, 19), `${intent.id}: only ${decision.alternative_ids.length} shown of ${expected.length}`)
  }
})
