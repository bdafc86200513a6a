/** Codes as a merchant says them. Dates and durations are written here and not by Intl, so that every process writes the same bytes. */

const CURRENCIES: Readonly<Record<string, string>> = {
  NGN: 'naira', CNY: 'yuan', CNH: 'yuan', USD: 'dollars', HKD: 'Hong Kong dollars', KES: 'Kenyan shillings', GHS: 'cedis', ZAR: 'rand', AED: 'dirhams',
  EUR: 'euros', GBP: 'pounds', USDT: 'digital dollars (USDT)', USDC: 'digital dollars (USDC)',
}
const COUNTRIES: Readonly<Record<string, string>> = {
  NG: 'Nigeria', CN: 'China', HK: 'Hong Kong', KE: 'Kenya', GH: 'Ghana', ZA: 'South Africa', AE: 'the Emirates', US: 'the United States', GB: 'Britain',
}
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']

export const currencyWord = (code: string): string => CURRENCIES[code] ?? code
export const countryWord = (code: string | null): string => (code === null ? 'abroad' : (COUNTRIES[code] ?? code))
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** "six", from 6; figures from thirteen on. */
export const countWord = (count: number): string => COUNTS[count] ?? String(count)
export const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many)

/** "30 September", from 2026-09-30 or from an instant said in its own zone. */
export const dayWord = (date: string): string => `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`
/** "9月30日" */
export const dayWordZh = (date: string): string => `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`

/** "1 to 7 October", "1 October", "28 September to 3 October" */
export function spanOfDays(first: string, last: string): string {
  if (first === last) return dayWord(first)
  return first.slice(0, 7) === last.slice(0, 7) ? `${Number(first.slice(8, 10))} to ${dayWord(last)}` : `${dayWord(first)} to ${dayWord(last)}`
}

const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** Minutes of an ISO 8601 duration of days, hours, minutes and seconds; a day is 24 hours. */
export function durationMinutes(text: string): number {
  const match = DURATION.exec(text)
  if (match === null) throw new Error(`not a duration: ${text}`)
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match
  return Number(days) * 1440 + Number(hours) * 60 + Number(minutes) + Number(seconds) / 60
}

/** "about 14 days", "about 4 hours", "about 15 minutes" */
export function about(duration: string): string {
  const minutes = durationMinutes(duration)
  if (minutes < 1) return 'at once'
  if (minutes >= 1440) return unit(Math.ceil(minutes / 1440), 'day')
  return minutes >= 60 ? unit(Math.ceil(minutes / 60), 'hour') : unit(Math.ceil(minutes), 'minute')
}
const unit = (count: number, name: string): string => `about ${count} ${plural(count, name, `${name}s`)}`

/** "2 to 4 working days", "within 1 working day", "about 30 minutes": typical to slow, on the clock of the provider. */
export function span(p50: string, p90: string, clock: string): string {
  const [typical, slow] = [durationMinutes(p50), durationMinutes(p90)]
  const working = clock === 'business' ? 'working ' : ''
  if (slow >= 1440) {
    const [from, to] = [Math.floor(typical / 1440), Math.ceil(slow / 1440)]
    const days = `${working}${plural(to, 'day', 'days')}`
    return from === 0 ? `within ${to} ${days}` : from === to ? `about ${to} ${days}` : `${from} to ${to} ${days}`
  }
  if (slow >= 60) return `within ${Math.ceil(slow / 60)} ${plural(Math.ceil(slow / 60), 'hour', 'hours')}`
  return slow < 1 ? 'at once' : `within ${Math.ceil(slow)} ${plural(Math.ceil(slow), 'minute', 'minutes')}`
}
