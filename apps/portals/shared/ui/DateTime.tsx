import { useClock } from '../clock.ts'
import { formatDay, formatInstant, formatRelative, zoneCity } from '../time.ts'

/** When: relative in sight, absolute with its zone on hover and for assistive technology; or the absolute one with `absolute`. */
export function DateTime({ at, absolute, day, zone, className = '' }: {
  at: string; absolute?: boolean; day?: boolean; zone?: string; className?: string
}) {
  const clock = useClock()
  const timeZone = zone ?? clock.time_zone
  const full = `${formatInstant(at, timeZone)} ${zoneCity(timeZone)}`
  const text = day ? formatDay(at, timeZone) : absolute ? full : formatRelative(at, clock.now())
  return <time dateTime={at} title={full} className={`whitespace-nowrap ${className}`}>{text}</time>
}
