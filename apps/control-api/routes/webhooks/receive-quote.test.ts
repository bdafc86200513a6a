import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { signatureOf } from '#execution/index.ts'
import { textOfDatabase } from '#tools/testing/database-text.ts'
import { MARKET_CLOCK, openWorld, ORIGIN, routeBody, type Answer, type Client, type World } from '#api/testing/world.ts'

const NOW = new Date('2026-09-29T09:00:00Z')
let world: World
let admin: Client
before(async () => { world = await openWorld({ now: () => NOW }); admin = await world.as(world.a, 'platform_admin') })
after(() => world.close())

type Source = { readonly id: string; readonly address: string; readonly secret: string }
async function newSource(client: Client = admin): Promise<Source> {
  const made = await client.post('/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label: randomUUID() })
  assert.equal(made.status, 201, made.text)
  return { id: made.json.quote_source.id, address: made.json.quote_source.address, secret: made.json.secret }
}
const quote = (over: object = {}) => ({ quote_ref: randomUUID(), sell_asset: 'NGN', buy_asset: 'USDT', sell_amount: '1000000', price: '0.00066', fee: { amount: '0', currency: 'NGN' }, observed_at: '2026-09-29T08:59:00Z', expires_at: '2026-09-29T09:10:00Z', ...over })
/** Sends as a provider's program does: no cookie, no token, our origin, and its signature. */
async function send({ address, secret }: Pick<Source, 'address' | 'secret'>, body: unknown, over: { readonly text?: string; readonly timestamp?: string; readonly signature?: string } = {}): Promise<Pick<Answer, 'status' | 'text' | 'json'>> {
  const signed = typeof body === 'string' ? body : JSON.stringify(body)
  const timestamp = over.timestamp ?? String(NOW.getTime() / 1000)
  const answer = await world.app.inject({
    method: 'POST', url: address, payload: over.text ?? signed,
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-flowclaw-timestamp': timestamp, 'x-flowclaw-signature': over.signature ?? signatureOf(secret, timestamp, Buffer.from(signed)) },
  })
  return { status: answer.statusCode, text: answer.body, json: answer.json() }
}
const stored = async (source: Source) => (await world.database.superuser.query('select tenant_id, provider_id, quote_ref, sell_amount, buy_amount, price, secret_version from signed_quotes where source_id = $1 order by received_at', [source.id])).rows

// Guarantee: a signed quote is stored as it came before it is acknowledged, with one audit row; the same again is acknowledged and stored once, also when it comes twice at once.
test('a signed quote is stored once', async () => {
  const source = await newSource()
  const before = (await world.auditRows(world.a)).length
  const first = quote()
  const answers = await Promise.all([send(source, first), send(source, first), send(source, first)])
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 201])
  assert.equal(new Set(answers.map(({ json }) => json.id)).size, 1)
  assert.deepEqual(await stored(source), [{ tenant_id: world.a.id, provider_id: 'ng-licensed-otc-desk', quote_ref: first.quote_ref, sell_amount: '1000000', buy_amount: null, price: '0.00066', secret_version: 1 }])
  const rows = (await world.auditRows(world.a)).slice(before)
  assert.deepEqual(rows.map(({ action, facts }) => ({ action, facts })), [{ action: 'signed_quote.received', facts: { kind: 'indicative', provider_id: 'ng-licensed-otc-desk', quotes: 1, secret_version: 1, session_id: null } }])
})

// Guarantee: a number of a quote is used once: the same number with other words is refused and changes nothing.
test('a number is used once', async () => {
  const source = await newSource()
  const first = quote()
  assert.equal((await send(source, first)).status, 201)
  const other = await send(source, { ...first, price: '0.00067' })
  assert.deepEqual([other.status, other.json.code], [409, 'quote_ref_used'])
  assert.equal((await stored(source)).length, 1)
  assert.equal((await send(await newSource(), first)).status, 201, 'a number belongs to its source')
})

