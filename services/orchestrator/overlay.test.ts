import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { priceOfSpread, quotedAsOf, spreadOfPrice } from '#contracts/leg-price.ts'
import { marketDigest, NO_OVERLAY, normalOverlay, overNewData, withEstimates, withMids, withOutages, withQuotes, type LegQuote, type MarketOverlay } from '#contracts/market-overlay.ts'
import type { PaymentIntent } from '#contracts/routing.ts'
import { openPolicy, type Policy } from '#policy/index.ts'
import { driftVerdict } from './drift.ts'
import { compileSnapshot, parseDataset, routeIntent, type DatasetFiles, type Routed } from './index.ts'
import { legSortKey } from './leg.ts'
import { withOverlay } from './overlay.ts'
import { priceStanding } from './price-standing.ts'
import { compare, toDecimalNearest } from './rational.ts'
import { createSnapshotCache } from './snapshot-cache.ts'
import { validUntil } from './valid-until.ts'
import type { Snapshot } from './snapshot.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, `../../data/${name}.json`), 'utf8'))
const FILES = { corridors: read('corridors'), providers: read('providers'), estimates: read('estimates'), rates: read('rates') } as DatasetFiles
const BASE = compileSnapshot(parseDataset(FILES))
const { expect: _e, note: _n, synthetic: _s, pain_point: _p, ...INTENT } = (read('requests') as (PaymentIntent & Record<'expect' | 'note' | 'synthetic' | 'pain_point', unknown>)[])[0]!
const LEGS = BASE.legs.filter((leg) => leg.from !== leg.to).map((leg) => legSortKey(leg.provider, leg.record))
const CLOCK = '2026-09-29T09:00:00+01:00'

let policy: Policy
before(async () => { policy = await openPolicy() })
async function routed(snapshot: Snapshot, created_at = CLOCK): Promise<Routed> {
  const answer = await routeIntent(snapshot, { ...INTENT, created_at }, (facts, limits) => policy.judge(facts, limits, 'test'), { data_age: 'market_clock', simulation: false })
  assert.ok(answer.ok)
  return answer.value
}
const spread = (leg: string, spread_bps: string, observed_at = '2026-09-29T08:00:00Z'): LegQuote => ({ leg, said: { spread_bps }, observed_at, expires_at: null, firm_fee: null })

// Guarantee: nothing laid over the data is the data itself, to the digest; the same knowledge in any order is one market.
test('an empty overlay is the base, and the order of what is known changes nothing', () => {
  assert.equal(withOverlay(BASE, NO_OVERLAY), BASE)
  assert.equal(marketDigest(BASE.digest, NO_OVERLAY), BASE.digest)
  const quote = fc.record({ leg: fc.constantFrom(...LEGS.slice(0, 8)), spread: fc.integer({ min: -100, max: 900 }), at: fc.integer({ min: 0, max: 59 }) })
    .map(({ leg, spread: bps, at }) => spread(leg, String(bps), `2026-09-29T07:${String(at).padStart(2, '0')}:00Z`))
  const distinct = fc.uniqueArray(quote, { selector: (each) => `${each.leg}|${each.observed_at}`, maxLength: 20 })
  fc.assert(fc.property(distinct, fc.func(fc.integer()), (quotes, shuffle) => {
    const order = [...quotes].sort((a, b) => shuffle(a) - shuffle(b))
    const one = withQuotes(NO_OVERLAY, quotes)
    assert.equal(marketDigest(BASE.digest, one), marketDigest(BASE.digest, order.reduce((known, each) => withQuotes(known, [each]), NO_OVERLAY)))
    for (const each of one.leg_quotes) assert.ok(quotes.every((other) => other.leg !== each.leg || other.observed_at <= each.observed_at))
  }))
})

