import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candidate } from '#contracts/routing.ts'
import type { ProbeCounters } from '#database/index.ts'
import { fromDecimal } from '#orchestrator/rational.ts'
import { capFaultOf, countLegs, leftOf, probeLegs } from './probe-legs.ts'

const hop = (provider_id: string, amount_in: string, currency: string) => ({ provider_id, provider_name: `The ${provider_id}`, amount_in, from: { currency } })
const ROUTE = { sent: { amount: '1000.01', currency: 'NGN' }, hops: [hop('bank', '1000.0099', 'NGN'), hop('desk', '0.333333333', 'USDT')] } as unknown as Candidate
const MIDS: Readonly<Record<string, string>> = { NGN: '0.001', USDT: '1' }
const cap = (provider_id: string, change: Partial<ProbeCounters> = {}): ProbeCounters => ({ provider_id, per_probe_usd: '100.00', per_day_usd: '200.00', probes_per_day: 2, reserved_usd: '0', probes: 0, ...change })
const leg = (provider_id: string, amount_usd: string, at = 0) => ({ hop: at, provider_id, provider_name: `The ${provider_id}`, amount_usd })
const fault = (legs: Parameters<typeof countLegs>[0], caps: readonly ProbeCounters[]) => capFaultOf(countLegs(legs, (provider_id) => caps.filter((one) => one.provider_id === '*' || one.provider_id === provider_id)))

// Guarantee: each leg counts once with what enters it, in US dollars at mid, and never for less than it is worth.
test('a leg is its money in dollars, rounded up to the cent', () => {
  assert.deepEqual(probeLegs(ROUTE, (currency) => fromDecimal(MIDS[currency]!)), [leg('bank', '1.01'), leg('desk', '0.34', 1)])
})

// Guarantee: a leg is held against both caps with the legs before it counted, at the company's cap all of them and at a provider's its own.
test('legs before it are counted', () => {
  const counted = countLegs([leg('bank', '10.00'), leg('desk', '20.00', 1), leg('bank', '30.00', 2)], (provider_id) => [cap('*', { reserved_usd: '5.55', probes: 1 }), cap(provider_id)])
  assert.deepEqual(counted.map(({ caps }) => caps.map(({ reserved_usd, probes }) => [reserved_usd, probes])), [[['5.55', 1], ['0.00', 0]], [['15.55', 2], ['0.00', 0]], [['35.55', 3], ['10.00', 1]]])
})

// Guarantee: a refusal names whose cap it is and what is left of it; what fits to the cent and to the last probe is not refused.
test('whose cap, and what is left', () => {
  assert.equal(fault([leg('bank', '100.00'), leg('bank', '100.00', 1)], [cap('*'), cap('bank')]), null)
  for (const [legs, caps, code, whose, sentence] of [
    [[leg('bank', '1.00')], [cap('bank')], 'probe_cap_missing', '*', 'No cap of controlled probes is set for the whole company.'],
    [[leg('bank', '1.00')], [cap('*')], 'probe_cap_missing', 'bank', 'No cap of controlled probes is set for The bank.'],
    [[leg('bank', '100.01')], [cap('*', { per_probe_usd: '200.00' }), cap('bank')], 'probe_cap_exceeded', 'bank', 'The cap of The bank does not take leg 1: it is USD 100.01, and one probe may be USD 100.00.'],
    [[leg('bank', '60.00'), leg('desk', '60.01', 1)], [cap('*', { reserved_usd: '80.00' }), cap('bank'), cap('desk')], 'probe_cap_exceeded', '*', 'The cap of the whole company does not take leg 2: it is USD 60.01, and USD 60.00 of USD 200.00 is left of the day.'],
    [[leg('bank', '1.00'), leg('bank', '1.00', 1)], [cap('*', { probes_per_day: 9 }), cap('bank', { probes: 1 })], 'probe_cap_exceeded', 'bank', 'The cap of The bank does not take leg 2: all 2 probes of the day are taken.'],
  ] as const) assert.deepEqual(fault(legs, caps), { code, whose, sentence })
  assert.deepEqual(leftOf(cap('*', { reserved_usd: '200.01', probes: 3 })), { usd: '0.00', probes: 0 })
})
