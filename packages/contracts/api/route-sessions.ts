/** route sessions: a payment intent in, the desk's whole answer or the merchant-safe view out. */
import { StandingReason } from './standing.ts'
import Type, { type Static } from 'typebox'
import {
  Amount, AMOUNT_SIDES, Candidate, Currency, Decision, FUNDING, GOODS_CLASSES, MoneySchema, OffsetDateTime, Opening, Outcome, PAID_WHEN,
  PaymentIntent, PREFERENCES, PURPOSES, Country,
} from '../routing.ts'
import { note, visibleText as text } from '../text.ts'
import { ASK_KINDS, Claim, MerchantAsk } from './desk-work.ts'
import { ApiMoney, closed, Cursor, Instant, nullable, payable, Uuid, oneOf } from './common.ts'


export const SESSION_STATES = [
  'draft', 'recommended', 'no_route', 'policy_unavailable', 'accepted', 'awaiting_merchant', 'approved', 'executing', 'paused',
  'completed', 'failed', 'returned', 'cancelled', 'expired',
] as const
/** Whether a route pays to details that stand: `held` while a change of them waits for its confirmation, `changed` where it was accepted under the details before. */
export const PAYEE_DETAILS = ['confirmed', 'held', 'changed'] as const
export const MERCHANT_STATES = ['Finding a route', 'Your turn', 'With the desk', 'On its way', 'Done', 'Stopped'] as const
export const EXECUTION_MODES = ['simulation', 'live_safe', 'manual', 'hybrid'] as const

/** POST /api/route-sessions. Tenant, mode, merchant facts, supplier facts and the clock come from the server. */
export const RouteRequestBody = Type.Object({
  supplier_id: Uuid,
  corridor_id: text(40),
  amount: Type.Object({ side: oneOf(AMOUNT_SIDES), value: Amount, currency: Currency }, payable('value')),
  needed_by: OffsetDateTime,
  hard_deadline: Type.Boolean(),
  purpose: oneOf(PURPOSES),
  goods: Type.Object({ description: note(300), class: oneOf(GOODS_CLASSES), paid: oneOf(PAID_WHEN) }, closed),
  invoice: Type.Object({
    number: text(60), currency: Currency, account_count: Type.Integer({ minimum: 1, maximum: 100 }),
    /** the whole invoice, of which this payment may be a part */
    total: Type.Optional(Amount),
  }, payable('total')),
  documents_available: Type.Array(text(60), { maxItems: 60, uniqueItems: true }),
  preference: oneOf(PREFERENCES),
  max_total_cost_pct: Type.Optional(Amount),
  funding: oneOf(FUNDING),
  held_funds: Type.Optional(Type.Array(Type.Object({ currency: Currency, country: nullable(Country), amount: Amount }, payable('amount')), { maxItems: 10 })),
  /** a second request for the same supplier, invoice number and amount answers 409 duplicate_invoice unless this says it was seen */
  acknowledge_duplicate_invoice: Type.Optional(Type.Boolean()),
  /** desk and admin only, and needed from them: for whom, and why not the merchant itself */
  on_behalf: Type.Optional(Type.Object({ merchant_id: Uuid, reason: note(300) }, closed)),
}, closed)
export type RouteRequestBody = Static<typeof RouteRequestBody>

const NextStep = Type.Object({
  who: Type.Enum(['merchant', 'desk', 'nobody']),
  what: Type.String(),
  by: nullable(Instant),
}, closed)

/** The same as a merchant reads it: `others` are whom `whom` names by kind, e.g. "Your bank". */
const MerchantNextStep = Type.Object({
  who: Type.Enum(['merchant', 'desk', 'others', 'nobody']),
  whom: nullable(Type.String()),
  what: Type.String(),
  by: nullable(Instant),
}, closed)

