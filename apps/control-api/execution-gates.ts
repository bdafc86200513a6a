/** What must stand before the first step of an execution, one line each, clear or not. */
import type { Static } from 'typebox'
import type { Execution } from '#contracts/api/execution.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { StoredRouteSession } from '#database/index.ts'
import { approvalsThatHold } from './approval-view.ts'

/** Papers that a route needs before its payment and that are not there. */
export const missingPapers = (candidate: Candidate): string[] => candidate.documents.filter(({ stage, status }) => stage === 'before_payment' && status === 'missing').map(({ code }) => code)

/** The gates of a session, in the order in which a desk clears them. */
export function gatesOf(session: StoredRouteSession, standing: Candidate | null): Static<typeof Execution>['gates'] {
  const held = approvalsThatHold(session).length
  const missing = standing === null ? [] : missingPapers(standing)
  return [
    { code: 'agreed', clear: session.agreed_content_version === session.content_version, sentence: session.agreed_content_version === session.content_version ? 'The merchant agreed to what stands.' : 'The merchant has not agreed to what stands.' },
    { code: 'approved', clear: held >= session.required_approvals, sentence: `${held} of ${session.required_approvals} approvals.` },
    { code: 'payee_confirmed', clear: session.payee_details === 'confirmed', sentence: PAYEE[session.payee_details] },
    { code: 'papers', clear: missing.length === 0, sentence: missing.length === 0 ? 'No paper is missing.' : `Before payment these are needed: ${missing.join(', ')}.` },
  ]
}

const PAYEE = {
  confirmed: 'The payee’s details are confirmed.', held: 'A change of the payee’s details waits for a second person.', changed: 'The payee’s details changed after the merchant agreed: offer it again.',
} as const
