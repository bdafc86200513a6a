import { test } from 'node:test'
import assert from 'node:assert/strict'
import { base32, newRecoveryCodes, newTotpSecret, otpauthUri, recoveryHash, stepOfCode, totpOf } from './totp.ts'

const RFC = Buffer.from('12345678901234567890')

// Guarantee: the codes are those of RFC 6238, appendix B (its eight digits end in our six).
test('the test vectors of RFC 6238', () => {
  for (const [at_s, code] of [[59, '94287082'], [1111111109, '07081804'], [1111111111, '14050471'], [1234567890, '89005924'], [2000000000, '69279037'], [20000000000, '65353130']] as const) {
    assert.equal(totpOf(RFC, Math.floor(at_s / 30)), code.slice(2), String(at_s))
  }
})

// Guarantee: a code counts in its own half minute and the two beside it, and nothing else does.
test('one step early and one late, no more', () => {
  const code = totpOf(RFC, 1000)
  const at = (step: number) => stepOfCode(RFC, code, step * 30_000 + 1)
  assert.deepEqual([at(998), at(999), at(1000), at(1001), at(1002)], [null, 1000, 1000, 1000, null])
  for (const wrong of ['', '12345', '1234567', 'abcdef', ' 12345', '１２３４５６']) assert.equal(stepOfCode(RFC, wrong, 30_000_000), null)
})

// Guarantee: secrets and URIs are what an authenticator reads (RFC 4648 base32, Key URI format).
test('secret and URI', () => {
  assert.equal(base32(Buffer.from('foobar')), 'MZXW6YTBOI')
  assert.match(base32(newTotpSecret()), /^[A-Z2-7]{32}$/)
  assert.equal(otpauthUri(RFC, 'a b@x.example'), 'otpauth://totp/FlowClaw:a%20b%40x.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=FlowClaw&algorithm=SHA1&digits=6&period=30')
})

// Guarantee: recovery codes differ, are told by their letters alone, and a code of an authenticator is never taken for one.
test('recovery codes', () => {
  const codes = newRecoveryCodes()
  assert.equal(new Set(codes).size, 10)
  for (const code of codes) {
    assert.match(code, /^([A-Z2-7]{5}-){4}[A-Z2-7]{5}$/)
    assert.deepEqual(recoveryHash(` ${code.toLowerCase().replaceAll('-', ' ')}`), recoveryHash(code))
  }
  for (const not of ['123456', '', codes[0]!.slice(1)]) assert.equal(recoveryHash(not), null)
})
