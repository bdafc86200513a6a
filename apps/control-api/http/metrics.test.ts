import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mayScrape } from './metrics.ts'

const HOST = { host: '127.0.0.1:8420' }

// Guarantee: without the token only a scraper on this machine, by this machine's own name and through no proxy, reads the metrics.
test('a proxy, another name and another machine need the token', () => {
  const rules = { token: 'the-token', loopback: true }
  for (const host of ['127.0.0.1:8420', 'localhost:8420', '[::1]:8420', 'localhost']) assert.equal(mayScrape('127.0.0.1', { host }, rules), true, host)
  for (const host of ['evil.example', 'evil.example:8420', 'localhost.evil.example', '', undefined]) assert.equal(mayScrape('127.0.0.1', { host }, rules), false, String(host))
  for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via']) assert.equal(mayScrape('127.0.0.1', { ...HOST, [name]: 'a' }, rules), false, name)
  assert.equal(mayScrape('192.0.2.1', HOST, rules), false)
  assert.equal(mayScrape('127.0.0.1', HOST, { ...rules, loopback: false }), false)
  assert.equal(mayScrape('192.0.2.1', { host: 'desk.example', via: '1.1 proxy', authorization: 'Bearer the-token' }, { ...rules, loopback: false }), true)
  assert.equal(mayScrape('192.0.2.1', { ...HOST, authorization: 'Bearer null' }, { token: null, loopback: true }), false)
})
