/** A clock that a test moves by hand: what is due runs in order, and whatever it awakens runs before the clock goes on. */
import type { Clock } from '../connectors/guard.ts'

export type HandClock = Clock & { pass(ms: number): Promise<void> }

const settle = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve() }

export function handClock(start_ms = 0): HandClock {
  let now_ms = start_ms
  let order = 0
  const due = new Map<number, { readonly at_ms: number; readonly run: () => void }>()
  return {
    now: () => now_ms,
    after(delay_ms, run) {
      const id = ++order
      due.set(id, { at_ms: now_ms + delay_ms, run })
      return () => void due.delete(id)
    },
    async pass(ms) {
      const until_ms = now_ms + ms
      for (;;) {
        await settle()
        const [next] = [...due].filter(([, { at_ms }]) => at_ms <= until_ms).sort(([a, x], [b, y]) => x.at_ms - y.at_ms || a - b)
        if (next === undefined) break
        due.delete(next[0])
        now_ms = next[1].at_ms
        next[1].run()
      }
      now_ms = until_ms
      await settle()
    },
  }
}
