import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { CASES, CASE_FACTS, CLEAN, HOP, LIMITS } from '#tools/policy-cases.ts'
import { verdictTable } from '#tools/policy-table.ts'
import type { PolicyFacts } from '#contracts/routing.ts'
import { openPolicy } from './index.ts'

const policy = await openPolicy()
const judgeOne = async (facts: PolicyFacts, limits = LIMITS) => {
  const answer = await policy.judge([facts], limits, 'one')
  assert.equal(answer.status, 'answered')
  return answer.verdicts[0]
}

test('the committed verdict table is what the compiled policy says today', async () => {
  const committed = await readFile(new URL('../../policies/verdict-table.txt', import.meta.url), 'utf8')
  assert.equal(committed, await verdictTable(), 'run npm run policy:build and read the diff')
})

test('every reason that the Rego source can give stands in the verdict table, and so does each limit that it reads', async () => {
  const read = (name: string) => readFile(new URL(`../../policies/${name}`, import.meta.url), 'utf8')
  const [rego, table] = await Promise.all([read('flowclaw.rego'), read('verdict-table.txt')])
  const codes = new Set([...rego.matchAll(/(?:over\("|concat\(":", \["|\{"|\[\["|contains ")([a-z_]+)"/g)].map(([, code]) => code!).filter((code) => !['verified', 'allowed', 'prohibited', 'request_id', 'candidate_id'].includes(code)))
  assert.ok(codes.size >= 10, [...codes].join())
  for (const code of [...codes, 'prohibited', 'restricted']) assert.match(table, new RegExp(`deny .*\\b${code}\\b`), code)
  for (const [, limit] of rego.matchAll(/input\.limits\.([a-z_]+)/g)) assert.match(table, new RegExp(`limits: ${limit} missing +deny +limits_invalid`), limit)
})

for (const { name, facts, alone } of CASES) {
  if (alone === undefined) continue
  test(`${alone.code} denies a candidate that nothing else denies (${name})`, async () => {
    assert.deepEqual(await judgeOne(facts), { candidate_id: 'clean', allow: false, denials: [alone.code] })
    assert.deepEqual(await judgeOne(alone.without, alone.limits), { candidate_id: 'clean', allow: true, denials: [] })
  })
}

test('every code of the policy has a case that it alone denies', () => {
  const codes = new Set(CASES.flatMap(({ alone }) => (alone === undefined ? [] : [alone.code.split(':')[0]])))
  assert.deepEqual([...codes].sort(), [
    'connector_unknown', 'excessive_cost', 'excessive_hops', 'excessive_risk', 'pair_not_allowed', 'prohibited',
    'provider_suspended', 'provider_unverified', 'quote_stale', 'restricted',
  ])
})

test('a candidate is judged the same alone as in a batch', async () => {
  const batch = await policy.judge(CASE_FACTS, LIMITS, 'batch')
  assert.equal(batch.status, 'answered')
  for (const [index, facts] of CASE_FACTS.entries()) assert.deepEqual(await judgeOne(facts), batch.verdicts[index])
})

test('hops that are equal but not the same object are judged like one', async () => {
  const copies: PolicyFacts = { ...CLEAN, hop_count: 2, hops: [{ ...HOP, pair_status: null }, { ...HOP, pair_status: null }] }
  assert.deepEqual((await judgeOne(copies))?.denials, ['pair_not_allowed:bank'])
})

test('a batch without candidates is answered with no verdicts', async () => {
  assert.deepEqual(await policy.judge([], LIMITS, 'empty'), { status: 'answered', policy_revision: policy.revision, verdicts: [] })
})

test('limits that policy cannot read deny everything', async () => {
  for (const broken of [{}, { ...LIMITS, max_hops: '6' }, { ...LIMITS, allowed_postures: ['trusted'] }, null]) {
    assert.deepEqual(await judgeOne(CLEAN, broken as never), { candidate_id: 'clean', allow: false, denials: ['limits_invalid'] })
  }
})

const anyHop = fc.record({
  provider_id: fc.constantFrom('bank', 'desk', 'agent'),
  pair_status: fc.constantFrom(null, 'allowed', 'conditional', 'review', 'unheard_of'),
  posture: fc.constantFrom('verified', 'probation', 'unverified', 'suspended', 'unheard_of'),
  age_ratio_ppm: fc.constantFrom(0, 1_000_000, 10_000_000, 10_000_001),
  connector_id: fc.constantFrom(null, 'evm_status', 'mystery'),
  connector_known: fc.boolean(),
})
const anyFacts = fc.record({
  cost_microbps: fc.constantFrom(-5, 0, 700_000_000, 700_000_001, 0.5),
  route_risk_ppb: fc.constantFrom(0, 250_000_000, 250_000_001, -1),
  hops: fc.array(anyHop, { maxLength: 6 }),
  rules: fc.array(fc.record({ id: fc.constantFrom('r1', 'r2'), status: fc.constantFrom('allowed', 'review', 'restricted', 'prohibited', 'unheard_of') }), { maxLength: 3 }),
})

/** The policy said again in TypeScript, from corridors/README.md, sharing nothing with the Rego. */
function expectedDenials(facts: Omit<PolicyFacts, 'candidate_id'>): string[] {
  const codes = new Set<string>()
  const rowReadable = facts.hops.length > 0 && Number.isInteger(facts.cost_microbps) && facts.route_risk_ppb >= 0
  if (!rowReadable) return ['facts_invalid']
  if (facts.hop_count > LIMITS.max_hops) codes.add('excessive_hops')
  if (facts.cost_microbps > LIMITS.max_cost_microbps) codes.add('excessive_cost')
  if (facts.route_risk_ppb > LIMITS.max_route_risk_ppb) codes.add('excessive_risk')
  for (const hop of facts.hops) {
    if (hop.pair_status === null) codes.add(`pair_not_allowed:${hop.provider_id}`)
    if (hop.posture === 'suspended') codes.add(`provider_suspended:${hop.provider_id}`)
    else if (!LIMITS.allowed_postures.includes(hop.posture)) codes.add(`provider_unverified:${hop.provider_id}`)
    if (hop.age_ratio_ppm > LIMITS.max_age_ratio_refused_ppm) codes.add(`quote_stale:${hop.provider_id}`)
    if (!hop.connector_known) codes.add(`connector_unknown:${hop.provider_id}`)
    if (hop.pair_status === 'unheard_of' || hop.posture === 'unheard_of') codes.add('facts_invalid')
  }
  for (const { id, status } of facts.rules) {
    if (status === 'prohibited' || status === 'restricted') codes.add(`${status}:${id}`)
    if (status === 'unheard_of') codes.add('facts_invalid')
  }
  return [...codes].sort()
}

test('random batches are judged as the words of corridors/README.md say, every reason of every candidate', async () => {
  await fc.assert(fc.asyncProperty(fc.array(anyFacts, { minLength: 1, maxLength: 40 }), async (batch) => {
    const facts = batch.map((item, index) => ({ ...item, candidate_id: `c${index}`, hop_count: item.hops.length }))
    const answer = await policy.judge(facts, LIMITS, 'random')
    assert.equal(answer.status, 'answered')
    assert.deepEqual(answer.verdicts.map(({ denials }) => denials), facts.map(expectedDenials))
  }), { numRuns: 200 })
})
