import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayOf, formatDay, formatDayRange, formatInstant, formatRelative, instantIn, zoneCity } from './time.ts'

// Guarantee: a time is shown in the zone it is said to be in, wherever the browser is.
test('instants are shown in the named zone, days change at its midnight', () => {
  assert.equal(formatInstant('2026-09-30T09:00:00+01:00', 'Africa/Lagos'), 'Wed 30 Sep, 09:00')
  assert.equal(formatInstant('2026-09-30T09:00:00+01:00', 'Asia/Shanghai'), 'Wed 30 Sep, 16:00')
  assert.equal(formatInstant('2026-09-30T00:00:00+01:00', 'Africa/Lagos'), 'Wed 30 Sep, 00:00')
  assert.equal(formatDay('2026-09-30T23:30:00+01:00', 'Asia/Shanghai'), 'Thu 1 Oct')
  assert.equal(dayOf('2026-09-30T23:30:00+01:00', 'Asia/Shanghai'), '2026-10-01')
  assert.equal(zoneCity('America/New_York'), 'New York')
})

test('a range of days names the month once where it can', () => {
  const range = (from: string, to: string) => formatDayRange(`${from}T11:00:00+08:00`, `${to}T11:00:00+08:00`, 'Asia/Shanghai')
  assert.equal(range('2026-10-09', '2026-10-14'), '9 to 14 October')
  assert.equal(range('2026-10-31', '2026-12-15'), '31 October to 15 December')
  assert.equal(range('2026-10-09', '2026-10-09'), '9 October')
})

test('a local time becomes ISO 8601 with the offset that its zone has on that day', () => {
  assert.equal(instantIn('2026-10-14', '17:00', 'Asia/Shanghai'), '2026-10-14T17:00:00+08:00')
  assert.equal(instantIn('2026-07-01', '09:30', 'America/New_York'), '2026-07-01T09:30:00-04:00')
  assert.equal(instantIn('2026-12-01', '09:30', 'America/New_York'), '2026-12-01T09:30:00-05:00')
  assert.equal(instantIn('2026-12-01', '09:30', 'UTC'), '2026-12-01T09:30:00+00:00')
})

test('relative times run on the given clock', () => {
  const now = Date.parse('2026-09-29T09:00:00+01:00')
  const at = (minutes: number) => formatRelative(new Date(now + minutes * 60_000).toISOString(), now)
  assert.deepEqual([at(0), at(24), at(60), at(-125), at(1440), at(-4320)], ['now', 'in 24 min', 'in 1 h', '2 h 5 min ago', 'in 1 day', '3 days ago'])
})
