/** Every header that tells where a request comes from, in every combination, on every operation that changes something. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { csrfTokenOf } from './http/session-cookie.ts'
import { NOTHING } from './testing/calls.ts'
import { databaseDigest } from './testing/database-digest.ts'
import { callsOf } from './testing/operation-calls.ts'
import { openWorld, ORIGIN, routeBody, type Client, type World } from './testing/world.ts'

type Tried = { readonly operationId: string; readonly site: string; readonly origin: string; readonly token: string; readonly type: string; readonly status: number; readonly code: string }

let world: World
const tried: Tried[] = []
let changed: readonly [unknown, unknown]

const ABSENT = 'absent'
const SITES = ['same-origin', 'same-site', 'cross-site', 'none', 'SAME-ORIGIN', 'same-origin,same-origin', '', ABSENT]
const LOOK_ALIKES = ['http://127.0.0.1.evil.example:8420', 'http://evil127.0.0.1:8420', 'http://127.0.0.1:8420.evil.example', 'http://127.0.0.1:84200', 'http://127.0.0.1:8420@evil.example', `${ORIGIN}/`, ` ${ORIGIN}`, 'HTTP://127.0.0.1:8420']
const ORIGINS = [ORIGIN, 'http://localhost:8420', 'http://127.0.0.1:8421', 'https://127.0.0.1:8420', 'https://evil.example', 'null', '', `${ORIGIN}, ${ORIGIN}`, ABSENT, ...LOOK_ALIKES]
const TOKENS = ['own', 'of another session', 'own, cut', 'own, twice', '', ABSENT]
const JSON_TYPE = 'application/json'
const FORM_TYPE = 'multipart/form-data; boundary=x'
const TYPES = ['text/plain', 'application/x-www-form-urlencoded', FORM_TYPE, JSON_TYPE, 'application/json-patch+json', 'text/json', ABSENT]
/** The one type that the operation reads. */
const typeOf = ({ operationId }: Pick<Tried, 'operationId'>): string => (world.app.operations.find((one) => one.operationId === operationId)!.upload === undefined ? JSON_TYPE : FORM_TYPE)

/** What must pass, said once more in other words than the server's. */
const ours = ({ site, origin }: Pick<Tried, 'site' | 'origin'>): boolean => {
  const known = origin === ORIGIN || origin === 'http://localhost:8420'
  return (site === 'same-origin' && (known || origin === ABSENT)) || (site === ABSENT && known)
}
const stoppedAtTheGate = ({ code }: Tried): boolean => code === 'cross_site_request' || code === 'csrf_token_invalid'

before(async () => {
  world = await openWorld()
  const other = await world.as(world.a, 'merchant_client')
  // By method, not by audit: a POST that only reads is asked for by our own page alone, too.
  const calls = callsOf(world).filter((one) => one.operation.method !== 'GET')
  const clients = new Map(await Promise.all(calls.map(async (one) => [one, one.call.works_for === 'nobody' ? world.nobody : await world.as(world.a, one.call.works_for)] as const)))
  const start = await databaseDigest(world.database.superuser)
  for (const one of calls) {
    const { operation, call } = one
    const signedIn = operation.permission !== 'public'
    const client = clients.get(one)!
    const own = csrfTokenOf(client.token)
    const texts: Readonly<Record<string, string>> = { own, 'of another session': csrfTokenOf(other.token), 'own, cut': own.slice(0, -1), 'own, twice': `${own},${own}` }
    const send = async (site: string, origin: string, token: string, type: string) => {
      const given: Record<string, string> = { 'sec-fetch-site': site, origin, 'x-csrf-token': texts[token] ?? token, 'content-type': type }
      const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ABSENT))
      // What comes through the gate is refused for its body, so that the next combination finds everything as it was.
      const { status, json } = await client.ask(operation.method, call.url(NOTHING), { body: '{"no_such_field":1}', headers, without: Object.keys(given).filter((name) => given[name] === ABSENT) })
      tried.push({ operationId: operation.operationId, site, origin, token, type, status, code: json?.code ?? '' })
    }
    for (const site of SITES) for (const origin of ORIGINS) {
      // Where the origin is refused, the best token there is must not help.
      const tokens = !signedIn ? [ABSENT] : ours({ site, origin }) ? TOKENS : ['own']
      for (const token of tokens) await send(site, origin, token, operation.upload === undefined ? JSON_TYPE : FORM_TYPE)
    }
    for (const type of TYPES) for (const [site, origin] of [['same-origin', ORIGIN], ['cross-site', 'https://evil.example'], [ABSENT, ABSENT], [ABSENT, 'null']] as const) await send(site, origin, signedIn ? 'own' : ABSENT, type)
  }
  changed = [start, await databaseDigest(world.database.superuser)]
})
after(() => world.close())

// Guarantee: of all combinations of Sec-Fetch-Site, Origin, CSRF token and content type, on every mutating operation, only our own page and a program that names our origin pass.
test('no forged request passes', () => {
  const operations = new Set(tried.map(({ operationId }) => operationId))
  assert.deepEqual([...operations].sort(), world.app.operations.filter(({ method }) => method !== 'GET').map(({ operationId }) => operationId).sort())
  for (const one of tried) {
    const isPublic = world.app.operations.find(({ operationId }) => operationId === one.operationId)!.permission === 'public'
    const passes = ours(one) && (isPublic || one.token === 'own')
    assert.equal(stoppedAtTheGate(one), !passes, JSON.stringify(one))
    assert.equal(one.status, !passes ? 403 : one.type === typeOf(one) ? 400 : 415, JSON.stringify(one))
  }
  assert.ok(tried.length > 150 * operations.size, String(tried.length))
})

// Guarantee: none of these requests, refused or not, changed anything but the audit that tells of it.
test('forged requests change nothing', () => assert.deepEqual(changed[1], changed[0]))

const those = (test: (one: Tried) => boolean): Tried[] => {
  const found = tried.filter(test)
  assert.ok(found.length >= 10, 'the matrix has this attack')
  return found
}

// Guarantee: a form of another site that posts text/plain to an operation without a body's words is refused, and so is one of our own page.
test('attack 11: a cross-site text/plain POST to a body-less transition', () => {
  for (const one of those(({ type, site }) => type === 'text/plain' && site === 'cross-site')) assert.equal(one.code, 'cross_site_request')
  for (const one of those(({ type, site }) => type === 'text/plain' && site === 'same-origin')) assert.equal(one.code, 'unsupported_media_type')
})
test('attack 12: Sec-Fetch-Site same-site is not our page, whatever its Origin', () => {
  for (const one of those(({ site }) => site === 'same-site')) assert.equal(one.code, 'cross_site_request')
})
test('attack 13: neither Origin nor Sec-Fetch-Site, with a valid cookie and token', () => {
  for (const one of those(({ site, origin }) => site === ABSENT && origin === ABSENT)) assert.equal(one.code, 'cross_site_request')
})
test('attack 14: Origin null and look-alike origins', () => {
  for (const one of those(({ origin }) => origin === 'null' || LOOK_ALIKES.includes(origin))) assert.equal(one.code, 'cross_site_request')
})
// Guarantee: nobody can be signed in to an attacker's account from another site: sign-in is held to the same origin as every change.
test('attack 15: login CSRF', () => {
  const logins = those(({ operationId }) => operationId === 'login')
  assert.deepEqual(logins.filter((one) => !stoppedAtTheGate(one) && !ours(one)), [])
  assert.ok(logins.some(({ status }) => status === 400))
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
