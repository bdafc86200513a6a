import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Candidate, PaymentIntent } from '#contracts/routing.ts'
import { type DatasetFiles, parseDataset } from './dataset.ts'
import { IntentError } from './intent-context.ts'
import { type Judge, recordedJudge, routeIntent } from './route-intent.ts'
import { compileSnapshot } from './snapshot.ts'

const DATA = join(import.meta.dirname, '..', '..', 'data')
const read = (name: string): any => JSON.parse(readFileSync(join(DATA, `${name}.json`), 'utf8'))
const snapshot = compileSnapshot(parseDataset(Object.fromEntries(['corridors', 'providers', 'estimates', 'rates'].map((n) => [n, read(n)])) as DatasetFiles))
const intents: PaymentIntent[] = read('requests').map(({ expect: _e, note: _n, synthetic: _s, pain_point: _p, ...intent }: any) => intent)
const intent = (id: string): PaymentIntent => structuredClone(intents.find((i) => i.id === id)!)
const live = { data_age: 'of_the_moment', simulation: false } as const

const allowAll: Judge = async (facts) => ({ status: 'answered', policy_revision: 'r1', verdicts: facts.map((f) => ({ candidate_id: f.candidate_id, allow: true, denials: [] })) })
const denyAll: Judge = async (facts) => ({ status: 'answered', policy_revision: 'r1', verdicts: facts.map((f) => ({ candidate_id: f.candidate_id, allow: false, denials: ['excessive_risk'] })) })
const silent: Judge = async () => ({ status: 'unavailable', cause: 'connection refused' })

test('a policy that does not answer routes nothing where the mode is live', async () => {
  const routed = await routeIntent(snapshot, intent('req-008'), silent, live)
  assert.deepEqual(routed, { ok: false, error: { code: 'policy_unavailable', cause: 'connection refused' } })
})

test('in simulation a silent policy degrades the answer and says so', async () => {
  const routed = await routeIntent(snapshot, intent('req-008'), silent, { ...live, simulation: true })
  assert.ok(routed.ok)
  assert.deepEqual(routed.value.decision.degraded, ['policy_unavailable'])
  assert.equal(routed.value.decision.policy_revision, 'none')
})

test('a candidate that policy says nothing of is refused, and one that is allowed with denials is refused for them', async () => {
  const odd: Judge = async (facts) => ({
    status: 'answered', policy_revision: 'r1',
    verdicts: facts.slice(1).map((f, i) => ({ candidate_id: f.candidate_id, allow: true, denials: i === 0 ? ['excessive_risk'] : [] })),
  })
  const routed = await routeIntent(snapshot, intent('req-010'), odd, live)
  assert.ok(routed.ok)
  const [unanswered, contradicted] = routed.value.decided.judged
  assert.ok(unanswered!.refusals.includes('policy_unanswered'))
  assert.ok(contradicted!.refusals.includes('excessive_risk'))
})

test('recorded rulings, snapshot and intent give the same digest again, for routes and for no route with its openings', async () => {
  for (const [id, judge] of [['req-005', allowAll], ['req-003', denyAll], ['req-003', allowAll]] as const) {
    const first = await routeIntent(snapshot, intent(id), judge, live)
    assert.ok(first.ok)
    const again = await routeIntent(snapshot, intent(id), recordedJudge(JSON.parse(JSON.stringify(first.value.rulings))), live)
    assert.ok(again.ok)
    assert.equal(again.value.result_digest, first.value.result_digest)
  }
})

test('a changed verdict, intent or rate changes the digest', async () => {
  const base = await routeIntent(snapshot, intent('req-010'), allowAll, live)
  const denied = await routeIntent(snapshot, intent('req-010'), denyAll, live)
  const other = await routeIntent(snapshot, { ...intent('req-010'), needed_by: '2026-10-13T17:00:01+08:00' }, allowAll, live)
  assert.ok(base.ok && denied.ok && other.ok)
  assert.equal(new Set([base, denied, other].map((r) => r.value.result_digest)).size, 3)
})

