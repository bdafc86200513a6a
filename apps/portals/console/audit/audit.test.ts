import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factWords, filterOf, signedWords } from './audit.ts'

// Guarantee: a day of the address is a whole day of the tenant's zone, the last one within; what is no day asks for nothing and breaks nothing.
test('days of an address', () => {
  assert.deepEqual(filterOf({ from: '2026-09-29', to: '2026-09-30' }, 'Africa/Lagos'), {
    user_id: undefined, action: undefined, entity: undefined, entity_id: undefined, from: '2026-09-29T00:00:00+01:00', to: '2026-10-01T00:00:00+01:00',
  })
  assert.equal(filterOf({ to: '2026-12-31' }, 'UTC').to, '2027-01-01T00:00:00+00:00')
  for (const day of ['', 'yesterday', '2026-13-01', '2026-9-1']) assert.deepEqual([filterOf({ from: day, to: day }, 'UTC').from, filterOf({ from: day, to: day }, 'UTC').to], [undefined, undefined], day)
})

// Guarantee: every fact of an event is shown, however it is nested; ids and digests stand apart.
test('facts in words', () => {
  const [id, digest] = ['11111111-0000-4000-8000-000000001001', 'a'.repeat(64)]
  assert.deepEqual(factWords({ amount: '{"currency":"CNY","value":"620000"}', brace: '{no', supplier_id: id, merchant_id: null, codes: ['a', 'b'], degraded: '', none: [], result_digest: digest, identical: true }), {
    words: [['amount', 'currency CNY, value 620000'], ['brace', '{no'], ['merchant id', 'none'], ['codes', 'a, b'], ['degraded', 'none'], ['none', 'none'], ['identical', 'true']],
    ids: [['supplier id', id], ['result digest', digest]],
  })
  assert.deepEqual([factWords(null), factWords('x')], [{ words: [], ids: [] }, { words: [], ids: [] }])
})

// Guarantee: what was signed is said with its number, and what was not counted is never left out.
test('what was signed in words', () => {
  const none = { signed_up_to: null, signed_at: null, kept_outside: true, refused: 0, by_other_keys: 0 }
  assert.equal(signedWords(none, 'UTC'), 'Nothing is signed yet: keep an export elsewhere.')
  assert.match(signedWords({ ...none, signed_up_to: 7, signed_at: '2026-09-29T08:00:00Z' }, 'UTC'), /^Signed up to number 7, .*, and kept outside the database too\.$/)
  assert.match(signedWords({ ...none, signed_up_to: 7, signed_at: '2026-09-29T08:00:00Z', kept_outside: false, refused: 2 }, 'UTC'), /\. 2 checkpoints with a wrong signature were not counted\.$/)
})