/** One row of the desk's queue and list. */
export const RouteSessionRow = Type.Object({
  id: Uuid,
  reference: Type.String(),
  state: oneOf(SESSION_STATES),
  outcome: nullable(Outcome),
  conditional: Type.Boolean(),
  degraded: Type.Boolean(),
  payee_details: oneOf(PAYEE_DETAILS),
  needs_me: Type.Boolean(),
  /** one sentence of why and what, for rows marked ACTION */
  action: nullable(Type.String()),
  /** approvals of what stands now, and how many the rules ask for */
  approvals: Type.Object({ held: Type.Integer(), required: Type.Integer() }, closed),
  execution_mode: nullable(oneOf(EXECUTION_MODES)),
  /** the step that the execution stands at */
  step: nullable(Type.Object({ position: Type.Integer(), of: Type.Integer(), kind: Type.String(), state: Type.String(), done_by: Type.String() }, closed)),
  due_at: nullable(Instant),
  merchant_name: Type.String(),
  supplier_name: Type.String(),
  supplier_name_zh: nullable(Type.String()),
  corridor_id: Type.String(),
  description: Type.String(),
  sends: nullable(MoneySchema),
  receives: nullable(MoneySchema),
  cost_bps: nullable(Type.String()),
  requested_at: Instant,
  version: Type.Integer(),
  /** who has it in hand */
  claim: nullable(Claim),
  /** since when, by the market clock, it waits on its merchant: the time until due_at stands */
  paused_at: nullable(Instant),
  /** messages of the merchant that nobody of the desk has seen */
  unread: Type.Integer(),
}, closed)
export type RouteSessionRow = Static<typeof RouteSessionRow>

/** Part of the desk's view of a session: who approved what stands, and who must. */
export const ApprovalView = Type.Object({
  content_version: Type.Integer(), agreed: Type.Boolean(), required: Type.Integer(), held: Type.Integer(), because: Type.Array(Type.String()),
  given: Type.Array(Type.Object({ user_id: Uuid, name: Type.String(), role: Type.String(), at: Instant, content_version: Type.Integer(), holds: Type.Boolean(), reason_code: Type.String(), note: nullable(Type.String()) }, closed)),
  /** why more than one approval is asked for, in sentences */
  why: Type.Array(Type.String()),
  /** who decides nothing about it: the requester and whoever agreed for the merchant, where four eyes are asked for */
  not_by: Type.Array(Type.Object({ user_id: Uuid, name: Type.String(), because: Type.Enum(['requested', 'agreed']) }, closed)),
  /** where the company's rules were changed since and ask for more before it is executed: how many, how many of them are held, and why */
  asked_now: nullable(Type.Object({ required: Type.Integer(), held: Type.Integer(), why: Type.Array(Type.String()) }, closed)),
}, closed)
export const OfferView = Type.Object({
  content_version: Type.Integer(), because: Type.Enum(['recommended', 'other_route', 'new_price', 'payee_details']), candidate_id: nullable(Type.String()), reason_code: nullable(Type.String()), note: nullable(Type.String()),
  made_at: nullable(Instant), made_by: nullable(Type.String()),
}, closed)

