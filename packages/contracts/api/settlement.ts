/** What a session came to beside what was predicted, and what that teaches about its providers. Amounts, rates and bps are exact decimals; shares and factors carry 12. */
import Type, { type Static } from 'typebox'
import { Amount, Country, Currency } from '../routing.ts'
import { ApiMoney, closed, counted, Instant, nullable, oneOf, payable, Uuid } from './common.ts'

export const CLOSE_RESULTS = ['completed', 'failed', 'returned'] as const
export type CloseResult = (typeof CLOSE_RESULTS)[number]
/** Why a session ended otherwise than well. Words of a list, because they are kept in the audit. */
export const CLOSE_BECAUSE = ['provider_refused', 'not_enough_liquidity', 'bank_returned', 'wrong_details', 'compliance_stop', 'recalled', 'called_off'] as const
export const HOP_RESULTS = ['success', 'failed', 'returned', 'not_started'] as const
/** Whether a provider took the whole amount in one go: what its liquidity confidence is about. */
export const FILLED = ['at_once', 'in_parts', 'not_filled'] as const
export const ESTIMATE_KINDS = ['trust', 'latency', 'slippage', 'liquidity'] as const
export type EstimateKind = (typeof ESTIMATE_KINDS)[number]
/** Why a piece of evidence does not count after all. */
export const UNDO_BECAUSE = ['recorded_wrongly', 'not_the_providers_doing', 'market_moved', 'recorded_twice', 'test_payment'] as const
export type UndoBecause = (typeof UNDO_BECAUSE)[number]

const Paid = Type.Object({ amount: Amount, currency: Currency }, payable('amount'))
/** What is known of one hop once it is over. What nobody saw is null, and teaches nothing. */
export const HopActual = Type.Object({
  result: oneOf(HOP_RESULTS),
  started_at: nullable(Instant), ended_at: nullable(Instant),
  /** in the currencies of the hop */
  amount_in: nullable(Amount), amount_out: nullable(Amount),
  filled: nullable(oneOf(FILLED)),
}, closed)
export type HopActual = Static<typeof HopActual>

/** What really happened. Every hop of the chosen route in its order. */
export const ACTUALS = {
  result: oneOf(CLOSE_RESULTS),
  /** required unless completed */
  because: Type.Optional(oneOf(CLOSE_BECAUSE)),
  sent: Paid,
  /** what the supplier got, and when; both required when completed */
  received: Type.Optional(Paid),
  arrived_at: Type.Optional(Instant),
  hops: Type.Array(HopActual, { minItems: 1, maxItems: 6 }),
}
export const Actuals = Type.Object(ACTUALS, closed)
export type Actuals = Static<typeof Actuals>
/** POST /api/route-sessions/:id/close */
export const CloseBody = Type.Object({ version: counted(1), ...ACTUALS }, closed)

export const PredictedHop = Type.Object({
  provider_id: Type.String(), provider_name: Type.String(), kind: Type.String(), network: nullable(Type.String()),
  from: Type.String(), to: Type.String(), from_country: nullable(Country), to_country: nullable(Country),
  amount_in: Type.String(), amount_out: Type.String(), cost_bps: Type.String(), slippage_bps: Type.String(),
  latency_p50: Type.String(), latency_p90: Type.String(), starts_at_p50: Instant, ends_at_p50: Instant, ends_at_p90: Instant,
}, closed)
/** What the decision said of the route that was carried out, copied when the session closed. */
export const Prediction = Type.Object({
  candidate_id: Type.String(), sent: ApiMoney, received: ApiMoney,
  /** what is sent for one unit of what arrives, and the same at mid */
  rate: Type.String(), mid_rate: Type.String(),
  cost_bps: Type.String(), slippage_bps: Type.String(), arrival_p50: Instant, arrival_p90: Instant,
  hops: Type.Array(PredictedHop),
}, closed)
export type Prediction = Static<typeof Prediction>

