/**
 * Route intelligence: what goes in (PaymentIntent) and what comes out (Candidate, Decision), as TypeBox schemas, so that the
 * engine, the store, the API and the portals speak of the same thing. Decimals are strings; bps and hours carry 6 decimals at most.
 */
import Type, { type Static, type TEnum } from 'typebox'
import { AMOUNT_PATTERN, CURRENCIES, DECIMAL_PATTERN } from './money.ts'

const closed = { additionalProperties: false } as const
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values]) as unknown as TEnum<[...T]>

export const Decimal = Type.String({ pattern: DECIMAL_PATTERN })
export const Amount = Type.String({ pattern: AMOUNT_PATTERN })
export const Currency = Type.Enum(CURRENCIES as string[])
export const Country = Type.String({ pattern: '^[A-Z]{2}$' })
export const MoneySchema = Type.Object({ amount: Decimal, currency: Type.String() }, closed)
/** A day that the calendar has, of the years 1000 to 9998: 30 February is nobody's deadline, and no store keeps it. */
const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)'
const DAY = `(?!0|9999)(?:[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)|${LEAP_YEAR}-02-29)`
const OFFSET = '(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))'
export const DAY_PATTERN = `^${DAY}$`
/** ISO 8601 with an explicit offset: an instant and the local date it was said in. */
export const OFFSET_DATE_TIME_PATTERN = `^${DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]${OFFSET}$`
export const OffsetDateTime = Type.String({ pattern: OFFSET_DATE_TIME_PATTERN })

export const SETTLEMENT_METHODS = [
  'mainland_corporate_account', 'hong_kong_corporate_account', 'personal_bank_account', 'mobile_wallet_personal',
  'trade_agent', 'token_wallet', 'bank_account',
] as const
export const PREFERENCES = ['balanced', 'cheapest', 'fastest', 'safest'] as const
export const PURPOSES = ['goods', 'services'] as const
export const GOODS_CLASSES = [
  'consumer', 'electrical', 'regulated', 'food_or_drug', 'industrial_parts', 'vehicle_parts', 'plant_machinery',
] as const
export const PAID_WHEN = ['deposit', 'full_advance', 'balance_before_shipment', 'balance_after_shipment'] as const
export const MERCHANT_TYPES = ['limited_company', 'sole_trader', 'business_name'] as const
export const TRADE_CLASSES = [
  'general', 'manufacturing', 'vehicle_dealer', 'jewellery', 'machinery_dealer', 'real_estate', 'hotel', 'car_parts_dealer',
] as const
export const FUNDING = ['bank_transfer', 'mobile_money'] as const
export const PAYEE_TYPES = ['company', 'individual', 'mixed'] as const
export const AMOUNT_SIDES = ['merchant_sends', 'supplier_receives'] as const

/** What the supplier's side asks for. It lives on the saved Supplier; an intent carries a copy, so that a decision replays. */
export const SupplierSettlement = Type.Object({
  method: oneOf(SETTLEMENT_METHODS),
  currency: Currency,
  country: Country,
  city: text(80),
  payee_type: oneOf(PAYEE_TYPES),
  payee_is_contract_seller: Type.Boolean(),
  account_count: Type.Integer({ minimum: 1, maximum: 100 }),
  accepts_other_settlement: Type.Boolean(),
  prefers: Type.Optional(Type.Enum(['USDT', 'USDC'])),
  network: Type.Optional(Type.Enum(['TRON', 'ETHEREUM', 'SOLANA'])),
}, closed)

