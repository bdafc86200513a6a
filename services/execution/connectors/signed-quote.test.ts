import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SignedQuoteBody } from '#contracts/api/quote-sources.ts'
import { isSigned, readSignedQuote, signatureOf } from './signed-quote.ts'

const NOW_MS = Date.parse('2026-09-29T09:00:00Z')
const NOW_S = String(NOW_MS / 1000)
const SECRET = 'whsec_of_a_test'
const bytes = (text: string): Buffer => Buffer.from(text)

// Guarantee: the signature is the documented one, over the very bytes.
test('the signature is HMAC-SHA256 over version, time and bytes', () => {
  const body = bytes('{"a": 1}')
  const expected = `v1=${createHmac('sha256', SECRET).update(Buffer.concat([bytes(`v1.${NOW_S}.`), body])).digest('hex')}`
  assert.equal(signatureOf(SECRET, NOW_S, body), expected)
  assert.equal(isSigned(SECRET, { timestamp: NOW_S, signature: expected }, body, NOW_MS), true)
})

// Guarantee: another secret, time, body or signature, or a time outside five minutes, is not signed.
test('nothing else counts as signed', () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(70), (text, other, at) => {
    const body = bytes(text)
    const signature = signatureOf(SECRET, NOW_S, body)
    const check = (over: { secret?: string; timestamp?: string; signature?: string; body?: Buffer }) => isSigned(over.secret ?? SECRET, { timestamp: over.timestamp ?? NOW_S, signature: over.signature ?? signature }, over.body ?? body, NOW_MS)
    assert.equal(check({}), true)
    if (other !== text) assert.equal(check({ body: bytes(other) }), bytes(other).equals(body))
    assert.equal(check({ secret: `${SECRET}x` }), false)
    const changed = signature.slice(0, at) + (signature[at] === 'a' ? 'b' : 'a') + signature.slice(at + 1)
    assert.equal(check({ signature: changed }), false)
    assert.equal(check({ signature: other }), false)
  }))
  const at = (offset_s: number) => { const timestamp = String(NOW_MS / 1000 + offset_s); return isSigned(SECRET, { timestamp, signature: signatureOf(SECRET, timestamp, bytes('x')) }, bytes('x'), NOW_MS) }
  assert.deepEqual([-301, -300, 0, 300, 301].map(at), [false, true, true, true, false])
  for (const timestamp of ['', `${NOW_S}.0`, ` ${NOW_S}`, `+${NOW_S}`, '1e9', `0${NOW_S}`]) assert.equal(isSigned(SECRET, { timestamp, signature: signatureOf(SECRET, timestamp, bytes('x')) }, bytes('x'), NOW_MS), false, timestamp)
  assert.equal(isSigned(SECRET, { timestamp: undefined, signature: undefined }, bytes('x'), NOW_MS), false)
  const good = signatureOf(SECRET, NOW_S, bytes('x'))
  for (const signature of [good.toUpperCase(), good.slice(3), `${good},${good}`, `${good} `, good.replace('v1', 'v2')]) assert.equal(isSigned(SECRET, { timestamp: NOW_S, signature }, bytes('x'), NOW_MS), false, signature)
})

const QUOTE: SignedQuoteBody = {
  quote_ref: 'Q-1', sell_asset: 'NGN', buy_asset: 'USDT', sell_amount: '1000000', price: '0.00066', fee: { amount: '0', currency: 'NGN' }, observed_at: '2026-09-29T08:59:00Z', expires_at: '2026-09-29T09:10:00Z',
}
const faultOf = (over: Partial<Record<keyof SignedQuoteBody, unknown>>): string => {
  const read = readSignedQuote({ id: 's', provider_id: 'desk' }, { ...QUOTE, ...over } as SignedQuoteBody, NOW_MS)
  return read.ok ? 'taken' : `${read.error.code} ${read.error.field}`
}

// Guarantee: a quote names exactly one amount of two different assets, payable, at a price, and is neither from the future nor over.
test('a quote makes sense or is refused at its field', () => {
  assert.equal(faultOf({}), 'taken')
  assert.equal(faultOf({ sell_amount: undefined, buy_amount: '660.000001' }), 'taken')
  for (const [over, expected] of [
    [{ buy_asset: 'NGN' }, 'invalid_field /buy_asset'], [{ buy_amount: '1' }, 'invalid_field /sell_amount'], [{ sell_amount: undefined }, 'invalid_field /sell_amount'], [{ sell_amount: '0.00' }, 'invalid_field /sell_amount'],
    [{ sell_amount: '1.001' }, 'invalid_field /sell_amount'], [{ price: '0' }, 'invalid_field /price'], [{ fee: { amount: '1', currency: 'USD' } }, 'invalid_field /fee/currency'],
    [{ observed_at: '2026-09-29T09:01:01Z' }, 'invalid_field /observed_at'], [{ expires_at: '2026-09-29T08:59:00Z' }, 'invalid_field /expires_at'], [{ expires_at: '2026-09-29T09:00:00Z' }, 'quote_expired /expires_at'],
  ] as const) assert.equal(faultOf(over), expected, JSON.stringify(over))
})
