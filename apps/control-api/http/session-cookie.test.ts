import { test } from 'node:test'
import assert from 'node:assert/strict'
import { csrfTokenOf, isCsrfTokenOf, readSessionToken, signedInCookies, signedOutCookies } from './session-cookie.ts'

const token = 'A'.repeat(43)
const other = 'B'.repeat(43)

// Guarantee: the session cookie is host-bound, out of reach of scripts and never sent across sites; over http on localhost only Secure and the prefix are missing.
test('cookie attributes', () => {
  assert.equal(signedInCookies('host', token, 60)[0], `__Host-flowclaw=${token}; HttpOnly; Path=/; SameSite=Strict; Max-Age=60; Secure`)
  assert.equal(signedInCookies('local', token, 60)[0], `flowclaw=${token}; HttpOnly; Path=/; SameSite=Strict; Max-Age=60`)
  assert.deepEqual(signedOutCookies('host'), ['__Host-flowclaw=; HttpOnly; Path=/; SameSite=Strict; Max-Age=0; Secure', 'fc_signed_in=; Path=/; SameSite=Strict; Max-Age=0; Secure'])
  assert.doesNotMatch(signedInCookies('host', token, 60)[1]!, new RegExp(token))
})

// Guarantee: a cookie of the other kind, of another form, or sent twice signs nobody in.
test('only exactly one well-formed cookie of the configured name counts', () => {
  assert.equal(readSessionToken('host', `a=b; __Host-flowclaw=${token}`), token)
  for (const header of [undefined, '', `flowclaw=${token}`, `__Host-flowclaw=${token}x`, `__Host-flowclaw=${token}; __Host-flowclaw=${other}`, `x__Host-flowclaw=${token}`, '__Host-flowclaw=']) {
    assert.equal(readSessionToken('host', header), null, header)
  }
})

// Guarantee: a CSRF token fits its own session alone.
test('the token is bound to the session', () => {
  assert.equal(isCsrfTokenOf(token, csrfTokenOf(token)), true)
  for (const offered of [undefined, '', csrfTokenOf(other), csrfTokenOf(token).slice(1), `${csrfTokenOf(token)}=`, token]) assert.equal(isCsrfTokenOf(token, offered), false)
})
