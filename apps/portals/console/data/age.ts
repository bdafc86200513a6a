/** Words for how old prices are. */
import type { MarketDataState } from '../../api/types.ts'
import type { Tone } from '../../shared/ui/index.ts'

export type Age = NonNullable<MarketDataState['age']>

const prices = (count: number, of: number): string => `${count} of ${of} providers’ prices ${count === 1 ? 'is' : 'are'}`

/** One sentence, and how grave it is. */
export function ageWords({ providers, stale, refused }: Age): { readonly tone: Tone; readonly title: string } {
  if (refused > 0) return { tone: 'attention', title: `${prices(refused, providers)} too old for any route` }
  if (stale > 0) return { tone: 'attention', title: `${prices(stale, providers)} older than they may be` }
  return { tone: 'success', title: 'All prices are fresh by the market clock' }
}

/** "29 September 2026" of a day or of an instant, on the calendar of the instant's own offset. */
export const dayWords = (at: string): string => new Date(`${at.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
