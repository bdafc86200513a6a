import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { allowedAddress } from './http.ts'
import { GUARD_SETTINGS, makeGuard, systemClock } from './guard.ts'
import { openRateFeed } from './rate-feed.ts'
import { parseRates } from './rate-observations.ts'

const NOW_MS = Date.parse('2026-09-29T09:00:00Z')
const FRESH = { now_ms: NOW_MS, max_age_s: 3600 }
const row = (over: object = {}) => ({ base: 'USD', quote: 'NGN', mid: '1326.1643995', observed_at: '2026-09-29T08:30:00Z', source: 'desk terminal', ...over })
const GOOD = JSON.stringify([row(), row({ quote: 'CNY', mid: '6.70778353', observed_at: '2026-09-29T09:50:00+01:00' })])
const causeOf = (rows: unknown, freshness = FRESH): string => {
  const parsed = parseRates(typeof rows === 'string' ? rows : JSON.stringify(rows), 'json', freshness)
  return parsed.ok ? 'believed' : `${parsed.error.cause} ${parsed.error.row}`
}

// Guarantee: a whole file of fresh rates is read as it is, with the age of its oldest, as JSON and as CSV alike.
test('a fresh file is believed', () => {
  const parsed = parseRates(GOOD, 'json', FRESH)
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.value.mids, JSON.parse(GOOD))
  assert.equal(parsed.value.age_s, 1800)
  const csv = parseRates(`base,quote,mid,observed_at,source\r\n${(JSON.parse(GOOD) as object[]).map((one) => Object.values(one).join(',')).join('\r\n')}\r\n`, 'csv', FRESH)
  assert.ok(csv.ok)
  assert.deepEqual(csv.value.mids, parsed.value.mids)
})

// Guarantee: one wrong row, a contradiction, a rate from the future or one too old, and none of the file counts.
test('a file is believed whole or not at all', () => {
  for (const [rows, expected] of [
    [[], 'wrong_shape null'], [{}, 'wrong_shape null'], [[row(), row({ quote: 'CNY', mid: 6.7 })], 'not_json null'], [[row(), row({ quote: 'CNY', mid: 6 })], 'wrong_shape 1'], [[row({ mid: '1e3' })], 'wrong_shape 0'], [[row({ mid: '-1' })], 'wrong_shape 0'], [[row({ mid: '0.000' })], 'not_positive 0'],
    [[row({ base: 'usd' })], 'wrong_shape 0'], [[row({ quote: 'XYZ' })], 'wrong_shape 0'], [[row({ extra: 1 })], 'wrong_shape 0'], [[row({ observed_at: '2026-09-29T08:30:00' })], 'wrong_shape 0'], [[row({ source: 'a\nb' })], 'wrong_shape 0'],
    [[row({ base: 'NGN' })], 'same_currency 0'], [[row(), row()], 'stands_twice 1'], [[row(), row({ base: 'NGN', quote: 'USD', mid: '0.00075' })], 'stands_twice 1'],
    [[row({ observed_at: '2026-09-29T09:01:00Z' })], 'believed'], [[row({ observed_at: '2026-09-29T09:01:01Z' })], 'from_the_future 0'], [[row({ observed_at: '2026-09-29T08:00:00Z' })], 'believed'], [[row(), row({ quote: 'CNY', observed_at: '2026-09-29T07:59:59Z' })], 'stale 1'],
    ['', 'not_json null'], ['[{]', 'not_json null'], [`[${JSON.stringify(row()).replace('{', '{"base":"USD",')}]`, 'not_json null'],
  ] as const) assert.equal(causeOf(rows), expected, JSON.stringify(rows))
  for (const text of ['', 'base,quote\n', 'base,quote,mid,observed_at,source\nUSD,NGN,1,2026-09-29T08:30:00Z\n', 'base,quote,mid,observed_at,source\nUSD,NGN,"1",2026-09-29T08:30:00Z,x\n', 'base,quote,mid,observed_at,source\n']) assert.equal(parseRates(text, 'csv', FRESH).ok, false, text)
})

// Guarantee: no text makes the reader fail otherwise than by refusing it.
test('any text is believed or refused', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), fc.constantFrom('json' as const, 'csv' as const), (text, format) => void parseRates(text, format, FRESH)))
})

// Guarantee: only hosts that the operator named are asked, over https, or on this machine.
test('addresses outside the list are refused', () => {
  const hosts = ['rates.example', '127.0.0.1:8080', '10.0.0.1']
  for (const good of ['https://rates.example/mid.json', 'http://127.0.0.1:8080/x']) assert.equal(allowedAddress(good, hosts).ok, true, good)
  for (const bad of ['http://rates.example/', 'https://rates.example.evil/', 'https://rates.example:444/', 'https://RATES.example@evil.example/', 'https://user:pw@rates.example/', 'https://evil.example/', 'http://10.0.0.1/', 'file:///etc/passwd', 'ftp://rates.example/', 'http://169.254.169.254/', '//rates.example', 'rates', '']) {
    assert.equal(allowedAddress(bad, hosts).ok, false, bad)
    assert.equal(openRateFeed({ source: bad, hosts, max_age_s: 1 }).ok, false, bad)
  }
})

