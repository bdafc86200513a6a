/**
 * Zones, holidays and open days. Instants are epoch seconds; a day is a count of days since 1970-01-01 in some zone.
 * Zone offsets are read once from the runtime's zone table into plain arrays, so the request path does no formatting.
 */
import { DAY_S } from './durations.ts'

const FIRST_DAY = dayOf('2020-01-01')
const LAST_DAY = dayOf('2035-12-31')
export const CALENDAR_RANGE = { first: '2020-01-01', last: '2035-12-31' } as const

/** The day number of a date such as 2026-09-29. */
export function dayOf(date: string): number {
  return Math.floor(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))) / 86_400_000)
}
export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
/** The year of a day number, without making a date: flags ask it for every hop. */
export function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425)
  while (Math.floor(Date.UTC(year + 1, 0, 1) / 86_400_000) <= day) year++
  while (Math.floor(Date.UTC(year, 0, 1) / 86_400_000) > day) year--
  return year
}
/** 0 Monday … 6 Sunday: day 0 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
export const WORKING_WEEK: readonly string[] = WEEKDAYS.slice(0, 5)

/** Epoch seconds of an ISO time with offset. Throws when there is no offset or no such time. */
export function instantOf(text: string): number {
  const ms = /(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new Error(`not an instant with offset: ${JSON.stringify(text)}`)
  return Math.floor(ms / 1000)
}

/** A time zone as its offsets: `from[i]` is when `offset_s[i]` begins to hold. */
export type Zone = { readonly name: string; readonly from: readonly number[]; readonly offset_s: readonly number[] }

/** By the name in small letters: the runtime takes any case, and there are only some hundred zones but a million ways to write one. */
const zones = new Map<string, Zone>()

export function zoneOf(name: string): Zone {
  const key = name.toLowerCase()
  let zone = zones.get(key)
  if (zone === undefined) zones.set(key, (zone = readZone(name)))
  return zone.name === name ? zone : { ...zone, name }
}

function readZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  const offsetAt = (t: number): number => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(new Date(t * 1000))) part[type] = Number(value)
    return Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!, part['second']!) / 1000 - t
  }
  const start = FIRST_DAY * DAY_S
  const from = [Number.NEGATIVE_INFINITY]
  const offset_s = [offsetAt(start)]
  // Offsets change at most a few times a year: step by three weeks, then halve down to the second of the change.
  for (let t = start, step = 21 * DAY_S; t < LAST_DAY * DAY_S; t += step) {
    const before = offset_s.at(-1)!
    if (offsetAt(t + step) === before) continue
    let low = t
    let high = t + step
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    from.push(high)
    offset_s.push(offsetAt(high))
  }
  return { name, from, offset_s }
}

export function offsetAt(zone: Zone, t: number): number {
  let i = zone.from.length - 1
  while (zone.from[i]! > t) i--
  return zone.offset_s[i]!
}
/** Local wall-clock seconds (as if UTC) of an instant. */
export const toLocal = (zone: Zone, t: number): number => t + offsetAt(zone, t)
/** The instant of local wall-clock seconds; in a gap the offset before it holds. */
export function fromLocal(zone: Zone, local: number): number {
  const guess = local - offsetAt(zone, local)
  return local - offsetAt(zone, guess)
}
export const localDay = (zone: Zone, t: number): number => Math.floor(toLocal(zone, t) / DAY_S)

/** ISO time with the zone's offset, e.g. 2026-10-09T15:00:00+08:00. */
export function isoInZone(zone: Zone, t: number): string {
  const offset = offsetAt(zone, t)
  const sign = offset < 0 ? '-' : '+'
  const minutes = Math.abs(offset) / 60
  const hh = String(Math.floor(minutes / 60)).padStart(2, '0')
  const mm = String(minutes % 60).padStart(2, '0')
  return `${new Date((t + offset) * 1000).toISOString().slice(0, 19)}${sign}${hh}:${mm}`
}

/** Open days of one provider on one pair of countries, as ordinals: adding n business days is one array read. */
export type OpenDays = {
  readonly zone: Zone
  readonly cut_off_s: number
  /** ordinal of the first open day on or after FIRST_DAY + i */
  readonly ordinal: Int32Array
  readonly open: Int32Array
}

export function openDays(zone: Zone, cut_off_s: number, working: readonly string[], closed: ReadonlySet<number>): OpenDays {
  const works = WEEKDAYS.map((day) => working.includes(day))
  const ordinal = new Int32Array(LAST_DAY - FIRST_DAY + 2)
  const open: number[] = []
  for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
    ordinal[day - FIRST_DAY] = open.length
    if (works[weekdayOf(day)] && !closed.has(day)) open.push(day)
  }
  ordinal[LAST_DAY + 1 - FIRST_DAY] = open.length
  return { zone, cut_off_s, ordinal, open: Int32Array.from(open) }
}