export const FELL = ['by_p50', 'by_p90', 'after_p90'] as const
const MeasuredHop = Type.Object({
  ...HopActual.properties,
  took_s: nullable(Type.Integer()),
  /** what its p50 says for a hop that starts when this one did */
  expected_s: nullable(Type.Integer()),
  /** what slippage took of this amount, measured with the fees, the spread and the mid of the decision; and what the curve says of it */
  slippage_bps: nullable(Type.String()), expected_slippage_bps: nullable(Type.String()),
}, closed)
export const MeasuredOutcome = Type.Object({
  result: oneOf(CLOSE_RESULTS), because: nullable(oneOf(CLOSE_BECAUSE)), sent: ApiMoney, received: nullable(ApiMoney),
  rate: nullable(Type.String()), cost_bps: nullable(Type.String()),
  /** actual minus predicted */
  cost_difference_bps: nullable(Type.String()),
  arrived_at: nullable(Instant),
  /** seconds after the predicted arrival; negative is early */
  after_p50_s: nullable(Type.Integer()), after_p90_s: nullable(Type.Integer()), fell: nullable(oneOf(FELL)),
  hops: Type.Array(MeasuredHop),
  /** 0 to 100: half for the cost, half for the time, 0 unless completed */
  score: Type.String(),
}, closed)
export type MeasuredOutcome = Static<typeof MeasuredOutcome>

const Value = { before: Type.String(), after: Type.String(), n_before: Type.Integer(), n_after: Type.Integer() }
/** How one piece of evidence moves an estimate. */
export const EstimateMove = Type.Object({
  provider_id: Type.String(), provider_name: Type.String(), kind: oneOf(ESTIMATE_KINDS), observation: Type.String(), ...Value,
  /** 1/(n + prior): no outcome moves the estimate by more of its range */
  most: Type.String(),
}, closed)
export type EstimateMove = Static<typeof EstimateMove>

const Person = Type.Object({ user_id: Uuid, name: Type.String() }, closed)
/** GET /api/route-sessions/:id/outcome */
export const SessionOutcome = Type.Object({
  session_id: Uuid,
  /** what the decision predicts; when closed, what it predicted */
  prediction: Prediction,
  /** null until the session is closed with an outcome */
  outcome: nullable(MeasuredOutcome),
  /** a simulation teaches nothing about a provider */
  simulation: Type.Boolean(),
  closed_by: nullable(Person), closed_at: nullable(Instant),
  evidence: Type.Array(Type.Object({ id: Uuid, provider_id: Type.String(), kind: oneOf(ESTIMATE_KINDS), observation: Type.String(), undone: Type.Boolean() }, closed)),
}, closed)
/** POST /api/route-sessions/:id/outcome-preview: what closing with these actuals would record and teach. Writes nothing. */
export const OutcomePreview = Type.Object({ outcome: MeasuredOutcome, simulation: Type.Boolean(), moves: Type.Array(EstimateMove) }, closed)

export const EstimateEvidence = Type.Object({
  id: Uuid, session_id: Uuid, session_reference: Type.String(), legs: Type.Array(Type.String()), observation: Type.String(), at: Instant,
  /** the estimate before and after it among what counts; null where it was undone */
  before: nullable(Type.String()), after: nullable(Type.String()),
  undone_at: nullable(Instant), undone_by: nullable(Person), undone_because: nullable(oneOf(UNDO_BECAUSE)),
}, closed)
export const Estimate = Type.Object({
  kind: oneOf(ESTIMATE_KINDS),
  /** lowest and highest value that it can take */
  least: Type.String(), greatest: Type.String(),
  prior: Type.String(),
  /** how many outcomes the prior weighs */
  prior_weight: Type.Integer(),
  /** no public source gives it */
  prior_illustrative: Type.Boolean(), prior_source: Type.String(),
  n: Type.Integer(), value: Type.String(), last_evidence_at: nullable(Instant),
  /** newest first, at most the latest fifty; what was undone stays */
  history: Type.Array(EstimateEvidence),
}, closed)
/** GET /api/providers/:id/estimates. An estimate without a prior in the corridor data is not learned and not listed. */
export const ProviderEstimates = Type.Object({
  provider_id: Type.String(), estimates: Type.Array(Estimate),
  /** past the minimum sample, more outcomes fail than go well: somebody should look at the posture. Nothing suspends by itself */
  suspension_proposed: Type.Boolean(), minimum_sample: Type.Integer(),
}, closed)
export type ProviderEstimates = Static<typeof ProviderEstimates>
/** POST /api/estimate-evidence/:id/undo */
export const UndoEvidenceBody = Type.Object({ because: oneOf(UNDO_BECAUSE) }, closed)
export const UndoneEvidence = Type.Object({ id: Uuid, provider_id: Type.String(), kind: oneOf(ESTIMATE_KINDS), undone_because: oneOf(UNDO_BECAUSE) }, closed)
export type UndoneEvidence = Static<typeof UndoneEvidence>
