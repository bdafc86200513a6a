import { test } from 'node:test'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDemoDatabase } from '#tools/testing/demo.ts'
import { openTestDatabase, TEST_TENANT_KEY } from '#tools/testing/database.ts'
import { refuseDemoTenant } from '#database/index.ts'
import { browserSafe, ConfigError, loadConfig } from './config.ts'
import { SETTINGS } from './config/settings.ts'

const KEY = randomBytes(32).toString('base64url')
/** What a server in production needs at least. */
const SAFE = {
  DATABASE_URL: 'postgres://app_rt:Zq8vN2xK4mR7tB1w@db.example/flowclaw?sslmode=verify-full', FLOWCLAW_TENANT_KEY: KEY, FLOWCLAW_KEYRING_FILE: '/srv/keys/keyring.json',
  FLOWCLAW_PUBLIC_ORIGIN: 'https://desk.example', FLOWCLAW_METRICS_TOKEN: randomBytes(24).toString('base64url'), FLOWCLAW_TRUSTED_PROXIES: '1',
}
type Given = Readonly<Record<string, string | undefined>>
const load = (env: Given, embeddedDatabase = false) => loadConfig(env, '/srv/flowclaw', '1.2.3', { embeddedDatabase })
const local = (env: Given = {}) => load({ DATABASE_URL: 'postgres://app_rt@localhost/flowclaw', FLOWCLAW_TENANT_KEY: KEY, FLOWCLAW_KEYRING_FILE: '/srv/keys/keyring.json', FLOWCLAW_ENV: 'development', ...env })
const refusal = (work: () => unknown): string => {
  try { work() } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  return ''
}

// Guarantee: with nothing but a database, the server listens on loopback alone, trusts no proxy header and knows exactly its own loopback origins.
test('the defaults are closed', () => {
  const config = local()
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8420)
  assert.equal(config.trustedProxies, 0)
  assert.equal(config.cookie, 'local')
  assert.equal(config.browser.demo, false)
  assert.deepEqual([...config.allowedOrigins], ['http://127.0.0.1:8420', 'http://localhost:8420', 'http://[::1]:8420'])
})

// Guarantee: behind TLS only the one public origin counts and the cookie is a __Host- cookie.
test('a public origin replaces the loopback ones', () => {
  const config = load(SAFE)
  assert.deepEqual([...config.allowedOrigins], ['https://desk.example'])
  assert.equal(config.cookie, 'host')
})

// Guarantee: a bad value is refused at start, by the variable's name and without its value; of several, each is named.
test('bad values stop the start', () => {
  const bad: [string, string][] = [
    ['FLOWCLAW_PUBLIC_ORIGIN', 'http://desk.example'], ['FLOWCLAW_PUBLIC_ORIGIN', 'https://desk.example/path'], ['FLOWCLAW_PUBLIC_ORIGIN', 'desk.example'],
    ['PORT', '70000'], ['PORT', '80a'], ['FLOWCLAW_TRUSTED_PROXIES', '-1'], ['FLOWCLAW_TRUSTED_PROXIES', 'true'], ['FLOWCLAW_TRUSTED_PROXIES', '*'], ['FLOWCLAW_DEMO', 'yes'], ['FLOWCLAW_LOG', 'loud'],
    ['FLOWCLAW_TENANT_KEY', ''], ['DATABASE_URL', ''], ['DATABASE_URL', 'mysql://u:canary@h/d'], ['OPA_URL', 'opa.internal'], ['FLOWCLAW_ENV', 'staging'],
    ['FLOWCLAW_CHECKPOINT_EVERY_S', 'soon'], ['FLOWCLAW_CHECKPOINT_EVERY_EVENTS', 'often'],
  ]
  for (const [name, value] of bad) {
    const said = refusal(() => local({ [name]: value }))
    assert.ok(said.includes(name) && (value === '' || !said.includes(value)), `${name}=${value}: ${said}`)
  }
  const all = refusal(() => local({ PORT: 'x1', FLOWCLAW_DEMO: 'maybe', FLOWCLAW_LOG: 'loud' }))
  for (const name of ['PORT', 'FLOWCLAW_DEMO', 'FLOWCLAW_LOG']) assert.ok(all.includes(name), name)
})

