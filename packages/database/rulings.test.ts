import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packRulings, unpackRulings } from './rulings.ts'

/** Objects as JSON makes them. */
const PLAIN = { noNullPrototype: true } as const
const code = fc.stringMatching(/^[a-z_]{1,20}(:[a-z0-9-]{1,20})?$/)
const verdict = fc.record({ candidate_id: fc.stringMatching(/^r[0-9]{1,3}(-[0-9]{1,3}){0,5}$/), denials: fc.uniqueArray(code, { maxLength: 4 }) }, PLAIN)
  .map((v) => ({ ...v, allow: v.denials.length === 0 }))
const rulings = fc.array(fc.record({ policy_revision: fc.string(), verdicts: fc.array(verdict, { maxLength: 60 }) }, PLAIN), { maxLength: 4 })

// Guarantee: replay gets back exactly what policy said, in the order it was said.
test('rulings survive packing', () => {
  fc.assert(fc.property(rulings, (given) => assert.deepEqual(unpackRulings(packRulings(given)), given)), { numRuns: 200 })
})

// Guarantee: a verdict that would come back as another one is refused, not stored.
test('a verdict that contradicts itself is not packed', () => {
  for (const bad of [{ allow: true, denials: ['x'] }, { allow: false, denials: [] }]) {
    assert.throws(() => packRulings([{ policy_revision: 'p', verdicts: [{ candidate_id: 'r1', ...bad }] }]), /contradicts itself/)
  }
})