test('at most three alternatives share a path of money states, and twenty are shown', async () => {
  const routed = await routeIntent(snapshot, intent('req-005'), allowAll, live)
  assert.ok(routed.ok)
  const { decision, decided } = routed.value
  const shown = [decision.recommended_id!, ...decision.alternative_ids]
  assert.equal(shown.length, 20)
  const paths = shown.map((id) => decided.judged.find((j) => j.candidate.id === id)!.candidate.states.join('|'))
  for (const path of paths) assert.ok(paths.filter((p) => p === path).length <= 3)
})

test('every candidate can be described, every reason has words, and shares of the score add up to it', async () => {
  for (const id of ['req-001', 'req-003', 'req-011']) {
    const routed = await routeIntent(snapshot, intent(id), id === 'req-001' ? allowAll : denyAll, live)
    assert.ok(routed.ok)
    for (const { candidate, refusals } of routed.value.decided.judged) {
      const described: Candidate = routed.value.decided.describe(candidate.id)!
      assert.deepEqual(described.refusals.map((r) => r.code).sort(), [...refusals].sort())
      for (const reason of [...described.refusals, ...described.conditions]) assert.ok(reason.sentence.length > 0, reason.code)
      const sum = described.score_inputs.reduce((total, input) => total + Number(input.bps), 0)
      assert.ok(Math.abs(sum - Number(described.score)) < 1e-4, `${id} ${candidate.id}`)
    }
    assert.equal(routed.value.decided.describe('r0-0-0'), null)
  }
})

test('the sums of hops match the route: costs of hops add up to its cost', async () => {
  const routed = await routeIntent(snapshot, intent('req-010'), allowAll, live)
  assert.ok(routed.ok)
  for (const { candidate } of routed.value.decided.ranked.slice(0, 30)) {
    const c = routed.value.decided.describe(candidate.id)!
    const sum = c.hops.reduce((total, hop) => total + Number(hop.cost_bps), 0)
    assert.ok(Math.abs(sum - Number(c.cost_bps)) < 1e-4, c.id)
  }
})

test('no route: what would make one possible comes cheapest first, each opening a route that was really found, and splitting is never one', async () => {
  // As policy denies payments to individuals for goods, but not to companies.
  const noIndividuals: Judge = async (facts) => ({
    status: 'answered', policy_revision: 'r1',
    verdicts: facts.map((f) => {
      const denials = f.rules.filter((r) => r.status !== 'review').map((r) => `${r.status}:${r.id}`)
      return { candidate_id: f.candidate_id, allow: denials.length === 0, denials }
    }),
  })
  const routed = await routeIntent(snapshot, intent('req-003'), noIndividuals, live)
  assert.ok(routed.ok)
  const { outcome, openings, candidates } = routed.value.decision
  assert.equal(outcome, 'no_route')
  assert.ok(candidates.length > 0, 'the nearest refused ones are shown')
  assert.ok(openings.some((o) => o.remedy.includes('company account')))
  assert.deepEqual(openings.map((o) => Number(o.cost_bps)), openings.map((o) => Number(o.cost_bps)).sort((a, b) => a - b))
  for (const { remedy } of openings) assert.doesNotMatch(remedy, /split/i)
})

test('a hard deadline refuses what arrives late at p90, and the opening says which date would do', async () => {
  const late = { ...intent('req-008'), hard_deadline: true, needed_by: '2026-10-02T17:00:00+08:00' }
  const routed = await routeIntent(snapshot, late, allowAll, live)
  assert.ok(routed.ok)
  assert.equal(routed.value.decision.outcome, 'no_route')
  assert.match(routed.value.decision.openings[0]!.remedy, /^A deadline of \d+ \w+ or later\.$/)
})

for (const [field, change] of [
  ['/corridor_id', { corridor_id: 'ng-xx' }], ['/documents_available/0', { documents_available: ['LUCKY_CHARM'] }], ['/amount/value', { amount: { side: 'supplier_receives', value: '0', currency: 'CNY' } }],
  ['/needed_by', { needed_by: '2099-01-01T00:00:00Z' }], ['/created_at', { created_at: '1999-01-01T00:00:00Z' }],
] as const) {
  test(`an intent that cannot be routed is refused with its field: ${field}`, async () => {
    await assert.rejects(routeIntent(snapshot, { ...intent('req-008'), ...change } as PaymentIntent, allowAll, live), (error) => error instanceof IntentError && error.field === field)
  })
}
