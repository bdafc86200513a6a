/** Who approved what of a session, and whether it still counts. */
import type { Static } from 'typebox'
import type { ApprovalView, OfferView } from '#contracts/api/route-sessions.ts'
import type { ApprovalRow, AskedApprovals, RulesInForce, StoredRouteSession } from '#database/index.ts'
import { reasonSentence, rulesThatCount } from '#execution/approval-rules.ts'
import type { Decided } from './decisions.ts'
import { approvalsNow, standingCandidate } from './standing-offer.ts'

type Of = Pick<StoredRouteSession, 'approvals' | 'content_version' | 'details_version' | 'requested_by' | 'accepted_by' | 'required_approvals'>

const isOwn = ({ requested_by, accepted_by }: Of, user_id: string): boolean => user_id === requested_by.user_id || user_id === accepted_by

/** Of what stands now, under these bank details; and none of one's own where more than one is asked for, whatever was asked for when it was given. */
const holds = (session: Of, required: number, approval: ApprovalRow): boolean =>
  approval.content_version === session.content_version && approval.details_version === session.details_version && (required === 1 || !isOwn(session, approval.user_id))

/** The approvals that count; those of another offer, or of other bank details, have no force. The database counts the same (0044). */
export const approvalsThatHold = (session: Of, required = session.required_approvals): ApprovalRow[] => session.approvals.filter((approval) => holds(session, required, approval))

/** How many must approve, by which rules, and who did. `own`: the company's rules that are in force, where they are asked again; undefined where what was agreed is told. */
export type Asked = AskedApprovals & { readonly held: number; readonly why: readonly string[] }
export function askedOf({ session, decided, own }: { readonly session: StoredRouteSession; readonly decided: Decided | null; readonly own?: RulesInForce | null }): Asked {
  const again = own !== undefined && (session.state === 'accepted' || session.state === 'approved') && session.agreed_content_version === session.content_version
  const asked = approvalsNow(session, standingCandidate(session, decided), decided?.snapshot ?? null, again ? own : session.approval_rules)
  const rules = rulesThatCount(asked.rules_version === (session.approval_rules?.version ?? null) ? session.approval_rules : (own ?? null))
  // A rule about a corridor asks only there, so its corridor is the session's.
  const why = asked.because.map((id) => rules.find((rule) => rule.id === id)).map((rule, i) => (rule === undefined ? asked.because[i]! : reasonSentence(rule, () => session.corridor_name)))
  return { ...asked, held: approvalsThatHold(session, asked.required).length, why }
}

export function approvalView(session: StoredRouteSession, { required, because, held, why }: Asked): Static<typeof ApprovalView> {
  const { content_version, agreed_content_version } = session
  return {
    content_version, agreed: agreed_content_version === content_version, required, held, because: [...because],
    given: session.approvals.map((approval) => ({
      user_id: approval.user_id, name: approval.name, role: approval.role, at: approval.at, content_version: approval.content_version, holds: holds(session, required, approval), reason_code: approval.reason_code, note: approval.note,
    })),
    why: [...why], not_by: notBy(session, required),
  }
}

/** Who asked for it, or agreed to it for the merchant, each once: nobody of them decides where four eyes are asked for, and a Platform Admin among them never. */
function notBy({ requested_by, accepted_by, transitions }: StoredRouteSession, required: number): Static<typeof ApprovalView>['not_by'] {
  const agreed = accepted_by === null || accepted_by === requested_by.user_id ? undefined : transitions.findLast(({ to, user_id }) => to === 'accepted' && user_id === accepted_by)
  const hands = [{ ...requested_by, because: 'requested' as const }, ...(agreed === undefined ? [] : [{ user_id: agreed.user_id, role: agreed.role, name: agreed.who, because: 'agreed' as const }])]
  return hands.filter(({ role }) => required > 1 || role === 'platform_admin').map(({ user_id, name, because }) => ({ user_id, name, because }))
}

export function offerView({ offer }: StoredRouteSession): Static<typeof OfferView> {
  if (offer === null) return { content_version: 1, because: 'recommended', candidate_id: null, reason_code: null, note: null, made_at: null, made_by: null }
  const { content_version, because, candidate_id, reason_code, note, made_at, made_by_name } = offer
  return { content_version, because, candidate_id, reason_code, note, made_at, made_by: made_by_name }
}
