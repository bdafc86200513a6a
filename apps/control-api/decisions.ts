/** Decisions of stored sessions. The store keeps what replay needs; a screen that asks for candidates gets them computed again, the latest ones from memory. */
import { readSnapshotFiles, withTenantRead, type Database, type StoredRouteSession, type TenantContext } from '#database/index.ts'
import { replayDecision } from '#orchestrator/replay.ts'
import type { Routed } from '#orchestrator/route-intent.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import type { SnapshotCache } from '#orchestrator/snapshot-cache.ts'

export type Decided = { readonly routed: Routed; readonly snapshot: Snapshot }

export type Decisions = {
  /** the decision of a session that its reader was allowed to read; null where there is none */
  of(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null>
  /** the same, computed afresh even if it is in memory: replay is evidence only when it is done */
  again(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null>
}

const KEPT_MAX = 64

export function createDecisions(db: Database, snapshots: SnapshotCache): Decisions {
  const kept = new Map<string, Decided>()

  function remember(decision_id: string, decided: Decided): void {
    kept.delete(decision_id)
    kept.set(decision_id, decided)
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!)
  }

  async function again(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null> {
    const { decision, intent } = session
    if (decision === null) return null
    const digest = decision.snapshot_digest
    const snapshot = await snapshots.get(digest, () => withTenantRead(db, actor, (tx) => readSnapshotFiles(tx, digest)))
    if (snapshot === null) throw new Error(`session ${session.id}: snapshot ${digest} is not stored`)
    return { snapshot, routed: await replayDecision(snapshot, intent, decision) }
  }

  return {
    again,
    async of(actor, session) {
      if (session.decision === null) return null
      const known = kept.get(session.decision.id)
      const decided = known ?? (await again(actor, session))
      if (decided !== null) remember(session.decision.id, decided)
      return decided
    },
  }
}