// Guarantee: a market compiled from what is stored is the market that was laid over in memory: same digest, same decision.
test('what is stored gives the market again', async () => {
  const overlay: MarketOverlay = withEstimates(withMids(withOutages(withQuotes(NO_OVERLAY, [spread(LEGS[0]!, '33')]), ['ng-sourcing-agent']), [{ quote: 'NGN', mid: '1330.5', observed_at: '2026-09-29T07:30:00Z', source: 'test' }]),
    [{ provider_id: 'ng-bank-rmb-direct', trust: { successes: 40, failures: 1 }, latency: { p50: 'P2D', p90: 'P5D' }, liquidity_confidence: '0.9' }])
  const here = withOverlay(BASE, overlay)
  const stored = await createSnapshotCache().get(here.digest, async () => ({ ...FILES, over: { base_digest: BASE.digest, overlay: JSON.parse(JSON.stringify(normalOverlay(overlay))) as MarketOverlay } }))
  assert.equal(stored!.digest, here.digest)
  assert.equal((await routed(stored!)).result_digest, (await routed(here)).result_digest)
  assert.notEqual((await routed(here)).result_digest, (await routed(BASE)).result_digest)
  const suspended = (await routed(here)).decision.refusals['provider_suspended:ng-sourcing-agent']
  assert.ok(suspended === undefined || suspended > 0)
  assert.throws(() => withOverlay(here, overlay), /never over another/)
  await assert.rejects(createSnapshotCache().get('0'.repeat(64), async () => ({ ...FILES, over: { base_digest: BASE.digest, overlay } })), /was stored with/)
})

// Guarantee: a worse price of a leg never makes a route over it cheaper or better placed.
test('a worse quote never improves a route that uses its leg', async () => {
  await fc.assert(fc.asyncProperty(fc.constantFrom(...LEGS.filter((leg) => leg.startsWith('ng-') || leg.startsWith('cn-') || leg.startsWith('hk-'))), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 200 }), async (leg, bps, more) => {
    const [better, worse] = await Promise.all([routed(withOverlay(BASE, withQuotes(NO_OVERLAY, [spread(leg, String(bps))]))), routed(withOverlay(BASE, withQuotes(NO_OVERLAY, [spread(leg, String(bps + more))])))])
    const after = new Map(worse.decided.judged.map((judged) => [judged.candidate.id, judged]))
    for (const { candidate, status } of better.decided.judged) {
      if (!candidate.legs.some((each) => legSortKey(each.provider, each.record) === leg)) continue
      const other = after.get(candidate.id)!
      assert.ok(other.candidate.price.cost_bps >= candidate.price.cost_bps - 1e-6)
      if (status === 'refused') assert.equal(other.status, 'refused')
    }
  }), { numRuns: 12 })
})

// Guarantee: a price said in any units is its spread exactly and comes back as itself; and a said price stays when the mid moves.
test('price and spread are one number said twice', () => {
  for (const leg of BASE.legs.filter((each) => each.from !== each.to)) {
    const as = quotedAsOf(leg.from, leg.to, leg.mid.exact)
    fc.assert(fc.property(fc.integer({ min: -900, max: 4_900 }), (bps) => {
      const price = priceOfSpread({ n: BigInt(bps), d: 1n }, leg.from, as, leg.mid.exact)
      assert.equal(compare(spreadOfPrice(price, leg.from, as, leg.mid.exact), { n: BigInt(bps), d: 1n }), 0)
    }), { numRuns: 5 })
  }
  const leg = 'ng-bank-rmb-direct|NGN|CNH|NG|CN|cross_border_transfer|'
  const quote: LegQuote = { ...spread(leg, '0'), said: { price: '200', unit: 'NGN', per: 'CNH' } }
  const outOf = (overlay: MarketOverlay): string => {
    const compiled = withOverlay(BASE, overlay).legs.find((each) => legSortKey(each.provider, each.record) === leg)!
    return toDecimalNearest({ n: compiled.mid.exact.n * (10_000n * compiled.spread_bps.exact.d - compiled.spread_bps.exact.n), d: compiled.mid.exact.d * 10_000n * compiled.spread_bps.exact.d }, 12)
  }
  assert.equal(outOf(withQuotes(NO_OVERLAY, [quote])), '0.005000000000')
  assert.equal(outOf(withMids(withQuotes(NO_OVERLAY, [quote]), [{ quote: 'NGN', mid: '1500', observed_at: '2026-09-29T07:30:00Z', source: 'test' }])), '0.005000000000')
})