// Guarantee: an unknown source, another company's, a wrong secret, changed bytes, an old or coming time and no signature are one answer, byte for byte, and store nothing.
test('what is not signed is told nothing', async () => {
  const source = await newSource()
  const elsewhere = await newSource(await world.as(world.b, 'platform_admin'))
  const { count } = (await world.database.superuser.query('select count(*) from signed_quotes')).rows[0]
  const audit = (await world.auditRows(world.a)).length
  const body = quote()
  const mixed = `/api/webhooks/quotes/${world.a.id}.${elsewhere.id}`
  const answers = await Promise.all([
    send({ ...source, address: `/api/webhooks/quotes/${world.a.id}.${randomUUID()}` }, body), send({ ...source, address: `/api/webhooks/quotes/${randomUUID()}.${source.id}` }, body),
    send({ ...elsewhere, address: mixed }, body), send({ ...source, secret: elsewhere.secret }, body), send(source, body, { text: JSON.stringify({ ...body, price: '0.00067' }) }), send(source, body, { text: `${JSON.stringify(body)} ` }),
    send(source, body, { timestamp: String(NOW.getTime() / 1000 - 301) }), send(source, body, { timestamp: String(NOW.getTime() / 1000 + 301) }), send(source, body, { signature: '' }), send(source, body, { signature: 'v1=00' }),
  ])
  assert.deepEqual(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size, 1)
  assert.deepEqual([answers[0]!.status, answers[0]!.json.code], [404, 'quote_not_signed'])
  assert.equal((await world.database.superuser.query('select count(*) from signed_quotes')).rows[0].count, count)
  assert.equal((await world.auditRows(world.a)).length, audit)
})

// Guarantee: a body that is wrong or too long is refused at its field before or after the signature alike, and a quote that is over is not taken.
test('what makes no sense is refused', async () => {
  const source = await newSource()
  for (const [body, status, code] of [
    [quote({ expires_at: '2026-09-29T08:59:30Z' }), 409, 'quote_expired'], [quote({ buy_amount: '1' }), 400, 'invalid_field'], [quote({ tenant_id: world.b.id }), 400, 'unknown_field'], [quote({ price: 0.00066 }), 400, 'unsafe_number'],
    [`{"quote_ref":"a",${JSON.stringify(quote()).slice(1)}`, 400, 'duplicate_field'], [quote({ quote_ref: 'x'.repeat(61) }), 400, 'invalid_field'], [`${JSON.stringify(quote())}${' '.repeat(70_000)}`, 413, 'body_too_large'],
  ] as const) {
    const answer = await send(source, body)
    assert.deepEqual([answer.status, answer.json.code], [status, code])
  }
  assert.deepEqual(await stored(source), [])
})

