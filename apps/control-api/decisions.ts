/** Decisions of stored sessions. The store keeps what replay needs; a screen that asks for candidates gets them computed again, the latest ones from memory. */
import type { Candidate } from '#contracts/routing.ts'
import { readOffered, readSnapshotFiles, withTenantRead, type Database, type StoredRouteSession, type TenantContext } from '#database/index.ts'
import { replayDecision } from '#orchestrator/replay.ts'
import type { Routed } from '#orchestrator/route-intent.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import type { SnapshotCache } from '#orchestrator/snapshot-cache.ts'

export type Decided = { readonly routed: Routed; readonly snapshot: Snapshot }

export type Decisions = {
  /** the decision of a session that its reader was allowed to read; null where there is none */
  of(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null>
  /** the same as it is on offer: where it was priced again, the recommended route has the price of that */
  offered(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null>
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

  async function snapshotOf(actor: TenantContext, session: StoredRouteSession, digest: string): Promise<Snapshot> {
    const snapshot = await snapshots.get(digest, () => withTenantRead(db, actor, (tx) => readSnapshotFiles(tx, digest)))
    if (snapshot === null) throw new Error(`session ${session.id}: snapshot ${digest} is not stored`)
    return snapshot
  }

  async function again(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null> {
    const { decision, intent } = session
    if (decision === null) return null
    const snapshot = await snapshotOf(actor, session, decision.snapshot_digest)
    return { snapshot, routed: await replayDecision(snapshot, intent, decision) }
  }

  async function of(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null> {
    if (session.decision === null) return null
    const known = kept.get(session.decision.id)
    const decided = known ?? (await again(actor, session))
    if (decided !== null) remember(session.decision.id, decided)
    return decided
  }

  async function offered(actor: TenantContext, session: StoredRouteSession): Promise<Decided | null> {
    const [decided, id] = [await of(actor, session), session.offered_by]
    if (decided === null || id === null) return decided
    const known = kept.get(id)
    if (known !== undefined) return known
    const repricing = await withTenantRead(db, actor, (tx) => readOffered(tx, id))
    if (repricing === null) throw new Error(`session ${session.id}: re-pricing ${id} is not stored`)
    const snapshot = await snapshotOf(actor, session, repricing.snapshot_digest)
    const priced = await replayDecision(snapshot, { ...session.intent, created_at: repricing.market_clock }, { rulings: repricing.rulings, options: { data_age: 'market_clock', simulation: false } })
    if (priced.result_digest !== repricing.result_digest) throw new Error(`re-pricing ${id} is not what was stored`)
    const shown = withOffer(decided, priced.decided.describe(repricing.candidate_id)!)
    remember(id, shown)
    return shown
  }

  return { again, of, offered }
}

/** The decision with its recommended route as it was priced last; everything else as it was decided. */
function withOffer({ snapshot, routed }: Decided, offer: Candidate): Decided {
  const { decision } = routed
  const candidates = decision.candidates.map((candidate) => (candidate.id === decision.recommended_id ? { ...offer, id: candidate.id, rank: candidate.rank, lost: null } : candidate))
  return { snapshot, routed: { ...routed, decision: { ...decision, candidates } } }
}
