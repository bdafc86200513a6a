/** A small seeded generator (mulberry32), so that a failing case can be run again from its seed. */
export type Random = {
  /** in [0, 1) */
  next(): number
  /** a whole number from low to high, both included */
  integer(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  chance(probability: number): boolean
  some<T>(from: readonly T[], probability: number): T[]
}

/** The same seed gives the same numbers on any machine. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next, integer,
    pick: (from) => from[integer(0, from.length - 1)]!,
    chance: (probability) => next() < probability,
    some: (from, probability) => from.filter(() => next() < probability),
  }
}
