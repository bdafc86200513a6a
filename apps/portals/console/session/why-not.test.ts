import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate, Reason } from '../../api/types.ts'
import { whyNotCsv, whyRow } from './why-not.ts'

const reason = (more: Partial<Reason>): Reason =>
  ({ code: 'limit_exceeded:p', source: 'arithmetic', provider_id: 'p', hop: 0, number: 'NGN 5', against: 'at most NGN 1', sentence: 's', retryable: false, remedy: null, facts: [], illustrative: false, ...more })
const candidate = (more: Partial<Candidate>): Candidate =>
  ({ id: 'r1', status: 'refused', hops: [], refusals: [], conditions: [], cost_bps: '10.5', score: '188.488563', lost: null, ...more }) as Candidate

// Guarantee: a refused candidate counts as retryable only where every one of its reasons is.
test('retryable means all of it', () => {
  assert.equal(whyRow(candidate({ refusals: [reason({ retryable: true })] }), null).retryable, 'Yes')
  assert.equal(whyRow(candidate({ refusals: [reason({ retryable: true }), reason({ code: 'excessive_risk', hop: null })] }), null).retryable, 'No')
})

// Guarantee: a row says the first reason with its numbers and how many more there are; what it stands against is not said twice.
test('a row of a refusal', () => {
  const row = whyRow(candidate({ refusals: [reason({ code: 'not_available_to_merchant:D', number: 'not on file', against: 'A Hong Kong entity', remedy: 'A Hong Kong entity: a thing to be' }), reason({})] }), '100')
  assert.deepEqual(row, { code: 'not_available_to_merchant:D', more: 1, number: 'not on file', against: 'A Hong Kong entity', retryable: 'No', remedy: 'A thing to be' })
})

// Guarantee: a lawful candidate that lost says its score against the best one.
test('a row of a loser', () => {
  const row = whyRow(candidate({ status: 'ready', lost: { behind_bps: '88.5', because: [], sentence: '88.5 bps behind.' } }), '100.000000')
  assert.deepEqual([row.code, row.number, row.against, row.retryable], ['outranked', 'score 188', '100; 88.5 bps behind.', 'Lawful'])
})

// Guarantee: the file has one line for each reason, and no cell that a spreadsheet would run.
test('the export', () => {
  const text = whyNotCsv([candidate({ refusals: [reason({ number: '=HYPERLINK("x")' }), reason({ code: 'excessive_risk' })] }), candidate({ id: 'r2', status: 'ready' })])
  const lines = text.trim().split('\r\n')
  assert.equal(lines.length, 4)
  assert.match(lines[1]!, /"'=HYPERLINK\(""x""\)"/)
  assert.match(lines[3]!, /"r2","ready".*"outranked"/)
})
