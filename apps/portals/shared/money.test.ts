import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDecimal, formatNumber, parseAmount } from './money.ts'

// Guarantee: no digit of an amount is lost or invented between the API and the screen.
test('every decimal string is shown with exactly its own digits, grouped, with at least two decimals', () => {
  const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 0, maxLength: length }).map((list) => list.join(''))
  fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), digits(17), digits(12), (first, rest, fraction) => {
    const shown = formatDecimal(`${first}${rest}${fraction ? `.${fraction}` : ''}`)
    const [whole, decimals = ''] = shown.split('.')
    assert.equal(whole!.replaceAll(',', ''), `${first}${rest}`)
    assert.equal(decimals.replace(/0+$/, ''), fraction.replace(/0+$/, ''))
    assert.ok(decimals.length >= 2)
  }))
  assert.equal(formatDecimal('999999999999999999.999999999999'), '999,999,999,999,999,999.999999999999')
  assert.equal(formatNumber('197.71'), '197.71')
})

// Guarantee: what a person types is taken as meant or refused, never guessed.
test('typed amounts are read with thousands marks and refused where they could mean two things', () => {
  for (const [typed, read] of [['1,450,000.00', '1450000.00'], ['1 450 000.5', '1450000.5'], ['185000', '185000'], ['007', '7'], ['0.5', '0.5'], [' 12 ', '12']] as const) assert.equal(parseAmount(typed), read, typed)
  for (const typed of ['', '0', '0.00', '1.450.000', '1,45', '1,4500', '-5', '1e5', '٣', '12.', '.5', 'NaN', '1.0000000000000', '1234567890123456789']) assert.equal(parseAmount(typed), null, typed)
})
