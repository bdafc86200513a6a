import { useEffect, useState } from 'react'
import { useClock } from '../../../shared/clock.ts'

/** The market clock, epoch milliseconds, read again every second. A demo market stands still, and so does this. */
export function useTick(): number {
  const { now } = useClock()
  const [at_ms, setAt] = useState(now)
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 1_000)
    return () => clearInterval(timer)
  }, [now])
  return at_ms
}
