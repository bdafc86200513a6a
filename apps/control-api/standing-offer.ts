/** What of a session stands: the candidate that was recommended, or the one that was offered after it; and how many people must approve it. */
import type { Candidate } from '#contracts/routing.ts'
import type { StoredRouteSession } from '#database/index.ts'
import { fourEyesOf, type ExecutionMode, type FourEyes } from '#execution/four-eyes.ts'
import { midBetween } from '#orchestrator/leg.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import type { Decided } from './decisions.ts'

/** The candidate that stands; null where there is no route. */
export function standingCandidate(session: Pick<StoredRouteSession, 'offer'>, decided: Decided | null): Candidate | null {
  if (session.offer !== null) return session.offer.candidate
  const decision = decided?.routed.decision
  return decision?.candidates.find(({ id }) => id === decision.recommended_id) ?? null
}

/** Whether it is another one than the decision recommended. */
export const isOtherRoute = (session: Pick<StoredRouteSession, 'decision'>, candidate_id: string): boolean => session.decision?.recommended_id !== candidate_id

/** How many must approve this candidate of this session, and why; in its ceiling's mode, or in another one that is asked for. */
export const fourEyesFor = (session: Pick<StoredRouteSession, 'corridor_id' | 'decision' | 'mode_ceiling'>, candidate: Candidate, snapshot: Snapshot, mode: ExecutionMode = session.mode_ceiling): FourEyes => fourEyesOf({
  corridor_id: session.corridor_id, candidate, other_route: isOtherRoute(session, candidate.id), mode, usd_per_unit: midBetween(snapshot.usd_mids, candidate.sent.currency, 'USD'),
})
