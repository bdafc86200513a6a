import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import { STEP_STATES } from '#contracts/state-machines.ts'
import type { DeskRouteSession, Execution, ExecutionStep } from '../../../api/types.ts'
import { choicesOf, firstChoice, type Situation } from './choices.ts'

const me = { id: 'me', name: 'A. Okafor', role: 'desk_operator' }
const approval: DeskRouteSession['approval'] = { content_version: 1, agreed: true, required: 2, held: 0, because: [], why: [], given: [], not_by: [], asked_now: null }
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

// Guarantee: where the rules became stricter after an approval, another approval can be given and nothing is executed before it is; once as many are held as they ask for it is the other way round.
test('stricter rules ask for another approval of what is approved', () => {
  const approved = (held: number) => situation({ state: 'approved', approval: { ...approval, required: 1, held: 1, asked_now: { required: 2, held, why: [] } } })
  assert.deepEqual([reason(approved(1), 'approve'), reason(approved(1), 'execute')], [null, 'the rules changed: 1 more approval needed'])
  assert.deepEqual([reason(approved(2), 'approve'), reason(approved(2), 'execute')], ['as many as the rules ask for are given', null])
  assert.equal(reason(situation({ state: 'approved', approval: { ...approval, required: 1, held: 1 } }), 'approve'), undefined)
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
    assert.ok(first === null || (first.blocked === null && !['cancel', 'offer', 'reject', 'pause', 'fail', 'unknown'].includes(first.verb)), `${state} ${of}: ${first?.verb}`)
    assert.equal(new Set(choices.map(({ verb }) => verb)).size, choices.length)
    assert.ok(choices.length <= 9, 'each has a number key')
  }
})
