/** What of a session stands: the candidate that was recommended, or the one that was offered after it; and how many people must approve it. */
import type { Candidate } from '#contracts/routing.ts'
import { readRulesInForce, type AskedApprovals, type RulesInForce, type StoredRouteSession, type Tx } from '#database/index.ts'
import { rulesThatCount } from '#execution/approval-rules.ts'
import { fourEyesOf, type ExecutionMode } from '#execution/four-eyes.ts'
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

type Of = Pick<StoredRouteSession, 'corridor_id' | 'decision' | 'mode_ceiling'>

/** How many must approve this candidate of this session under these rules (null: the product's own), and why. With `mode`, when it is executed in that. */
export const fourEyesFor = (session: Of, candidate: Candidate, snapshot: Snapshot, own: RulesInForce | null, mode?: ExecutionMode): AskedApprovals => ({
  ...fourEyesOf({
    corridor_id: session.corridor_id, candidate, other_route: isOtherRoute(session, candidate.id), modes: [session.mode_ceiling, ...(mode === undefined ? [] : [mode])],
    usd_per_unit: midBetween(snapshot.usd_mids, candidate.sent.currency, 'USD'),
  }, rulesThatCount(own)),
  rules_version: own?.version ?? null,
})

/** The same by the rules that are in force as the transaction stands. */
export const askApprovals = async (tx: Tx, session: Of, candidate: Candidate, snapshot: Snapshot): Promise<AskedApprovals> => fourEyesFor(session, candidate, snapshot, await readRulesInForce(tx))

type Agreed = Of & Pick<StoredRouteSession, 'required_approvals' | 'four_eyes_because' | 'approval_rules'>

/**
 * What an agreement asked for, or what the rules of now ask for where that is more: a change of rules makes what was agreed before it stricter and never laxer.
 * While the rules are the same ones the number stands as it was found, whatever mids do, but for a mode that nobody knew of then.
 */
export function approvalsNow(session: Agreed, candidate: Candidate | null, snapshot: Snapshot | null, own: RulesInForce | null, mode?: ExecutionMode): AskedApprovals {
  const agreed: AskedApprovals = { required: session.required_approvals, because: session.four_eyes_because, rules_version: session.approval_rules?.version ?? null }
  const same = agreed.rules_version === (own?.version ?? null) && (mode === undefined || mode === session.mode_ceiling)
  if (same || candidate === null || snapshot === null) return agreed
  const now = fourEyesFor(session, candidate, snapshot, own, mode)
  return now.required > agreed.required ? now : agreed
}
