/** Places for calls that are out, and a short bounded queue before them: a slow connector takes its own places and nobody else's. */
export type BulkheadSettings = { readonly in_flight: number; readonly queued: number }
export type Bulkhead = {
  /** A place, as the function that gives it back; null where the queue is full or the wait was given up. */
  enter(signal: AbortSignal): Promise<(() => void) | null>
  /** how many are out and how many wait */
  load(): { readonly in_flight: number; readonly queued: number }
}

export function makeBulkhead(settings: BulkheadSettings): Bulkhead {
  let in_flight = 0
  const waiting: (() => void)[] = []
  const place = (): (() => void) => {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = waiting.shift()
      // The place goes from hand to hand, so that nobody who comes in between can take it.
      if (next === undefined) in_flight--
      else next()
    }
  }
  return {
    load: () => ({ in_flight, queued: waiting.length }),
    async enter(signal) {
      if (signal.aborted) return null
      if (in_flight < settings.in_flight) {
        in_flight++
        return place()
      }
      if (waiting.length >= settings.queued) return null
      return new Promise((resolve) => {
        const given = (): void => {
          signal.removeEventListener('abort', gaveUp)
          resolve(place())
        }
        const gaveUp = (): void => {
          waiting.splice(waiting.indexOf(given), 1)
          resolve(null)
        }
        waiting.push(given)
        signal.addEventListener('abort', gaveUp, { once: true })
      })
    },
  }
}
