/** The payments of a session's invoice: as they stand, and whether one more would be too much. */
import type { Actor } from '#contracts/roles.ts'
import type { InvoiceStanding } from '#contracts/api/invoices.ts'
import { readInvoiceParts, readRouteSession, readSnapshotFiles, withTenantRead, type StoredRouteSession, type Tx } from '#database/index.ts'
import { invoiceStanding, wouldExceed } from '#execution/checks/invoice.ts'
import { midBetween } from '#orchestrator/leg.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { readMarket } from './market.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

const midOf = (snapshot: Snapshot) => (from: string, to: string) => midBetween(snapshot.usd_mids, from, to)
const partsOf = (tx: Tx, session: StoredRouteSession, hold: boolean) => readInvoiceParts(tx, { merchant_id: session.merchant_id, supplier_id: session.supplier_id, invoice_number: session.invoice_number, session_id: session.id, hold })

/** The invoice of a session as its reader may see it, at the mid rates of today's data. */
export async function readInvoiceToShow(deps: AppDeps, actor: Actor, session_id: string): Promise<InvoiceStanding> {
  const found = await withTenantRead(deps.db, actor, async (tx) => {
    const session = await readRouteSession(tx, session_id, { merchant_id: visibleMerchantId(actor) })
    if (session === null) return null
    const [{ snapshot }, parts] = await Promise.all([readMarket(deps, tx), partsOf(tx, session, false)])
    return { session: mustSee(actor, session), snapshot, parts }
  })
  if (found === null) throw new ProblemError('not_found')
  if (found.snapshot === null) throw new ProblemError('unavailable')
  return invoiceStanding(found.session.invoice_number, found.session.intent.invoice_currency, found.parts, midOf(found.snapshot))
}

/** Whether the payments of the invoice would come to more than its total with this one, at the mid rates it was routed with. Nobody agrees to another payment of the invoice until the transaction ends. */
export async function exceedsInvoice(deps: Pick<AppDeps, 'snapshots'>, tx: Tx, session: StoredRouteSession): Promise<boolean> {
  const { decision } = session
  if (decision === null) return false
  const parts = await partsOf(tx, session, true)
  const snapshot = await deps.snapshots.get(decision.snapshot_digest, () => readSnapshotFiles(tx, decision.snapshot_digest))
  if (snapshot === null) throw new Error(`session ${session.id}: snapshot ${decision.snapshot_digest} is not stored`)
  return wouldExceed(session.id, session.intent.invoice_currency, parts, midOf(snapshot))
}
