/** The shapes that the store takes and gives. Decimals are strings; instants come back as ISO 8601 in UTC unless said otherwise. */
import type { Candidate, Verdict, PaymentIntent } from '#contracts/routing.ts'
import type { ProofDifference } from '#contracts/api/execution.ts'
import type { StepState } from '#contracts/state-machines.ts'
import type { IncidentAction, IncidentChaser, IncidentKind, IncidentSentence, Resolution } from '#contracts/incidents.ts'
import type { Role, Actor } from '#contracts/roles.ts'
import type { RAIL_OWNERS } from '#contracts/api/provider-accounts.ts'
import type { EstimateKind, MeasuredOutcome, Prediction, UndoBecause } from '#contracts/api/settlement.ts'
import type { AskRow } from './asks.ts'
import type { ClaimRow } from './claims.ts'
import type { SESSION_STATES, EXECUTION_MODES } from '#contracts/api/route-sessions.ts'

export type SessionState = (typeof SESSION_STATES)[number]
export type ExecutionMode = (typeof EXECUTION_MODES)[number]
/** who owns the account a leg runs on */
export type RailOwner = (typeof RAIL_OWNERS)[number]
export type Outcome = 'ready' | 'conditional' | 'no_route'
export type DecimalMoney = { readonly amount: string; readonly currency: string }
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Whose rows a transaction sees and who is written down as acting. An Actor is one. */
export type TenantContext = Pick<Actor, 'tenant_id' | 'user_id' | 'role' | 'merchant_id'>

/** One audit row. `facts` hold ids, codes and amounts only: no name, no account number, no free text, so that erasure never breaks the chain. */
export type AuditEntry = {
  /** e.g. route_session.requested */
  readonly action: string
  readonly entity: string
  readonly entity_id: string
  /** the entity's version after this change; the same (entity, id, seq) is refused a second time. null where there is no such order */
  readonly transition_seq: number | null
  readonly facts: Json
}

export type WriteRequest = {
  readonly actor: TenantContext
  /** operationId; part of the key, so the same key on another operation is another key */
  readonly operation: string
  readonly idempotency_key: string
  /** digest of the body and path (SHA-256 hex) */
  readonly fingerprint: string
  readonly request_id: string
  /** what the audit row says was refused where the key or a race stops the write before `work` can say it; the operation if absent */
  readonly action?: string
}

/** What `work` did. `response.body` is stored under the key and given back on a retry: keep it small (ids) and read the rest. */
export type WriteEffect<T> = {
  readonly audit: AuditEntry
  readonly response: { readonly status: number; readonly body: T }
  readonly outbox?: { readonly topic: string; readonly body: Json }
  /** false where the same request may still end otherwise: the effect is kept and the key stays free for the next try */
  readonly final?: false
}
/** What `work` will not do. Everything it wrote is rolled back; one audit row says that it was refused; the key stays free. */
export type Refusal<R extends { readonly code: string }> = {
  readonly refused: R
  readonly audit: Omit<AuditEntry, 'transition_seq'>
}
export type WriteAnswer<T> = { readonly status: number; readonly body: T; readonly replayed: boolean }
export type WriteError = { readonly code: 'not_signed_in' | 'idempotency_mismatch' | 'idempotency_in_flight' | 'stale_version' }

/** What a denial leaves behind where no transaction was begun. */
export type DenialEntry = { readonly action: string; readonly code: string; readonly request_id: string; readonly entity?: string; readonly entity_id?: string }

