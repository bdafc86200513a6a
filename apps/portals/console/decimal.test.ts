import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bpsToPct, compareDecimals, fromUnits, roundTo, sumOf, toUnits } from './decimal.ts'

// Guarantee: a decimal string survives the way to units and back without losing a digit.
test('a decimal comes back as it went in', () => {
  fc.assert(fc.property(fc.bigInt(-(10n ** 29n), 10n ** 29n), (units) => toUnits(fromUnits(units, 12)) === units))
})

// Guarantee: rounding is half away from zero, and a rounded zero has no sign.
test('rounding', () => {
  assert.equal(roundTo('141.342339', 1), '141.3')
  assert.equal(roundTo('0.05', 1), '0.1')
  assert.equal(roundTo('-0.05', 1), '-0.1')
  assert.equal(roundTo('-0.004', 2), '0.00')
  assert.equal(roundTo('999999999999999999.5', 0), '1000000000000000000')
  assert.equal(bpsToPct('141.342339'), '1.41')
  assert.equal(bpsToPct('-5'), '-0.05')
})

// Guarantee: sums and comparisons are exact where floats would not be.
test('sums and comparisons', () => {
  assert.equal(fromUnits(sumOf(['0.1', '0.2']), 12), '0.300000000000')
  assert.equal(compareDecimals('0.30000000000001'.slice(0, 14), '0.3'), 0)
  assert.equal(compareDecimals('900719925474099.3', '900719925474099.2'), 1)
})

// Guarantee: what is no decimal is refused, never read as something else.
test('a word is no decimal', () => {
  for (const text of ['', '1e3', 'NaN', '1,000', '.5', '1.']) assert.throws(() => toUnits(text))
})
