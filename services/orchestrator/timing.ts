/** When each hop of a route ends, at p50 and at p90 (corridors/README "Time"). */
import { addBusiness, addBusinessAtLeast, type OpenDays } from './calendar.ts'
import type { Leg } from './leg.ts'
import type { Corridor } from './snapshot.ts'

export const finish = (days: OpenDays | null, t: number, duration_s: number): number => (days === null ? t + duration_s : addBusiness(days, t, duration_s))

/** The least that `finish` can give for t or any later start. */
export const finishAtLeast = (days: OpenDays | null, t: number, duration_s: number): number => (days === null ? t + duration_s : addBusinessAtLeast(days, t, duration_s))

/** Epoch seconds at which each hop ends, the first starting at `start`. */
export function endsAtP50(legs: readonly Leg[], start: number): number[] {
  let t = start
  return legs.map((leg) => (t = finish(leg.days, t, leg.p50_s)))
}
export function endsAtP90(corridor: Corridor, legs: readonly Leg[], start: number): number[] {
  let t = start
  return legs.map((leg) => {
    const { p90_s, days } = corridor.p90[leg.ordinal]!
    return (t = finish(days, t, p90_s))
  })
}

export function arrivalP50(legs: readonly Leg[], start: number): number {
  let t = start
  for (const leg of legs) t = finish(leg.days, t, leg.p50_s)
  return t
}
export function arrivalP90(corridor: Corridor, legs: readonly Leg[], start: number): number {
  let t = start
  for (const leg of legs) {
    const { p90_s, days } = corridor.p90[leg.ordinal]!
    t = finish(days, t, p90_s)
  }
  return t
}