export type MerchantRow = {
  readonly id: string; readonly name: string; readonly type: string; readonly city: string; readonly country: string
  readonly trade: string; readonly trade_class: string; readonly documents_on_file: string[]; readonly version: number
}
export type NewMerchant = Omit<MerchantRow, 'id' | 'documents_on_file' | 'version'>
/** An account with a provider as the product shows it. What the provider knows it by is in no type here: it is sealed. */
export type ProviderAccountRow = {
  readonly id: string; readonly provider_id: string; readonly label: string; readonly currency: string; readonly country: string | null
  readonly rail_owner: RailOwner; readonly merchant_id: string | null; readonly merchant_name: string | null; readonly reference_masked: string
  readonly state: 'live' | 'retired'; readonly created_at: string; readonly created_by: string
  readonly retired_at: string | null; readonly retired_by: string | null
}
export type NewProviderAccount = Pick<ProviderAccountRow, 'id' | 'provider_id' | 'label' | 'currency' | 'country' | 'rail_owner' | 'merchant_id' | 'reference_masked'> & {
  /** sealed for this row: made outside the database, which cannot open it */
  readonly metadata_sealed: Buffer
}
/** One version of a tenant's data key, wrapped by the key `key_id` of the key provider. */
export type StoredDataKey = { readonly version: number; readonly key_id: string; readonly wrapped: Buffer }
/** A supplier as the product shows it. The full account number is in no type here: it is sealed. */
export type SupplierRow = {
  readonly id: string; readonly merchant_id: string; readonly legal_name: string; readonly legal_name_zh: string | null
  readonly country: string; readonly city: string; readonly method: string; readonly settlement_currency: string
  readonly payee_type: string; readonly payee_is_contract_seller: boolean; readonly accepts_other_settlement: boolean
  readonly prefers: string | null; readonly network: string | null; readonly bank_name: string | null
  readonly account_masked: string; readonly bic: string | null; readonly cnaps_masked: string | null
  readonly details_state: 'confirmed' | 'change_held'; readonly paid_before: boolean; readonly created_at: string
}
/** Whether a route pays to details that stand: `held` while a change of them waits, `changed` where they were changed after the route was accepted. */
export type PayeeDetails = 'confirmed' | 'held' | 'changed'
export type BankDetailChangeRow = {
  readonly id: string; readonly supplier_id: string; readonly state: 'pending' | 'confirmed' | 'rejected' | 'withdrawn'; readonly received_by: string
  readonly account_masked: string; readonly cnaps_masked: string | null; readonly bank_name: string | null; readonly bic: string | null
  readonly replaced_account_masked: string; readonly replaced_cnaps_masked: string | null; readonly replaced_bank_name: string | null; readonly replaced_bic: string | null
  readonly proposed_by: string; readonly proposed_by_name: string; readonly proposed_at: string
  readonly decided_by: string | null; readonly decided_by_name: string | null; readonly decided_at: string | null
  readonly confirmed_over: string | null; readonly confirmed_with: string | null; readonly rejected_because: string | null
}
export type NewBankDetailChange = Pick<BankDetailChangeRow, 'id' | 'supplier_id' | 'received_by' | 'account_masked' | 'cnaps_masked' | 'bank_name' | 'bic'> & {
  /** sealed for this change */
  readonly details_sealed: Buffer
}
export type ChangeToDecide = Pick<BankDetailChangeRow, 'id' | 'supplier_id' | 'state' | 'received_by' | 'proposed_by' | 'bic'> & {
  readonly method: string
  /** what is proposed, sealed for the change, and what stands, sealed for the supplier */
  readonly details_sealed: Buffer; readonly present_sealed: Buffer
}
export type NewSupplier = Omit<SupplierRow, 'details_state' | 'paid_before' | 'created_at'> & {
  /** sealed for this row: made outside the database, which cannot open it */
  readonly bank_details_sealed: Buffer
  readonly paid_before?: boolean
}

export type TenantSettings = {
  readonly tenant_id: string; readonly tenant_name: string; readonly time_zone: string
  /** fixed market clock (ISO with offset); null where the market is live and the wall clock counts */
  readonly market_clock: string | null
  /** data revision in force and the snapshot made of it; null before an import */
  readonly data_revision: number | null
  readonly snapshot_digest: string | null
  readonly version: number
}
export type CorridorRow = {
  readonly id: string; readonly name: string; readonly source_country: string; readonly source_currency: string
  readonly destination_country: string; readonly mode_ceiling: ExecutionMode
  /** the record of corridors.json */
  readonly body: Json
}
export type ProviderRow = {
  readonly id: string; readonly name: string; readonly category: string
  /** the records of providers.json and estimates.json */
  readonly body: Json; readonly estimates: Json
}
export type FactRow = { readonly id: string; readonly statement: string; readonly value: string | null; readonly unit: string | null; readonly date: string | null; readonly source: string; readonly url: string | null; readonly confidence: string | null }

