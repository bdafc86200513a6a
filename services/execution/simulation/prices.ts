/**
 * A market that moves while a simulated route runs: one random walk a currency against the dollar, so that any two pairs agree with the third. A move is
 * a factor in billionths, an exact fraction from then on.
 */
import type { Rational } from '#orchestrator/rational.ts'
import type { Chance } from './chance.ts'

/** Deviation of the logarithm of a currency against the dollar over one day, in parts per million. Made up, as the rest of a simulation. */
const DAILY_PPM: Readonly<Record<string, number>> = {
  NGN: 8_000, GHS: 6_000, KES: 3_000, ZAR: 7_000, CNY: 1_500, CNH: 1_800, HKD: 200, AED: 50, EUR: 4_000, GBP: 4_500, USD: 0, USDT: 300, USDC: 200,
}
const UNKNOWN_PPM = 8_000
const BILLION = 1_000_000_000n
/** No currency moves by more than so much of itself: e^±0.3. */
const MOST = 0.3

export type Market = {
  /** by how much the rate from one currency to another has moved since the start; times must not go back */
  move(from: string, to: string, at_ms: number): Rational
}

/** A market that stands still at `start_ms` and walks from there. `calm` 1 is as above, 0 is a market that never moves. */
export function marketFrom(start_ms: number, chance: Chance, calm: number): Market {
  const walks = new Map<string, { at_ms: number; log: number; readonly chance: Chance }>()
  const logOf = (currency: string, at_ms: number): number => {
    let walk = walks.get(currency)
    if (walk === undefined) walks.set(currency, (walk = { at_ms: start_ms, log: 0, chance: chance.of(currency) }))
    const days = Math.max(0, at_ms - walk.at_ms) / 86_400_000
    if (days > 0) {
      const daily = (Object.hasOwn(DAILY_PPM, currency) ? DAILY_PPM[currency]! : UNKNOWN_PPM) / 1_000_000
      walk.log = Math.max(-MOST, Math.min(MOST, walk.log + calm * daily * Math.sqrt(days) * walk.chance.normal()))
      walk.at_ms = at_ms
    }
    return walk.log
  }
  return {
    move(from, to, at_ms) {
      if (from === to) return { n: 1n, d: 1n }
      return { n: BigInt(Math.round(Math.exp(logOf(to, at_ms) - logOf(from, at_ms)) * 1e9)), d: BILLION }
    },
  }
}
