import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteSessionRow } from '../../api/types.ts'
import { actionLabel, progressWords } from './next-words.ts'

const row = (change: Partial<RouteSessionRow>) => ({ state: 'executing', step: null, payee_details: 'confirmed', ...change }) as Pick<RouteSessionRow, 'state' | 'step' | 'payee_details'>
const step = (state: string): RouteSessionRow['step'] => ({ position: 2, of: 3, kind: 'instruct_bank', state, done_by: 'merchant' })

// Guarantee: the button of a row names what is done next; a row whose payee is in doubt is only opened.
test('the button of a row is its next act', () => {
  assert.deepEqual((['accepted', 'approved', 'no_route'] as const).map((state) => actionLabel(row({ state }))), ['Decide', 'Execute', 'Open'])
  assert.deepEqual(['ready', 'awaiting_proof', 'failed', 'unknown'].map((state) => actionLabel(row({ step: step(state) }))), ['Start step 2', 'Check proof', 'Decide', 'Find out'])
  assert.equal(actionLabel(row({})), 'Close')
  assert.equal(actionLabel(row({ state: 'approved', payee_details: 'held' })), 'Open')
  assert.deepEqual([progressWords(row({ step: step('in_progress') })), progressWords(row({ state: 'paused', step: step('ready') })), progressWords(row({}))], ['Step 2 of 3: proof awaited', 'Step 2 of 3, paused', ''])
})
