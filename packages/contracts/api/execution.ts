/** execution: an accepted route is approved, carried out step by step with proof, paused and resumed. The outcome is in settlement. */
import Type, { type Static } from 'typebox'
import { Amount, Currency, MoneySchema } from '../routing.ts'
import { PROOF_FIELDS, PROOF_KIND_NAMES } from '../proof-fields.ts'
import {
  ACCEPT_DIFFERENCE_REASONS, APPROVE_REASONS, codesOf, NEW_PRICE_REASONS, OTHER_ROUTE_REASONS, PAUSE_REASONS, REJECT_PROOF_REASONS, REJECT_REASONS, RESUME_REASONS, STEP_FAILED_REASONS, STEP_FOUND_REASONS,
} from '../reason-codes.ts'
import { STEP_STATES } from '../state-machines.ts'
import { note, visibleText } from '../text.ts'
import { closed, counted, Instant, nullable, oneOf, payable, Uuid } from './common.ts'
import { RAIL_OWNERS } from './provider-accounts.ts'
import { EXECUTION_MODES, SESSION_STATES } from './route-sessions.ts'

/** The version that the caller saw: a decision about anything else is refused. */
const Version = counted(0)
/** Written by the desk to the desk, never shown to the merchant. */
const deskNote = Type.Optional(note(500))

/** POST /api/route-sessions/:id/approve: of exactly this content. */
export const ApproveBody = Type.Object({ version: Version, content_version: counted(1), reason_code: oneOf(codesOf(APPROVE_REASONS)), note: deskNote }, closed)
/** POST /api/route-sessions/:id/offer: another lawful candidate, or the same at today’s price; the merchant must agree to it. */
export const OfferBody = Type.Object({ version: Version, candidate_id: visibleText(64), reason_code: oneOf([...codesOf(OTHER_ROUTE_REASONS), ...codesOf(NEW_PRICE_REASONS)]), note: deskNote }, closed)
export const RejectBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(REJECT_REASONS)), note: deskNote }, closed)
/** POST /api/route-sessions/:id/execute. `mode` is a wish: the server takes the lower of it and the ceiling. */
export const ExecuteBody = Type.Object({
  version: Version, mode: Type.Optional(oneOf(EXECUTION_MODES)),
  /** of a simulation alone: the same seed plays the same events. The server makes one where it is absent */
  seed: Type.Optional(visibleText(100)), note: deskNote,
}, closed)
export const PauseBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(PAUSE_REASONS)), note: deskNote }, closed)
export const ResumeBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(RESUME_REASONS)), note: deskNote }, closed)

/** POST …/steps/:position/start. Who owns the account that the leg runs on is said once a leg, with its first step. */
export const StartStepBody = Type.Object({
  version: Version,
  rail: Type.Optional(Type.Object({ owner: oneOf(RAIL_OWNERS), account_label: visibleText(80), provider_account_id: Type.Optional(Uuid) }, closed)),
}, closed)
/** POST …/steps/:position/proofs: a file and what was read from it. */
export const ProofBody = Type.Object({
  version: Version, kind: oneOf(PROOF_KIND_NAMES), artifact_id: Uuid,
  money: Type.Optional(Type.Object({ amount: Amount, currency: Currency }, payable('amount'))),
  happened_at: Type.Optional(Instant),
  payee: Type.Optional(visibleText(200)),
  account_last4: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z]{4}$' })),
  reference: Type.Optional(visibleText(60)),
  charges: Type.Optional(Type.Enum(['OUR', 'SHA', 'BEN'])),
  transaction_hash: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '^[0-9A-Za-z]+$' })),
}, closed)
export type ProofBody = Static<typeof ProofBody>
/** POST …/steps/:position/confirm. `accept_differences` is for a second person. A leg that asks for no file is confirmed by what it is found by. */
export const ConfirmStepBody = Type.Object({ version: Version, accept_differences: Type.Optional(oneOf(codesOf(ACCEPT_DIFFERENCE_REASONS))), reference: Type.Optional(visibleText(60)), note: deskNote }, closed)
export const RejectProofBody = Type.Object({ version: Version, proof_id: Uuid, reason_code: oneOf(codesOf(REJECT_PROOF_REASONS)), note: deskNote }, closed)
export const FailStepBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(STEP_FAILED_REASONS)), note: deskNote }, closed)
/** POST …/steps/:position/mark-unknown: nobody can tell whether it happened. */
export const MarkUnknownBody = Type.Object({ version: Version, note: deskNote }, closed)
/** POST …/steps/:position/settle-unknown: what a person found out about a step of which nobody knew. */
export const FoundStepBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(STEP_FOUND_REASONS)), note: deskNote }, closed)
export const RetryStepBody = Type.Object({ version: Version, reason_code: oneOf(codesOf(RESUME_REASONS)), note: deskNote }, closed)
/** POST …/steps/:position/instruction/reveal. Words of a list, because they are kept in the audit. */
export const INSTRUCTION_REVEAL_REASONS = ['pay_by_hand', 'print_for_bank', 'check_with_bank'] as const
export const RevealInstructionBody = Type.Object({ reason: oneOf(INSTRUCTION_REVEAL_REASONS) }, closed)

