import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { InvoicePart, SessionState } from '#database/index.ts'
import { add, compare, fromDecimal } from '#orchestrator/rational.ts'
import { invoiceStanding, wouldExceed } from './invoice.ts'

const MID = (from: string, to: string) => (from === to ? { n: 1n, d: 1n } : from === 'USD' ? { n: 713n, d: 100n } : { n: 100n, d: 713n })
let n = 0
const part = (state: SessionState, value: string, over: Partial<InvoicePart> = {}): InvoicePart => ({
  session_id: `s${++n}`, reference: `RS-${n}`, state, paid: 'deposit', amount: { side: 'supplier_receives', value, currency: 'CNY' }, receives: { amount: value, currency: 'CNY' }, invoice_currency: 'CNY',
  invoice_total: null, requested_at: '2026-09-29T08:00:00Z', ...over,
})
const standing = (parts: InvoicePart[], currency = 'CNY') => invoiceStanding('PI-123', currency, parts, MID)

// Guarantee: a deposit of 30 % that is done and an open balance of 70 % say so, and the balance brings it to exactly 100 %.
test('deposit and balance', () => {
  const deposit = part('completed', '185000', { invoice_total: '616666.67' })
  const before = standing([deposit])
  assert.deepEqual([before.done_pct, before.covered_pct, before.open, before.open_pct, before.over], ['29.99', '29.99', { amount: '431666.67', currency: 'CNY' }, '70.01', false])
  const after = standing([deposit, part('accepted', '431666.67', { paid: 'balance_before_shipment' })])
  assert.deepEqual([after.covered_pct, after.done_pct, after.open?.amount, after.open_pct, after.over], ['100.00', '29.99', '0.00', '0.00', false])
})

// Guarantee: one cent short of the whole is not 100 %, one cent above it is too much.
test('a cent on either side', () => {
  const of = (value: string) => standing([part('completed', value, { invoice_total: '1000000' })])
  assert.deepEqual([of('999999.99').covered_pct, of('999999.99').open?.amount, of('1000000.01').over, of('1000000.01').open?.amount], ['99.99', '0.01', true, '0.00'])
})

// Guarantee: what is only offered or has stopped counts for nothing; without a total no share is made up.
test('what counts', () => {
  const parts = (['recommended', 'cancelled', 'expired', 'failed', 'returned'] as const).map((state) => part(state, '100', { invoice_total: '100' }))
  assert.deepEqual([standing(parts).covered.amount, standing(parts).parts.map(({ group }) => group)], ['0.00', ['offered', 'stopped', 'stopped', 'stopped', 'stopped']])
  const unknown = standing([part('completed', '100')])
  assert.deepEqual([unknown.total, unknown.covered_pct, unknown.open, unknown.parts[0]!.pct, unknown.over], [null, null, null, null, false])
  assert.equal(wouldExceed('s0', 'CNY', [part('completed', '100')], MID), false)
})

// Guarantee: an amount in another currency is converted at mid and said to be; one that was asked for in the invoice's own is taken as it was asked.
test('another currency', () => {
  const converted = standing([part('completed', '713', { amount: { side: 'merchant_sends', value: '1', currency: 'NGN' }, receives: { amount: '713.00', currency: 'CNY' }, invoice_total: '1000', invoice_currency: 'USD' })], 'USD')
  assert.deepEqual([converted.done, converted.at_mid, converted.parts[0]!.at_mid], [{ amount: '100.00', currency: 'USD' }, true, true])
  const asked = standing([part('completed', '0', { amount: { side: 'supplier_receives', value: '100', currency: 'USD' }, receives: { amount: '712.99', currency: 'CNY' }, invoice_total: '100', invoice_currency: 'USD' })], 'USD')
  assert.deepEqual([asked.done_pct, asked.at_mid], ['100.00', false])
})

const STATES = ['recommended', 'accepted', 'awaiting_merchant', 'approved', 'executing', 'paused', 'completed', 'failed', 'returned', 'cancelled', 'expired'] as const
const cents = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`
// Guarantee: covered and open add up to the total unless it is exceeded, and exceeding is said exactly then; agreeing to an offer is too much exactly where it would be said of it afterwards.
test('covered and open are the whole', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.array(fc.tuple(fc.constantFrom(...STATES), fc.integer({ min: 1, max: 50_000 })), { minLength: 1, maxLength: 8 }), (total, said) => {
    const parts = said.map(([state, value]) => part(state, cents(value), { invoice_total: cents(total) }))
    const now = standing(parts)
    const sum = parts.filter(({ session_id }) => ['planned', 'on_its_way', 'done'].includes(now.parts.find((one) => one.session_id === session_id)!.group)).reduce((all, { amount }) => add(all, fromDecimal(amount.value)), { n: 0n, d: 1n })
    assert.equal(compare(fromDecimal(now.covered.amount), sum), 0)
    assert.equal(now.over, compare(sum, fromDecimal(cents(total))) > 0)
    if (!now.over) assert.equal(compare(add(fromDecimal(now.covered.amount), fromDecimal(now.open!.amount)), fromDecimal(cents(total))), 0)
    assert.equal(now.covered_pct === '100.00' && !now.over, compare(sum, fromDecimal(cents(total))) === 0)
    for (const offer of parts.filter(({ state }) => state === 'recommended')) {
      const accepted = standing(parts.map((one) => (one === offer ? { ...one, state: 'accepted' as const } : one)))
      assert.equal(wouldExceed(offer.session_id, 'CNY', parts, MID), accepted.over)
    }
  }))
})
