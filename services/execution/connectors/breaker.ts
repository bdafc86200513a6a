/** A circuit breaker as a value: closed, open after failures in a row, and half-open when it has rested, for one try. */
export type BreakerSettings = { readonly failures: number; /** how long it rests before one call may try */ readonly rest_ms: number }
export type Breaker =
  | { readonly state: 'closed'; readonly failures: number }
  | { readonly state: 'open'; readonly until_ms: number }
  | { readonly state: 'half_open' }

export const CLOSED: Breaker = { state: 'closed', failures: 0 }

/** Whether a call may go out now, and the breaker after that was said. In half-open one call is out and nobody else may. */
export function permit(breaker: Breaker, now_ms: number): { readonly may: boolean; readonly breaker: Breaker } {
  if (breaker.state === 'closed') return { may: true, breaker }
  if (breaker.state === 'open' && now_ms >= breaker.until_ms) return { may: true, breaker: { state: 'half_open' } }
  return { may: false, breaker }
}

/** The breaker after a call that was permitted ended. A call from before it opened neither closes it nor lets it rest longer. */
export function settled(breaker: Breaker, went_well: boolean, now_ms: number, settings: BreakerSettings): Breaker {
  if (breaker.state === 'open') return breaker
  if (went_well) return CLOSED
  if (breaker.state === 'closed' && breaker.failures + 1 < settings.failures) return { state: 'closed', failures: breaker.failures + 1 }
  return { state: 'open', until_ms: now_ms + settings.rest_ms }
}
