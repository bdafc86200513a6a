/** What a feed of reference rates says, as mids against USD of the company's own market: believed whole or not at all. Pure. */
import type { ObservedMid } from '#contracts/market-overlay.ts'
import { instantOf } from './calendar.ts'
import type { DatasetIssue } from './dataset.ts'
import { compare, div, fromDecimal, fromInteger } from './rational.ts'
import type { Snapshot } from './snapshot.ts'

/** A mid that is this many times the one before, or less than its share of it, is taken for a wrong pair or a slipped point. */
const JUMP_MAX = fromInteger(2)

/**
 * The mids that are newer than what the market stands on, and what cannot be. Only rates of USD in a currency of the data count; others are of no use here.
 * `market_clock`: a rate that was observed behind it is from the future.
 */
export function midsToLay(snapshot: Pick<Snapshot, 'usd_mids' | 'over' | 'dataset'>, rates: readonly { readonly base: string; readonly quote: string; readonly mid: string; readonly observed_at: string; readonly source: string }[], market_clock: string): { readonly mids: readonly ObservedMid[]; readonly issues: readonly DatasetIssue[] } {
  const issues: DatasetIssue[] = []
  const mids: ObservedMid[] = []
  for (const { base, quote, mid, observed_at, source } of rates) {
    const known = base === 'USD' ? snapshot.usd_mids.get(quote) : undefined
    if (known === undefined || quote === 'USD') continue
    const wrong = (field: string, message: string): void => void issues.push({ file: 'rates', record: `USD/${quote}`, field, message })
    const at_s = instantOf(observed_at)
    if (at_s > instantOf(market_clock)) { wrong('observed_at', 'is later than the market’s clock'); continue }
    const times = div(fromDecimal(mid), known.exact)
    if (compare(times, JUMP_MAX) > 0 || compare(times, div(fromInteger(1), JUMP_MAX)) < 0) { wrong('mid', 'is more than twice, or less than half, of the mid in force'); continue }
    const at = new Date(at_s * 1000).toISOString().replace('.000Z', 'Z')
    const before = snapshot.over?.overlay.mids.find((each) => each.quote === quote)
    const older = before === undefined ? at.slice(0, 10) < snapshot.dataset.rates.as_of : at <= before.observed_at
    if (!older) mids.push({ quote, mid, observed_at: at, source })
  }
  return { mids, issues }
}