type Handler = (request: IncomingMessage, response: ServerResponse) => void
let handler: Handler
let asked = 0
const server = createServer((request, response) => { asked++; handler(request, response) })
let folder: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fc-rates-'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
after(() => {
  rmSync(folder, { recursive: true })
  server.closeAllConnections()
  server.close()
})
const TIMEOUT_MS = 250
async function read(source?: string): Promise<string> {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const feed = openRateFeed({ source: source ?? `http://${host}/mid`, hosts: [host], max_age_s: 3600 })
  assert.ok(feed.ok)
  const guard = makeGuard({ ...GUARD_SETTINGS, timeout_ms: TIMEOUT_MS, retry: { ...GUARD_SETTINGS.retry, wait_ms: 1 } }, systemClock, () => 0)
  const answer = await guard.read({ connector_id: 'rate_feed', tenant_id: 't' }, (signal) => feed.value.rates({ tenant_id: 't', mode: 'manual', now: () => NOW_MS, signal, fetch }))
  return answer.ok ? `${answer.value.mids.length} rates` : answer.error.cause
}
const raw = (body: string | Buffer, status = 200, headers: Record<string, string> = { 'content-type': 'application/json' }): Handler => (_request, response) => void response.writeHead(status, headers).end(body)

/** Every fault of the other side: its cause, and how often a read may ask. */
const FAULTS: Readonly<Record<string, readonly [Handler, causes: readonly string[], asks: number]>> = {
  'answers well': [raw(GOOD), ['2 rates'], 1],
  'answers well as CSV': [raw('base,quote,mid,observed_at,source\nUSD,NGN,1326,2026-09-29T08:30:00Z,x\n', 200, { 'content-type': 'text/csv; charset=utf-8' }), ['1 rates'], 1],
  'hangs without a word': [() => {}, ['timeout'], 1],
  'hangs after the headers': [(_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders(), ['timeout'], 1],
  'drips': [(_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }, ['timeout'], 1],
  'closes the connection': [(request) => void request.socket.destroy(), ['connection_failed'], 3],
  'answers 500': [raw(GOOD, 500), ['http_500'], 3],
  'answers 429': [raw(GOOD, 429), ['http_429'], 3],
  'answers 404': [raw(GOOD, 404), ['http_404'], 1],
  'answers 201': [raw(GOOD, 201), ['http_201'], 1],
  'answers {}': [raw('{}'), ['not_csv'], 1],
  'answers []': [raw('[]'), ['wrong_shape'], 1],
  'answers HTML': [raw('<!doctype html>', 200, { 'content-type': 'text/html' }), ['wrong_type'], 1],
  'answers without a type': [raw(GOOD, 200, {}), ['wrong_type'], 1],
  'answers no UTF-8': [raw(Buffer.from([0x5b, 0xff, 0x5d])), ['not_utf8'], 1],
  'cuts the body, length given': [(request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': GOOD.length })
    response.write(GOOD.slice(0, 40), () => request.socket.destroy())
  }, ['connection_failed'], 3],
  'cuts the body, length not given': [raw(GOOD.slice(0, -3)), ['not_json'], 1],
  'sends more than anyone can want': [(_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const block = Buffer.alloc(64 * 1024, 0x20)
    const more = (): void => { while (!response.destroyed && response.write(block)); response.once('drain', more) }
    more()
  }, ['too_large'], 1],
  'redirects': [(_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), ['redirected'], 1],
  'redirects to itself': [(_request, response) => void response.writeHead(307, { location: '/mid' }).end(), ['redirected'], 1],
}

// Guarantee: whatever the other side does, a read ends in its time, asks no more often than it may, and no wrong rate comes out.
for (const [name, [fault, causes, asks]] of Object.entries(FAULTS)) {
  test(`the other side ${name}`, async () => {
    handler = fault
    asked = 0
    const began_ms = performance.now()
    assert.ok(causes.includes(await read()), name)
    assert.ok(performance.now() - began_ms < TIMEOUT_MS * 4)
    assert.ok(asked <= asks, `${asked} requests`)
  })
}

// Guarantee: nobody there is an answer too.
test('a host that is not there', async () => {
  const feed = openRateFeed({ source: 'http://127.0.0.1:1/', hosts: ['127.0.0.1:1'], max_age_s: 3600 })
  assert.ok(feed.ok)
  const answer = await makeGuard({ ...GUARD_SETTINGS, timeout_ms: 1_000 }, systemClock, () => 0).read({ connector_id: 'rate_feed', tenant_id: 't' }, (signal) => feed.value.rates({ tenant_id: 't', mode: 'manual', now: () => NOW_MS, signal, fetch }))
  assert.deepEqual(answer, { ok: false, error: { code: 'connector_unavailable', cause: 'connection_failed' } })
})

// Guarantee: a file is read the same way, and one that is missing, a folder, too large or no text is refused.
test('a file as a feed', async () => {
  const put = (name: string, content: string | Buffer): string => { writeFileSync(join(folder, name), content); return join(folder, name) }
  assert.equal(await read(put('good.json', GOOD)), '2 rates')
  assert.equal(await read(put('large.json', Buffer.alloc(256 * 1024 + 1, 0x20))), 'too_large')
  assert.equal(await read(put('bytes.csv', Buffer.from([0xff]))), 'not_utf8')
  assert.equal(await read(put('empty.csv', '')), 'not_csv')
  assert.equal(await read(join(folder, 'missing.json')), 'file_not_readable')
  mkdirSync(join(folder, 'folder.json'))
  assert.equal(await read(join(folder, 'folder.json')), 'file_not_readable')
  assert.equal(openRateFeed({ source: '/etc/passwd', hosts: [], max_age_s: 1 }).ok, false)
})
