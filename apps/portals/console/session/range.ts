/** Dates as the desk reads them, in the supplier's zone. */
import { formatDay } from '../../shared/time.ts'

/** "9–14 Oct", "31 Oct–15 Dec", "9 Oct" */
export function dayRange(from: string, to: string, zone: string): string {
  const first = formatDay(from, zone).split(' ').slice(1)
  const last = formatDay(to, zone).split(' ').slice(1)
  if (first.join(' ') === last.join(' ')) return first.join(' ')
  return first[1] === last[1] ? `${first[0]}–${last.join(' ')}` : `${first.join(' ')}–${last.join(' ')}`
}
