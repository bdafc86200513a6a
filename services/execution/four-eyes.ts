/**
 * How many people must approve an offer, and why more than one. Pure: rules and facts in, a number and reasons out. The database holds the number
 * against the approvals that were given (0033), so that a wrong answer here can ask for too much but a missing approval is never overlooked.
 */
import type { SessionState } from '#database/index.ts'
import type { ApprovalRule } from '#contracts/api/approval-rules.ts'
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import type { Candidate } from '#contracts/routing.ts'
import { compare, fromDecimal, mul, type Rational } from '#orchestrator/rational.ts'

export type ExecutionMode = (typeof EXECUTION_MODES)[number]

export type FourEyesFacts = {
  readonly corridor_id: string
  readonly candidate: Pick<Candidate, 'sent' | 'route_risk'>
  /** one unit of the sent currency in USD, at mid */
  readonly usd_per_unit: Rational
  readonly other_route: boolean
  /** the modes that it stands for: its ceiling, and the one that is asked for once it is executed */
  readonly modes: readonly ExecutionMode[]
}
export type FourEyes = { readonly required: number; readonly because: readonly string[] }

/** Every rule that matches speaks; the strictest counts. The rules are approval-rules.ts's: a company's own, or the product's. */
export function fourEyesOf(facts: FourEyesFacts, rules: readonly ApprovalRule[]): FourEyes {
  const matching = rules.filter((rule) => matches(rule, facts))
  return { required: Math.max(1, ...matching.map(({ approvals }) => approvals)), because: matching.map(({ id }) => id) }
}

function matches(rule: ApprovalRule, { corridor_id, candidate, usd_per_unit, other_route, modes }: FourEyesFacts): boolean {
  if (rule.corridor_id !== undefined && rule.corridor_id !== corridor_id) return false
  if (rule.over_usd !== undefined && compare(mul(fromDecimal(candidate.sent.amount), usd_per_unit), fromDecimal(rule.over_usd)) <= 0) return false
  if (rule.over_route_risk !== undefined && compare(fromDecimal(candidate.route_risk), fromDecimal(rule.over_route_risk)) <= 0) return false
  if (rule.other_route === true && !other_route) return false
  if (rule.modes !== undefined && !modes.some((mode) => rule.modes!.includes(mode))) return false
  return true
}

export type Doer = { readonly user_id: string; readonly role: string }
export type OwnSession = { readonly requested_by: { readonly user_id: string }; readonly accepted_by: string | null; readonly required_approvals: number; readonly state: SessionState }

/**
 * Why this person may not decide about this session, or null. Where four eyes are asked for nobody decides about the own request or about an agreement
 * that he or she said for the merchant; a Platform Admin never does.
 */
export function ownWhereFourEyes(doer: Doer, session: OwnSession): 'not_ones_own' | null {
  const own = doer.user_id === session.requested_by.user_id || doer.user_id === session.accepted_by
  return own && (session.required_approvals > 1 || doer.role === 'platform_admin') ? 'not_ones_own' : null
}