/** The engine's input: one payment intent, complete (merchant and supplier facts copied in by the server). */
export const PaymentIntent = Type.Object({
  id: text(80),
  corridor_id: text(40),
  created_at: OffsetDateTime,
  needed_by: OffsetDateTime,
  hard_deadline: Type.Boolean(),
  merchant: Type.Object({
    type: oneOf(MERCHANT_TYPES), city: text(80), country: Country, trade: text(120), trade_class: oneOf(TRADE_CLASSES),
  }, closed),
  purpose: oneOf(PURPOSES),
  goods: Type.Object({ description: text(300), class: oneOf(GOODS_CLASSES), paid: oneOf(PAID_WHEN) }, closed),
  amount: Type.Object({ side: oneOf(AMOUNT_SIDES), value: Amount, currency: Currency }, closed),
  invoice_currency: Currency,
  supplier_settlement: SupplierSettlement,
  first_payment_to_supplier: Type.Boolean(),
  documents_available: Type.Array(text(60), { maxItems: 60, uniqueItems: true }),
  preference: oneOf(PREFERENCES),
  max_total_cost_pct: Type.Optional(Amount),
  funding: oneOf(FUNDING),
  held_funds: Type.Optional(Type.Array(Type.Object({
    currency: Currency, country: Type.Union([Country, Type.Null()]), amount: Amount,
  }, closed), { maxItems: 10 })),
  period_totals: Type.Optional(Type.Array(Type.Object({
    document: text(60), amount: Amount, currency: Currency, period: Type.Literal('P3M'),
  }, closed), { maxItems: 20 })),
}, closed)
export type PaymentIntent = Static<typeof PaymentIntent>

export const HOLDERS = ['payer', 'provider', 'wallet_out', 'wallet_in', 'payee_bank', 'payee'] as const
export const MoneyState = Type.Object({
  currency: Type.String(), country: Type.Union([Country, Type.Null()]), holder: oneOf(HOLDERS),
}, closed)
export type MoneyState = Static<typeof MoneyState>

/** Why a candidate was refused, is conditional or lost: a stable code, the numbers, and what would change it. */
export const Reason = Type.Object({
  /** e.g. `limit_exceeded:ng-instant-naira-rail`, `missing:FORM_M_VALID_FX`, `prohibited:cn-crypto-payee`, `outranked` */
  code: Type.String(),
  source: Type.Enum(['arithmetic', 'policy', 'condition', 'score']),
  provider_id: Type.Union([Type.String(), Type.Null()]),
  /** index into hops, null when it concerns the whole route */
  hop: Type.Union([Type.Integer(), Type.Null()]),
  /** the number that was measured and what it was held against, both as short display text with units; null when there is none */
  number: Type.Union([Type.String(), Type.Null()]),
  against: Type.Union([Type.String(), Type.Null()]),
  sentence: Type.String(),
  retryable: Type.Boolean(),
  remedy: Type.Union([Type.String(), Type.Null()]),
  /** fact ids (F001…) behind the rule, limit or pair */
  facts: Type.Array(Type.String()),
  illustrative: Type.Boolean(),
}, closed)
export type Reason = Static<typeof Reason>

export const Hop = Type.Object({
  provider_id: Type.String(),
  provider_name: Type.String(),
  provider_category: Type.String(),
  kind: Type.String(),
  network: Type.Union([Type.String(), Type.Null()]),
  from: MoneyState,
  to: MoneyState,
  /** decimal strings, unrounded values cut to 6 decimals for display; the exact ones are recomputed by replay */
  amount_in: Decimal,
  amount_out: Decimal,
  fixed_fee: MoneySchema,
  variable_fee: MoneySchema,
  fee_bps: Decimal,
  spread_bps: Decimal,
  slippage_bps: Decimal,
  /** this hop's share of the route's cost: value lost here at mid ÷ sent × 10,000 */
  cost_bps: Decimal,
  mid: Decimal,
  latency_p50: Type.String(),
  latency_p90: Type.String(),
  latency_clock: Type.String(),
  starts_at_p50: OffsetDateTime,
  ends_at_p50: OffsetDateTime,
  ends_at_p90: OffsetDateTime,
  pair_status: Type.Union([Type.String(), Type.Null()]),
  pair_condition: Type.Union([Type.String(), Type.Null()]),
  posture: Type.String(),
  licence_status: Type.String(),
  risk_class: Type.String(),
  age_ratio: Decimal,
  human_steps: Type.Array(Type.Object({
    kind: Type.String(), typical: Type.String(), done_by: Type.String(), proof_kinds: Type.Array(Type.String()),
    actor_id: Type.Union([Type.String(), Type.Null()]),
  }, closed)),
  documents_required: Type.Array(Type.String()),
  /** which of this hop's numbers have no public source, e.g. ["fee_bps", "limits.max", "latency_p50"] */
  illustrative: Type.Array(Type.String()),
}, closed)
export type Hop = Static<typeof Hop>

