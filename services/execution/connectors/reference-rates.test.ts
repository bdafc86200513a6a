import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectorFault, type RatesConnector } from './connector.ts'
import { GUARD_SETTINGS, makeGuard, systemClock } from './guard.ts'
import { createReadRates } from './reference-rates.ts'

const RATE = { base: 'USD', quote: 'NGN', mid: '1326.16', observed_at: '2026-09-29T08:30:00Z', source: 'x' }
const reading = (feed: RatesConnector | null) => createReadRates(feed, { guard: makeGuard(GUARD_SETTINGS, systemClock, () => 0), now: () => new Date('2026-09-29T09:00:00Z'), fetch: () => assert.fail('reached out') })
const none = (status: string, cause: string | null) => ({ status, cause, age_s: null, rates: [] })

// Guarantee: rates come from a known feed that was believed, and everything else is a plain word with no rate beside it.
test('rates or a reason, never both', async () => {
  const feed: RatesConnector = { id: 'rate_feed', rates: async ({ now }) => ({ mids: [RATE], age_s: (now() - Date.parse(RATE.observed_at)) / 1000, digest: '' }) }
  assert.deepEqual(await reading(feed)('t', 'manual'), { status: 'fresh', cause: null, age_s: 1800, rates: [RATE] })
  assert.deepEqual(await reading(null)('t', 'manual'), none('not_configured', null))
  assert.deepEqual(await reading({ id: 'rate_feed', rates: async () => { throw new ConnectorFault('stale') } })('t', 'manual'), none('unavailable', 'stale'))
  assert.deepEqual(await reading({ ...feed, id: 'Rate_feed' as 'rate_feed' })('t', 'manual'), none('unavailable', 'connector_unknown'))
  assert.deepEqual(await reading({ ...feed, id: 'simulated' })('t', 'simulation'), none('unavailable', 'connector_incapable'))
})
