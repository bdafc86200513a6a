/** Instants for reading, always in a named zone: the machine's own zone says nothing about the tenant. */

const cache = new Map<string, Intl.DateTimeFormat>()
function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone}|${JSON.stringify(options)}`
  let found = cache.get(key)
  if (!found) cache.set(key, (found = new Intl.DateTimeFormat('en-GB', { timeZone, ...options })))
  return found
}
const part = (parts: Intl.DateTimeFormatPart[], type: string) => parts.find((each) => each.type === type)?.value ?? ''

/** "Wed 30 Sep, 09:00" */
export function formatInstant(at: string, timeZone: string): string {
  const parts = formatter(timeZone, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(at))
  return `${part(parts, 'weekday')} ${part(parts, 'day')} ${part(parts, 'month').slice(0, 3)}, ${part(parts, 'hour')}:${part(parts, 'minute')}`
}

/** "30 Sep 2026, 09:00:05": with year and seconds, for what is evidence. */
export function formatExact(at: string, timeZone: string): string {
  const parts = formatter(timeZone, { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(new Date(at))
  return `${part(parts, 'day')} ${part(parts, 'month').slice(0, 3)} ${part(parts, 'year')}, ${part(parts, 'hour')}:${part(parts, 'minute')}:${part(parts, 'second')}`
}

/** "Wed 30 Sep" */
export function formatDay(at: string, timeZone: string): string {
  const parts = formatter(timeZone, { weekday: 'short', day: 'numeric', month: 'short' }).formatToParts(new Date(at))
  return `${part(parts, 'weekday')} ${part(parts, 'day')} ${part(parts, 'month').slice(0, 3)}`
}

/** "30 September" */
export const formatLongDay = (at: string, timeZone: string): string =>
  formatter(timeZone, { day: 'numeric', month: 'long' }).format(new Date(at))

/** "14:05" */
export const formatHour = (at: string, timeZone: string): string =>
  formatter(timeZone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at))

/** "9 to 14 October", "28 September to 2 October", "9 October" */
export function formatDayRange(from: string, to: string, timeZone: string): string {
  const first = formatLongDay(from, timeZone)
  const last = formatLongDay(to, timeZone)
  if (first === last) return first
  const [firstDay, firstMonth] = first.split(' ')
  const lastMonth = last.split(' ')[1]
  return firstMonth === lastMonth ? `${firstDay} to ${last}` : `${first} to ${last}`
}

/** The calendar day of an instant in a zone, as YYYY-MM-DD, for a date input. */
export function dayOf(at: string, timeZone: string): string {
  const parts = formatter(timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(new Date(at))
  return `${part(parts, 'year')}-${part(parts, 'month')}-${part(parts, 'day')}`
}

/** "in 24 min", "2 h 5 min ago", "in 3 days". */
export function formatRelative(at: string, now: number): string {
  const minutes = Math.round((Date.parse(at) - now) / 60_000)
  const size = Math.abs(minutes)
  if (size < 1) return 'now'
  const hours = Math.floor(size / 60)
  const days = Math.round(size / 1440)
  const span = size < 60 ? `${size} min` : hours < 24 ? (size % 60 === 0 ? `${hours} h` : `${hours} h ${size % 60} min`) : days === 1 ? '1 day' : `${days} days`
  return minutes > 0 ? `in ${span}` : `${span} ago`
}

/** The city of a zone, as a person says it: "Lagos". */
export const zoneCity = (timeZone: string): string => timeZone.split('/').at(-1)!.replaceAll('_', ' ')

/** A local date and time in a zone as ISO 8601 with that zone's offset: what a `needed_by` is sent as. */
export function instantIn(day: string, time: string, timeZone: string): string {
  const offset = offsetMinutes(Date.parse(`${day}T${time}:00Z`), timeZone)
  const sign = offset < 0 ? '-' : '+'
  const pad = (value: number) => String(value).padStart(2, '0')
  const size = Math.abs(offset)
  return `${day}T${time}:00${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
}

function offsetMinutes(at: number, timeZone: string): number {
  const parts = formatter(timeZone, {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  }).formatToParts(new Date(at))
  const read = (type: string) => Number(part(parts, type))
  return Math.round((Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second')) - at) / 60_000)
}
