/** governance: how many people approve a payment, and why. A set of rules is proposed by one Platform Admin and confirmed by another. */
import Type, { type Static } from 'typebox'
import { note } from '../text.ts'
import { closed, Instant, nullable, oneOf, page, PageQuery, Uuid } from './common.ts'
import { EXECUTION_MODES } from './route-sessions.ts'

/** What holds for every company stands beside its own rules under these names. */
export const FLOOR_RULE_IDS = ['other_route', 'live_probe'] as const
export const APPROVAL_RULES_MAX = 40

const RULE = {
  /** the name under which a session keeps why it was asked for */
  id: Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }),
  corridor_id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  /** the route sends more than this at mid */
  over_usd: Type.Optional(Type.String({ pattern: '^(?:0|[1-9][0-9]{0,11})(?:\\.[0-9]{1,2})?$' })),
  /** the route's risk is above this share of one */
  over_route_risk: Type.Optional(Type.String({ pattern: '^0(?:\\.[0-9]{1,6})?$' })),
  /** another route than the recommended one was chosen */
  other_route: Type.Optional(Type.Literal(true)),
  /** it runs in one of these modes */
  modes: Type.Optional(Type.Array(oneOf(EXECUTION_MODES), { minItems: 1, maxItems: EXECUTION_MODES.length, uniqueItems: true })),
  approvals: Type.Union([Type.Literal(2), Type.Literal(3)]),
}
/** Every condition that a rule names must hold; one that names none holds for every payment. */
export const ApprovalRule = Type.Object(RULE, closed)
export type ApprovalRule = Static<typeof ApprovalRule>

/** POST /api/approval-rules/proposals: the company's own rules as a whole, in the place of the set that the caller saw. */
export const ProposeApprovalRulesBody = Type.Object({ base_version: Type.Integer({ minimum: 0 }), rules: Type.Array(ApprovalRule, { maxItems: APPROVAL_RULES_MAX }), reason: note(300) }, closed)

export const RULES_REFUSED_BECAUSE = ['not_agreed', 'too_strict', 'too_lax', 'entered_wrongly', 'no_longer_needed'] as const
export const RefuseApprovalRulesBody = Type.Object({ because: oneOf(RULES_REFUSED_BECAUSE) }, closed)

/** A rule with its meaning in words, made from its fields; `floor` where it holds for every company. */
export const ApprovalRuleView = Type.Object({ ...RULE, sentence: Type.String(), floor: Type.Boolean() }, closed)
export type ApprovalRuleView = Static<typeof ApprovalRuleView>

const Person = Type.Object({ user_id: Uuid, name: Type.String() }, closed)
export const ApprovalRuleSet = Type.Object({
  id: Uuid, version: Type.Integer(), base_version: Type.Integer(),
  state: Type.Enum(['proposed', 'in_force', 'superseded', 'rejected', 'withdrawn']),
  rules: Type.Array(ApprovalRuleView),
  /** what differs from the set that was in force when it was proposed, rule by rule */
  changes: Type.Array(Type.Object({ id: Type.String(), what: Type.Enum(['added', 'changed', 'removed']), before: nullable(Type.String()), after: nullable(Type.String()) }, closed)),
  reason: Type.String(), proposed_by: Person, proposed_at: Instant,
  decided_by: nullable(Person), decided_at: nullable(Instant), because: nullable(oneOf(RULES_REFUSED_BECAUSE)),
}, closed)
export type ApprovalRuleSet = Static<typeof ApprovalRuleSet>

export const ApprovalRulesQuery = Type.Object(PageQuery, closed)
/** GET /api/approval-rules. Version 0 is the set that FlowClaw comes with. */
export const ApprovalRules = Type.Object({
  in_force: Type.Object({ version: Type.Integer(), decided_at: nullable(Instant), rules: Type.Array(ApprovalRuleView) }, closed),
  proposal: nullable(ApprovalRuleSet),
  /** whether anybody but the reader could confirm a proposal of the reader */
  second_admin: Type.Boolean(),
  /** every set that was decided, newest first */
  history: page(ApprovalRuleSet),
}, closed)
export type ApprovalRules = Static<typeof ApprovalRules>