// Guarantee: an observed price stands for as long as its provider's data may be old, counted from its own observation, and no longer than it says of itself.
test('a price is valid by its own observation and its own end', async () => {
  const { decision } = await routed(BASE)
  const candidate = decision.candidates.find(({ id }) => id === decision.recommended_id)!
  const hop = candidate.hops.find(({ from, to }) => from.currency !== to.currency)!
  const leg = BASE.legs.find((each) => each.provider.id === hop.provider_id && each.from === hop.from.currency && each.to === hop.to.currency)!
  const name = legSortKey(leg.provider, leg.record)
  const end = (quote: LegQuote): number => Date.parse(validUntil(withOverlay(BASE, withQuotes(NO_OVERLAY, [quote])), candidate, CLOCK))
  assert.equal(end({ ...spread(name, '50'), expires_at: '2026-09-29T08:20:00Z' }), Date.parse('2026-09-29T08:20:00Z'))
  assert.ok(end(spread(name, '50', '2026-09-28T08:00:00Z')) <= Date.parse(validUntil(BASE, candidate, CLOCK)))
})

// Guarantee: new data drops prices and mids from before its day and what speaks of things that are gone; outages and what was learned outlast it.
test('what is known meets newly imported data', () => {
  const overlay: MarketOverlay = {
    leg_quotes: [spread(LEGS[0]!, '1', '2026-09-28T23:59:59Z'), spread(LEGS[1]!, '2', '2026-09-29T00:00:00Z'), spread('nobody|A|B||||', '3')], estimates: [{ provider_id: 'ng-bank-rmb-direct' }, { provider_id: 'nobody' }],
    outages: ['ng-bank-rmb-direct', 'nobody'], mids: [{ quote: 'NGN', mid: '1', observed_at: '2026-09-28T08:00:00Z', source: 't' }, { quote: 'KES', mid: '1', observed_at: '2026-09-29T08:00:00Z', source: 't' }],
  }
  const kept = overNewData(overlay, FILES)
  assert.deepEqual([kept.leg_quotes.map((q) => q.leg), kept.estimates.length, kept.outages, kept.mids.map((m) => m.quote)], [[LEGS[1]], 1, ['ng-bank-rmb-direct'], ['KES']])
})

// Guarantee: a price drifts by what is sent and by what arrives; dearer than the tolerance or a cent less for the supplier is agreed again, cheaper is not.
test('drift is judged on both ends', () => {
  const price = (sent: string, received: string) => ({ sent: { amount: sent, currency: 'NGN' }, received: { amount: received, currency: 'CNY' }, cost_bps: '0' })
  const verdict = (sent: string, received: string) => { const { drift_bps, because } = driftVerdict(price('100000.00', '500.00'), price(sent, received), '25'); return [drift_bps, ...because] }
  assert.deepEqual(verdict('100000.00', '500.00'), ['0.00'])
  assert.deepEqual(verdict('100250.00', '500.00'), ['25.00'])
  assert.deepEqual(verdict('100250.01', '500.00'), ['25.00', 'dearer'])
  assert.deepEqual(verdict('100000.00', '499.99'), ['0.20', 'less_received'])
  assert.deepEqual(verdict('99000.00', '500.00'), ['-100.00'])
})

// Guarantee: a price says when it stands no longer and what clears it, by the market clock alone; what has started is a person's.
test('a price stands, expires soon, or is over', () => {
  const standing = (state: string, clock: string, out: string[] = []) => { const { standing: is, clears_by } = priceStanding({ state, valid_until: '2026-09-29T10:00:00Z', out }, clock); return [is, clears_by] }
  assert.deepEqual(standing('recommended', '2026-09-29T09:44:59Z'), ['stands', null])
  assert.deepEqual(standing('accepted', '2026-09-29T09:45:00Z'), ['expires_soon', 'reprice'])
  assert.deepEqual(standing('approved', '2026-09-29T11:00:00+01:00'), ['expired', 'reprice'])
  assert.deepEqual(standing('approved', '2026-09-29T08:00:00Z', ['x']), ['provider_out', 'route_again'])
  assert.deepEqual(standing('executing', '2026-09-29T12:00:00Z', ['x']), ['provider_out', 'ask_a_person'])
  assert.deepEqual(standing('executing', '2026-09-29T12:00:00Z'), ['none', null])
  assert.deepEqual(standing('completed', '2026-09-29T12:00:00Z', ['x']), ['none', null])
})