/** GET /api/route-sessions/:id for the desk: the whole of it, but for candidates that are not shown first. */
export const DeskRouteSession = Type.Object({
  view: Type.Literal('desk'),
  id: Uuid,
  reference: Type.String(),
  version: Type.Integer(),
  state: oneOf(SESSION_STATES),
  mode_ceiling: oneOf(EXECUTION_MODES),
  requested_at: Instant,
  requested_by: Type.Object({ role: Type.String(), name: Type.String(), on_behalf_reason: nullable(Type.String()) }, closed),
  merchant: Type.Object({ id: Uuid, name: Type.String(), city: Type.String() }, closed),
  supplier: Type.Object({
    id: Uuid, legal_name: Type.String(), legal_name_zh: nullable(Type.String()), city: Type.String(), country: Country,
    method: Type.String(), account_masked: Type.String(),
  }, closed),
  payee_details: oneOf(PAYEE_DETAILS),
  /** what stands: the recommendation, or what was offered after it */
  offer: OfferView,
  approval: ApprovalView,
  execution_mode: nullable(oneOf(EXECUTION_MODES)),
  /** the candidate that stands, where it is not the recommended one of the decision */
  offered: nullable(Candidate),
  corridor: Type.Object({ id: Type.String(), name: Type.String() }, closed),
  invoice_number: Type.String(),
  intent: PaymentIntent,
  outcome: nullable(Outcome),
  degraded: Type.Array(Type.String()),
  valid_until: nullable(Instant),
  quote_kind: Type.Enum(['indicative', 'firm', 'operator_observed']),
  next: NextStep,
  action: nullable(Type.String()),
  /** what stands between it and its next step, the gravest first */
  standing: Type.Array(StandingReason),
  claim: nullable(Claim),
  due_at: nullable(Instant),
  paused_at: nullable(Instant),
  unread: Type.Integer(),
  asks: Type.Array(MerchantAsk),
  /** the desk's own fee beside the route's cost; zero in the demo tenant */
  desk_fee: Type.Object({ amount: nullable(MoneySchema), rule: nullable(Type.String()) }, closed),
  all_in: nullable(Type.Object({ merchant_pays: MoneySchema, cost: MoneySchema, pct: Type.String() }, closed)),
  recommended: nullable(Candidate),
  alternatives: Type.Array(Candidate),
  decision: nullable(Type.Object({
    id: Uuid,
    engine_version: Type.String(), snapshot_digest: Type.String(), weights_revision: Type.String(), policy_revision: Type.String(),
    market_clock: Instant, result_digest: Type.String(), decided_at: Instant, complete: Type.Boolean(),
    counts: Decision.properties.counts,
    refusals: Decision.properties.refusals,
    cheapest_id: nullable(Type.String()),
    pareto_ids: Type.Array(Type.String()),
    gap_to_second_bps: nullable(Type.String()),
    sensitivity: Decision.properties.sensitivity,
    flags: Decision.properties.flags,
    openings: Type.Array(Opening),
  }, closed)),
  timeline: Type.Array(Type.Object({ at: Instant, who: Type.String(), what: Type.String(), from: nullable(Type.String()), to: Type.String() }, closed)),
  /** exactly what the merchant sees now, so that the desk can preview it */
  merchant_view: Type.Unknown(),
}, closed)

/** What an offer costs its merchant and when it arrives, beside the one that takes its place. */
const MerchantPrice = Type.Object({
  supplier_gets: ApiMoney, you_pay: ApiMoney, all_in_cost: Type.Object({ money: ApiMoney, pct_against_mid: Type.String() }, closed),
  arrives: Type.Object({ earliest: Type.String(), latest: Type.String(), time_zone: Type.String() }, closed),
}, closed)

/** What was done, what is done now, and what comes: by the kind of institution, and by name only where the merchant does it itself. */
const MerchantProgress = Type.Object({
  title: Type.String(),
  /** who does it, and how long it takes or what it meant; null where the title says all */
  who: nullable(Type.String()),
  text: nullable(Type.String()),
  state: Type.Enum(['done', 'closed_days', 'now', 'next', 'stopped']),
  /** when it was done, on the market clock */
  at: nullable(Instant),
  /** by when it is done at the latest, as estimated */
  by: nullable(Instant),
}, closed)

/** What the merchant itself has to do now. */
const OneThing = Type.Object({
  kind: Type.Enum(['upload', 'answer', 'agree']),
  title: Type.String(),
  text: Type.String(),
  by: nullable(Instant),
  /** of an upload: what kind of file it is stored as */
  proof_kind: nullable(Type.String()),
  /** why the last one that was sent could not be used */
  again: nullable(Type.String()),
}, closed)

