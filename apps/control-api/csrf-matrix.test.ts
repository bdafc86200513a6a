import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { Role } from '#contracts/roles.ts'
import { may } from '#platform/roles/index.ts'
import { csrfTokenOf } from './http/session-cookie.ts'
import { openWorld, ORIGIN, routeBody, type Client, type World } from './testing/world.ts'

let world: World
before(async () => { world = await openWorld() })
after(() => world.close())

const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined]
const ORIGINS = [ORIGIN, 'http://127.0.0.1:8421', 'http://127.0.0.1.evil.example:8420', 'https://127.0.0.1:8420', 'null', undefined]
const BODIES: Readonly<Record<string, unknown>> = {
  login: { email: 'nobody@alpha.example', password: 'not the password of anyone' }, logout: {}, changePassword: {}, logoutEverywhere: {},
  createSupplier: {}, createRouteSession: {}, acceptRouteSession: { version: 1 }, cancelRouteSession: { version: 1, reason: 'x' }, replayRouteSession: {}, putDeskFeeRule: {}, setMarketClock: {},
}

// Guarantee: of all combinations of Sec-Fetch-Site, Origin and CSRF token, on every mutating operation, only our own page and a program that names our origin pass.
test('no forged request passes', async () => {
  const passed = new Set<string>()
  let tried = 0
  for (const operation of world.app.operations.filter(({ audit }) => audit !== null)) {
    assert.ok(operation.operationId in BODIES, operation.operationId)
    const role = (['platform_admin', 'merchant_client'] as Role[]).find((one) => operation.permission === 'public' || may(one, operation.permission as never))!
    const client = await world.as(world.a, role)
    const tokens = operation.permission === 'public' ? [undefined] : [csrfTokenOf(client.token), csrfTokenOf('B'.repeat(43)), '', undefined]
    for (const site of SITES) for (const origin of ORIGINS) for (const token of tokens) {
      tried++
      const url = operation.url.replace(':id', '99999999-0000-4000-8000-000000000009')
      const given = { 'sec-fetch-site': site, origin, 'x-csrf-token': token }
      const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<string, string>
      // What passes here ends its session, so each try has one of its own.
      const ends = ['logout', 'logoutEverywhere'].includes(operation.operationId)
      const fresh = ends ? await world.as(world.a, role) : client
      if (ends && token === csrfTokenOf(client.token)) headers['x-csrf-token'] = csrfTokenOf(fresh.token)
      const answer = await fresh.ask(operation.method, url, { body: BODIES[operation.operationId], headers, without: Object.keys(given).filter((name) => given[name as keyof typeof given] === undefined) })
      const refused = answer.status === 403 && ['cross_site_request', 'csrf_token_invalid'].includes(answer.json.code)
      if (!refused) passed.add(`${site} | ${origin} | ${operation.permission === 'public' ? 'login' : token === csrfTokenOf(client.token) ? 'own token' : token}`)
    }
  }
  assert.deepEqual([...passed].sort(), [
    `same-origin | ${ORIGIN} | login`, `same-origin | ${ORIGIN} | own token`, 'same-origin | undefined | login', 'same-origin | undefined | own token',
    `undefined | ${ORIGIN} | login`, `undefined | ${ORIGIN} | own token`,
  ])
  assert.ok(tried > 900)
})

// Guarantee: a change needs a JSON body: no form, no text and no empty request can carry one.
test('only application/json changes anything', async () => {
  const client: Client = await world.as(world.a, 'merchant_client')
  for (const [type, payload] of [['text/plain', '{}'], ['application/x-www-form-urlencoded', 'version=1'], ['multipart/form-data; boundary=x', '--x--'], ['application/jsonp', '{}'], ['application/problem+json', '{}']] as const) {
    const answer = await client.ask('POST', '/api/route-sessions', { body: payload, headers: { 'content-type': type } })
    assert.equal(answer.status, 415, type)
    assert.equal(answer.json.code, 'unsupported_media_type')
  }
  for (const url of ['/api/route-sessions', '/api/auth/logout', '/api/route-sessions/99999999-0000-4000-8000-000000000009/accept']) {
    assert.equal((await client.ask('POST', url)).json.code, 'body_required', url)
    assert.equal((await client.ask('POST', url, { without: ['content-type'] })).json.code, 'body_required', url)
  }
  assert.equal((await client.ask('POST', '/api/route-sessions', { body: '{}', without: ['content-type'] })).status, 415)
})

