import { test } from 'node:test'
import assert from 'node:assert/strict'
import { ConfigError, loadConfig } from './config.ts'

const base = { DATABASE_URL: 'postgres://app_rt@db.example/flowclaw', FLOWCLAW_TENANT_KEY: 'x'.repeat(43) }
const load = (env: Record<string, string>) => loadConfig({ ...base, ...env }, '/srv/flowclaw', '1.2.3')

// Guarantee: with nothing but a database, the server listens on loopback alone, trusts no proxy header and knows exactly its own loopback origins.
test('the defaults are closed', () => {
  const config = load({})
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8420)
  assert.equal(config.trustedProxies, 0)
  assert.equal(config.cookie, 'local')
  assert.equal(config.browser.demo, false)
  assert.deepEqual([...config.allowedOrigins], ['http://127.0.0.1:8420', 'http://localhost:8420', 'http://[::1]:8420'])
})

// Guarantee: behind TLS only the one public origin counts and the cookie is a __Host- cookie.
test('a public origin replaces the loopback ones', () => {
  const config = load({ FLOWCLAW_PUBLIC_ORIGIN: 'https://desk.example' })
  assert.deepEqual([...config.allowedOrigins], ['https://desk.example'])
  assert.equal(config.cookie, 'host')
})

// Guarantee: a bad value is refused at start, by the variable's name and without its value.
test('bad values stop the start', () => {
  const bad: [string, string][] = [
    ['FLOWCLAW_PUBLIC_ORIGIN', 'http://desk.example'], ['FLOWCLAW_PUBLIC_ORIGIN', 'https://desk.example/path'], ['FLOWCLAW_PUBLIC_ORIGIN', 'desk.example'],
    ['PORT', '70000'], ['PORT', '80a'], ['FLOWCLAW_TRUSTED_PROXIES', '-1'], ['FLOWCLAW_DEMO', 'yes'], ['FLOWCLAW_LOG', 'loud'], ['FLOWCLAW_TENANT_KEY', ''], ['DATABASE_URL', ''],
  ]
  for (const [name, value] of bad) {
    assert.throws(() => load({ [name]: value }), (error: Error) => error instanceof ConfigError && error.message.includes(name) && (value === '' || !error.message.includes(value)), `${name}=${value}`)
  }
})

// Guarantee: what a browser may know is exactly the version and whether this is the demo.
test('nothing of the environment reaches the browser configuration', () => {
  assert.deepEqual(load({ FLOWCLAW_METRICS_TOKEN: 'secret-canary', OPA_URL: 'http://opa.internal' }).browser, { version: '1.2.3', demo: false })
})
