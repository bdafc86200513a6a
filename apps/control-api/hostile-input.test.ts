/** What a hostile or careless caller sends, and that each is a 4xx which names the place: never a 500, never kept. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { openWorld, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

let world: World
let desk: Client
let merchant: Client
before(async () => {
  world = await openWorld()
  desk = await world.as(world.a, 'desk_operator')
  merchant = await world.as(world.a, 'merchant_client')
})
after(() => world.close())

const outcome = ({ status, json }: Answer) => [status, json?.code, json?.field]
const invalid = (field: string) => [400, 'invalid_field', field]
const pack = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

// Guarantee: no text of a query or path that hides something reaches the database, and the problem names where it stood.
test('hidden characters in a query or path are refused by name', async () => {
  for (const hidden of ['%00', 'a%00b', '%0A', '%1B', '%E2%80%AE', '%E2%80%8B']) {
    assert.deepEqual(outcome(await merchant.get(`/api/route-sessions?q=${hidden}`)), invalid('/q'), hidden)
    assert.deepEqual(outcome(await desk.get(`/api/suppliers?q=${hidden}`)), invalid('/q'), hidden)
    assert.deepEqual(outcome(await desk.get(`/api/route-sessions?corridor_id=${hidden}`)), invalid('/corridor_id'), hidden)
    assert.deepEqual(outcome(await desk.get(`/api/corridors/${hidden}`)), invalid('/id'), hidden)
    assert.deepEqual(outcome(await desk.get(`/api/providers/${hidden}`)), invalid('/id'), hidden)
  }
})

// Guarantee: a number in a query is its digits and nothing that merely reads as a number.
test('query numbers are plain digits', async () => {
  for (const limit of ['1e1', '%2B5', '5.0', '05', '-0', '%205', '']) assert.deepEqual(outcome(await desk.get(`/api/suppliers?limit=${limit}`)), invalid('/limit'), limit)
  assert.equal((await desk.get('/api/suppliers?limit=5')).status, 200)
})

// Guarantee: a cursor that this list did not make is refused as one, whatever stands in it; an empty one is not the first page.
test('tampered cursors are refused', async () => {
  const id = randomUUID()
  const instants = ['9999-99-99T99:99:99Z', '2026-02-30 08:00:00+00', '2026-02-30T08:00:00Z', '2026-09-29 24:00:00+00', '2026-09-29 08:00:00+99', '0000-01-01 00:00:00+00', 'now', '-infinity']
  for (const instant of instants) {
    assert.deepEqual(outcome(await merchant.get(`/api/route-sessions?cursor=${pack([instant, id])}`)), [400, 'invalid_cursor', '/cursor'], instant)
    assert.deepEqual(outcome(await desk.get(`/api/route-sessions?cursor=0.${pack([instant, id])}`)), [400, 'invalid_cursor', '/cursor'], instant)
  }
  for (const cursor of ['', '%00', pack(['a\u0000', id]), pack('["a\\ud800","' + id + '"]'), pack(['', id]), pack(['a'.repeat(500), id])]) {
    assert.deepEqual(outcome(await desk.get(`/api/suppliers?cursor=${cursor}`)), [400, 'invalid_cursor', '/cursor'], cursor)
  }
  for (const instant of ['2026-09-29 08:00:00+00', '2026-09-29 08:00:00.123456+00']) assert.equal((await merchant.get(`/api/route-sessions?cursor=${pack([instant, id])}`)).status, 200, instant)
  assert.equal((await desk.get(`/api/suppliers?cursor=${pack(['深'.repeat(200), id])}`)).status, 200, 'a cursor after the longest name is taken back')
})

// Guarantee: an address that cannot be decoded or is too long gets a problem with the secure headers and nothing of the caller or the framework in it.
test('malformed addresses are answered like everything else', async () => {
  for (const [url, status, code] of [['/api/corridors/%ff', 400, 'bad_request'], ['/api/%', 400, 'bad_request'], [`/api/corridors/${'x'.repeat(200)}`, 404, 'not_found']] as const) {
    const answer = await desk.get(url)
    assert.deepEqual([answer.status, answer.json.code], [status, code], url)
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    assert.doesNotMatch(answer.text, /FST_|%ff|xxx/)
    for (const name of ['content-security-policy', 'x-content-type-options', 'x-frame-options', 'x-request-id']) assert.ok(answer.headers[name], name)
  }
})

// Guarantee: every text that is kept can be seen: blank, control, direction-turning and hidden characters are refused and the field is named.
test('texts are one visible line', async () => {
  const bad = ['   ', '\u200b', '\u3164', 'a\u0007', 'a\r\nb', 'a\tb', '\u202Eabc', 'a\u2066b', 'a\u200bb', '\u2028', '\u200d']
  for (const text of bad) {
    const name = JSON.stringify(text)
    assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a, { goods: { description: text, class: 'electrical', paid: 'deposit' } }))), invalid('/goods/description'), name)
    assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a, { invoice: { number: text, currency: 'CNY', account_count: 1 } }))), invalid('/invoice/number'), name)
    assert.deepEqual(outcome(await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: text } }))), invalid('/on_behalf/reason'), name)
    assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${randomUUID()}/cancel`, { version: 1, reason: text })), invalid('/reason'), name)
  }
  const seen = ['温州示范 30% 定金', 'Ọ̀ṣun — “parts” №7 (50 €)', 'می‌خواهم', '👩‍🔧']
  for (const description of seen) assert.equal((await merchant.post('/api/route-sessions', routeBody(world.a, { goods: { description, class: 'electrical', paid: 'deposit' } }))).status, 201, description)
})

// Guarantee: a deadline is a day that the calendar has, at a time that a clock shows, with an offset that is used on Earth; also where no route is found.
test('impossible date-times are refused', async () => {
  const amounts = [{ side: 'supplier_receives', value: '185000', currency: 'CNY' }, { side: 'supplier_receives', value: '0.01', currency: 'CNY' }] as const
  for (const needed_by of ['2027-02-29T10:00:00Z', '2100-02-29T10:00:00Z', '2026-11-31T10:00:00Z', '2026-10-10T24:00:00Z', '2026-10-10T10:60:00Z', '2026-10-10T10:00:60Z', '2026-13-01T10:00:00Z', '2026-00-10T10:00:00Z',
    '2026-10-00T10:00:00Z', '2026-10-10T10:00:00+15:00', '2026-10-10T10:00:00+23:59', '2026-10-10T10:00:00-14:01', '0000-02-29T10:00:00Z', '9999-12-31T23:59:59Z', '2026-10-10T10:00:00']) {
    for (const amount of amounts) assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a, { needed_by, amount }))), invalid('/needed_by'), needed_by)
  }
  for (const needed_by of ['2028-02-29T23:59:59Z', '2028-02-29T10:00:00+14:00', '2026-10-31T10:00:00-12:00', '2026-11-30T10:00:00+05:45']) {
    for (const amount of amounts) assert.equal((await merchant.post('/api/route-sessions', routeBody(world.a, { needed_by, amount }))).status, 201, needed_by)
  }
})

// Guarantee: an amount can be paid: above nothing, with no more decimals than its currency has, wherever a request carries one.
test('amounts that nobody can pay are refused', async () => {
  for (const [value, currency] of [['0.001', 'CNY'], ['1.123456789012', 'CNY'], ['185000.000', 'CNY'], ['1.1234567', 'USDT'], ['0', 'CNY'], ['0.00', 'CNY']] as const) {
    assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a, { amount: { side: 'supplier_receives', value, currency } }))), invalid('/amount/value'), `${value} ${currency}`)
  }
  const held = { held_funds: [{ currency: 'USD', country: null, amount: '10.50' }, { currency: 'USD', country: null, amount: '10.505' }] }
  assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a, held))), invalid('/held_funds/1/amount'))
  const admin = await world.as(world.a, 'platform_admin')
  const fee = (fixed: string, minimum: string, bps = '20.125') => ({ merchant_id: null, corridor_id: 'ng-cn', fixed: { amount: fixed, currency: 'NGN' }, bps, minimum: { amount: minimum, currency: 'NGN' }, reason: 'agreed' })
  assert.deepEqual(outcome(await admin.put('/api/desk-fee-rules', fee('1.005', '2'))), invalid('/fixed/amount'))
  assert.deepEqual(outcome(await admin.put('/api/desk-fee-rules', fee('1', '2.001'))), invalid('/minimum/amount'))
  for (const bps of ['10001', '10000.1', '99999', '-1']) assert.deepEqual(outcome(await admin.put('/api/desk-fee-rules', fee('1', '2', bps))), invalid('/bps'), bps)
  assert.equal((await admin.put('/api/desk-fee-rules', fee('1', '2', '10000.00'))).status, 200)
  assert.equal((await merchant.post('/api/route-sessions', routeBody(world.a, { amount: { side: 'supplier_receives', value: '185000.55', currency: 'CNY' } }))).status, 201)
})

// Guarantee: a number in another form than its digits never reaches a handler, and another charset than UTF-8 is never read as UTF-8.
test('bodies are read in one way', async () => {
  for (const version of ['-0', '1.0', '1e0']) assert.deepEqual(outcome(await merchant.post(`/api/route-sessions/${randomUUID()}/accept`, `{"version":${version}}`)), [400, 'unsafe_number', '/version'])
  for (const charset of ['utf-16', 'latin1', '"utf-7"']) assert.deepEqual(outcome(await merchant.post('/api/route-sessions', routeBody(world.a), { 'content-type': `application/json; charset=${charset}` })).slice(0, 2), [415, 'unsupported_media_type'])
  assert.equal((await merchant.post('/api/route-sessions', routeBody(world.a), { 'content-type': 'application/json; charset=UTF-8' })).status, 201)
})

const withInvoice = (number: string) => routeBody(world.a, { invoice: { number, currency: 'CNY', account_count: 1 } })

// Guarantee: the same invoice number is the same however it is typed.
test('a duplicate invoice is found behind another spelling', async () => {
  assert.equal((await merchant.post('/api/route-sessions', withInvoice('HX-2026-0917'))).status, 201)
  for (const number of ['ＨＸ-2026-0917', ' hx-2026-0917 ', 'H\u200dX-2026-0917', 'HX－2026－0917']) {
    assert.deepEqual(outcome(await merchant.post('/api/route-sessions', withInvoice(number))), [409, 'duplicate_invoice', '/invoice/number'], JSON.stringify(number))
  }
})

// Guarantee: of requests for one invoice that arrive together exactly one is routed; the others are told of it.
test('parallel requests for one invoice make one session', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => merchant.post('/api/route-sessions', withInvoice('TWO-TABS-1'))))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409])
  const made = answers.find(({ status }) => status === 201)!
  for (const { status, json } of answers) if (status === 409) assert.deepEqual([json.code, json.duplicate_of.id], ['duplicate_invoice', made.json.id])
})

// Guarantee: a repeated request gets the answer of the first, though somebody has moved the thing on since.
test('a repeated change answers what it did', async () => {
  for (const client of [merchant, desk]) {
    const on_behalf = client === desk ? { on_behalf: { merchant_id: world.a.merchants.own, reason: 'by telephone' } } : {}
    const keys = { create: randomUUID(), accept: randomUUID() }
    const body = routeBody(world.a, on_behalf)
    const create = () => client.post('/api/route-sessions', body, { 'idempotency-key': keys.create })
    const created = await create()
    assert.equal(created.status, 201, created.text)
    const accept = () => client.post(`/api/route-sessions/${created.json.id}/accept`, { version: 1, ...(client === desk ? { reason: 'by telephone' } : {}) }, { 'idempotency-key': keys.accept })
    const accepted = await accept()
    assert.deepEqual([accepted.status, accepted.json.version], [200, 2])
    assert.equal((await client.post(`/api/route-sessions/${created.json.id}/cancel`, { version: 2, reason: 'ordered elsewhere' })).json.version, 3)
    assert.deepEqual((await accept()).json, accepted.json)
    assert.deepEqual((await create()).json, created.json)
  }
  const routed = await desk.post('/api/route-sessions', routeBody(world.a, { on_behalf: { merchant_id: world.a.merchants.own, reason: 'by telephone' } }))
  const replay_key = randomUUID()
  const replay = () => desk.post(`/api/route-sessions/${routed.json.id}/replay`, {}, { 'idempotency-key': replay_key })
  assert.equal((await replay()).text, (await replay()).text)
  const admin = await world.as(world.a, 'platform_admin')
  const fee = (amount: string) => ({ merchant_id: null, corridor_id: 'ke-cn', fixed: { amount, currency: 'KES' }, bps: '20', minimum: { amount: '0', currency: 'KES' }, reason: 'agreed' })
  const put = (url: string, body: unknown, key: string) => admin.ask('PUT', url, { body, headers: { 'idempotency-key': key } })
  const [fee_key, clock_key] = [randomUUID(), randomUUID()]
  const first_fee = await put('/api/desk-fee-rules', fee('100'), fee_key)
  assert.equal((await put('/api/desk-fee-rules', fee('200'), randomUUID())).status, 200)
  assert.equal((await put('/api/desk-fee-rules', fee('100'), fee_key)).text, first_fee.text)
  const first_clock = await put('/api/market-clock', { clock: '2026-09-29T10:00:00+01:00', reason: 'an hour on' }, clock_key)
  assert.equal((await put('/api/market-clock', { clock: '2026-09-29T09:00:00+01:00', reason: 'and back' }, randomUUID())).status, 200)
  assert.equal((await put('/api/market-clock', { clock: '2026-09-29T10:00:00+01:00', reason: 'an hour on' }, clock_key)).text, first_clock.text)
})

// Guarantee: a change that its handler refuses leaves exactly one audit row, like every other refusal.
test('refusals of a handler are written down', async () => {
  const admin = await world.as(world.a, 'platform_admin')
  const id = randomUUID()
  const supplier = { legal_name: 'Sample', country: 'CN', city: 'Yiwu', method: 'bank_account', settlement_currency: 'CNY', payee_type: 'company', payee_is_contract_seller: true, accepts_other_settlement: false, account_number: '12345678' }
  const calls: [string, () => Promise<Answer>, unknown[]][] = [
    ['route_session.accepted', () => desk.post(`/api/route-sessions/${id}/accept`, { version: 1 }), [400, 'reason_required', '/reason']],
    ['route_session.accepted', () => merchant.post(`/api/route-sessions/${id}/accept`, { version: 1, reason: 'mine' }), invalid('/reason')],
    ['supplier.created', () => desk.post('/api/suppliers', supplier), [400, 'missing_field', '/merchant_id']],
    ['market_clock.set', () => admin.put('/api/market-clock', { clock: '1999-01-01T00:00:00Z', reason: 'too early' }), invalid('/clock')],
  ]
  for (const [action, call, expected] of calls) {
    const before = await world.auditRows(world.a)
    assert.deepEqual(outcome(await call()), expected)
    const rows = (await world.auditRows(world.a)).slice(before.length) as unknown as { action: string; facts: { refused: string } }[]
    assert.deepEqual(rows.map((row) => [row.action, row.facts.refused]), [[action, expected[1]]])
  }
})
