/** Caps on what a merchant pays under one document in a period, asked again when a route is agreed to: other payments may have used them up meanwhile. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { intentKeysHold } from './intent-context.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The id of the first rule of the corridor by which a payment under these documents is over a cap of its period; null when none is. `intent` holds
 * the period's totals as they are now. A rule under review caps nothing, as in the flags of a decision.
 */
export function crossedPeriodCap(snapshot: Snapshot, intent: PaymentIntent, documents: readonly string[]): string | null {
  const corridor = snapshot.corridors.get(intent.corridor_id)
  if (corridor === undefined) return null
  const crossed = corridor.rules.find(({ status, match }) =>
    match.cumulative_gt !== undefined && status !== 'review' && documents.includes(match.requires!) && intentKeysHold(match, snapshot, intent, corridor))
  return crossed?.id ?? null
}