export type DeskFeeRuleRow = {
  readonly id: string; readonly merchant_id: string | null; readonly corridor_id: string | null
  readonly fixed: DecimalMoney; readonly bps: string; readonly minimum: DecimalMoney
  readonly reason: string; readonly version: number; readonly changed_at: string; readonly changed_by: string
}
export type NewDeskFeeRule = Pick<DeskFeeRuleRow, 'merchant_id' | 'corridor_id' | 'fixed' | 'bps' | 'minimum' | 'reason'>

/** Everything that a route request reads, from one snapshot. */
export type RoutingContext = {
  readonly settings: TenantSettings
  /** null when there is no such corridor in the tenant */
  readonly corridor: Pick<CorridorRow, 'id' | 'name' | 'source_country' | 'source_currency' | 'destination_country' | 'mode_ceiling'> | null
  /** null when there is no such merchant */
  readonly merchant: MerchantRow | null
  /** null when there is no such supplier of this merchant */
  readonly supplier: SupplierRow | null
  /** which version of the supplier's bank details stands */
  readonly details_version: number
  readonly desk_fee_rule: DeskFeeRuleRow | null
  readonly first_payment_to_supplier: boolean
  /** per document and currency: what this merchant's own sessions of the calendar quarter have committed */
  readonly period_totals: readonly { readonly document: string; readonly amount: string; readonly currency: string; readonly period: 'P3M' }[]
  /** the newest session of the same merchant, supplier, invoice number and amount that was not given up */
  readonly duplicate_of: { readonly id: string; readonly reference: string; readonly requested_at: string } | null
}
export type RoutingQuery = {
  readonly merchant_id: string; readonly supplier_id: string; readonly corridor_id: string; readonly invoice_number: string
  readonly amount: { readonly side: string; readonly value: string; readonly currency: string }
  /** the wall clock now (ISO, UTC), for a tenant on a live market */
  readonly wall_clock: string
}

/** What policy said, batch by batch, as route-intent.ts has it. */
export type Rulings = readonly { readonly policy_revision: string; readonly verdicts: readonly Verdict[] }[]

export type NewDecision = {
  readonly id: string
  readonly engine_version: string; readonly snapshot_digest: string; readonly weights_revision: string; readonly policy_revision: string
  /** ISO with the offset it was said in */
  readonly market_clock: string
  readonly result_digest: string
  readonly outcome: Outcome
  readonly complete: boolean
  readonly degraded: readonly string[]
  /** options of propose/routeIntent that replay needs, e.g. data_age */
  readonly options: Json
  readonly recommended_id: string | null
  readonly cheapest_id: string | null
  readonly rulings: Rulings
  /** only those shown, in the order shown; the rest is computed again by replay */
  readonly candidates: readonly NewDecisionCandidate[]
}
export type NewDecisionCandidate = {
  readonly candidate_id: string
  /** 1 is the recommended one; null when refused */
  readonly rank: number | null
  readonly status: 'ready' | 'conditional' | 'refused'
  readonly sent: DecimalMoney; readonly received: DecimalMoney
  readonly cost_bps: string; readonly score: string
}
export type NewRouteSession = {
  readonly id: string
  readonly reference: string
  readonly merchant_id: string; readonly supplier_id: string; readonly corridor_id: string
  /** recommended, no_route or policy_unavailable */
  readonly state: SessionState
  readonly outcome: Outcome | null
  readonly mode_ceiling: ExecutionMode
  readonly on_behalf_reason: string | null
  readonly invoice_number: string
  /** the whole invoice in its own currency, where it was said */
  readonly invoice_total: string | null
  readonly description: string
  readonly amount: { readonly side: string; readonly value: string; readonly currency: string }
  readonly intent: PaymentIntent
  /** market clock, ISO with offset */
  readonly requested_at: string
  /** ISO with offset; what the queue sorts by */
  readonly due_at: string | null
  readonly valid_until: string | null
  readonly degraded: readonly string[]
  /** papers that the recommended route goes through */
  readonly documents_used: readonly string[]
  /** providers that the recommended route goes through */
  readonly providers_used: readonly string[]
  readonly sends: DecimalMoney | null; readonly receives: DecimalMoney | null; readonly cost_bps: string | null
  /** ISO with the offset it was asked in */
  readonly needed_by: string
  /** the desk's own fee when it was routed, in the currency of `sends`, and the rule it came from */
  readonly desk_fee: DecimalMoney | null
  readonly desk_fee_rule_id: string | null
  /** one sentence of what was found, for the desk's list */
  readonly why: string
  readonly decision: NewDecision | null
}

