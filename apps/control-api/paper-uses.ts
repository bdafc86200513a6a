/** What a payment takes of its merchant's recorded papers, written when its route is agreed to. */
import { holdDocuments, isSpentAndWithdrawn, readDocumentUses, readSnapshotFiles, saveDocumentUse, type StoredRouteSession, type TenantSettings, type Tx } from '#database/index.ts'
import { usesOf } from '#execution/checks/papers.ts'
import { marketClock } from '#orchestrator/intent-of-request.ts'
import { midBetween } from '#orchestrator/leg.ts'
import type { AppDeps } from './deps.ts'

/** Codes whose paper serves for one that is needed, itself first. */
type Codes = readonly string[]

/**
 * Takes what the supplier gets of the value of each recorded paper that the route goes through; false where a paper has not enough left, and then
 * nothing may be kept. Called again for another route of the session it takes for that one, and what the first took is free.
 */
export async function takePapers(deps: Pick<AppDeps, 'snapshots' | 'now'>, tx: Tx, session: StoredRouteSession, settings: TenantSettings): Promise<boolean> {
  const [{ decision }, paid] = [session, session.receives ?? session.sends]
  const wanted = session.documents_used ?? []
  if (decision === null || paid === null || wanted.length === 0) return true
  const snapshot = await deps.snapshots.get(decision.snapshot_digest, () => readSnapshotFiles(tx, decision.snapshot_digest))
  if (snapshot === null) throw new Error(`session ${session.id}: snapshot ${decision.snapshot_digest} is not stored`)
  const serving = wanted.map((code): Codes => [code, ...snapshot.documents.equivalents(code)])
  const day = marketClock(settings, deps.now(), snapshot, session.merchant.country).slice(0, 10)
  const papers = await holdDocuments(tx, { merchant_id: session.merchant_id, session_id: session.id, codes: [...new Set(serving.flat())], day })
  // A paper that was withdrawn when it was used up has left its uses behind: another of its kind is recorded before anything more is agreed to under it.
  const unheld = serving.filter((some) => !papers.some(({ code }) => some.includes(code))).flat()
  if (unheld.length > 0 && (await isSpentAndWithdrawn(tx, { merchant_id: session.merchant_id, session_id: session.id, codes: unheld }))) return false
  const codes = [...new Set(serving.flatMap((some) => some.find((code) => papers.some((paper) => paper.code === code)) ?? []))]
  const uses = usesOf(codes, papers, paid, (from, to) => midBetween(snapshot.usd_mids, from, to))
  if (uses === null) return false
  for (const use of uses) await saveDocumentUse(tx, { session_id: session.id, ...use })
  for (const { document_id, currency } of await readDocumentUses(tx, session.id)) {
    if (!uses.some((use) => use.document_id === document_id)) await saveDocumentUse(tx, { session_id: session.id, document_id, money: { amount: '0', currency } })
  }
  return true
}