// Guarantee: a secret is shown once, kept sealed, and counts no more from the moment it is renewed.
test('a secret is shown once and renewed', async () => {
  const key = { 'idempotency-key': randomUUID() }
  const label = randomUUID()
  const made = await admin.post('/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label }, key)
  const again = await admin.post('/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label }, key)
  assert.deepEqual([again.json.quote_source, again.json.secret], [made.json.quote_source, null])
  const source = { ...made.json.quote_source, secret: made.json.secret } as Source
  assert.equal((await send(source, quote())).status, 201)
  const renewed = await admin.post(`/api/quote-sources/${source.id}/renew-secret`, {})
  assert.equal(renewed.json.quote_source.secret_version, 2)
  assert.equal((await send(source, quote())).status, 404)
  assert.equal((await send({ ...source, secret: renewed.json.secret }, quote())).status, 201)
  const text = await textOfDatabase(world.database.superuser)
  for (const secret of [source.secret, renewed.json.secret]) assert.equal(text.includes(secret.slice(4)), false)
  assert.equal((await admin.get('/api/quote-sources')).text.includes(source.secret), false)
})

// Guarantee: a source names a provider of the company's data, and a label stands once.
test('a source is of a known provider', async () => {
  const unknown = await admin.post('/api/quote-sources', { provider_id: 'nobody', label: 'x' })
  assert.deepEqual([unknown.status, unknown.json.field], [400, '/provider_id'])
  assert.equal((await admin.post('/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label: 'Once' })).status, 201)
  const twice = await admin.post('/api/quote-sources', { provider_id: 'ng-licensed-otc-desk', label: 'Once' })
  assert.deepEqual([twice.status, twice.json.code], [409, 'name_taken'])
})

const RMB_LEG = 'ng-bank-rmb-direct'
const rmbSource = async (): Promise<Source> => {
  const made = await admin.post('/api/quote-sources', { provider_id: RMB_LEG, label: randomUUID() })
  assert.equal(made.status, 201, made.text)
  return { id: made.json.quote_source.id, address: made.json.quote_source.address, secret: made.json.secret }
}
const rmb = (over: object = {}) => quote({ buy_asset: 'CNH', sell_amount: '40000000', price: '0.0050075', fee: { amount: '0', currency: 'NGN' }, ...over })
const payment = async () => {
  const made = await (await world.as(world.a, 'merchant_client')).post('/api/route-sessions', routeBody(world.a))
  assert.equal(made.status, 201, made.text)
  return made.json as { id: string; reference: string; version: number }
}
const shown = async (id: string) => (await (await world.as(world.a, 'desk_operator')).get(`/api/route-sessions/${id}/quotes`)).json.quotes as { id: string; kind: string; source: string; standing: string; captured_by: string; price: string; observed_at: string }[]
const reprice = async (id: string, version: number, quote_ids: string[]) => (await world.as(world.a, 'desk_operator')).post(`/api/route-sessions/${id}/reprice`, { version, quote_ids })

// Guarantee: a firm quote that was signed for a payment is a quote of that payment, once, by whoever made its source; a re-pricing uses it up and none uses it again. Sent again, it is acknowledged and is there once.
test('a signed firm quote prices its payment', async () => {
  const [source, { id, reference, version }] = [await rmbSource(), await payment()]
  const firm = rmb({ kind: 'firm', session: reference })
  assert.deepEqual([(await send(source, firm)).status, (await send(source, firm)).status], [201, 200])
  const quotes = await shown(id)
  assert.deepEqual(quotes.map(({ kind, source, standing, captured_by, price }) => ({ kind, source, standing, captured_by, price })), [{ kind: 'firm', source: 'webhook', standing: 'usable', captured_by: 'A. Bello', price: '0.0050075' }])
  const again = await reprice(id, version, [quotes[0]!.id])
  assert.equal(again.status, 200, again.text)
  assert.equal((await shown(id))[0]!.standing, 'used')
  assert.equal((await reprice(id, again.json.version, [quotes[0]!.id])).json.code, 'quote_consumed')
})

// Guarantee: an indicative quote without a payment is on offer to every session whose route has its leg, prices it when the desk names it, and changes neither the market nor who said its rates.
test('a signed indicative quote is on offer and is not the market', async () => {
  const [source, { id, version }] = [await rmbSource(), await payment()]
  const sheet = async () => (await (await world.as(world.a, 'desk_operator')).get('/api/rates')).json
  const before = await sheet()
  assert.equal((await send(source, rmb())).status, 201)
  assert.deepEqual(await sheet(), before)
  const [offered] = await shown(id)
  assert.deepEqual([offered!.kind, offered!.source], ['indicative', 'webhook'])
  assert.equal(Date.parse(offered!.observed_at), Date.parse(MARKET_CLOCK) - 60_000)
  assert.equal((await reprice(id, version, [offered!.id])).status, 200)
})

// Guarantee: a quote whose formula or price cannot be, or whose payment is not there, another company's, over, or not through this provider, is refused at its field and leaves nothing in the inbox.
test('a signed quote that cannot be used is refused whole', async () => {
  const [source, otc, { reference, id, version }] = [await rmbSource(), await newSource(), await payment()]
  const theirs = await (await world.as(world.b, 'merchant_client')).post('/api/route-sessions', routeBody(world.b))
  assert.equal((await (await world.as(world.a, 'merchant_client')).post(`/api/route-sessions/${id}/cancel`, { version, reason: 'not needed' })).status, 200)
  for (const [from, body, field] of [
    [source, rmb({ price: '5' }), '/price'], [source, rmb({ fee: { amount: '99999999', currency: 'NGN' } }), '/fee/amount'], [source, rmb({ kind: 'firm' }), '/session'], [source, rmb({ kind: 'firm', session: 'RS-NOBODY' }), '/session'],
    [source, rmb({ kind: 'firm', session: theirs.json.reference }), '/session'], [source, rmb({ kind: 'firm', session: reference }), '/session'], [otc, quote({ kind: 'firm', session: (await payment()).reference }), '/session'],
  ] as const) {
    const answer = await send(from, body)
    assert.deepEqual([answer.status, answer.json.code, answer.json.field], [400, 'invalid_field', field])
  }
  assert.deepEqual([await stored(source), await stored(otc)], [[], []])
})
