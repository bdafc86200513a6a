import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PAUSE_REASONS, REJECT_REASONS, STEP_FOUND_REASONS } from '#contracts/reason-codes.ts'
import type { Candidate, DeskRouteSession } from '../../../api/types.ts'
import { consequenceOf, type ConsequenceFacts } from './consequence.ts'
import { emptyDraft } from './draft.ts'

const standing = { id: 'r1', sent: { amount: '290782685.09', currency: 'NGN' }, received: { amount: '1450000', currency: 'CNY' }, hops: [{ human_steps: [1, 2] }, { human_steps: [] }] } as unknown as Candidate
const other = { ...standing, id: 'r2', sent: { amount: '290379944.27', currency: 'NGN' } } as Candidate
const session = { mode_ceiling: 'manual', all_in: { merchant_pays: { amount: '290800000.10', currency: 'NGN' } }, approval: { held: 0, required: 2, asked_now: null } } as unknown as DeskRouteSession
const facts = (change: Partial<ConsequenceFacts> = {}): ConsequenceFacts => ({ session, step: null, last_step: false, standing, offered: null, draft: emptyDraft({ mode_ceiling: 'manual' }), reason: null, days: () => '9–14 Oct', ...change })

// Guarantee: what follows from a decision is said with exact amounts, the desk's fee included, before it is recorded.
test('what follows is said in exact amounts', () => {
  assert.equal(consequenceOf('approve', facts())!.happens, 'approval 1 of 2 is stored. After the next, people may execute: the merchant sends NGN 290,800,000.10, the supplier gets CNY 1,450,000.00 on 9–14 Oct.')
  const last = { ...session, approval: { ...session.approval, held: 1 } }
  const stricter = { ...session, approval: { ...session.approval, held: 1, required: 1, asked_now: { required: 3, held: 1, why: [] } } }
  assert.match(consequenceOf('approve', facts({ session: stricter }))!.happens, /^approval 2 of the 3 that the rules ask for since they changed is stored\. When the rest is given, people may execute: the merchant sends NGN 290,800,000\.10/)
  assert.match(consequenceOf('approve', facts({ session: last }))!.happens, /^approval 2 of 2 is stored and it is approved\. When somebody executes it, the merchant sends NGN 290,800,000\.10/)
  assert.match(consequenceOf('offer', facts({ session: last, offered: other }))!.happens, /about NGN 290,379,944\.27 instead of NGN 290,800,000\.10, the supplier would get CNY 1,450,000\.00\. The approval given has no force then\.$/)
  assert.match(consequenceOf('execute', facts())!.happens, /^3 steps are planned in mode manual/)
  assert.match(consequenceOf('execute', facts({ draft: { ...emptyDraft({ mode_ceiling: 'manual' }), mode: 'simulation' } }))!.happens, /^Simulation, nothing real happens\./)
})

// Guarantee: the words that the merchant will read are those of the coded reason and no others; a reason without such words shows the merchant none.
test('what the merchant will see is the reason’s own sentence', () => {
  for (const reason of REJECT_REASONS) assert.deepEqual([consequenceOf('reject', facts({ reason }))!.merchant_state, consequenceOf('reject', facts({ reason }))!.merchant_words], ['Stopped', reason.merchant])
  for (const reason of PAUSE_REASONS) assert.deepEqual(consequenceOf('pause', facts({ reason }))!.merchant_words, reason.merchant)
  for (const reason of STEP_FOUND_REASONS) assert.equal(consequenceOf('found', facts({ reason }))!.merchant_words, null)
})
