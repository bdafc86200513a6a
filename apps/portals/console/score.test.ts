import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCORE_INPUTS } from '#contracts/routing.ts'
import { SCORE_GROUPS, scoreBar, scoreScale } from './score.ts'

const candidate = (values: Partial<Record<(typeof SCORE_INPUTS)[number], string>>, score: string) =>
  ({ score, score_inputs: SCORE_INPUTS.map((input) => ({ input, bps: values[input] ?? '0.000000', value: '' })) })

// Guarantee: every input of the score is drawn once, so that no part of it can hide.
test('each input stands in exactly one group', () => {
  const drawn = SCORE_GROUPS.flatMap((group) => group.inputs)
  assert.deepEqual([...drawn].sort(), [...SCORE_INPUTS].sort())
})

// Guarantee: the worst candidate fills the width and the others are drawn on its scale.
test('one scale for all candidates', () => {
  const best = candidate({ cost: '100.000000', trust: '25.000000' }, '125.000000')
  const worst = candidate({ cost: '200.000000', late: '50.000000' }, '250.000000')
  const scale = scoreScale([best, worst])
  const total = (of: typeof best) => scoreBar(of, scale).reduce((sum, part) => sum + part.width_pct, 0)
  assert.equal(total(worst), 100)
  assert.equal(total(best), 50)
})

// Guarantee: a negative share never widens the bar, and its value is still said.
test('a rate better than mid', () => {
  const parts = scoreBar(candidate({ cost: '-12.340000', trust: '10.000000' }, '0.000000'), scoreScale([candidate({}, '100.000000')]))
  assert.equal(parts[0]!.value, '-12.3')
  assert.equal(parts[0]!.width_pct, 0)
})
