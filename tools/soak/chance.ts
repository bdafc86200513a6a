/** Chance that can be repeated: the same seed and name give the same draws on every machine. */
import { createHash } from 'node:crypto'

export type Chance = {
  /** a whole number from 0 up to below `n` */
  below(n: number): number
  /** true in `pct` of 100 draws */
  oneIn100(pct: number): boolean
  pick<T>(from: readonly T[]): T
}

/** Draws of its own for each name, so that one actor's do not move with how often another one draws. */
export function chanceOf(seed: number, name: string): Chance {
  let block = Buffer.alloc(0)
  let round = 0
  const next = (): number => {
    if (block.length < 4) block = createHash('sha256').update(`flowclaw soak ${seed} ${name} ${round++}`).digest()
    const drawn = block.readUInt32BE(0)
    block = block.subarray(4)
    return drawn
  }
  const below = (n: number): number => next() % n
  return { below, oneIn100: (pct) => below(100) < pct, pick: (from) => from[below(from.length)]! }
}
