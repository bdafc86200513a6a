import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import { degradedBy, isDegraded, outageSentence, standingOf, type StandingFacts } from './standing.ts'

const NONE = { missing: [], expired: [], hit: [], stale_details: [] }
const clear: StandingFacts = { state: 'accepted', price: 'stands', stale: [], out: [], payee_details: 'confirmed', screening: NONE, papers: [], incident: null }
const out = { provider_id: 'x', name: 'Bank X', step: null, running: false }
const codes = (over: Partial<StandingFacts>): string[] => standingOf({ ...clear, ...over }).map(({ code, clears_by }) => `${code} ${clears_by}`)

// Guarantee: each reason appears where its fact is there and clears with it, and says what clears it.
test('each reason appears and clears', () => {
  assert.deepEqual(codes({}), [])
  for (const [over, expected] of [
    [{ incident: 'The payment came back.' }, 'incident_open resolve_incident'], [{ out: [out] }, 'provider_out other_route'], [{ payee_details: 'held' }, 'details_held confirm_details'],
    [{ payee_details: 'changed' }, 'details_changed offer_again'], [{ screening: { ...NONE, hit: ['payee'] } }, 'screening_hit clear_hit'], [{ screening: { ...NONE, missing: ['bank'] } }, 'screening_missing screen'],
    [{ screening: { ...NONE, expired: ['payer'] } }, 'screening_expired screen'], [{ screening: { ...NONE, stale_details: ['bank'] } }, 'screening_expired screen'], [{ papers: ['Form M'] }, 'papers_missing bring_papers'],
    [{ price: 'expired' }, 'price_expired reprice'], [{ price: 'expires_soon' }, 'price_expires_soon reprice'], [{ stale: ['Bank X'] }, 'quote_stale observe_rates'],
  ] as const satisfies readonly (readonly [Partial<StandingFacts>, string])[]) assert.deepEqual(codes(over), [expected])
})

// Guarantee: before a merchant agrees no check is asked for, what has started has no price, and what is over has no reason but an open incident.
test('reasons belong to their states', () => {
  const all = { price: 'expired', stale: ['Bank X'], out: [{ ...out, step: 2, running: true }], screening: { ...NONE, missing: ['payer'] }, papers: ['Form M'] } as const
  const of = (state: StandingFacts['state']) => standingOf({ ...clear, ...all, state }).map(({ code }) => code)
  assert.deepEqual(of('recommended'), ['provider_out', 'price_expired', 'quote_stale'])
  assert.deepEqual(of('approved'), ['provider_out', 'screening_missing', 'papers_missing', 'price_expired', 'quote_stale'])
  assert.deepEqual(of('executing'), ['provider_out', 'screening_missing', 'papers_missing'])
  for (const state of SESSION_STATES.filter((each) => ['completed', 'failed', 'returned', 'cancelled', 'expired', 'no_route', 'draft'].includes(each))) assert.deepEqual(of(state), [], state)
  assert.deepEqual(codes({ state: 'completed', incident: 'The supplier got less than was sent.' }), ['incident_open resolve_incident'])
})

// Guarantee: an outage says what can still be done: another route before the start, the step that runs on it after, and nothing where the provider has done its part.
test('an outage says what to do', () => {
  const at = (step: number | null, running = false) => [{ ...out, step, running }]
  assert.equal(outageSentence('approved', at(null)), 'Bank X cannot be reached. Offer another route.')
  assert.equal(outageSentence('executing', at(2, true)), 'Bank X cannot be reached and step 2 runs on it. Ask it, then pause or go on.')
  assert.equal(outageSentence('executing', at(3)), 'Bank X cannot be reached and step 3 goes through it. Pause, or ask it before that step.')
  assert.equal(outageSentence('executing', at(null)), null)
  assert.equal(outageSentence('executing', [...at(1, false), { ...out, name: 'Desk Y', step: 2, running: true }]), 'Bank X and Desk Y cannot be reached and step 2 runs on it. Ask it, then pause or go on.')
  assert.equal(outageSentence('completed', at(1, true)), null)
})

// Guarantee: a session is degraded exactly while a provider of it is out, or its price expired or is older than it may be, and a row of the queue says the same of all but the age.
test('what makes a session degraded', () => {
  const of = (over: Partial<StandingFacts>) => degradedBy(standingOf({ ...clear, ...over }))
  assert.deepEqual(of({ price: 'expired', stale: ['Bank X'], out: [out], papers: ['Form M'], screening: { ...NONE, missing: ['payer'] } }), ['provider_out', 'price_expired', 'quote_stale'])
  assert.deepEqual([of({}), of({ price: 'expires_soon', payee_details: 'held', incident: 'The payment came back.' })], [[], []])
  const row = { state: 'approved', valid_until: '2026-09-29T10:00:00+01:00', providers_out: [] } as const
  const at = (clock: string, over: object = {}) => isDegraded({ ...row, ...over }, clock)
  assert.deepEqual([at('2026-09-29T08:59:59Z'), at('2026-09-29T09:00:00Z'), at('2026-09-29T09:00:00Z', { state: 'executing' }), at('2026-09-29T08:00:00Z', { providers_out: [out] })], [false, true, false, true])
})