export const CandidateDocument = Type.Object({
  code: Type.String(),
  title: Type.String(),
  stage: Type.Enum(['before_payment', 'after_payment', 'desk']),
  status: Type.Enum(['on_file', 'missing', 'not_available', 'promised', 'desk']),
  /** the document on file that serves for it, when another one does */
  served_by: Type.Union([Type.String(), Type.Null()]),
  required_by: Type.Array(Type.String()),
  lead_time: Type.Union([Type.String(), Type.Null()]),
  validity: Type.Union([Type.String(), Type.Null()]),
}, closed)
export type CandidateDocument = Static<typeof CandidateDocument>

export const SCORE_INPUTS = [
  'cost', 'slippage', 'latency', 'late', 'liquidity', 'risk', 'trust', 'human', 'actor_risk', 'freshness',
  'documents', 'proofs', 'probation', 'above_guidance',
] as const
export const ScoreInput = Type.Object({
  input: oneOf(SCORE_INPUTS),
  /** what it adds to the score, in bps */
  bps: Decimal,
  /** the value before weighting, with its unit in words, e.g. "352.0 h late" */
  value: Type.String(),
}, closed)
export type ScoreInput = Static<typeof ScoreInput>

export const Candidate = Type.Object({
  id: Type.String(),
  /** 1 is the recommended one; null when refused */
  rank: Type.Union([Type.Integer(), Type.Null()]),
  status: Type.Enum(['ready', 'conditional', 'refused']),
  target: Type.Object({ currency: Type.String(), country: Type.Union([Country, Type.Null()]), method: Type.String() }, closed),
  hops: Type.Array(Hop),
  sent: MoneySchema,
  received: MoneySchema,
  cost_bps: Decimal,
  /** sent minus received at mid, both as shown, in the sent currency, without the desk's fee */
  cost: MoneySchema,
  slippage_bps: Decimal,
  spread_and_slippage_bps: Decimal,
  fixed_fee_bps: Decimal,
  rate: Decimal,
  mid_rate: Decimal,
  starts_at: OffsetDateTime,
  arrival_p50: OffsetDateTime,
  arrival_p90: OffsetDateTime,
  late_hours_p90: Decimal,
  documents: Type.Array(CandidateDocument),
  conditions: Type.Array(Reason),
  refusals: Type.Array(Reason),
  rules: Type.Array(Type.Object({ id: Type.String(), status: Type.String(), hop: Type.Union([Type.Integer(), Type.Null()]) }, closed)),
  route_risk: Decimal,
  oldest_age_ratio: Decimal,
  score: Decimal,
  score_inputs: Type.Array(ScoreInput),
  coverage_pct: Type.Integer(),
  missing_values: Type.Array(Type.String()),
  /** for a lawful one that was not recommended: how many bps behind, and the inputs that made it so, largest first */
  lost: Type.Union([Type.Null(), Type.Object({
    behind_bps: Decimal,
    because: Type.Array(Type.Object({ input: oneOf(SCORE_INPUTS), bps: Decimal }, closed)),
    sentence: Type.String(),
  }, closed)]),
}, closed)
export type Candidate = Static<typeof Candidate>

export const Flag = Type.Object({
  code: Type.String(),
  severity: Type.Enum(['info', 'attention', 'danger']),
  candidate_ids: Type.Array(Type.String()),
  /** label → value pairs, all text */
  facts: Type.Record(Type.String(), Type.String()),
  sentence: Type.String(),
  merchant_sentence: Type.Union([Type.String(), Type.Null()]),
  illustrative: Type.Boolean(),
}, closed)
export type Flag = Static<typeof Flag>

