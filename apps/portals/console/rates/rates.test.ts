import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Rate } from '../../api/types.ts'
import { ageWords, changeOf, filledOf, type Draft } from './draft.ts'
import { isSheet, readPaste } from './paste.ts'

const rate: Rate = {
  leg: 'otc|NGN|USDT|NG||onramp|', provider_id: 'otc', provider_name: 'Licensed OTC desk', kind: 'onramp', from: 'NGN', to: 'USDT', from_country: 'NG', to_country: null, quoted_as: { unit: 'NGN', per: 'USDT' },
  mids: { from: '1326.1643995', to: '1.00052249' }, mid: '1325.4719', price: '1345.6567', spread_bps: '150.0', said_as: 'spread', illustrative: true, observed_at: '2026-09-29T09:00:00+01:00', age_s: 0, max_age_s: 600,
  source: 'market_file', who: null, state: 'fresh', suspended: false, corridor_ids: ['ng-cn'],
}
const draft = (as: Draft['as'], text: string, time = ''): Draft => ({ as, text, time, source: 'phone_call' })

// Guarantee: a price fills its spread and a spread its price, and going there and back gives what was typed.
test('price and spread fill each other', () => {
  assert.equal(filledOf(rate, draft('price', '1,345.6567')).spread_bps, '150.0')
  assert.equal(filledOf(rate, draft('bps', '150')).price, '1345.6567')
  fc.assert(fc.property(fc.integer({ min: -9_999, max: 49_999 }), (tenths) => {
    const bps = (tenths / 10).toFixed(1)
    const there = filledOf({ ...rate, mids: { from: '1326.1643995', to: '1.00052249' } }, draft('bps', bps))
    assert.ok(Math.abs(Number(filledOf(rate, draft('price', there.price)).spread_bps) - Number(bps)) <= 0.1)
  }))
  for (const [as, text] of [['price', '0'], ['price', 'abc'], ['price', '-1'], ['price', '13.45'], ['bps', '9000'], ['bps', '']] as const) assert.notEqual(filledOf(rate, draft(as, text)).problem, null, `${as} ${text}`)
  assert.match(filledOf(rate, draft('price', '1345', '25:00')).problem!, /time/)
})

// Guarantee: a change says what was typed, with the time of the market's day and zone; unchanged says what was seen.
test('a draft becomes the change it means', () => {
  const clock = '2026-09-29T09:05:00+01:00'
  assert.deepEqual(changeOf(rate, draft('price', '1,345.70', '08:41'), clock), { leg: rate.leg, said: { price: '1345.70', unit: 'NGN', per: 'USDT' }, source: 'phone_call', observed_at: '2026-09-29T08:41:00+01:00' })
  assert.deepEqual(changeOf(rate, draft('unchanged', ''), clock), { leg: rate.leg, said: { unchanged: { price: '1345.6567', observed_at: rate.observed_at } }, source: 'phone_call' })
  assert.deepEqual([0, 59, 1_140, 7_200, 7_776_000].map(ageWords), ['now', '59 s', '19 min', '2 h', '90 d'])
})

// Guarantee: a sheet is read whole: tabs or commas, by id or name, and one wrong line takes none of them.
test('a pasted sheet is taken whole or not at all', () => {
  const good = readPaste('provider\tpair\tprice\ttime\nLicensed OTC desk\tNGN → USDT\t1,345.70\t08:41\n', [rate], 'chat')
  assert.deepEqual(good, { drafts: { [rate.leg]: { as: 'price', text: '1345.70', time: '08:41', source: 'chat' } }, problems: [] })
  assert.equal(readPaste('otc,NGN/USDT,150 bps', [rate], 'chat').drafts[rate.leg]!.as, 'bps')
  assert.equal(readPaste('otc,ngn-usdt,=', [rate], 'chat').drafts[rate.leg]!.as, 'unchanged')
  assert.equal(readPaste('otc,NGN USDT,"1,345.70"', [rate], 'chat').drafts[rate.leg]!.text, '1345.70')
  const bad = readPaste('otc\tNGN/USDT\t1345\nnobody\tNGN/USDT\t1345\notc\tNGN/CNY\t1345\notc\tNGN/USDT\t1345\n', [rate], 'chat')
  assert.deepEqual([bad.drafts, bad.problems.map(({ line }) => line)], [{}, [2, 3, 4]])
  assert.deepEqual(['1345.65', '1,345.65', 'a\tb', 'a,b,c'].map(isSheet), [false, false, true, true])
})