/** What the merchant pays itself, with the account masked. */
const MerchantInstruction = Type.Object({
  title: Type.String(),
  payee: Type.String(), payee_zh: nullable(Type.String()), bank_name: nullable(Type.String()),
  account_masked: nullable(Type.String()), cnaps_masked: nullable(Type.String()), bic: nullable(Type.String()),
  /** whether the payee is its own supplier, whose number it may have shown */
  to_supplier: Type.Boolean(),
  money: ApiMoney,
  charges: nullable(Type.String()), purpose: nullable(Type.String()), reference: Type.String(),
  by: nullable(Type.Object({ at: Instant, time_zone: Type.String() }, closed)),
}, closed)

/** The merchant-safe view: nothing off this list, ever (PRODUCT.md). */
export const MerchantRouteSession = Type.Object({
  view: Type.Literal('merchant'),
  id: Uuid,
  reference: Type.String(),
  version: Type.Integer(),
  state: oneOf(MERCHANT_STATES),
  /** what happened, in one plain sentence */
  headline: Type.String(),
  next: MerchantNextStep,
  /** nothing real follows from it */
  simulation: Type.Boolean(),
  supplier: Type.Object({ id: Uuid, legal_name: Type.String(), legal_name_zh: nullable(Type.String()) }, closed),
  requested_at: Instant,
  needed_by: Instant,
  description: Type.String(),
  supplier_gets: nullable(ApiMoney),
  you_pay: nullable(ApiMoney),
  all_in_cost: nullable(Type.Object({ money: ApiMoney, pct_against_mid: Type.String() }, closed)),
  /** 1 base = value quote */
  rate: nullable(Type.Object({ base: Type.String(), quote: Type.String(), value: Type.String(), mid: Type.String() }, closed)),
  arrives: nullable(Type.Object({ earliest: Type.String(), latest: Type.String(), time_zone: Type.String() }, closed)),
  valid_until: nullable(Instant),
  quote_kind: Type.Enum(['indicative', 'firm']),
  /** "why this one", at most three plain sentences */
  why: Type.Array(Type.String(), { maxItems: 3 }),
  warnings: Type.Array(Type.Object({ tone: Type.Enum(['danger', 'attention', 'info']), title: Type.String(), text: Type.String() }, closed)),
  steps: Type.Array(Type.Object({ number: Type.Integer(), title: Type.String(), who: Type.String(), how_long: Type.String() }, closed)),
  documents_needed: Type.Array(Type.Object({
    code: Type.String(), name: Type.String(), what: Type.String(), who: Type.String(), how_long: Type.String(),
    when: Type.Enum(['before_payment', 'after_payment']),
  }, closed)),
  /** no route: what would make it possible, cheapest first, in plain words, and a message for the supplier */
  would_make_possible: Type.Array(Type.String()),
  message_to_supplier: nullable(Type.Object({ zh: Type.String(), meaning: Type.String() }, closed)),
  can_accept: Type.Boolean(),
  can_cancel: Type.Boolean(),
  /** what the desk needs from the merchant now, the earliest due first */
  asks: Type.Array(Type.Object({ id: Uuid, kind: oneOf(ASK_KINDS), text: Type.String(), paper: nullable(Type.Object({ code: Type.String(), name: Type.String(), what: Type.String() }, closed)), due_at: Instant, overdue: Type.Boolean() }, closed)),
  /** messages of the desk that nobody of the merchant has seen */
  unread: Type.Integer(),
  /** why it cannot be accepted now, in plain words */
  cannot_accept_because: nullable(Type.String()),
  /** from its acceptance on: so far, and next */
  progress: Type.Array(MerchantProgress),
  one_thing: nullable(OneThing),
  /** while the merchant pays itself */
  instruction: nullable(MerchantInstruction),
  /** while something else than what was agreed to waits for an agreement: why, what was agreed to, and how much more or less is paid */
  new_offer: nullable(Type.Object({
    why: Type.String(), before: MerchantPrice, other_route: Type.Boolean(),
    you_pay: Type.Object({ change: Type.Enum(['more', 'less', 'same']), money: ApiMoney }, closed),
  }, closed)),
}, closed)
export type MerchantRouteSession = Static<typeof MerchantRouteSession>