/** A provider that is out, and the first step that it still has to carry out, from 1; `running` where that has begun. */
export type ProviderOut = { readonly provider_id: string; readonly name: string; readonly step: number | null; readonly running: boolean }
export type RouteSessionListRow = {
  readonly id: string; readonly reference: string; readonly version: number; readonly state: SessionState; readonly outcome: Outcome | null
  readonly merchant_id: string; readonly merchant_name: string; readonly merchant_city: string
  readonly supplier_id: string; readonly supplier_name: string; readonly supplier_name_zh: string | null
  readonly corridor_id: string; readonly mode_ceiling: ExecutionMode; readonly description: string
  readonly degraded: readonly string[]
  readonly sends: DecimalMoney | null; readonly receives: DecimalMoney | null; readonly cost_bps: string | null
  readonly requested_at: string; readonly due_at: string | null; readonly valid_until: string | null
  readonly needed_by: string; readonly why: string
  readonly desk_fee: DecimalMoney | null; readonly desk_fee_rule_id: string | null
  readonly requested_by_user_id: string
  readonly payee_details: PayeeDetails
  /** which offer stands, and which one the merchant agreed to */
  readonly content_version: number; readonly agreed_content_version: number | null
  readonly required_approvals: number; readonly four_eyes_because: readonly string[]
  readonly execution_mode: ExecutionMode | null
  /** of what goes wrong with it, what is due first; null where nothing does */
  readonly incident: OpenIncident | null
  /** providers of its route that are out, while it is open */
  readonly providers_out: readonly ProviderOut[]
  /** since when, by the market clock, the desk's clock stands */
  readonly paused_at: string | null
  /** who has it in hand */
  readonly claim: ClaimRow | null
  /** messages of the other side that a side has not seen */
  readonly unread_by_desk: number; readonly unread_by_merchant: number
  /** approvals of what stands now */
  readonly held_approvals: number
  /** the step that an execution stands at; null before one, and once every step is done */
  readonly current_step: CurrentStep | null
}
export type CurrentStep = { readonly position: number; readonly of: number; readonly kind: string; readonly state: StepState; readonly done_by: StepDoneBy }
export type RouteSessionQuery = {
  /** none: every state */
  readonly states?: readonly SessionState[]
  /** only those that went wrong, by an open incident or a provider of their route that is out, or only the others */
  readonly trouble?: boolean
  /** `with` adds executions whose step is the desk's to do or to judge to the states; `without` leaves them out */
  readonly desk_steps?: 'with' | 'without'
  /** a merchant's own only */
  readonly merchant_id?: string | null
  readonly corridor_id?: string | null
  /** text in reference, description, invoice number, merchant or supplier name */
  readonly q?: string | null
  readonly order: 'due' | 'newest'
  readonly limit: number
  readonly cursor?: string | null
}
export type TransitionRow = {
  readonly seq: number; readonly from: SessionState | null; readonly to: SessionState
  /** wall clock; `market_clock` is the tenant's market then, ISO with offset */
  readonly at: string; readonly market_clock: string
  readonly user_id: string; readonly role: Role; readonly who: string; readonly reason: string | null
}
export type StoredDecision = Omit<NewDecision, 'rulings' | 'candidates'> & {
  readonly rulings: Rulings
  readonly candidates: readonly NewDecisionCandidate[]
  readonly decided_at: string
}
export type StoredRouteSession = RouteSessionListRow & {
  readonly invoice_number: string
  readonly invoice_total: string | null
  readonly amount: { readonly side: string; readonly value: string; readonly currency: string }
  readonly intent: PaymentIntent
  /** null in a session of before this was kept */
  readonly documents_used: readonly string[] | null
  /** the same: providers that the shown route goes through */
  readonly providers_used: readonly string[] | null
  /** the re-pricing whose price is on offer or agreed; null: the decision's */
  readonly offered_by: string | null
  readonly requested_by: { readonly user_id: string; readonly role: Role; readonly name: string; readonly on_behalf_reason: string | null }
  readonly merchant: MerchantRow
  readonly supplier: SupplierRow
  readonly corridor_name: string
  readonly decision: StoredDecision | null
  readonly transitions: readonly TransitionRow[]
  /** who said for the merchant that it agrees; null before, and in sessions of before this was kept */
  readonly accepted_by: string | null
  /** null while the recommendation stands */
  readonly offer: OfferRow | null
  readonly approvals: readonly ApprovalRow[]
  /** which version of the supplier's bank details stands now */
  readonly details_version: number
  readonly asks: readonly AskRow[]
}

