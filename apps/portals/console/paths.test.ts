import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseQuery, queryText, queueSearch, sessionSearch, to, viewOf } from './paths.ts'

// Guarantee: what a person sees comes back from the address alone, whatever was typed.
test('a query comes back as it went in', () => {
  const search = { q: '温州 & 50 %', reason: 'limit_exceeded', candidate: 'r45-7', tab: 'why_not' }
  assert.deepEqual(sessionSearch(parseQuery(queryText(search))), search)
  assert.equal(typeof parseQuery('?q=008')['q'], 'string')
})

// Guarantee: an unknown key or view in an address is ignored, never an error and never an empty page.
test('an address that nobody wrote', () => {
  assert.deepEqual(queueSearch({ view: 'done', evil: 'x', q: '' }), { view: 'done' })
  assert.equal(viewOf({ view: 'everything' }), 'open')
})

// Guarantee: an id can never step out of its place in an address.
test('ids are encoded', () => {
  assert.equal(to.provider('a/b?c'), '#/providers/a%2Fb%3Fc')
  assert.equal(to.queue({ view: 'done' }), '#/?view=done')
  assert.equal(to.sessions({}), '#/sessions')
})
