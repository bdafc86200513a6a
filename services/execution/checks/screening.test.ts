import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SCREENING_RESULTS, SCREENING_SUBJECTS } from '#contracts/api/screenings.ts'
import { findsOwnHitGone, requiredSubjects, screeningExpiry, screeningStanding } from './screening.ts'

const hop = (from: string, to: string) => ({ from: { currency: from }, to: { currency: to } })
const NOW = '2026-09-29T09:00:00+01:00'
const row = (over: Partial<Parameters<typeof screeningStanding>[1][number]> = {}) =>
  ({ subject: 'payee' as const, nth: 1, result: 'no_hit' as const, screened_at: NOW, expires_at: '2026-09-30T08:00:00Z', details_version: 1, cleared_by: null, ...over })

// Guarantee: whom to screen follows from the route: goods of classes that are licensed, and the wallet exactly where a hop moves a token.
test('the subjects of a route', () => {
  assert.deepEqual(requiredSubjects('consumer', [hop('NGN', 'CNH'), hop('CNH', 'CNY')]), ['payer', 'payee', 'bank'])
  assert.deepEqual(requiredSubjects('plant_machinery', []), ['payer', 'payee', 'bank', 'goods'])
  assert.deepEqual(requiredSubjects('regulated', [hop('NGN', 'USDT'), hop('USDT', 'CNY')]), ['payer', 'payee', 'bank', 'goods', 'wallet'])
})

// Guarantee: a screening counts until the second before its expiry, and not at it.
test('expiry to the second', () => {
  const at = (now: string) => screeningStanding(['payee'], [row({ expires_at: screeningExpiry(NOW) })], now, 1)
  assert.equal(screeningExpiry(NOW), '2026-09-30T08:00:00Z')
  assert.equal(at('2026-09-30T08:59:59+01:00').cleared, true)
  assert.deepEqual(at('2026-09-30T09:00:00+01:00'), { cleared: false, required: ['payee'], missing: [], expired: ['payee'], hit: [], stale_details: [] })
})

// Guarantee: a screening counts from the second in which it was made: a clock that is set back makes none of one that lies ahead.
test('no screening counts before it was made', () => {
  const at = (now: string) => screeningStanding(['payee'], [row()], now, 1).expired
  assert.deepEqual([at(NOW), at('2026-09-29T08:59:59+01:00')], [[], ['payee']])
})

// Guarantee: what was screened with bank details that were changed since does not count; payer and goods are not of those details.
test('screened before the bank details changed', () => {
  const rows = (['payer', 'payee', 'bank', 'goods', 'wallet'] as const).map((subject) => row({ subject }))
  assert.deepEqual(screeningStanding(['payer', 'payee', 'bank', 'goods', 'wallet'], rows, NOW, 2).stale_details, ['payee', 'bank', 'wallet'])
})

const anyRow = fc.record({ screened_at: fc.constantFrom(NOW, '2026-09-29T08:00:01Z'),
  subject: fc.constantFrom(...SCREENING_SUBJECTS), result: fc.constantFrom(...SCREENING_RESULTS), expires_at: fc.constantFrom('2026-09-29T07:59:59Z', '2026-09-29T08:00:01Z'), details_version: fc.constantFrom(1, 2),
  cleared: fc.boolean(), screened_by: fc.constantFrom('p', 'q'),
})
const rowsOf = fc.array(anyRow, { maxLength: 12 }).map((rows) => rows.map(({ cleared, ...rest }, i) => ({ ...rest, nth: rows.slice(0, i + 1).filter(({ subject }) => subject === rest.subject).length, cleared_by: cleared && rest.result === 'possible_hit' ? 'q' : null })))
const required = fc.subarray([...SCREENING_SUBJECTS])
const problemsOf = ({ missing, expired, hit, stale_details }: ReturnType<typeof screeningStanding>) => ({ missing, expired, hit, stale_details })

// Guarantee: one more clean and present screening never adds to what stands in the way.
test('a clean screening never makes it worse', () => {
  fc.assert(fc.property(rowsOf, required, fc.constantFrom(...SCREENING_SUBJECTS), (rows, asked, subject) => {
    const nth = rows.filter((other) => other.subject === subject).length + 1
    const before = problemsOf(screeningStanding(asked, rows, NOW, 2))
    const after = problemsOf(screeningStanding(asked, [...rows, row({ subject, nth, details_version: 2 })], NOW, 2))
    for (const kind of ['missing', 'expired', 'hit', 'stale_details'] as const) for (const one of after[kind]) assert.ok(before[kind].includes(one), `${kind} ${one}`)
  }))
})

// Guarantee: a hit stops whatever else stands there, also of a subject that the route does not ask for; and nothing is cleared while anything is named.
test('a hit always stops', () => {
  fc.assert(fc.property(rowsOf, required, fc.constantFrom(...SCREENING_SUBJECTS), fc.constantFrom('hit' as const, 'possible_hit' as const), (rows, asked, subject, result) => {
    const nth = rows.filter((other) => other.subject === subject).length + 1
    const standing = screeningStanding(asked, [...rows, row({ subject, nth, result, details_version: 2 })], NOW, 2)
    assert.ok(standing.hit.includes(subject) && !standing.cleared)
    const before = screeningStanding(asked, rows, NOW, 2)
    assert.equal(before.cleared, Object.values(problemsOf(before)).every((list) => list.length === 0))
  }))
})

// Guarantee: the order in which rows are read does not matter.
test('the last of a subject stands, however rows are ordered', () => {
  fc.assert(fc.property(rowsOf, required, (rows, asked) => assert.deepEqual(screeningStanding(asked, [...rows].reverse(), NOW, 1), screeningStanding(asked, rows, NOW, 1))))
})

// Guarantee: exactly the finder of a hit that stands is the one who may not find it gone.
test('who found a hit does not find it gone', () => {
  const found = [{ ...row({ result: 'possible_hit' }), screened_by: 'p' }]
  const asks = (screened_by: string, result: 'no_hit' | 'hit' = 'no_hit', rows = found) => findsOwnHitGone(rows, { subject: 'payee', result, screened_by })
  assert.deepEqual([asks('p'), asks('q'), asks('p', 'hit'), asks('p', 'no_hit', [{ ...found[0]!, cleared_by: 'q' as never }])], [true, false, false, false])
})
