/** What of a session stands: the candidate that was recommended, or the one that was offered after it; and how many people must approve it. */
import type { Candidate } from '#contracts/routing.ts'
import { readApprovalRulesInForce, type ApprovalRulesInForce, type StoredRouteSession, type Tx } from '#database/index.ts'
import { rulesOf } from '#execution/approval-rules.ts'
import { fourEyesOf, type FourEyes } from '#execution/four-eyes.ts'
import type { ExecutionMode } from '#execution/mode.ts'
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

type Judged = Pick<StoredRouteSession, 'corridor_id' | 'decision' | 'mode_ceiling'>
/** What the rules ask for, and which set of them; null is the one that FlowClaw comes with. */
export type Asked = FourEyes & { readonly rules_version: number | null }
/** Of a session that has no route nothing is asked, and nothing of it can be agreed to. */
export const NOTHING_ASKED: Asked = { required: 1, because: [], rules_version: null }

/** How many must approve this candidate of this session, and why, by a set of rules. Before it is executed the ceiling stands for the mode. */
export const fourEyesBy = (set: ApprovalRulesInForce | null, session: Judged, candidate: Candidate, snapshot: Snapshot, mode: ExecutionMode = session.mode_ceiling): Asked => ({
  ...fourEyesOf({
    corridor_id: session.corridor_id, candidate, other_route: isOtherRoute(session, candidate.id), mode, usd_per_unit: midBetween(snapshot.usd_mids, candidate.sent.currency, 'USD'),
  }, rulesOf(set?.rules ?? null)),
  rules_version: set?.version ?? null,
})

/** The same by the rules in force, read in the transaction that writes it down or goes on by it. */
export const fourEyesNow = async (tx: Tx, session: Judged, candidate: Candidate, snapshot: Snapshot, mode?: ExecutionMode): Promise<Asked> =>
  fourEyesBy(await readApprovalRulesInForce(tx), session, candidate, snapshot, mode)
