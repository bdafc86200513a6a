/** When a leg ends: the three steps of "Time" in corridors/README.md, walked day by day. */
import { clockSeconds, DAY, duration, instantOf, lengthSeconds, localTime, nextDate, weekday, WEEKDAYS, type Duration } from './clock.ts'
import type { Corridor, OracleData } from './data.ts'
import type { Hop } from './price.ts'

export type Calendar = { isHoliday(country: string, date: string): boolean; knows(country: string, year: string): boolean }

/** Every holiday as a set of country and date. */
export function calendarOf(data: OracleData): Calendar {
  const days = new Set<string>()
  const years = new Set<string>()
  for (const holiday of data.corridors.holidays) {
    for (let date = holiday.start; date <= holiday.end; date = nextDate(date)) {
      days.add(`${holiday.country} ${date}`)
      years.add(`${holiday.country} ${date.slice(0, 4)}`)
    }
  }
  return { isHoliday: (country, date) => days.has(`${country} ${date}`), knows: (country, year) => years.has(`${country} ${year}`) }
}

const WORKING_WEEK = ['MO', 'TU', 'WE', 'TH', 'FR']
const NINE = 9 * 3600

/** The instant this hop ends when it starts here, at p50 or p90. */
export function hopEnd(calendar: Calendar, corridor: Corridor, hop: Hop, start: number, quantile: 'p50' | 'p90'): number {
  const { provider, leg } = hop
  const { cut_off, settlement_latency } = provider
  let takes: Duration = duration(settlement_latency.quantiles[quantile])
  let clock = settlement_latency.clock
  let byWindow = false
  const window = corridor.settlement_windows.find((one) => one.id === provider.settlement_window)
  if (quantile === 'p90' && window?.duration) {
    const windowTakes = duration(window.duration.p90)
    if (lengthSeconds(windowTakes) > lengthSeconds(takes)) {
      takes = windowTakes
      clock = window.duration.clock
      byWindow = true
    }
  }
  const alwaysOpen = Boolean(cut_off.always_open)
  if (clock === 'elapsed' || (alwaysOpen && !(byWindow && clock === 'business'))) return start + lengthSeconds(takes)

  const zone = alwaysOpen ? window!.timezone : cut_off.timezone!
  const days = alwaysOpen ? WORKING_WEEK : cut_off.days!
  const cutOff = alwaysOpen ? DAY - 1 : clockSeconds(cut_off.local_time!)
  const countries = [leg.from_country, leg.to_country].filter((country) => country !== null)
  const isOpen = (date: string): boolean =>
    days.includes(WEEKDAYS[weekday(date)]!) && !countries.some((country) => calendar.isHoliday(country, date))
  const nextOpen = (date: string): string => {
    let next = nextDate(date)
    while (!isOpen(next)) next = nextDate(next)
    return next
  }

  let at = start
  const local = localTime(zone, at)
  if (!isOpen(local.date) || local.seconds > cutOff) at = instantOf(zone, nextOpen(local.date), NINE)
  let { date, seconds } = localTime(zone, at)
  for (let day = 0; day < takes.days; day++) date = nextOpen(date)
  if (takes.days > 0) at = instantOf(zone, date, seconds)
  at += takes.seconds
  ;({ date, seconds } = localTime(zone, at))
  return isOpen(date) ? at : instantOf(zone, nextOpen(date), seconds)
}
