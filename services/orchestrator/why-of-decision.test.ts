import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PaymentIntent } from '#contracts/routing.ts'
import { type DatasetFiles, parseDataset } from './dataset.ts'
import { routeIntent } from './route-intent.ts'
import { compileSnapshot } from './snapshot.ts'
import { whyOfDecision } from './why-of-decision.ts'

const DATA = join(import.meta.dirname, '..', '..', 'data')
const read = (name: string): any => JSON.parse(readFileSync(join(DATA, `${name}.json`), 'utf8'))
const snapshot = compileSnapshot(parseDataset(Object.fromEntries(['corridors', 'providers', 'estimates', 'rates'].map((n) => [n, read(n)])) as DatasetFiles))
const intentOf = (id: string): PaymentIntent => { const { expect: _e, note: _n, synthetic: _s, pain_point: _p, ...intent } = read('requests').find((each: any) => each.id === id); return intent }

/** The sentence where policy denies the candidates as `denialsAt` says of each by its place. */
async function whyWhere(id: string, denialsAt: (place: number) => string[]): Promise<string> {
  const routed = await routeIntent(snapshot, intentOf(id), async (facts) => ({
    status: 'answered', policy_revision: 'r1',
    verdicts: facts.map(({ candidate_id }, place) => ({ candidate_id, allow: denialsAt(place).length === 0, denials: denialsAt(place) })),
  }), { data_age: 'of_the_moment', simulation: false })
  assert.ok(routed.ok)
  assert.equal(routed.value.decision.recommended_id, null)
  return whyOfDecision(routed.value, null)
}

// Guarantee: a desk reads in words why nothing was found; a code stands behind its words, never in their place.
test('a rule is told by the first clause of its reason', async () => {
  assert.match(await whyWhere('req-003', () => ['restricted:cn-personal-account']), /^All [0-9]+ routes refused: Cross-border RMB by bank message goes to companies only \(cn-personal-account\)\.$/)
})

test('any other reason is told by its sentence', async () => {
  assert.match(await whyWhere('req-003', () => ['excessive_risk']), / routes refused: The route is riskier than the limit \(excessive_risk\)\.$/)
})

// Guarantee: the reason named is the one that most routes are refused for, with how many.
test('of several reasons the most common is told', async () => {
  const why = await whyWhere('req-003', (place) => (place % 10 === 0 ? ['excessive_hops'] : ['excessive_risk']))
  const [, all, times] = /^All ([0-9]+) routes refused, most often \(([0-9]+)\): The route is riskier than the limit \(excessive_risk\)\.$/.exec(why) ?? assert.fail(why)
  assert.equal(Number(times), Number(all) - Math.ceil(Number(all) / 10))
})
