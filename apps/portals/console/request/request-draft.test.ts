import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Compile } from 'typebox/compile'
import { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { bodyOf, emptyDraft, errorsOf, fieldOf, type RequestDraft } from './request-draft.ts'

const id = '00000000-0000-4000-8000-000000000001'
const full: RequestDraft = {
  ...emptyDraft('2026-10-14'), merchant_id: id, supplier_id: id, corridor_id: 'ng-cn', amount: '1,450,000.00', description: ' blister packing machine ', invoice_number: 'PI-1',
  reason: 'asked by phone', max_cost_pct: '2.5', held: [{ currency: 'USD', country: 'NG', amount: '10,000' }, { currency: 'USDT', country: 'NG', amount: '5' }],
}
const check = Compile(RouteRequestBody)

// Guarantee: whatever the form calls complete is a body that the API's own schema takes.
test('a complete draft is a valid request', () => {
  assert.deepEqual(errorsOf(full), {})
  const body = bodyOf(full, 'Asia/Shanghai', true)
  assert.ok(check.Check(body), JSON.stringify([...check.Errors(body)]))
  assert.equal(body!.needed_by, '2026-10-14T17:00:00+08:00')
  assert.equal(body!.amount.value, '1450000.00')
  assert.deepEqual(body!.held_funds, [{ currency: 'USD', country: 'NG', amount: '10000' }, { currency: 'USDT', country: null, amount: '5' }])
})

// Guarantee: nothing is sent while a field is missing, and each missing field is named.
test('an empty draft is never sent', () => {
  const errors = errorsOf(emptyDraft('2026-10-14'))
  assert.deepEqual(Object.keys(errors).sort(), ['amount', 'corridor_id', 'description', 'invoice_number', 'merchant_id', 'reason', 'supplier_id'])
  assert.equal(bodyOf(emptyDraft('2026-10-14'), 'UTC', false), null)
})

// Guarantee: a problem that the API points at is shown beside the field that it speaks of.
test('pointers lead to fields', () => {
  assert.equal(fieldOf('/on_behalf/merchant_id'), 'merchant_id')
  assert.equal(fieldOf('/on_behalf/reason'), 'reason')
  assert.equal(fieldOf('/amount/value'), 'amount')
  assert.equal(fieldOf('/nowhere'), null)
})
