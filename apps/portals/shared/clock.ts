import { createContext, useContext } from 'react'

export type Clock = { readonly time_zone: string; readonly now: () => number }

/** The tenant's market clock and zone. A demo market stands still, so "in 24 min" must not run on the machine's clock. */
export const ClockContext = createContext<Clock>({ time_zone: 'UTC', now: () => Date.now() })
export const useClock = (): Clock => useContext(ClockContext)

/** The wall clock, for what runs on it whatever the market does: how long a claim lasts. */
export const wallNow = (): number => Date.now()
