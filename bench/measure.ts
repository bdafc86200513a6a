/** What every part of the bench reports, and the statistics it uses. */

/** One measured figure. `baseline` names what it is held against, null where it stands alone. */
export type Figure = { readonly id: string; readonly value: number; readonly unit: string; readonly baseline: string | null }

export const figure = (id: string, value: number, unit: string, baseline: string | null = null): Figure => ({ id, value: Number(value.toPrecision(4)), unit, baseline })

/** The q-quantile of measurements, nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

/** Milliseconds of each call, after a warm-up over the same arguments. */
export function timed<T>(items: readonly T[], warmups: number, work: (item: T) => unknown): number[] {
  for (let i = 0; i < warmups; i++) work(items[i % items.length]!)
  return items.map((item) => {
    const started = performance.now()
    work(item)
    return performance.now() - started
  })
}

/** How often a second `work` runs, over at least `for_ms`. `per_call` is how many operations one call is. */
export async function perSecond(for_ms: number, per_call: number, work: () => unknown): Promise<number> {
  for (let i = 0; i < 5; i++) await work()
  const started = performance.now()
  let calls = 0
  while (performance.now() - started < for_ms) {
    await work()
    calls++
  }
  return (calls * per_call * 1000) / (performance.now() - started)
}
