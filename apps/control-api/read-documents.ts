/** The papers of a merchant as they stand today in its country, and what its quarter has left under capped documents. */
import type { Static } from 'typebox'
import type { Actor } from '#contracts/roles.ts'
import type { MerchantDocuments, PeriodUse } from '#contracts/api/merchant-documents.ts'
import { minorDigits } from '#contracts/money.ts'
import { listMerchantDocuments, readMerchant, readPeriodTotals, withTenantRead, type MerchantRow, type Tx } from '#database/index.ts'
import { sumAt } from '#execution/checks/papers.ts'
import { marketClock } from '#orchestrator/intent-of-request.ts'
import { midBetween } from '#orchestrator/leg.ts'
import { toDecimalUp } from '#orchestrator/rational.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { merchantDocumentOf } from './check-views.ts'
import { readMarket, type Market } from './market.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

/** The merchant, if the actor sees it; null alike for one that is another's and one that is not there. */
export async function readVisibleMerchant(tx: Tx, actor: Actor, id: string): Promise<MerchantRow | null> {
  const [merchant, only] = [await readMerchant(tx, id), visibleMerchantId(actor)]
  return merchant === null || (only !== null && merchant.id !== only) ? null : merchant
}

/** Today in a country, by the tenant's market clock: papers are valid by the day of the place where they are shown. Null without corridor data. */
export const todayIn = ({ settings, snapshot }: Market, country: string, now: Date): string | null => (snapshot === null ? null : marketClock(settings, now, snapshot, country).slice(0, 10))

export async function readDocumentsToShow(deps: AppDeps, actor: Actor, merchant_id: string): Promise<Static<typeof MerchantDocuments>> {
  // Ahead of the statements: what throws beside them leaves them behind.
  const now = deps.now()
  const found = await withTenantRead(deps.db, actor, async (tx) => {
    const merchant = await readVisibleMerchant(tx, actor, merchant_id)
    if (merchant === null) return null
    const [market, rows, totals] = await Promise.all([readMarket(deps, tx), listMerchantDocuments(tx, merchant_id), readPeriodTotals(tx, merchant_id, { wall_clock: now.toISOString() })])
    return { merchant, market, rows, totals }
  })
  if (found === null) throw new ProblemError('not_found')
  const { merchant, market: { snapshot }, rows, totals } = found
  if (snapshot === null) return { items: [], periods: [] }
  const day = todayIn(found.market, merchant.country, now)!
  return { items: rows.map((row) => merchantDocumentOf(row, snapshot.documents.title(row.code), day)), periods: periodsOf(snapshot, merchant.country, totals) }
}

/** Each cap of a quarter that binds where the merchant is, once, with what its own sessions commit under the document, at mid and rounded up. */
function periodsOf(snapshot: Snapshot, country: string, totals: Awaited<ReturnType<typeof readPeriodTotals>>): PeriodUse[] {
  const caps = new Map<string, PeriodUse>()
  for (const [corridor_id, corridor] of snapshot.corridors) {
    if (corridor.record.source.country !== country) continue
    for (const { status, match } of corridor.rules) {
      const [cap, code] = [match.cumulative_gt, match.requires]
      if (cap === undefined || code === undefined || cap.period !== 'P3M' || status === 'review') continue
      const key = `${code}|${cap.amount}|${cap.currency}`
      if (caps.has(key)) continue
      const used = toDecimalUp(sumAt(totals.filter(({ document }) => document === code), cap.currency, (from, to) => midBetween(snapshot.usd_mids, from, to)), minorDigits(cap.currency))
      caps.set(key, { code, title: snapshot.documents.title(code), corridor_id, used: { amount: used, currency: cap.currency }, cap: { amount: cap.amount, currency: cap.currency }, period: 'P3M' })
    }
  }
  return [...caps.values()]
}
