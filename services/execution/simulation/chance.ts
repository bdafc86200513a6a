/** Seeded chance: xoshiro128** from the SHA-256 of a text. The same text gives the same numbers on any machine. */
import { createHash } from 'node:crypto'

export type Chance = {
  /** from 0 up to, without, 1 */
  next(): number
  /** a whole number from low to high, both included */
  integer(low: number, high: number): number
  happens(probability: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
  /** of the normal distribution: mean 0, deviation 1, cut at six deviations */
  normal(): number
  /** its own chance for a part, so that one part more draws nothing away from the others */
  of(part: string): Chance
}

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
const MOST_DEVIATIONS = 6

/** Chance from a seed: any text, the empty one too. */
export function chanceFrom(seed: string): Chance {
  const digest = createHash('sha256').update(seed).digest()
  // A digest of which these words are all zero, in which the generator would stand still, is not met.
  let [a, b, c, d] = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)]
  const next = (): number => {
    const drawn = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 11)
    return drawn / 4_294_967_296
  }
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    next, integer,
    happens: (probability) => next() < probability,
    pick: (from) => from[integer(0, from.length - 1)]!,
    // Box and Muller; 1 − next() is never zero.
    normal: () => Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()))),
    of: (part) => chanceFrom(JSON.stringify([seed, part])),
  }
}
