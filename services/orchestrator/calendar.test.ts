import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addBusiness, addBusinessAtLeast, dateOf, dayOf, fromLocal, instantOf, isoInZone, openDays, toLocal, weekdayOf, yearOf, zoneOf } from './calendar.ts'
import { durationSeconds } from './durations.ts'

const lagos = zoneOf('Africa/Lagos')
const WEEK = ['MO', 'TU', 'WE', 'TH', 'FR']
const days = (...dates: string[]): Set<number> => new Set(dates.map(dayOf))

test('the worked example of corridors/README: three business days over the holidays of Nigeria and China', () => {
  const closed = days('2026-10-01', '2026-10-02', '2026-10-03', '2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07')
  const open = openDays(lagos, 16 * 3600, WEEK, closed)
  const end = addBusiness(open, instantOf('2026-09-29T09:00:00+01:00'), durationSeconds('P3D'))
  assert.equal(isoInZone(lagos, end), '2026-10-09T09:00:00+01:00')
})

test('work that arrives after the cut-off, or on a closed day, starts at 09:00 of the next open day; at the cut-off itself it starts at once', () => {
  const open = openDays(lagos, 16 * 3600, WEEK, new Set())
  const after = (start: string) => isoInZone(lagos, addBusiness(open, instantOf(start), durationSeconds('PT2H')))
  assert.equal(after('2026-09-29T16:00:00+01:00'), '2026-09-29T18:00:00+01:00')
  assert.equal(after('2026-09-29T16:00:01+01:00'), '2026-09-30T11:00:00+01:00')
  assert.equal(after('2026-10-03T10:00:00+01:00'), '2026-10-05T11:00:00+01:00')
  assert.equal(after('2026-09-29T05:00:00+01:00'), '2026-09-29T07:00:00+01:00')
})

test('a rest of hours that runs into a closed day lands at the same time of the next open one', () => {
  const open = openDays(lagos, 23 * 3600, WEEK, new Set())
  assert.equal(isoInZone(lagos, addBusiness(open, instantOf('2026-10-02T22:00:00+01:00'), durationSeconds('PT6H'))), '2026-10-05T04:00:00+01:00')
})

test('adding business days by ordinals equals walking day by day', () => {
  fc.assert(fc.property(
    fc.integer({ min: dayOf('2026-01-01'), max: dayOf('2027-06-01') }), fc.integer({ min: 0, max: 86_399 }), fc.integer({ min: 0, max: 20 }),
    fc.uniqueArray(fc.integer({ min: dayOf('2026-01-01'), max: dayOf('2027-12-31') }), { maxLength: 60 }),
    fc.constantFrom('Africa/Lagos', 'Europe/London', 'America/New_York', 'Asia/Shanghai'),
    (startDay, second, count, holidays, name) => {
      const zone = zoneOf(name)
      const closed = new Set(holidays)
      const open = openDays(zone, 86_399, WEEK, closed)
      const isOpen = (day: number): boolean => weekdayOf(day) < 5 && !closed.has(day)
      let day = startDay
      let time = second
      if (!isOpen(day)) { do day++; while (!isOpen(day)); time = 9 * 3600 }
      for (let left = count; left > 0; left--) do day++; while (!isOpen(day))
      assert.equal(addBusiness(open, fromLocal(zone, startDay * 86_400 + second), count * 86_400), fromLocal(zone, day * 86_400 + time))
    }), { numRuns: 300, seed: 2 })
})

test('zones know their clock changes: local time there and back, as the runtime formats it', () => {
  for (const name of ['Europe/London', 'America/New_York', 'Asia/Shanghai', 'Africa/Johannesburg']) {
    const zone = zoneOf(name)
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' })
    for (let t = instantOf('2026-01-01T00:30:00Z'); t < instantOf('2028-01-01T00:00:00Z'); t += 9_973 * 7) {
      assert.equal(isoInZone(zone, t).slice(0, 19).replace('T', ' '), format.format(new Date(t * 1000)), name)
      assert.ok(Math.abs(fromLocal(zone, toLocal(zone, t)) - t) <= 3_600)
    }
  }
})

test('a day number gives its date and year back', () => {
  fc.assert(fc.property(fc.integer({ min: dayOf('1990-01-01'), max: dayOf('2060-12-31') }), (day) => {
    assert.equal(dayOf(dateOf(day)), day)
    assert.equal(yearOf(day), Number(dateOf(day).slice(0, 4)))
  }), { numRuns: 500, seed: 3 })
})

test('the bound on a business duration never exceeds what any later start gives, and only grows with the start', () => {
  const closed = days('2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07')
  fc.assert(fc.property(
    fc.integer({ min: instantOf('2026-09-20T00:00:00Z'), max: instantOf('2026-11-05T00:00:00Z') }), fc.integer({ min: 0, max: 5 * 86_400 }),
    fc.integer({ min: 0, max: 4 * 86_400 }), fc.constantFrom(9 * 3600, 16 * 3600, 86_399), fc.constantFrom('Africa/Lagos', 'Europe/London', 'Asia/Shanghai'),
    (start, later, duration, cut_off, name) => {
      const open = openDays(zoneOf(name), cut_off, WEEK, closed)
      const bound = addBusinessAtLeast(open, start, duration)
      assert.ok(bound <= addBusiness(open, start + later, duration))
      assert.ok(bound <= addBusinessAtLeast(open, start + later, duration))
    }), { numRuns: 3_000, seed: 4 })
})
