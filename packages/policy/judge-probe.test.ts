import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UnansweredError } from './ask.ts'
import { openPolicy, policyOver, type ProbeCapFacts, type ProbeFacts } from './index.ts'

const policy = await openPolicy()
const cap = (provider_id: string, over: Partial<ProbeCapFacts> = {}): ProbeCapFacts =>
  ({ provider_id, per_probe_usd: '100.00', per_day_usd: '500.00', probes_per_day: 10, reserved_usd: '200.00', probes: 3, ...over })
const FACTS: ProbeFacts = { provider_id: 'bank', amount_usd: '100', caps: [cap('*'), cap('bank')] }
const denials = async (facts: unknown) => {
  const answer = await policy.judgeProbe(facts as ProbeFacts, 'p1')
  assert.equal(answer.status, 'answered')
  assert.equal(answer.allow, answer.denials.length === 0)
  return answer.denials
}

// Guarantee: the compiled policy allows a probe at a cap and denies it a cent or a probe above, for either cap.
test('a probe is held against both caps with their counters', async () => {
  assert.deepEqual(await denials(FACTS), [])
  for (const [over, expected] of [[{ reserved_usd: '400.00' }, []], [{ reserved_usd: '400.01' }, ['probe_cap_exceeded']], [{ probes: 9 }, []], [{ probes: 10 }, ['probe_cap_exceeded']], [{ per_probe_usd: '99.99' }, ['probe_cap_exceeded']]] as const) {
    assert.deepEqual(await denials({ ...FACTS, caps: [cap('*', over), cap('bank')] }), expected)
    assert.deepEqual(await denials({ ...FACTS, caps: [cap('*'), cap('bank', over)] }), expected)
  }
})

// Guarantee: what is missing or cannot be read denies, and is never taken for zero or for no limit.
test('missing caps and unreadable facts deny', async () => {
  for (const caps of [[], [cap('*')], [cap('bank')], [cap('*'), cap('other')]]) assert.deepEqual(await denials({ ...FACTS, caps }), ['probe_cap_missing'])
  for (const amount_usd of ['', '0', '-1', '1e3', '1.001', '99999999999999', 'NaN', ' 1']) assert.notDeepEqual(await denials({ ...FACTS, amount_usd }), [], amount_usd)
  for (const name of Object.keys(cap('*'))) for (const value of [undefined, null, 'x', {}]) assert.notDeepEqual(await denials({ ...FACTS, caps: [cap('*'), { ...cap('bank'), [name]: value }] }), [], `${name} ${value}`)
})

// Guarantee: for any caps and counters it says what plain arithmetic on whole cents says.
test('random probes are judged as arithmetic says', async () => {
  const cents = fc.integer({ min: 0, max: 1_000_000 })
  const usd = (n: number): string => `${Math.trunc(n / 100)}.${String(n % 100).padStart(2, '0')}`
  const anyCap = fc.record({ per_probe: cents, per_day: cents, reserved: cents, most: fc.nat(20), probes: fc.nat(20) })
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), anyCap, anyCap, async (amount, company, provider) => {
    const facts = { provider_id: 'bank', amount_usd: usd(amount), caps: [['*', company] as const, ['bank', provider] as const].map(([provider_id, c]) =>
      ({ provider_id, per_probe_usd: usd(c.per_probe), per_day_usd: usd(c.per_day), probes_per_day: c.most, reserved_usd: usd(c.reserved), probes: c.probes })) }
    const over = [company, provider].some((c) => amount > c.per_probe || c.reserved + amount > c.per_day || c.probes + 1 > c.most)
    assert.deepEqual(await denials(facts), over ? ['probe_cap_exceeded'] : [])
  }), { numRuns: 200 })
})

// Guarantee: an answer about something else, of another policy, or at odds with itself is no answer.
test('only a whole answer counts', async () => {
  const good = { request_id: 'p1', policy_revision: 'rev', allow: true, denials: [] as string[] }
  const told = async (answer: unknown) => policyOver(async () => answer, 'rev', 'server').judgeProbe(FACTS, 'p1')
  assert.deepEqual(await told({ result: good }), { status: 'answered', policy_revision: 'rev', allow: true, denials: [] })
  for (const answer of [{}, null, true, 'true', { result: true }, { result: null }, { result: { ...good, request_id: 'p2' } }, { result: { ...good, policy_revision: 'old' } }, { result: { ...good, allow: 'true' } },
    { result: { ...good, allow: false } }, { result: { ...good, denials: ['probe_cap_exceeded'] } }, { result: { ...good, denials: [1], allow: false } }, { result: { ...good, denials: undefined } }]) {
    assert.equal((await told(answer)).status, 'unavailable', JSON.stringify(answer))
  }
  const failing = policyOver(async () => { throw new UnansweredError('timeout') }, 'rev', 'server')
  assert.deepEqual(await failing.judgeProbe(FACTS, 'p1'), { status: 'unavailable', cause: 'timeout' })
})
