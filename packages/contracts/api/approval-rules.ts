/** approval-rules: how many people approve a route, as rules of the company that two Platform Admins change together (docs/decisions/0021). */
import Type, { type Static } from 'typebox'
import { note } from '../text.ts'
import { closed, Instant, nullable, oneOf, Uuid } from './common.ts'
import { EXECUTION_MODES } from './route-sessions.ts'

export const APPROVAL_RULES_MAX = 40

/**
 * Every condition that stands in a rule must be so, and one without any is of every payment. There is no text in it: its sentence is made from the fields, so
 * that what people read is what is asked for. The database checks the same shape (0044).
 */
export const ApprovalRule = Type.Object({
  /** stable: the audit and a session's reasons name a rule by it */
  id: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
  corridor_id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  /** the route sends more than this at mid, in USD */
  over_usd: Type.Optional(Type.String({ pattern: '^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,2})?$' })),
  /** the route's risk is above this share of one */
  over_route_risk: Type.Optional(Type.String({ pattern: '^0(\\.[0-9]{1,6})?$' })),
  /** another route than the recommended one was chosen */
  other_route: Type.Optional(Type.Literal(true)),
  /** it may be carried out in at most one of these modes, or is being carried out in one */
  modes: Type.Optional(Type.Array(oneOf(EXECUTION_MODES), { minItems: 1, maxItems: EXECUTION_MODES.length, uniqueItems: true })),
  approvals: Type.Integer({ minimum: 2, maximum: 3 }),
}, closed)
export type ApprovalRule = Readonly<Static<typeof ApprovalRule>>

/** POST /api/approval-rules/proposals: the whole set as it is to be, without the rules that always hold. */
export const ProposeApprovalRulesBody = Type.Object({
  /** the version in force that the change was made from; 0 where the product's own rules are */
  base_version: Type.Integer({ minimum: 0 }),
  rules: Type.Array(ApprovalRule, { maxItems: APPROVAL_RULES_MAX }),
  /** why, for the second person */
  note: note(500),
}, closed)

export const RULES_REJECTIONS = ['asks_too_little', 'asks_too_much', 'not_discussed', 'entered_wrongly'] as const
export const RejectApprovalRulesBody = Type.Object({ because: oneOf(RULES_REJECTIONS) }, closed)

const RuleView = Type.Object({ ...ApprovalRule.properties, sentence: Type.String(), /** holds for every company and is nobody's to change */ always: Type.Boolean() }, closed)
export type RuleView = Static<typeof RuleView>
const Person = Type.Object({ user_id: Uuid, name: Type.String() }, closed)

export const ApprovalRuleSet = Type.Object({
  /** null: the product's own rules, which nobody proposed */
  id: nullable(Uuid), version: Type.Integer(), base_version: Type.Integer(),
  state: Type.Enum(['proposed', 'in_force', 'superseded', 'rejected', 'withdrawn']),
  rules: Type.Array(RuleView), note: nullable(Type.String()),
  proposed_by: nullable(Person), proposed_at: nullable(Instant), decided_by: nullable(Person), decided_at: nullable(Instant),
  rejected_because: nullable(oneOf(RULES_REJECTIONS)),
}, closed)
export type ApprovalRuleSet = Static<typeof ApprovalRuleSet>

/** `asks`: what comes of it beside all the other rules. `same` where another rule asks for as much anyway. */
const RuleChange = Type.Object({
  change: Type.Enum(['added', 'removed', 'changed']), asks: Type.Enum(['more', 'less', 'mixed', 'same']), before: nullable(RuleView), after: nullable(RuleView),
}, closed)
export type RuleChange = Static<typeof RuleChange>

/** A proposal with its difference to what is in force. `asks_less`: some payment that asks for more people now may ask for fewer then. */
export const ApprovalRulesProposal = Type.Object({ ...ApprovalRuleSet.properties, changes: Type.Array(RuleChange), asks_less: Type.Boolean() }, closed)
export type ApprovalRulesProposal = Static<typeof ApprovalRulesProposal>

/** GET /api/approval-rules */
export const ApprovalRules = Type.Object({
  in_force: ApprovalRuleSet, proposal: nullable(ApprovalRulesProposal),
  /** decided ones, the newest first; the last 50 */
  history: Type.Array(ApprovalRuleSet),
  /** live Platform Admins: with one alone nothing can be changed */
  admins: Type.Integer(),
}, closed)
export type ApprovalRules = Static<typeof ApprovalRules>