// Guarantee: what nobody said is production; only `npm start` with its own database on this machine alone is development by itself, and development is never public.
test('a deployment cannot forget that it is production', () => {
  const environment = (env: Given, embedded: boolean) => load({ ...SAFE, FLOWCLAW_PUBLIC_ORIGIN: undefined, ...env }, embedded).environment
  assert.equal(environment({}, true), 'development')
  assert.equal(load(SAFE).environment, 'production')
  assert.equal(load(SAFE, true).environment, 'production', 'a public origin')
  assert.equal(load({ ...SAFE, FLOWCLAW_HOST: '0.0.0.0' }, true).environment, 'production')
  assert.match(refusal(() => environment({}, false)), /FLOWCLAW_PUBLIC_ORIGIN is not set/, 'a database of its own')
  assert.match(refusal(() => environment({ FLOWCLAW_HOST: '0.0.0.0' }, true)), /open to other machines/)
  assert.match(refusal(() => load({ ...SAFE, FLOWCLAW_ENV: 'development' })), /leave FLOWCLAW_ENV out/)
})

// Guarantee: each unsafe setting of a production server refuses to start with its own reason, none hides behind another, and no value is printed.
test('unsafe production settings refuse to start, all at once, each with its reason', () => {
  const unsafe: [Given, RegExp][] = [
    [{ FLOWCLAW_DEMO: '1' }, /FLOWCLAW_DEMO is 1/],
    [{ FLOWCLAW_PUBLIC_ORIGIN: undefined }, /FLOWCLAW_PUBLIC_ORIGIN is not set/],
    [{ FLOWCLAW_PUBLIC_ORIGIN: 'http://localhost:8420' }, /FLOWCLAW_PUBLIC_ORIGIN is plain http/],
    [{ FLOWCLAW_TRUSTED_PROXIES: '4' }, /FLOWCLAW_TRUSTED_PROXIES is above 3/],
    ...[TEST_TENANT_KEY, 'x'.repeat(43), randomBytes(16).toString('base64url'), Buffer.from('change me change me change me change me').toString('base64url')].map((key): [Given, RegExp] => [{ FLOWCLAW_TENANT_KEY: key }, /FLOWCLAW_TENANT_KEY is short/]),
    [{ FLOWCLAW_LOG: 'debug' }, /FLOWCLAW_LOG is debug/],
    [{ FLOWCLAW_METRICS_TOKEN: undefined }, /FLOWCLAW_METRICS_TOKEN is not set/],
    [{ FLOWCLAW_METRICS_TOKEN: 'canary-short' }, /FLOWCLAW_METRICS_TOKEN is shorter/],
    ...['', '?sslmode=disable', '?sslmode=prefer', '?sslmode=no-verify', '?sslmode=require&uselibpqcompat=true'].flatMap((query): [Given, RegExp][] => [
      [{ DATABASE_URL: `postgres://app_rt:canary-8fJq@db.example/flowclaw${query}` }, /^- DATABASE_URL names another machine/m],
      [{ FLOWCLAW_OWNER_DATABASE_URL: `postgres://owner:canary-8fJq@10.0.0.5/flowclaw${query}` }, /^- FLOWCLAW_OWNER_DATABASE_URL names another machine/m],
    ]),
    [{ DATABASE_URL: 'postgres://app_rt:Postgres@localhost/flowclaw' }, /DATABASE_URL has a password that everyone knows/],
    [{ OPA_URL: 'http://opa.internal:8181' }, /OPA_URL is plain http/],
  ]
  for (const [env, reason] of unsafe) {
    const said = refusal(() => load({ ...SAFE, ...env }))
    assert.match(said, reason)
    assert.equal(said.split('\n').filter((line) => line.startsWith('- ')).length, 1, said)
    for (const value of Object.values(env)) if (value !== undefined && value.length > 8) assert.ok(!said.includes(value), said)
    assert.ok(!said.includes('canary'), said)
  }
  const everything = refusal(() => load({ DATABASE_URL: 'postgres://app_rt:password@db.example/flowclaw', FLOWCLAW_TENANT_KEY: TEST_TENANT_KEY, FLOWCLAW_DEMO: '1', FLOWCLAW_HOST: '0.0.0.0', FLOWCLAW_TRUSTED_PROXIES: '10', FLOWCLAW_LOG: 'debug' }))
  assert.equal(everything.split('\n').filter((line) => /^- .*[.]$/.test(line)).length, 9, everything)
})