/** What would make a route possible where there is none: one change and the cheapest candidate it frees. */
export const Opening = Type.Object({
  /** the reasons that must go, all of them */
  clears: Type.Array(Type.String()),
  remedy: Type.String(),
  merchant_sentence: Type.Union([Type.String(), Type.Null()]),
  candidate_id: Type.String(),
  cost_bps: Decimal,
}, closed)
export type Opening = Static<typeof Opening>

export const Outcome = Type.Enum(['ready', 'conditional', 'no_route'])

/** Everything the engine says about one intent. Its canonical JSON is the same byte for byte in any process, zone and locale. */
export const Decision = Type.Object({
  engine_version: Type.String(),
  snapshot_digest: Type.String(),
  weights_revision: Type.String(),
  policy_revision: Type.String(),
  market_clock: OffsetDateTime,
  outcome: Outcome,
  degraded: Type.Array(Type.String()),
  /** false when the graph was too large to judge every candidate; then `judged` says how many were */
  complete: Type.Boolean(),
  counts: Type.Object({ candidates: Type.Integer(), lawful: Type.Integer(), refused: Type.Integer() }, closed),
  refusals: Type.Record(Type.String(), Type.Integer()),
  recommended_id: Type.Union([Type.String(), Type.Null()]),
  cheapest_id: Type.Union([Type.String(), Type.Null()]),
  /** ranked lawful alternatives, at most three per path of money states */
  alternative_ids: Type.Array(Type.String()),
  /** lawful candidates that no other beats on cost, p90 time and risk together */
  pareto_ids: Type.Array(Type.String()),
  flags: Type.Array(Flag),
  openings: Type.Array(Opening),
  gap_to_second_bps: Type.Union([Decimal, Type.Null()]),
  /** the smallest change of one weight that would put another candidate first */
  sensitivity: Type.Array(Type.Object({
    weight: Type.String(), from: Decimal, to: Decimal, candidate_id: Type.String(),
  }, closed)),
  candidates: Type.Array(Candidate),
}, closed)
export type Decision = Static<typeof Decision>

/**
 * One candidate's facts as policy sees them. Integers only (micro-bps, parts per billion), because Rego's wasm and its
 * interpreter must compare the same numbers.
 */
export type PolicyFacts = {
  readonly candidate_id: string
  readonly hop_count: number
  /** cost_bps × 1,000,000, rounded up */
  readonly cost_microbps: number
  /** route risk × 1,000,000,000, rounded up */
  readonly route_risk_ppb: number
  readonly hops: readonly {
    readonly provider_id: string
    /** status of the exact entry in allowed_pairs, null when there is none */
    readonly pair_status: string | null
    readonly posture: string
    /** worst data age ÷ max_age × 1,000,000, rounded up */
    readonly age_ratio_ppm: number
    readonly connector_id: string | null
    /** whether the registry of connectors knows connector_id; true where connector_id is null (people carry the leg) */
    readonly connector_known: boolean
  }[]
  readonly rules: readonly { readonly id: string; readonly status: string }[]
}

/** Limits of a tenant in a corridor, as policy data. Same integer units as the facts. */
export type PolicyLimits = {
  readonly max_hops: number
  readonly max_cost_microbps: number
  readonly max_route_risk_ppb: number
  readonly allowed_postures: readonly string[]
  readonly max_age_ratio_refused_ppm: number
}

/** allow is true only with no denials. Codes as in corridors/README.md, sorted, e.g. `pair_not_allowed:papss-rail`. */
export type Verdict = { readonly candidate_id: string; readonly allow: boolean; readonly denials: readonly string[] }

export type PolicyAnswer =
  | { readonly status: 'answered'; readonly policy_revision: string; readonly verdicts: readonly Verdict[] }
  | { readonly status: 'unavailable'; readonly cause: string }