const isOpen = (days: OpenDays, day: number): boolean => days.open[days.ordinal[day - FIRST_DAY]!] === day

function openDayAt(days: OpenDays, index: number): number {
  const day = days.open[index]
  if (day === undefined) throw new Error('calendar_out_of_range: a route runs past the last day of the calendar')
  return day
}

const OPENING_S = 9 * 3600

/** The next cut-off at or after t: of today while it is open and not past, else of the next open day. Null past the end of the calendar. */
export function nextCutOff(days: OpenDays, t: number): number | null {
  const local = toLocal(days.zone, t)
  const today = Math.floor(local / DAY_S)
  if (today < FIRST_DAY || today > LAST_DAY) return null
  const index = days.ordinal[today - FIRST_DAY]!
  const day = days.open[index] === today && local - today * DAY_S > days.cut_off_s ? days.open[index + 1] : days.open[index]
  return day === undefined ? null : fromLocal(days.zone, day * DAY_S + days.cut_off_s)
}

/** When work of this duration that arrives at t is done (corridors/README "Time", rules 2 and 3). */
export function addBusiness(days: OpenDays, t: number, duration_s: number): number {
  const local = toLocal(days.zone, t)
  let day = Math.floor(local / DAY_S)
  if (day < FIRST_DAY || day > LAST_DAY) throw new Error('calendar_out_of_range: a route starts outside the calendar')
  let time = local - day * DAY_S
  if (!isOpen(days, day) || time > days.cut_off_s) {
    day = openDayAt(days, days.ordinal[day + 1 - FIRST_DAY]!)
    time = OPENING_S
  }
  const whole = Math.floor(duration_s / DAY_S)
  if (whole > 0) day = openDayAt(days, days.ordinal[day - FIRST_DAY]! + whole)
  // Rule 3: the rest is added as elapsed time; a closed landing day moves it to the same time of the next open one.
  const landed = fromLocal(days.zone, day * DAY_S + time) + (duration_s - whole * DAY_S)
  const landedLocal = toLocal(days.zone, landed)
  const landedDay = Math.floor(landedLocal / DAY_S)
  if (landedDay > LAST_DAY) throw new Error('calendar_out_of_range: a route runs past the last day of the calendar')
  if (isOpen(days, landedDay)) return landed
  const next = openDayAt(days, days.ordinal[landedDay - FIRST_DAY]!)
  return fromLocal(days.zone, next * DAY_S + (landedLocal - landedDay * DAY_S))
}

/**
 * The least that addBusiness can give for t or any later arrival. The rule itself is not monotone: work that comes after the cut-off waits
 * until 09:00, while work that comes at 05:00 of that day starts at once. Searches that do not know the start yet need this bound.
 */
export function addBusinessAtLeast(days: OpenDays, t: number, duration_s: number): number {
  const local = toLocal(days.zone, t)
  let day = Math.floor(local / DAY_S)
  if (day < FIRST_DAY || day > LAST_DAY) throw new Error('calendar_out_of_range: a route starts outside the calendar')
  let time = local - day * DAY_S
  if (!isOpen(days, day) || time > days.cut_off_s) {
    day = openDayAt(days, days.ordinal[day + 1 - FIRST_DAY]!)
    time = 0
  }
  const whole = Math.floor(duration_s / DAY_S)
  if (whole > 0) day = openDayAt(days, days.ordinal[day - FIRST_DAY]! + whole)
  const landed = fromLocal(days.zone, day * DAY_S + time) + (duration_s - whole * DAY_S)
  const landedDay = localDay(days.zone, landed)
  if (landedDay > LAST_DAY) throw new Error('calendar_out_of_range: a route runs past the last day of the calendar')
  return isOpen(days, landedDay) ? landed : fromLocal(days.zone, openDayAt(days, days.ordinal[landedDay - FIRST_DAY]!) * DAY_S)
}

/** A country's holidays: single days, and the runs of consecutive days that flags speak of. */
export type Closures = { readonly days: ReadonlySet<number>; readonly years: ReadonlySet<number>; readonly runs: readonly { first: number; last: number }[] }

export function closuresOf(holidays: readonly { country: string; start: string; end: string }[]): Map<string, Closures> {
  const byCountry = new Map<string, Set<number>>()
  for (const { country, start, end } of holidays) {
    const days = byCountry.get(country) ?? new Set<number>()
    for (let day = dayOf(start); day <= dayOf(end); day++) days.add(day)
    byCountry.set(country, days)
  }
  const closures = new Map<string, Closures>()
  for (const [country, days] of byCountry) {
    const sorted = [...days].sort((a, b) => a - b)
    const runs: { first: number; last: number }[] = []
    for (const day of sorted) {
      const run = runs.at(-1)
      if (run && run.last === day - 1) run.last = day
      else runs.push({ first: day, last: day })
    }
    closures.set(country, { days, runs, years: new Set(sorted.map((day) => Number(dateOf(day).slice(0, 4)))) })
  }
  return closures
}