// Guarantee: a body is read in exactly one way, and every fault names its place.
test('ambiguous and unknown input is refused by name', async () => {
  const client = await world.as(world.a, 'merchant_client')
  const body = routeBody(world.a)
  const text = JSON.stringify(body)
  const cases: [string, string, string | undefined][] = [
    [text.replace('"amount"', '"amount":{"side":"merchant_sends","value":"1","currency":"NGN"},"amount"'), 'duplicate_field', '/amount'],
    [text.replace('"value"', '"value":"1","value"'), 'duplicate_field', '/amount/value'],
    [text.replace('"account_count":1', '"account_count":9007199254740993'), 'unsafe_number', '/invoice/account_count'],
    [text.replace('"account_count":1', '"account_count":1.5'), 'unsafe_number', '/invoice/account_count'],
    [text.replace('"account_count":1', '"account_count":"1"'), 'invalid_field', '/invoice/account_count'],
    [text.replace('"amount"', '"__proto__":{"x":1},"amount"'), 'forbidden_field', '/__proto__'],
    [text.replace('{', '{"a":'.repeat(20)), 'too_deep', undefined],
    [text.slice(0, -1), 'malformed_json', undefined],
    [JSON.stringify({ ...body, nonsense: 1 }), 'unknown_field', '/nonsense'],
    [JSON.stringify({ ...body, goods: { ...body.goods, file_path: '/etc/passwd' } }), 'unknown_field', '/goods/file_path'],
    [JSON.stringify({ ...body, supplier_id: undefined }), 'missing_field', '/supplier_id'],
    [JSON.stringify({ ...body, corridor_id: 'xx-yy' }), 'unknown_corridor', '/corridor_id'],
    [JSON.stringify({ ...body, corridor_id: 'ke-cn' }), 'corridor_not_for_merchant', '/corridor_id'],
    [JSON.stringify({ ...body, documents_available: ['NO_SUCH_PAPER'] }), 'unknown_document', '/documents_available'],
    [JSON.stringify({ ...body, amount: { ...body.amount, value: '0' } }), 'invalid_field', '/amount/value'],
    [JSON.stringify({ ...body, amount: { ...body.amount, value: '-5' } }), 'invalid_field', '/amount/value'],
    [JSON.stringify({ ...body, amount: { ...body.amount, currency: 'XAU' } }), 'invalid_field', '/amount/currency'],
    [JSON.stringify({ ...body, needed_by: '2026-09-01T00:00:00+01:00' }), 'invalid_field', '/needed_by'],
    [JSON.stringify({ ...body, needed_by: '2026-13-45T00:00:00+01:00' }), 'invalid_field', '/needed_by'],
    [JSON.stringify({ ...body, needed_by: '2099-01-01T00:00:00+01:00' }), 'invalid_field', '/needed_by'],
    [JSON.stringify({ ...body, goods: { ...body.goods, description: 'x'.repeat(301) } }), 'invalid_field', '/goods/description'],
    ['[]', 'invalid_field', undefined], ['null', 'body_required', undefined],
  ]
  for (const [payload, code, field] of cases) {
    const answer = await client.ask('POST', '/api/route-sessions', { body: payload })
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${payload.slice(0, 60)}`)
    assert.equal(answer.json.code, code, payload.slice(0, 200))
    if (field !== undefined) assert.equal(answer.json.field, field)
  }
  const large = await client.ask('POST', '/api/route-sessions', { body: JSON.stringify({ ...body, padding: 'x'.repeat(70_000) }) })
  assert.deepEqual([large.status, large.json.code], [413, 'body_too_large'])
  const broken = await client.ask('POST', '/api/route-sessions', { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) })
  assert.equal(broken.json.code, 'malformed_json')
})

// Guarantee: tenant, role and mode come from the session alone: named in a body or query they are refused, named in a header they do nothing.
test('tenant, role and mode cannot be brought along', async () => {
  const client = await world.as(world.a, 'merchant_client')
  for (const [name, value] of [['tenant_id', world.b.id], ['role', 'platform_admin'], ['mode', 'hybrid'], ['mode_ceiling', 'hybrid'], ['merchant_id', world.a.merchants.other], ['created_at', '2020-01-01T00:00:00Z'], ['policy_revision', 'x']] as const) {
    const inBody = await client.post('/api/route-sessions', { ...routeBody(world.a), [name]: value })
    assert.deepEqual([inBody.status, inBody.json.code, inBody.json.field], [400, 'unknown_field', `/${name}`])
    if (name !== 'merchant_id') {
      const inQuery = await client.get(`/api/suppliers?${name}=${encodeURIComponent(value)}`)
      assert.deepEqual([inQuery.status, inQuery.json.code, inQuery.json.field], [400, 'unknown_field', `/${name}`])
    }
    const plain = await client.get('/api/portal/session')
    const inHeader = await client.ask('GET', '/api/portal/session', { headers: { [`x-${name.replaceAll('_', '-')}`]: value, [name]: value } })
    assert.equal(inHeader.text, plain.text)
  }
  const twice = await client.get(`/api/suppliers?merchant_id=${world.a.merchants.own}&merchant_id=${world.b.merchants.own}`)
  assert.deepEqual([twice.status, twice.json.code, twice.json.field], [400, 'duplicate_query', '/merchant_id'])
  const onBehalf = await client.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.other, reason: 'because' } }))
  assert.deepEqual([onBehalf.status, onBehalf.json.code, onBehalf.json.field], [400, 'invalid_field', '/on_behalf'])
})

// Guarantee: every answer carries the strict policy, no sniffing, no framing and a request id of ours; API answers are never stored.
test('headers of every kind of answer', async () => {
  const client = await world.as(world.a, 'desk_operator')
  for (const url of ['/api/portal/session', '/api/no-such-thing', '/index.html', '/openapi.json', '/api/suppliers?x=1']) {
    const { headers } = await client.ask('GET', url, { headers: { 'x-request-id': 'mine' } })
    assert.match(String(headers['content-security-policy']), /^default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'/)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|\*|http/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
    if (url.startsWith('/api/')) assert.equal(headers['cache-control'], 'no-store')
  }
})
