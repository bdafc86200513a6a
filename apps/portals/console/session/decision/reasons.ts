/** Which coded reasons belong to a choice. Pure. */
import {
  ACCEPT_DIFFERENCE_REASONS, APPROVE_REASONS, NEW_PRICE_REASONS, OTHER_ROUTE_REASONS, PAUSE_REASONS, REJECT_PROOF_REASONS, REJECT_REASONS, RESUME_REASONS, STEP_FAILED_REASONS, STEP_FOUND_REASONS, type ReasonCode,
} from '#contracts/reason-codes.ts'
import type { Verb } from './choices.ts'

export type ReasonFacts = { /** what is offered is what stands, at another price */ readonly samePrice: boolean; /** a proof of the step differs */ readonly differs: boolean }

/** The reasons that a choice takes; none where it takes none. */
export function reasonsOf(verb: Verb, { samePrice, differs }: ReasonFacts): readonly ReasonCode[] {
  switch (verb) {
    case 'approve': return APPROVE_REASONS
    case 'offer': return samePrice ? NEW_PRICE_REASONS : OTHER_ROUTE_REASONS
    case 'reject': return REJECT_REASONS
    case 'pause': return PAUSE_REASONS
    case 'resume': case 'retry': return RESUME_REASONS
    case 'reject_proof': return REJECT_PROOF_REASONS
    case 'fail': return STEP_FAILED_REASONS
    case 'found': return STEP_FOUND_REASONS
    case 'confirm': return differs ? ACCEPT_DIFFERENCE_REASONS : []
    default: return []
  }
}

/** Chosen already where one reason is plain from what stands; everything else is for a person to say. */
export const likelyReason = (verb: Verb, conditional: boolean): string | null => (verb === 'approve' ? (conditional ? 'best_score_conditional' : 'best_score_ready') : verb === 'reject_proof' ? 'field_differs' : null)
