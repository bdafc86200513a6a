/** Who approved what of a session, and whether it still counts. */
import type { Static } from 'typebox'
import type { ApprovalView, OfferView } from '#contracts/api/route-sessions.ts'
import type { ApprovalRow, ApprovalRulesInForce, StoredRouteSession } from '#database/index.ts'
import { rulesOf } from '#execution/approval-rules.ts'
import { fourEyesSentence } from '#execution/four-eyes.ts'
import type { Asked } from './standing-offer.ts'

type Of = Pick<StoredRouteSession, 'approvals' | 'content_version' | 'details_version'>

const holds = ({ content_version, details_version }: Of, approval: ApprovalRow): boolean => approval.content_version === content_version && approval.details_version === details_version

/** The approvals of what stands now; those of another offer, or of other bank details, have no force. */
export const approvalsThatHold = (session: Of): ApprovalRow[] => session.approvals.filter((approval) => holds(session, approval))

/** Those of them that count where this many are asked for: of four eyes nobody's own is one, also where it was given while one approval was enough. */
export function approvalsThatCount(session: Of & Pick<StoredRouteSession, 'requested_by' | 'accepted_by'>, required: number): ApprovalRow[] {
  const held = approvalsThatHold(session)
  return required > 1 ? held.filter(({ user_id }) => user_id !== session.requested_by.user_id && user_id !== session.accepted_by) : held
}

export type AskedNow = Static<typeof ApprovalView>['asked_now']
/** What the rules in force ask for beyond what was asked when the session was agreed to; null where that is nothing more. */
export const askedMore = (session: StoredRouteSession, asked: Asked, set: ApprovalRulesInForce | null): AskedNow => (asked.required <= session.required_approvals ? null : {
  required: asked.required, held: approvalsThatCount(session, asked.required).length, why: asked.because.map((id) => fourEyesSentence(id, rulesOf(set?.rules ?? null))),
})

export function approvalView(session: StoredRouteSession, asked_now: AskedNow): Static<typeof ApprovalView> {
  const { content_version, agreed_content_version, required_approvals, four_eyes_because } = session
  return {
    content_version, agreed: agreed_content_version === content_version, required: required_approvals, held: approvalsThatHold(session).length, because: [...four_eyes_because],
    given: session.approvals.map((approval) => ({
      user_id: approval.user_id, name: approval.name, role: approval.role, at: approval.at, content_version: approval.content_version, holds: holds(session, approval), reason_code: approval.reason_code, note: approval.note,
    })),
    why: four_eyes_because.map((id) => fourEyesSentence(id, rulesOf(session.approval_rules))), not_by: notBy(session, Math.max(required_approvals, asked_now?.required ?? 0)), asked_now,
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
