/** Looks at boot and every half minute for calls whose process is gone, and marks them unknown. Any number of servers may do so. */
import { sweepCalls, type Database, type SweptCall } from '#database/index.ts'
import type { Clock } from './guard.ts'

const EVERY_MS = 30_000
export type CallSweep = { start(): void; /** resolves when nothing of it runs any more */ stop(): Promise<void> }

export function createCallSweep(given: { readonly db: Database; readonly clock: Clock; readonly onSwept: (calls: readonly SweptCall[]) => void; readonly onTrouble: (cause: unknown) => void }): CallSweep {
  let cancel: (() => void) | null = null
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  const round = async (): Promise<void> => {
    try {
      const swept = await sweepCalls(given.db)
      if (swept.length > 0) given.onSwept(swept)
    } catch (cause) {
      // The next round finds them.
      given.onTrouble(cause)
    }
    if (!stopped) cancel = given.clock.after(EVERY_MS, () => { running = round() })
  }
  return {
    start() { running = round() },
    async stop() {
      stopped = true
      cancel?.()
      await running
    },
  }
}