/** An offer after the recommendation, with its candidate whole. */
export type OfferRow = {
  readonly content_version: number; readonly because: 'other_route' | 'new_price' | 'payee_details'; readonly reason_code: string; readonly note: string | null
  readonly candidate_id: string; readonly candidate: Candidate; readonly market_clock: string; readonly valid_until: string
  readonly made_by: string; readonly made_by_name: string; readonly made_at: string
  /** what it takes the place of: an earlier offer, or the recommendation where the candidate is null */
  readonly before: { readonly candidate: Candidate | null; readonly desk_fee: DecimalMoney | null }
}
export type NewOffer = Pick<OfferRow, 'content_version' | 'because' | 'reason_code' | 'note' | 'candidate_id' | 'candidate' | 'market_clock' | 'valid_until'> & {
  readonly session_id: string; readonly snapshot_digest: string; readonly policy_revision: string; readonly desk_fee: DecimalMoney | null
  readonly documents_used: readonly string[]; readonly required_approvals: number; readonly four_eyes_because: readonly string[]
}
export type ApprovalRow = {
  readonly id: string; readonly content_version: number; readonly details_version: number; readonly candidate_id: string; readonly user_id: string; readonly name: string; readonly role: string
  readonly reason_code: string; readonly note: string | null; readonly at: string
}
export type NewApproval = Pick<ApprovalRow, 'id' | 'content_version' | 'details_version' | 'candidate_id' | 'reason_code' | 'note'> & { readonly session_id: string }