/** POST …/steps/:position/draft: the step as a payment file for the bank. .09 unless the bank asks for .03; `unicode` where it says that it takes more than SWIFT letters. */
export const DraftPaymentBody = Type.Object({
  reason: oneOf(INSTRUCTION_REVEAL_REASONS), version: Type.Optional(oneOf(['pain.001.001.09', 'pain.001.001.03'])), characters: Type.Optional(oneOf(['swift', 'unicode'])),
}, closed)

export const ProofDifference = Type.Object({ field: oneOf(PROOF_FIELDS), instruction: Type.String(), read: nullable(Type.String()), sentence: Type.String() }, closed)
export type ProofDifference = Static<typeof ProofDifference>
export const Proof = Type.Object({
  id: Uuid, kind: Type.String(), artifact_id: Uuid, file_name: Type.String(), sha256: Type.String(), state: Type.Enum(['submitted', 'accepted', 'rejected']),
  money: nullable(MoneySchema), happened_at: nullable(Instant), payee: nullable(Type.String()), account_last4: nullable(Type.String()), reference: nullable(Type.String()),
  charges: nullable(Type.String()), transaction_hash: nullable(Type.String()),
  differences: Type.Array(ProofDifference),
  submitted_by: Type.String(), submitted_at: Instant, decided_by: nullable(Type.String()), decided_at: nullable(Instant), reason_code: nullable(Type.String()),
}, closed)

/** What a step tells whoever pays, with the account masked: the whole is revealed for a reason. */
export const PaymentInstruction = Type.Object({
  payee: Type.String(), payee_zh: nullable(Type.String()), bank_name: nullable(Type.String()), place: nullable(Type.String()),
  account_masked: nullable(Type.String()), cnaps_masked: nullable(Type.String()), bic: nullable(Type.String()),
  money: MoneySchema,
  charges: nullable(Type.Enum(['OUR', 'SHA'])), charges_mean: nullable(Type.String()),
  purpose_code: nullable(Type.String()), purpose: nullable(Type.String()), reference: Type.String(),
  /** by when, on the provider's clock; null where it never closes */
  cut_off: nullable(Type.Object({ at: Instant, time_zone: Type.String() }, closed)),
}, closed)
export type PaymentInstruction = Static<typeof PaymentInstruction>
export const RevealedInstruction = Type.Object({ account_number: nullable(Type.String()), cnaps: nullable(Type.String()) }, closed)

export const ExecutionStep = Type.Object({
  id: Uuid, position: Type.Integer(), hop: Type.Integer(), kind: Type.String(), done_by: Type.String(), provider_id: Type.String(), provider_name: Type.String(),
  state: oneOf(STEP_STATES), version: Type.Integer(), proof_kinds: Type.Array(Type.String()),
  money_in: MoneySchema, money_out: MoneySchema, reference: Type.String(), typical: Type.String(),
  rail: nullable(Type.Object({ owner: oneOf(RAIL_OWNERS), account_label: Type.String(), provider_account_id: nullable(Uuid) }, closed)),
  started_at: nullable(Instant), ended_at: nullable(Instant),
  instruction: PaymentInstruction, proofs: Type.Array(Proof),
  /** what was decided about it, oldest first */
  moves: Type.Array(Type.Object({ at: Instant, who: Type.String(), to: oneOf(STEP_STATES), reason_code: nullable(Type.String()), note: nullable(Type.String()) }, closed)),
}, closed)
export type ExecutionStep = Static<typeof ExecutionStep>

/** GET /api/route-sessions/:id/execution */
export const Execution = Type.Object({
  session_id: Uuid, version: Type.Integer(), state: oneOf(SESSION_STATES), mode: nullable(oneOf(EXECUTION_MODES)), mode_ceiling: oneOf(EXECUTION_MODES),
  /** the market clock now */
  market_clock: Instant,
  steps: Type.Array(ExecutionStep),
  /** what stands before the first step */
  gates: Type.Array(Type.Object({ code: Type.String(), clear: Type.Boolean(), sentence: Type.String() }, closed)),
}, closed)
export type Execution = Static<typeof Execution>
