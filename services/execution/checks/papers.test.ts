import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compare, fromDecimal, sub } from '#orchestrator/rational.ts'
import { daysBetween, daysOfValidity, expiryOf, leftOf, plusDays, standingOf, usesOf } from './papers.ts'

const DAY = fc.integer({ min: 0, max: 20_000 }).map((n) => plusDays('2000-01-01', n))

// Guarantee: a paper counts as many days as the corridor data says, over leap days and ends of years alike.
test('days of the calendar', () => {
  assert.equal(plusDays('2027-12-31', 60), '2028-02-29')
  assert.deepEqual(expiryOf('2026-09-01', 'P180D', null), { expires_on: '2027-02-28' })
  assert.deepEqual(expiryOf('2026-09-01', 'P365D', null), { expires_on: '2027-09-01' })
  assert.deepEqual(expiryOf('2026-09-01', 'P90D', '2026-10-01'), { expires_on: '2026-10-01' })
  assert.equal(expiryOf('2026-09-01', 'P90D', '2026-12-01'), 'too_late')
  assert.equal(expiryOf('2026-09-01', null, '2026-08-31'), 'too_early')
  assert.deepEqual(expiryOf('2026-09-01', null, null), { expires_on: null })
  for (const wrong of ['P3M', 'PT4H', 'P0D', '180']) assert.throws(() => daysOfValidity(wrong))
  fc.assert(fc.property(DAY, fc.integer({ min: 1, max: 400 }), (day, n) => assert.equal(daysBetween(day, plusDays(day, n)), n)))
})

// Guarantee: the last day still counts and the day after does not; two weeks before it is said; what is used up or over is said before any date.
test('a paper by the day', () => {
  const of = (over: object, day: string) => standingOf({ state: 'live', expires_on: '2026-09-30', value: { amount: '10', currency: 'USD' }, used: '0', ...over }, day)
  assert.deepEqual(['2026-09-15', '2026-09-16', '2026-09-30', '2026-10-01'].map((day) => of({}, day)), ['counts', 'expires_soon', 'expires_soon', 'expired'])
  assert.deepEqual([of({ used: '10.00' }, '2026-09-01'), of({ used: '9.99' }, '2026-09-01'), of({ state: 'withdrawn' }, '2026-09-01'), of({ expires_on: null }, '2099-01-01')], ['used_up', 'counts', 'withdrawn', 'counts'])
})

const cents = (n: number) => `${Math.floor(n / 100)}.${String(n % 100).padStart(2, '0')}`
const MID = (from: string, to: string) => (from === to ? { n: 1n, d: 1n } : from === 'CNY' ? { n: 100n, d: 713n } : { n: 713n, d: 100n })

// Guarantee: what a payment takes never passes what is left, is at least what it pays at mid, and less than a cent above it; nothing fits only where nothing does.
test('what a payment takes of its papers', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 0, max: 200_000 })), { minLength: 1, maxLength: 4 }), (paid, held) => {
    const papers = held.map(([worth, used], i) => ({ id: `d${i}`, code: 'FORM_M_VALID_FX', value: { amount: cents(worth), currency: 'USD' }, used: cents(Math.min(worth, used)) }))
    const exact = { n: BigInt(paid), d: 713n }
    const uses = usesOf(['FORM_M_VALID_FX', 'FORM_Q'], papers, { amount: cents(paid), currency: 'CNY' }, MID)
    const roomFor = (paper: (typeof papers)[number]) => sub(fromDecimal(leftOf(paper)!.amount), exact)
    if (uses === null) assert.ok(papers.every((paper) => compare(roomFor(paper), { n: 0n, d: 1n }) < 0))
    else {
      const [use] = uses
      const over = sub(fromDecimal(use!.money.amount), exact)
      assert.ok(uses.length === 1 && over.n >= 0n && compare(over, { n: 1n, d: 100n }) < 0)
      assert.ok(compare(fromDecimal(use!.money.amount), fromDecimal(leftOf(papers.find(({ id }) => id === use!.document_id)!)!.amount)) <= 0)
    }
  }))
})

// Guarantee: the first paper in the given order that has enough left is taken, whole; a kind of which none is held takes nothing and refuses nothing.
test('the first that has it left', () => {
  const paper = (id: string, amount: string, used: string) => ({ id, code: 'PROFORMA_INVOICE', value: { amount, currency: 'CNY' }, used })
  const paid = { amount: '30', currency: 'CNY' }
  assert.deepEqual(usesOf(['PROFORMA_INVOICE'], [paper('a', '100', '70.01'), paper('b', '100', '70')], paid, MID), [{ document_id: 'b', money: { amount: '30.00', currency: 'CNY' } }])
  assert.equal(usesOf(['PROFORMA_INVOICE'], [paper('a', '100', '70.01')], paid, MID), null)
  assert.deepEqual(usesOf(['FORM_Q'], [paper('a', '1', '1')], paid, MID), [])
})