export type StepDoneBy = 'desk_operator' | 'merchant' | 'settlement_agent' | 'provider'
export type NewStep = {
  readonly id: string; readonly position: number; readonly hop: number; readonly kind: string; readonly done_by: StepDoneBy; readonly provider_id: string
  /** whether the supplier is paid on it, and not a provider */
  readonly to_supplier: boolean
  readonly proof_kinds: readonly string[]; readonly money_in: DecimalMoney; readonly money_out: DecimalMoney; readonly reference: string; readonly typical: string
}
export type StepMoveRow = {
  readonly seq: number; readonly from: StepState | null; readonly to: StepState; readonly at: string; readonly market_clock: string; readonly who: string; readonly user_id: string
  readonly reason_code: string | null; readonly note: string | null
}
export type StepRow = NewStep & {
  readonly session_id: string; readonly state: StepState; readonly version: number
  readonly rail_owner: RailOwner | null; readonly account_label: string | null; readonly provider_account_id: string | null
  readonly moves: readonly StepMoveRow[]
}
export type StepMove = {
  readonly step_id: string; readonly version: number; readonly from: StepState; readonly to: StepState; readonly market_clock: string; readonly reason_code?: string | null; readonly note?: string | null
}
/** The run of a simulated session; `starts_at` is ISO 8601 on the simulated clock, `played_to` how many of its events have happened. */
export type SimulationRow = { readonly seed: string; readonly starts_at: string; readonly played_to: number }
export type ProofRow = {
  readonly id: string; readonly session_id: string; readonly step_id: string; readonly kind: string; readonly artifact_id: string; readonly file_name: string; readonly sha256: string
  readonly money: DecimalMoney | null; readonly happened_at: string | null; readonly payee: string | null; readonly account_last4: string | null; readonly reference: string | null
  readonly charges: string | null; readonly transaction_hash: string | null; readonly differences: readonly ProofDifference[]
  readonly state: 'submitted' | 'accepted' | 'rejected'; readonly submitted_by: string; readonly submitted_by_name: string; readonly submitted_at: string
  readonly decided_by: string | null; readonly decided_by_name: string | null; readonly decided_at: string | null; readonly reason_code: string | null
}
/** What somebody read from a file. */
export type EarlierReading = Pick<ProofRow, 'kind' | 'money' | 'happened_at' | 'payee' | 'account_last4' | 'reference' | 'charges' | 'transaction_hash'>
export type NewProof = EarlierReading & Pick<ProofRow, 'id' | 'session_id' | 'step_id' | 'artifact_id' | 'differences'>
/** A file that the merchant sent for a session and that proves nothing yet. */
export type MerchantFileRow = { readonly id: string; readonly kind: string; readonly state: 'quarantined' | 'clean' | 'refused'; readonly uploaded_at: string }
/** Where the execution of a session stands: the first of its steps that is not done. */
export type CurrentStepRow = Pick<StepRow, 'session_id' | 'kind' | 'done_by' | 'state' | 'rail_owner'> & { readonly has_file: boolean }
export type Transition = {
  readonly session_id: string; readonly from: SessionState; readonly to: SessionState
  /** the version the caller saw; anything else is stale_version */
  readonly version: number
  readonly market_clock: string
  readonly reason?: string | null
}