// Guarantee: a safe production server starts: over verified TLS, a socket or its own machine, with one proxy in front.
test('safe production settings start', () => {
  for (const env of [{}, { DATABASE_URL: 'postgres://app_rt@localhost/flowclaw?host=/run/postgresql' }, { DATABASE_URL: 'postgres://app_rt:Zq8vN2xK4mR7tB1w@[::1]:5432/flowclaw' }, { DATABASE_URL: 'postgres://app_rt:Zq8v@db.example/f?sslmode=require' }, { FLOWCLAW_HOST: '0.0.0.0' }, { OPA_URL: 'http://127.0.0.1:8181' }]) {
    assert.equal(load({ ...SAFE, ...env }).environment, 'production')
  }
})

// Guarantee: a database that was ever started with demo data is not served in production, whatever the settings of this start say.
test('production refuses a database that holds the demo accounts', async () => {
  const demo = await openDemoDatabase({ sessions: false })
  const plain = await openTestDatabase()
  try {
    await assert.rejects(refuseDemoTenant(demo.db), /holds the demo tenant/)
    await refuseDemoTenant(plain.db)
  } finally {
    await Promise.all([demo.close(), plain.close()])
  }
})

// Guarantee: what a browser may know is exactly the version and whether this is the demo.
test('nothing of the environment reaches the browser configuration', () => {
  assert.deepEqual(load({ ...SAFE, FLOWCLAW_METRICS_TOKEN: 'secret-canary-of-the-metrics', OPA_URL: 'https://opa.internal' }).browser, { version: '1.2.3', demo: false })
})

// Guarantee: no value that looks like a secret can be put among the browser's values: a start that tries stops and names the field.
test('a secret-like browser value refuses to start', () => {
  const jwt = (role: string) => [{ alg: 'HS256', typ: 'JWT' }, { iss: 'supabase', role }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const secrets = [
    `sb_secret_${'a'.repeat(24)}`, `sbp_${'0'.repeat(40)}`, `${jwt('service_role')}.${'s'.repeat(43)}`, `${jwt('service_role')}.`, 'AKIAABCDEFGHIJKLMNOP', `fck_${'k'.repeat(43)}`,
    '$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA', 'postgres://app_rt:canary@db.example/flowclaw', `Bearer ${'t'.repeat(20)}`, '-----BEGIN PRIVATE KEY-----MIGHAgEA-----END PRIVATE KEY-----',
  ]
  for (const secret of secrets) {
    const said = refusal(() => browserSafe({ version: '1', somewhere: `key=${secret}` }))
    assert.ok(said.includes('somewhere') && !said.includes(secret), secret)
    assert.match(refusal(() => loadConfig(SAFE, '/srv/flowclaw', secret)), /version/)
  }
})

// Guarantee: docs/operations.md has every setting, with its default and meaning, and none that is not read.
test('the table of settings is the loader', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'operations.md'), 'utf8')
  const table = text.slice(text.indexOf('| variable | default | meaning |'))
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2)
  assert.deepEqual(rows, Object.entries(SETTINGS).map(([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`))
})