/** One row of a merchant's Route History. */
export const MerchantSessionRow = Type.Object({
  id: Uuid, reference: Type.String(), state: oneOf(MERCHANT_STATES), headline: Type.String(),
  supplier_name: Type.String(), supplier_name_zh: nullable(Type.String()), description: Type.String(),
  supplier_gets: nullable(ApiMoney), you_pay: nullable(ApiMoney), needed_by: Instant, requested_at: Instant, next: MerchantNextStep, unread: Type.Integer(),
  simulation: Type.Boolean(),
}, closed)

/** GET /api/route-sessions/:id/candidates: every candidate with every reason. */
export const CandidateQuery = Type.Object({
  status: Type.Optional(Type.Enum(['lawful', 'ready', 'conditional', 'refused'])),
  /** reason family before the colon, e.g. limit_exceeded */
  reason: Type.Optional(Type.String({ maxLength: 60 })),
  provider_id: Type.Optional(Type.String({ maxLength: 80 })),
  retryable: Type.Optional(Type.Boolean()),
  q: Type.Optional(Type.String({ maxLength: 100 })),
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
}, closed)
export const CandidatePage = Type.Object({
  items: Type.Array(Candidate),
  next_cursor: nullable(Type.String()),
  total: Type.Integer(),
  /** how many candidates stand under each reason family, for the filter chips */
  facets: Type.Record(Type.String(), Type.Integer()),
}, closed)

export const AcceptBody = Type.Object({
  version: Type.Integer({ minimum: 0 }),
  /** desk and admin only, and needed from them: why not the merchant itself */
  reason: Type.Optional(note(300)),
  /** payments of the invoice that come to more than the whole of it answer 409 invoice_exceeded unless this says it was seen */
  acknowledge_over_invoice: Type.Optional(Type.Boolean()),
}, closed)
export const CancelBody = Type.Object({ version: Type.Integer({ minimum: 0 }), reason: note(300) }, closed)

/** POST /api/route-sessions/:id/replay: the stored decision computed again and compared. */
export const ReplayResult = Type.Object({
  identical: Type.Boolean(),
  stored_digest: Type.String(),
  replayed_digest: Type.String(),
  engine_version: Type.String(),
  /** JSON pointers that differ, at most 20 */
  differences: Type.Array(Type.Object({ path: Type.String(), stored: Type.String(), replayed: Type.String() }, closed)),
}, closed)

/** GET /api/route-sessions. `needs_me`, `open` and `done` are the desk's queue and its other view; a merchant has its Route History. */
export const SESSION_VIEWS = ['needs_me', 'open', 'done', 'all'] as const
export const RouteSessionQuery = Type.Object({
  view: Type.Optional(oneOf(SESSION_VIEWS)),
  /** part of a reference, a supplier's or merchant's name, or an invoice number */
  q: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  corridor_id: Type.Optional(Type.String({ maxLength: 40 })),
  cursor: Type.Optional(Cursor),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
}, closed)
export const DeskSessionPage = Type.Object({
  view: Type.Literal('desk'), items: Type.Array(RouteSessionRow), next_cursor: nullable(Type.String()),
  /** how many rows each view has, without `q` and `corridor_id` */
  counts: Type.Object({ needs_me: Type.Integer(), open: Type.Integer(), done: Type.Integer() }, closed),
}, closed)
export const MerchantSessionPage = Type.Object({
  view: Type.Literal('merchant'), items: Type.Array(MerchantSessionRow), next_cursor: nullable(Type.String()),
}, closed)
export type DeskRouteSession = Static<typeof DeskRouteSession>
export type MerchantSessionRow = Static<typeof MerchantSessionRow>
export type CandidateQuery = Static<typeof CandidateQuery>
export type ReplayResult = Static<typeof ReplayResult>
