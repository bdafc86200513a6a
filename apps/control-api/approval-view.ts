/** Who approved what of a session, and whether it still counts. */
import type { Static } from 'typebox'
import type { ApprovalView, OfferView } from '#contracts/api/route-sessions.ts'
import type { ApprovalRow, StoredRouteSession } from '#database/index.ts'

type Of = Pick<StoredRouteSession, 'approvals' | 'content_version' | 'details_version'>

const holds = ({ content_version, details_version }: Of, approval: ApprovalRow): boolean => approval.content_version === content_version && approval.details_version === details_version

/** The approvals of what stands now; those of another offer, or of other bank details, have no force. */
export const approvalsThatHold = (session: Of): ApprovalRow[] => session.approvals.filter((approval) => holds(session, approval))

export function approvalView(session: StoredRouteSession): Static<typeof ApprovalView> {
  const { content_version, agreed_content_version, required_approvals, four_eyes_because } = session
  const own = required_approvals > 1 ? [session.requested_by.user_id, ...(session.accepted_by === null ? [] : [session.accepted_by])] : []
  return {
    content_version, agreed: agreed_content_version === content_version, required: required_approvals, held: approvalsThatHold(session).length, because: [...four_eyes_because],
    given: session.approvals.map((approval) => ({
      user_id: approval.user_id, name: approval.name, role: approval.role, at: approval.at, content_version: approval.content_version, holds: holds(session, approval), reason_code: approval.reason_code, note: approval.note,
    })),
    not_by: [...new Set(own)],
  }
}

export function offerView({ offer }: StoredRouteSession): Static<typeof OfferView> {
  if (offer === null) return { content_version: 1, because: 'recommended', candidate_id: null, reason_code: null, note: null, made_at: null, made_by: null }
  const { content_version, because, candidate_id, reason_code, note, made_at, made_by_name } = offer
  return { content_version, because, candidate_id, reason_code, note, made_at, made_by: made_by_name }
}
