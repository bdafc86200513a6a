import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SESSION_STATES } from '#contracts/api/route-sessions.ts'
import { INCIDENT_KINDS, INCIDENT_SENTENCES, RESOLUTIONS, RESOLUTIONS_OF, firstSentence, type IncidentSentence } from '#contracts/incidents.ts'
import { canOpen, endsReturned, fits, refusalOf, stuckSince } from './incidents.ts'

// Guarantee: a payment is stuck from its latest expected arrival and a day on, to the second, and only while it is being carried out.
test('since when a payment is stuck', () => {
  const of = (now: string, state: (typeof SESSION_STATES)[number] = 'executing', arrival_p90: string | null = '2026-10-09T09:00:00+08:00') => stuckSince({ state, arrival_p90 }, now)
  assert.equal(of('2026-10-10T01:59:59+01:00'), null)
  assert.equal(of('2026-10-10T02:00:00+01:00'), '2026-10-10T01:00:00Z')
  assert.equal(of('2027-01-01T00:00:00Z', 'paused'), '2026-10-10T01:00:00Z')
  assert.deepEqual((['approved', 'completed', 'failed', 'returned', 'cancelled'] as const).map((state) => of('2027-01-01T00:00:00Z', state)), [null, null, null, null, null])
  assert.equal(of('2027-01-01T00:00:00Z', 'executing', null), null)
})

// Guarantee: before anything was sent nothing can go wrong, and what arrived or failed is not stuck.
test('where an incident can be opened', () => {
  const states = (kind: (typeof INCIDENT_KINDS)[number]) => SESSION_STATES.filter((state) => canOpen(kind, state))
  assert.deepEqual(INCIDENT_KINDS.map(states), [['executing', 'paused', 'completed', 'failed'], ['executing', 'paused', 'completed', 'failed'], ['executing', 'paused', 'completed'], ['executing', 'paused']])
})

// Guarantee: every kind has its own sentences, of which the first is said where none is chosen.
test('the merchant’s sentences belong to their kinds', () => {
  for (const kind of INCIDENT_KINDS) assert.ok(fits(kind, firstSentence(kind)), kind)
  for (const code of Object.keys(INCIDENT_SENTENCES) as IncidentSentence[]) assert.equal(INCIDENT_KINDS.filter((kind) => fits(kind, code)).length, 1, code)
})

// Guarantee: what is missing is never given up by the one who opened the incident, and the rest never counts as paid without its proof; nothing ends twice.
test('how an incident may end', () => {
  fc.assert(fc.property(fc.constantFrom(...INCIDENT_KINDS), fc.constantFrom('open' as const, 'chasing' as const, 'resolved' as const), fc.constantFrom(...RESOLUTIONS), fc.boolean(), fc.boolean(), (kind, state, resolution, proof, same) => {
    const no = refusalOf({ kind, state, opened_by: 'p' }, { resolution, proof_reference: proof ? 'P-1' : null, user_id: same ? 'p' : 'q' })
    if (state === 'resolved') assert.equal(no, 'incident_over')
    if (no !== null) return
    assert.ok(RESOLUTIONS_OF[kind].includes(resolution))
    if (kind === 'short_credited') assert.ok((resolution === 'balance_paid' && proof) || !same)
    if (resolution === 'written_off') assert.ok(!same)
  }))
})

// Guarantee: money that is back ends the session exactly where it still stands as sent.
test('when the session is returned', () => {
  assert.deepEqual(SESSION_STATES.filter((state) => endsReturned('money_back', state)), ['executing', 'paused', 'failed'])
  assert.equal(endsReturned('arrived_in_full', 'executing'), false)
})
