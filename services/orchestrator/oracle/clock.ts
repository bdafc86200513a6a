/** Time for the oracle: instants are seconds since 1970; local dates and times come from Intl, one look-up at a time. */
export type Duration = { readonly days: number; readonly seconds: number }
export type LocalTime = { readonly date: string; readonly seconds: number }

export const DAY = 86_400

/** Reads an ISO duration of days, hours, minutes and seconds, e.g. P3D, PT12M48S. */
export function duration(text: string): Duration {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text)
  if (!match || text === 'P' || text.endsWith('T')) throw new Error(`not a duration: ${text}`)
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number]
  return { days, seconds: hours * 3600 + minutes * 60 + seconds }
}
export const lengthSeconds = (value: Duration): number => value.days * DAY + value.seconds

/** Reads an ISO date-time with an offset as seconds since 1970. */
export const instant = (text: string): number => Date.parse(text) / 1000

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, number>()

/** Seconds east of UTC in this zone at this instant. Offsets only change on a quarter of an hour, so they are kept by that. */
function offsetSeconds(zone: string, at: number): number {
  const quarter = Math.floor(at / 900)
  const key = `${zone} ${quarter}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(quarter * 900 * 1000).map((part) => [part.type, Number(part.value)]))
  const local = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!) / 1000
  const offset = local - quarter * 900
  offsets.set(key, offset)
  return offset
}

/** The date and time of day a wall clock of this zone shows at this instant. */
export function localTime(zone: string, at: number): LocalTime {
  const local = at + offsetSeconds(zone, at)
  const days = Math.floor(local / DAY)
  return { date: new Date(days * DAY * 1000).toISOString().slice(0, 10), seconds: local - days * DAY }
}
export const localDate = (zone: string, at: number): string => localTime(zone, at).date

/** The instant at which a wall clock of this zone shows this date and time. */
export function instantOf(zone: string, date: string, seconds: number): number {
  const local = Date.parse(`${date}T00:00:00Z`) / 1000 + seconds
  const first = local - offsetSeconds(zone, local)
  return local - offsetSeconds(zone, first)
}

export const nextDate = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + DAY * 1000).toISOString().slice(0, 10)
/** 0 is Sunday. */
export const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay()
export const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
/** Seconds of a clock time such as 16:30:00. */
export function clockSeconds(text: string): number {
  const [hours, minutes, seconds] = text.split(':').map(Number)
  return hours! * 3600 + minutes! * 60 + (seconds ?? 0)
}
