import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExecutionStep } from '../../../api/types.ts'
import { proofRows, type Proof } from './proof-rows.ts'

const instruction = { payee: 'Sample Ltd', payee_zh: null, account_masked: '•••• 0017', reference: 'FC-1-1', charges: 'OUR' }
const step = { position: 1, started_at: '2026-09-29T08:00:00Z', instruction } as unknown as ExecutionStep
const proof = (change: Partial<Proof>): Proof => ({
  id: 'p', kind: 'mt103_or_pacs008', artifact_id: 'a', file_name: 'f.pdf', sha256: 'x', state: 'submitted', money: { amount: '1450009.85', currency: 'CNY' }, happened_at: '2026-09-29T08:30:00Z', payee: 'Sample Ltd',
  account_last4: '0017', reference: 'FC-1-1', charges: 'SHA', transaction_hash: null, differences: [{ field: 'charges', instruction: 'OUR', read: 'SHA', sentence: 'Other charges.' }],
  submitted_by: 'A', submitted_at: '2026-09-29T08:31:00Z', decided_by: null, decided_at: null, reason_code: null, ...change,
})

// Guarantee: every field that the kind must show has its row with both sides, what differs says so, and a field that is not on the proof is never shown as matching.
test('a proof beside its instruction', () => {
  const rows = proofRows(step, proof({}), 'Africa/Lagos')
  assert.deepEqual(rows.map(({ field }) => field), ['amount', 'happened_at', 'payee', 'account_last4', 'reference', 'charges'])
  assert.deepEqual(rows.filter(({ differs }) => differs !== null).map(({ field, instruction: asked, read }) => [field, asked, read]), [['charges', 'OUR', 'SHA']])
  assert.deepEqual([rows[0]!.instruction, rows[0]!.read, rows[1]!.instruction], ['CNY 1,450,009.85', 'CNY 1,450,009.85', 'since Tue 29 Sep, 09:00'])
  const empty = proofRows(step, proof({ reference: null, differences: [{ field: 'reference', instruction: 'FC-1-1', read: null, sentence: 'It is not on the proof.' }] }), 'Africa/Lagos')
  assert.deepEqual(empty.filter(({ field }) => field === 'reference').map(({ read, differs }) => [read, differs]), [['not on the proof', 'It is not on the proof.']])
})