/** How a session ends: the move, the outcome beside its prediction, and what it observed of the providers. */
export type SessionClose = {
  readonly session_id: string; readonly from: SessionState; readonly version: number; readonly market_clock: string; readonly simulation: boolean
  readonly outcome: MeasuredOutcome; readonly prediction: Prediction; readonly prediction_digest: string
  readonly evidence: readonly { readonly provider_id: string; readonly kind: EstimateKind; readonly legs: readonly string[]; readonly observation: string }[]
}
export type OutcomeRow = {
  readonly session_id: string; readonly result: MeasuredOutcome['result']; readonly because: MeasuredOutcome['because']; readonly simulation: boolean
  readonly sent_amount: string; readonly sent_currency: string; readonly received_amount: string | null; readonly received_currency: string | null
  readonly rate: string | null; readonly cost_bps: string | null; readonly cost_difference_bps: string | null; readonly arrived_at: string | null
  readonly after_p50_s: number | null; readonly after_p90_s: number | null; readonly fell: MeasuredOutcome['fell']; readonly score: string
  readonly hops: MeasuredOutcome['hops']; readonly prediction: Prediction; readonly prediction_digest: Buffer
  readonly closed_by: string; readonly closed_by_name: string; readonly closed_at: string
}
export type OutcomeEvidenceRow = { readonly id: string; readonly provider_id: string; readonly kind: EstimateKind; readonly observation: string; readonly undone: boolean }
export type EvidenceTotalRow = { readonly provider_id: string; readonly kind: EstimateKind; readonly n: number; readonly sum: string; readonly last_at: string }
export type EvidenceRow = {
  readonly id: string; readonly session_id: string; readonly session_reference: string; readonly legs: string[]; readonly kind: EstimateKind; readonly observation: string; readonly at: string
  /** what counts up to this one, itself included where it counts */
  readonly n_until: number; readonly sum_until: string
  readonly undone_by: string | null; readonly undone_by_name: string | null; readonly undone_at: string | null; readonly undone_because: UndoBecause | null
}
export type ScreeningRow = {
  readonly id: string; readonly session_id: string; readonly subject: 'payer' | 'payee' | 'bank' | 'goods' | 'wallet'; readonly nth: number
  readonly result: 'no_hit' | 'possible_hit' | 'hit'; readonly list_name: string
  /** a day, 2026-09-29 */
  readonly list_date: string
  /** on the market clock */
  readonly screened_at: string; readonly expires_at: string
  readonly details_version: number; readonly artifact_id: string | null; readonly note: string | null
  readonly screened_by: string; readonly screened_by_name: string
  readonly cleared_by: string | null; readonly cleared_by_name: string | null; readonly cleared_at: string | null
  readonly cleared_because: 'other_person' | 'other_company' | 'entry_out_of_date' | 'name_only' | null
}
export type NewScreening = Pick<ScreeningRow, 'id' | 'session_id' | 'subject' | 'result' | 'list_name' | 'list_date' | 'screened_at' | 'expires_at' | 'details_version' | 'artifact_id' | 'note'>

export type MerchantDocumentRow = {
  readonly id: string; readonly merchant_id: string; readonly code: string; readonly number: string
  /** days; `expires_on` is the last on which it counts */
  readonly issued_on: string; readonly expires_on: string | null
  readonly value: DecimalMoney | null
  /** what sessions that have not ended without a payment use of papers of this code and number; null without a value */
  readonly used: string | null
  readonly artifact_id: string | null; readonly supersedes: string | null
  readonly state: 'live' | 'withdrawn' | 'superseded'
  readonly recorded_by_role: Role; readonly recorded_at: string
  readonly withdrawn_because: 'entered_wrongly' | 'cancelled_by_issuer' | 'no_longer_needed' | null
}
export type NewMerchantDocument = Pick<MerchantDocumentRow, 'id' | 'merchant_id' | 'code' | 'number' | 'issued_on' | 'expires_on' | 'value' | 'artifact_id' | 'supersedes'>

export type IncidentRow = {
  readonly id: string; readonly session_id: string; readonly session_reference: string; readonly version: number
  readonly state: 'open' | 'chasing' | 'resolved'; readonly kind: IncidentKind
  readonly chaser: IncidentChaser; readonly action: IncidentAction
  /** on the market clock */
  readonly due_at: string
  readonly amount_missing: DecimalMoney | null
  readonly merchant_text: IncidentSentence; readonly merchant_note: string | null
  readonly opened_by: string; readonly opened_by_name: string; readonly opened_at: string
  readonly resolution: Resolution | null; readonly proof_reference: string | null
  readonly resolved_by: string | null; readonly resolved_by_name: string | null; readonly resolved_at: string | null
}
export type IncidentEventRow = Pick<IncidentRow, 'state' | 'chaser' | 'action' | 'due_at'> & { readonly seq: number; readonly note: string | null; readonly who: string; readonly at: string }
export type NewIncidentStep = Pick<IncidentRow, 'chaser' | 'action' | 'due_at'> & { readonly note: string | null }
export type NewIncident = NewIncidentStep & Pick<IncidentRow, 'id' | 'session_id' | 'kind' | 'amount_missing' | 'merchant_text' | 'merchant_note'>
/** Of the incident of a session that is due first: what a row of a list says of it. */
export type OpenIncident = Pick<IncidentRow, 'kind' | 'chaser' | 'action' | 'due_at' | 'merchant_text' | 'merchant_note'>
/** One session of an invoice, as far as the invoice is concerned. */
export type InvoicePart = {
  readonly session_id: string; readonly reference: string; readonly state: SessionState; readonly paid: string
  readonly amount: { readonly side: string; readonly value: string; readonly currency: string }
  readonly receives: DecimalMoney | null; readonly invoice_currency: string; readonly invoice_total: string | null; readonly requested_at: string
}

