import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Role } from '#contracts/roles.ts'
import { openWorld, type World } from '#api/testing/world.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

// Guarantee: a page is never cached and its hashed assets always are; /customer.html is the merchant page; nothing else answers.
test('pages and assets', async () => {
  const page = await world.nobody.get('/merchant.html')
  assert.deepEqual([page.status, page.headers['cache-control'], page.headers['content-type']], [200, 'no-store', 'text/html; charset=utf-8'])
  assert.equal((await world.nobody.get('/customer.html')).text, page.text)
  const asset = await world.nobody.get('/assets/index-abc123.js')
  assert.deepEqual([asset.status, asset.headers['cache-control']], [200, 'public, max-age=31536000, immutable'])
  assert.equal((await world.nobody.ask('GET', '/assets/index-abc123.js', { headers: { 'if-none-match': String(asset.headers['etag']) } })).status, 304)
  for (const url of ['/assets/', '/assets/nope.js', '/inputs.sha256', '/../package.json', '/assets/..%2f..%2fworld.ts', '/world.ts', '/index', '/.env', '/assets/%00']) {
    assert.ok([404, 400].includes((await world.nobody.get(url)).status), url)
  }
})

// Guarantee: the root leads each role to its own page, and nobody to the console's sign-in.
test('the root leads home', async () => {
  assert.equal((await world.nobody.get('/')).headers['location'], '/index.html')
  for (const [role, home] of [['platform_admin', '/index.html'], ['desk_operator', '/index.html'], ['merchant_client', '/merchant.html'], ['settlement_agent', '/agent.html']] as [Role, string][]) {
    const answer = await (await world.as(world.a, role)).get('/')
    assert.deepEqual([answer.status, answer.headers['location']], [302, home])
  }
})

// Guarantee: health says what is missing; metrics answer a scraper on this machine or with the token, and name nobody.
test('health and metrics', async () => {
  assert.deepEqual((await world.nobody.get('/health/ready')).json, { ok: true, database: true, migrations: true, policy: true })
  assert.equal((await world.nobody.get('/health/live')).json.ok, true)
  const merchant = await world.as(world.a, 'merchant_client')
  await merchant.get(`/api/suppliers/${world.a.suppliers.own}`)
  const scraped = await world.nobody.get('/metrics')
  assert.match(scraped.text, /flowclaw_http_request_seconds_count\{operation="getSupplier",status="2xx"\} 1/)
  for (const id of [world.a.id, world.a.suppliers.own, 'Adeola']) assert.ok(!scraped.text.includes(id))
  const proxied = await world.nobody.ask('GET', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })
  assert.equal(proxied.status, 404)
  assert.equal((await world.nobody.ask('GET', '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer a-metrics-token' } })).status, 200)
})

// Guarantee: the API's reader works under the strict policy: its page has no inline script or style.
test('the documentation page', async () => {
  const page = await world.nobody.get('/docs/')
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.text, /<script(?![^>]*src=)|<style|style="|on[a-z]+="/)
  assert.match(String(page.headers['content-security-policy']), /img-src 'self' data:; style-src 'self' 'sha256-[A-Za-z0-9+/=]+'$/)
})
