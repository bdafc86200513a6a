import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import { STEP_STATES } from '#contracts/state-machines.ts'
import type { DeskRouteSession, Execution, ExecutionStep } from '../../../api/types.ts'
import { choicesOf, firstChoice, type Situation } from './choices.ts'

const me = { id: 'me', name: 'A. Okafor', role: 'desk_operator' }
const approval: DeskRouteSession['approval'] = { content_version: 1, agreed: true, required: 2, held: 0, because: [], why: [], given: [], not_by: [] }
const session = (change: Partial<DeskRouteSession>): DeskRouteSession => ({
  state: 'accepted', approval, payee_details: 'confirmed', degraded: [], valid_until: null, offered: null, recommended: null, alternatives: [], mode_ceiling: 'manual', merchant_view: { can_accept: false, can_cancel: true }, ...change,
} as unknown as DeskRouteSession)
const proof = (change: object) => ({ kind: 'bank_receipt', state: 'submitted', differences: [], submitted_by: 'Somebody', ...change })
const step = (change: object): ExecutionStep => ({ position: 1, kind: 'push_transfer', done_by: 'merchant', state: 'ready', proof_kinds: ['bank_receipt'], proofs: [], ...change } as unknown as ExecutionStep)
const situation = (change: Partial<DeskRouteSession>, steps: readonly ExecutionStep[] = [], more: Partial<Situation> = {}): Situation =>
  ({ session: session(change), execution: { steps } as unknown as Execution, me, can: () => null, now_ms: Date.parse('2026-09-29T08:00:00Z'), ...more })
const reason = (of: Situation, verb: string) => choicesOf(of).find((choice) => choice.verb === verb)?.blocked

// Guarantee: who may not approve is told why before pressing anything: the requester, who approved already, an admin as the first, or when the offer, its price or the payee changed.
test('an approval that is not possible says why', () => {
  assert.equal(reason(situation({}), 'approve'), null)
  assert.equal(reason(situation({ approval: { ...approval, not_by: [{ user_id: 'me', name: 'A', because: 'requested' }] } }), 'approve'), 'You asked for it, so somebody else decides.')
  assert.equal(reason(situation({ approval: { ...approval, not_by: [{ user_id: 'me', name: 'A', because: 'agreed' }] } }), 'reject'), 'You agreed for the merchant, so somebody else decides.')
  const given = [{ user_id: 'me', name: 'A', role: 'desk_operator', at: '', content_version: 1, holds: true, reason_code: '', note: null }]
  assert.equal(reason(situation({ approval: { ...approval, held: 1, given } }), 'approve'), 'you approved it')
  assert.equal(reason(situation({ approval: { ...approval, given: given.map((each) => ({ ...each, holds: false })) } }), 'approve'), null, 'of what stood before')
  assert.equal(reason(situation({}, [], { me: { ...me, role: 'platform_admin' } }), 'approve'), 'the first approval is the desk’s')
  assert.match(reason(situation({ approval: { ...approval, agreed: false } }), 'approve')!, /has not agreed/)
  assert.match(reason(situation({ valid_until: '2026-09-29T08:00:00Z' }), 'approve')!, /run out/)
  assert.match(reason(situation({ payee_details: 'changed' }), 'approve')!, /offer it again/)
  assert.match(reason(situation({ state: 'approved' }), 'execute')!, /2 more approval/)
})

// Guarantee: a proof that differs is confirmed by nobody who submitted it, and a missing one by nobody at all.
test('a confirmation waits for what the step asks for', () => {
  const confirm = (proofs: readonly object[], name = me.name) => choicesOf(situation({ state: 'executing' }, [step({ state: 'awaiting_proof', proof_kinds: ['bank_receipt', 'photo'], proofs })], { me: { ...me, name } })).find(({ verb }) => verb === 'confirm')!
  const differing = proof({ differences: [{ field: 'reference' }], submitted_by: me.name })
  assert.equal(confirm([proof({})]).blocked, 'missing: photo')
  assert.equal(confirm([proof({}), proof({ kind: 'photo' })]).blocked, null)
  assert.equal(confirm([differing, proof({ kind: 'photo' })]).blocked, 'blocked: one field differs')
  assert.deepEqual([confirm([differing, proof({ kind: 'photo' })], 'M. Ortiz').blocked, confirm([differing, proof({ kind: 'photo' })], 'M. Ortiz').note], [null, 'though one field differs: second person'])
  assert.equal(confirm([{ ...differing, state: 'rejected' }, proof({ kind: 'photo' })]).blocked, 'missing: bank receipt')
})

// Guarantee: in no state of a session or a step does the panel choose by itself what closes, stops or replaces something, and a choice that is blocked is never the first.
test('nothing drastic is chosen for a person', () => {
  for (const state of SESSION_STATES) for (const of of STEP_STATES) for (const can of [() => null, () => 'Your role may not do this.']) {
    const choices = choicesOf(situation({ state }, [step({ state: of })], { can }))
    const first = firstChoice(choices)
    assert.ok(first === null || (first.blocked === null && !['cancel', 'offer', 'ask', 'reject', 'pause', 'fail', 'unknown'].includes(first.verb)), `${state} ${of}: ${first?.verb}`)
    assert.equal(new Set(choices.map(({ verb }) => verb)).size, choices.length)
    assert.ok(choices.length <= 9, 'each has a number key')
  }
})

// Guarantee: the merchant can be asked wherever the API takes a question and nowhere else, and whose role may not ask is told so.
test('the merchant is asked before anything is executed', () => {
  for (const state of SESSION_STATES) {
    const asks = choicesOf(situation({ state })).some(({ verb }) => verb === 'ask')
    assert.equal(asks, ['accepted', 'approved', 'awaiting_merchant'].includes(state), state)
  }
  assert.deepEqual([reason(situation({}), 'ask'), reason(situation({}, [], { can: () => 'Your role may not do this.' }), 'ask')], [null, 'Your role may not do this.'])
})

// Guarantee: what was begun can be closed from the panel; it is chosen by itself only when no step is left, and whose role may not close is told so.
test('a session is closed from the panel', () => {
  const first = (state: 'executing' | 'paused', of: string, more: Partial<Situation> = {}) => firstChoice(choicesOf(situation({ state }, [step({ state: of })], more)))?.verb
  assert.equal(first('executing', 'confirmed'), 'close')
  // A step that was skipped is over, too.
  for (const of of STEP_STATES.filter((each) => each !== 'confirmed' && each !== 'skipped')) {
    assert.notEqual(first('executing', of), 'close', of)
    assert.equal(choicesOf(situation({ state: 'paused' }, [step({ state: of })])).at(-1)!.verb, 'close')
  }
  assert.notEqual(first('executing', 'failed', { can: (permission) => (permission === 'execution_step:work' ? 'Your role may not do this.' : null) }), 'close')
  assert.equal(reason(situation({ state: 'executing' }, [step({})], { can: () => 'Your role may not do this.' }), 'close'), 'Your role may not do this.')
  assert.equal(choicesOf(situation({ state: 'approved' })).some(({ verb }) => verb === 'close'), false)
})