/** An API key as people see it; nothing of its secret. */
export type ApiKeyRow = {
  readonly id: string; readonly user_id: string; readonly label: string; readonly prefix: string; readonly scopes: string[]
  readonly role: Role; readonly merchant_id: string | null; readonly merchant_name: string | null
  readonly state: 'live' | 'stopped' | 'expired' | 'revoked'
  readonly created_at: string; readonly created_by: string; readonly created_by_id: string; readonly expires_at: string
  /** to the minute; null while it was never used */
  readonly last_used_at: string | null
  readonly revoked_at: string | null; readonly revoked_by: string | null
}
export type NewApiKey = {
  readonly role: Role; readonly merchant_id: string | null; readonly label: string; readonly prefix: string; readonly secret_hash: Buffer
  readonly scopes: readonly string[]; readonly lasts_days: number
}

/** One attempt at one step, before it goes out. `decision` is null for the first attempt alone. */
export type NewCall = {
  readonly id: string; readonly session_id: string; readonly position: number; readonly connector_id: string; readonly mode: string
  /** SHA-256 in hex of the canonical JSON of what is asked */
  readonly request_digest: string
  readonly decision: { readonly by: string; readonly because: 'nothing_was_sent' | 'other_side_has_nothing' | 'money_came_back' } | null
  /** for how long the process that calls may be believed to live: longer than the call can take */
  readonly lease_s: number
}
export type CallEnd = { readonly state: 'answered'; readonly answer_digest: string } | { readonly state: 'failed' | 'unknown'; readonly cause: string }
export type CallRow = {
  readonly id: string; readonly session_id: string; readonly position: number; readonly attempt: number; readonly connector_id: string; readonly mode: string
  readonly state: 'intent' | 'sent' | 'answered' | 'failed' | 'unknown'; readonly cause: string | null
  readonly decided_by: string | null; readonly decided_because: string | null; readonly started_at: string; readonly ended_at: string | null
}

export type ProbeCap = {
  /** '*' is the whole company */
  readonly provider_id: string
  readonly per_probe_usd: string; readonly per_day_usd: string; readonly probes_per_day: number
  /** the version that was seen; 0 where none was set */
  readonly version: number
}
export type ProbeCapRow = ProbeCap & { readonly set_at: string; readonly set_by_name: string }
/** A cap and what is reserved of it on one day. */
export type ProbeCounters = Omit<ProbeCap, 'version'> & { readonly probes: number; readonly reserved_usd: string }
export type NewProbe = {
  readonly id: string; readonly session_id: string; readonly position: number; readonly provider_id: string
  /** of the company's calendar, as 2026-09-29 */
  readonly day: string
  /** at mid, rounded up */
  readonly amount_usd: string
  readonly policy_revision: string
}

export type NewQuoteSource = { readonly id: string; readonly provider_id: string; readonly label: string; readonly secret_sealed: Buffer }
export type QuoteSourceRow = { readonly id: string; readonly provider_id: string; readonly label: string; readonly secret_version: number; readonly created_at: string; readonly created_by: string }
export type NewSignedQuote = {
  readonly id: string; readonly source_id: string; readonly provider_id: string; readonly quote_ref: string; readonly sell_asset: string; readonly buy_asset: string
  readonly sell_amount: string | null; readonly buy_amount: string | null; readonly price: string; readonly fee: { readonly amount: string; readonly currency: string }
  readonly observed_at: string; readonly expires_at: string
  /** SHA-256 in hex of the signed bytes */
  readonly body_digest: string
  readonly secret_version: number
}
