/** Row types of every table that the serving role touches. tables.test.ts holds them against the catalog. */
import type { ColumnType, Generated } from 'kysely'

/** jsonb: read as it was parsed, written as text. */
type Jsonb<T = unknown> = ColumnType<T, string, string>
type Instant = ColumnType<string, string, string>
type DefaultInstant = ColumnType<string, string | undefined, string>
type Numeric = ColumnType<string, string, string>

export type ArtifactsTable = {
  tenant_id: string; id: string; class: string; kind: string; file_name: string; media_type: string; size_bytes: string; sha256: Buffer; storage_key: string; state: Generated<string>
  scanned_at: Instant | null; scanner: string | null; refused_because: string | null; waits_because: string | null; merchant_id: string | null; session_id: string | null; supersedes: string | null
  uploaded_by: string; uploaded_by_role: string; uploaded_at: DefaultInstant; keep_until: Instant | null; removed_at: Instant | null; removed_because: string | null
}
export type SessionOffersTable = {
  tenant_id: string; session_id: string; content_version: number; because: string; reason_code: string; note: string | null; candidate_id: string; candidate: Jsonb; market_clock: Instant
  snapshot_digest: Buffer; policy_revision: string; sends_amount: Numeric; sends_currency: string; receives_amount: Numeric; receives_currency: string; cost_bps: Numeric
  desk_fee_amount: Numeric | null; desk_fee_currency: string | null; valid_until: Instant; made_by: string; made_at: DefaultInstant; before_fee_amount: Numeric | null; before_fee_currency: string | null
}
export type ApprovalsTable = {
  tenant_id: string; id: string; session_id: string; content_version: number; details_version: number; candidate_id: string; user_id: string; role: string; reason_code: string; note: string | null
  at: DefaultInstant
}
export type StepEdgesTable = { from_state: string; to_state: string }
export type ExecutionStepsTable = {
  tenant_id: string; id: string; session_id: string; position: number; hop: number; kind: string; done_by: string; provider_id: string; proof_kinds: string[]; amount_in: Numeric; currency_in: string
  amount_out: Numeric; currency_out: string; to_supplier: boolean; reference: string; typical: string; version: number; state: string; rail_owner: string | null; account_label: string | null
  provider_account_id: string | null; planned_at: DefaultInstant
}
export type ExecutionStepTransitionsTable = {
  tenant_id: string; step_id: string; seq: number; before_seq: ColumnType<number | null, never, never>; from_state: string | null; to_state: string; at: DefaultInstant; market_clock: string
  user_id: string; role: string; reason_code: string | null; note: string | null
}
export type ProofsTable = {
  tenant_id: string; id: string; session_id: string; step_id: string; kind: string; artifact_id: string; sha256: Buffer; amount: Numeric | null; currency: string | null; happened_at: Instant | null
  payee: string | null; account_last4: string | null; reference: string | null; charges: string | null; transaction_hash: string | null; differences: Jsonb; state: Generated<string>
  submitted_by: string; submitted_at: DefaultInstant; decided_by: string | null; decided_at: Instant | null; reason_code: string | null
}
export type ScreeningsTable = {
  tenant_id: string; id: string; session_id: string; subject: string; nth: number; result: string; list_name: string; list_date: string; screened_at: Instant; expires_at: Instant
  details_version: number; artifact_id: string | null; note: string | null; screened_by: string; recorded_at: DefaultInstant
  cleared_by: string | null; cleared_at: Instant | null; cleared_because: string | null
}
export type MerchantDocumentsTable = {
  tenant_id: string; id: string; merchant_id: string; code: string; number: string; issued_on: string; expires_on: string | null; amount: Numeric | null; currency: string | null
  number_key: ColumnType<string, never, never>
  artifact_id: string | null; state: Generated<string>; supersedes: string | null; recorded_by: string; recorded_by_role: string; recorded_at: DefaultInstant
  withdrawn_by: string | null; withdrawn_at: Instant | null; withdrawn_because: string | null
}
export type DocumentUsesTable = { tenant_id: string; session_id: string; document_id: string; amount: Numeric; currency: string; used_at: DefaultInstant }
export type PaymentIncidentsTable = {
  tenant_id: string; id: string; session_id: string; version: number; state: string; kind: string; chaser: string; action: string; due_at: Instant
  amount_missing: Numeric | null; currency: string | null; merchant_text: string; merchant_note: string | null; opened_by: string; opened_at: DefaultInstant
  resolution: string | null; proof_reference: string | null; resolved_by: string | null; resolved_at: Instant | null
}
export type PaymentIncidentEventsTable = {
  tenant_id: string; incident_id: string; seq: number; state: string; chaser: string; action: string; due_at: Instant; note: string | null; user_id: string; at: DefaultInstant
}
export type TenantsTable = { tenant_id: string; name: string; time_zone: string; second_factor_of_admins: Generated<string>; created_at: DefaultInstant }
export type MerchantsTable = {
  tenant_id: string; id: string; name: string; type: string; city: string; country: string; trade: string; trade_class: string
  documents_on_file: Generated<string[]>; created_at: DefaultInstant; version: Generated<number>
}
export type BankDetailChangesTable = {
  tenant_id: string; id: string; supplier_id: string; state: Generated<string>; received_by: string; details_sealed: Buffer; account_masked: string; cnaps_masked: string | null
  bank_name: string | null; bic: string | null; replaced_sealed: Buffer | null; replaced_account_masked: string; replaced_cnaps_masked: string | null; replaced_bank_name: string | null
  replaced_bic: string | null; proposed_by: string; proposed_at: DefaultInstant; decided_by: string | null; decided_at: Instant | null; confirmed_over: string | null
  confirmed_with: string | null; rejected_because: string | null
}
export type SuppliersTable = {
  tenant_id: string; id: string; merchant_id: string; legal_name: string; legal_name_zh: string | null; country: string; city: string; method: string
  settlement_currency: string; payee_type: string; payee_is_contract_seller: boolean; accepts_other_settlement: boolean; prefers: string | null
  network: string | null; bank_name: string | null; account_number: string | null; account_masked: string; bic: string | null; cnaps: string | null
  cnaps_masked: string | null; bank_details_sealed: Buffer | null; details_state: Generated<string>; details_version: Generated<number>; paid_before: Generated<boolean>; created_at: DefaultInstant
}
export type TenantDataKeysTable = { tenant_id: string; version: number; key_id: string; wrapped: Buffer; created_at: DefaultInstant }
export type MembershipsTable = {
  tenant_id: string; user_id: string; role: string; merchant_id: string | null; display_name: string; ended_at: Instant | null; erased_at: Instant | null; created_at: DefaultInstant; role_since: DefaultInstant
}
export type AccountLinksTable = {
  tenant_id: string; id: string; token_hash: Buffer; purpose: string; email: string; role: string | null; merchant_id: string | null; display_name: string | null
  user_id: string | null; made_by: string | null; made_at: DefaultInstant; expires_at: Instant; used_at: Instant | null; used_by: string | null; revoked_at: Instant | null
}
export type DataRevisionsTable = { tenant_id: string; revision: number; digest: Buffer; note: string; imported_by: string | null; imported_at: DefaultInstant }
export type SnapshotsTable = {
  tenant_id: string; digest: Buffer; files: Buffer | null; base_digest: Buffer | null; overlay: Jsonb | null; whole: Generated<boolean>
  on_whole: Generated<boolean> | null; created_at: DefaultInstant
}
export type CorridorsTable = {
  tenant_id: string; id: string; position: number; name: string; source_country: string; source_currency: string; destination_country: string
  mode_ceiling: Generated<string>; body: Jsonb
}
export type ProvidersTable = { tenant_id: string; id: string; position: number; name: string; category: string; body: Jsonb; estimates: Jsonb }
export type MarketDataTable = { tenant_id: string; kind: string; body: Jsonb }
export type FactsTable = {
  tenant_id: string; id: string; statement: string; value: string | null; unit: string | null; date: string | null; source: string; url: string | null
  confidence: string | null
}
export type TenantSettingsTable = { tenant_id: string; market_clock: string | null; data_revision: number | null; snapshot_digest: Buffer | null; price_drift_tolerance_bps: Numeric; version: Generated<number> }
export type DeskFeeRulesTable = {
  tenant_id: string; id: string; merchant_id: string | null; corridor_id: string | null; fixed_amount: Numeric; fixed_currency: string; bps: Numeric
  minimum_amount: Numeric; minimum_currency: string; reason: string; version: Generated<number>; changed_at: DefaultInstant; changed_by: string
}
export type AuditHeadsTable = { tenant_id: string; seq: string; hash: Buffer }
export type AuditEventsTable = {
  tenant_id: string; seq: string; at: Instant; user_id: string; action: string; entity: string; entity_id: string; transition_seq: number | null
  payload: Buffer; hash: Buffer
}
export type AuditCheckpointsTable = { tenant_id: string; seq: string; hash: Buffer; at: Instant; key_id: Buffer; public_key: Buffer; signature: Buffer }
export type AuditReviewsTable = {
  tenant_id: string; id: string; view: string; after_seq: string; through_seq: string; through_hash: Buffer; events: number; own_events: number; note: string | null; user_id: string
  at: DefaultInstant
}
export type PrivacyRequestsTable = {
  tenant_id: string; id: string; user_id: string; kind: string; note: string | null; state: Generated<string>; requested_at: DefaultInstant; due_at: DefaultInstant
  answered_at: Instant | null; answered_by: string | null; refusal: string | null
}
export type IdempotencyKeysTable = {
  tenant_id: string; user_id: string; operation: string; key: string; fingerprint: Buffer; status: number; body: Jsonb; created_at: DefaultInstant
}
export type OutboxTable = { tenant_id: string; id: Generated<string>; topic: string; body: Jsonb; created_at: DefaultInstant; xid: Generated<string> }
export type SessionEdgesTable = { from_state: string; to_state: string }
export type RouteSessionsTable = {
  tenant_id: string; id: string; reference: string; version: number; state: string; outcome: string | null; merchant_id: string; supplier_id: string
  corridor_id: string; mode_ceiling: string; requested_by: string; requested_by_role: string; on_behalf_reason: string | null; invoice_number: string
  invoice_key: ColumnType<string, never, never>
  description: string; amount_side: string; amount: Numeric; currency: string; intent: Jsonb; requested_at: Instant; due_at: Instant | null
  valid_until: Instant | null; needed_by: string; degraded: Generated<string[]>; sends_amount: Numeric | null; sends_currency: string | null
  receives_amount: Numeric | null; receives_currency: string | null; cost_bps: Numeric | null; desk_fee_amount: Numeric | null; desk_fee_currency: string | null; desk_fee_rule_id: string | null; documents_used: string[] | null; providers_used: string[] | null; offered_by: string | null; search_text: string; why: Generated<string>; accepted_details_version: number | null
  content_version: Generated<number>; agreed_content_version: number | null; chosen_candidate_id: string | null; required_approvals: Generated<number>; four_eyes_because: Generated<string[]>; approval_rules_version: number | null
  accepted_by: string | null; execution_mode: string | null; paused_at: Instant | null; created_at: DefaultInstant
  invoice_total: Numeric | null
}
export type RouteSessionTransitionsTable = {
  tenant_id: string; session_id: string; seq: number; before_seq: ColumnType<number | null, never, never>; from_state: string | null; to_state: string
  at: DefaultInstant; market_clock: string; user_id: string; role: string; reason: string | null
}
export type DecisionsTable = {
  tenant_id: string; session_id: string; id: string; engine_version: string; snapshot_digest: Buffer; weights_revision: string; policy_revision: string
  market_clock: string; result_digest: Buffer; outcome: string; complete: boolean; degraded: Generated<string[]>; options: Jsonb
  recommended_id: string | null; cheapest_id: string | null; rulings: Buffer; decided_at: DefaultInstant
}
export type DecisionCandidatesTable = {
  tenant_id: string; session_id: string; position: number; candidate_id: string; rank: number | null; status: string; sent_amount: Numeric
  sent_currency: string; received_amount: Numeric; received_currency: string; cost_bps: Numeric; score: Numeric
}
export type SessionOutcomesTable = {
  tenant_id: string; session_id: string; closed_seq: number; result: string; because: string | null; simulation: boolean; sent_amount: Numeric; sent_currency: string
  received_amount: Numeric | null; received_currency: string | null; rate: Numeric | null; cost_bps: Numeric | null; cost_difference_bps: Numeric | null; arrived_at: Instant | null
  after_p50_s: number | null; after_p90_s: number | null; fell: string | null; score: Numeric; hops: Jsonb; prediction: Jsonb; prediction_digest: Buffer
}
export type EstimateEvidenceTable = {
  tenant_id: string; id: string; session_id: string; provider_id: string; legs: string[]; kind: string; observation: Numeric; at: DefaultInstant; simulation: Generated<boolean>
  undone_by: string | null; undone_at: Instant | null; undone_because: string | null
}
export type QuotesTable = {
  tenant_id: string; id: string; kind: string; provider_id: string; leg: string; from_currency: string; to_currency: string; from_country: string | null; to_country: string | null
  session_id: string | null; sell_amount: Numeric | null; buy_amount: Numeric | null; price: Numeric; price_unit: string; price_per: string; total_price: Numeric
  fee_amount: Numeric; fee_currency: string; fee_details: string | null; spread_bps: Numeric; said_as_spread: Generated<boolean>; observed_at: Instant; expires_at: Instant
  source: string; artifact_id: string | null; evidence_sha256: Buffer | null; captured_by: string; captured_at: DefaultInstant; supersedes: string | null
  consumed_by: string | null; consumed_at: Instant | null
}
export type SessionRepricingsTable = {
  tenant_id: string; id: string; session_id: string; session_version: number; candidate_id: string; engine_version: string; snapshot_digest: Buffer; weights_revision: string
  policy_revision: string; market_clock: string; result_digest: Buffer; rulings: Buffer; status: string; refusals: string[]; before_sent: Numeric; before_received: Numeric
  before_cost_bps: Numeric; sent_currency: string; received_currency: string; sent: Numeric | null; received: Numeric | null; cost_bps: Numeric | null; arrival_p90: string | null
  valid_until: Instant | null; drift_bps: Numeric | null; tolerance_bps: Numeric; within_tolerance: boolean; because: string[]; quote_ids: string[]; repriced_by: string; repriced_at: DefaultInstant
}
export type ProviderOutagesTable = {
  tenant_id: string; id: string; provider_id: string; reason: string; source: string; since: Instant; reported_by: string; reported_at: DefaultInstant
  ended_by: string | null; ended_at: Instant | null; ended_because: string | null
}
export type ApiKeysTable = {
  tenant_id: string; id: string; user_id: string; label: string; prefix: string; scopes: string[]; created_at: DefaultInstant; created_by: string; expires_at: Instant
  revoked_at: Instant | null; revoked_by: string | null
}
export type ProviderAccountsTable = {
  tenant_id: string; id: string; provider_id: string; label: string; currency: string; country: string | null; rail_owner: string; merchant_id: string | null
  reference_masked: string; metadata_sealed: Buffer; created_at: DefaultInstant; created_by: string; retired_at: Instant | null; retired_by: string | null
}
export type ConnectorCallsTable = {
  tenant_id: string; id: string; session_id: string; position: number; attempt: number; connector_id: string; mode: string; state: Generated<string>; request_digest: Buffer
  answer_digest: Buffer | null; cause: string | null; decided_by: string | null; decided_because: string | null; started_at: DefaultInstant; lease_until: Instant; ended_at: Instant | null
}
export type QuoteSourcesTable = {
  tenant_id: string; id: string; provider_id: string; label: string; secret_sealed: Buffer; secret_version: Generated<number>; created_by: string; created_at: DefaultInstant
}
export type SignedQuotesTable = {
  tenant_id: string; id: string; source_id: string; provider_id: string; quote_ref: string; sell_asset: string; buy_asset: string; sell_amount: Numeric | null; buy_amount: Numeric | null
  price: Numeric; fee_amount: Numeric; fee_currency: string; observed_at: Instant; expires_at: Instant; received_at: DefaultInstant; body_digest: Buffer; secret_version: number
}
export type ProbeCapsTable = {
  tenant_id: string; provider_id: string; per_probe_usd: Numeric; per_day_usd: Numeric; probes_per_day: number; version: Generated<number>; set_by: string; set_at: DefaultInstant
}
export type ProbeReservationsTable = {
  tenant_id: string; id: string; session_id: string; position: number; provider_id: string; day: string; amount_usd: Numeric; state: Generated<string>; policy_revision: string
  reserved_at: DefaultInstant; ended_at: Instant | null
}

export type SessionClaimsTable = { tenant_id: string; session_id: string; user_id: string; claimed_at: DefaultInstant; expires_at: DefaultInstant }
export type MerchantAsksTable = {
  tenant_id: string; id: string; session_id: string; kind: string; document_code: string | null; text: string; due_at: Instant; state: Generated<string>; asked_by: string; asked_at: DefaultInstant
  closed_by: string | null; closed_at: Instant | null; answer_text: string | null; artifact_id: string | null
}
export type SessionMessagesTable = {
  tenant_id: string; id: string; session_id: string; seq: number; from_side: string; user_id: string; text: string | null; artifact_id: string | null; ask_id: string | null; at: DefaultInstant
}
export type MessageReadsTable = { tenant_id: string; session_id: string; side: string; through_seq: number; at: DefaultInstant }

export type ApprovalRuleSetsTable = {
  tenant_id: string; id: string; version: number; base_version: number; rules: Jsonb; note: string; state: Generated<string>; proposed_by: string; proposed_at: DefaultInstant
  decided_by: string | null; decided_at: Instant | null; rejected_because: string | null
}
export type SimulationsTable = { tenant_id: string; session_id: string; seed: string; starts_at: string; played_to: Generated<number> }

export type Tables = {
  simulations: SimulationsTable; approval_rule_sets: ApprovalRuleSetsTable
  session_offers: SessionOffersTable; approvals: ApprovalsTable; step_edges: StepEdgesTable; execution_steps: ExecutionStepsTable; execution_step_transitions: ExecutionStepTransitionsTable; proofs: ProofsTable
  connector_calls: ConnectorCallsTable; probe_caps: ProbeCapsTable; probe_reservations: ProbeReservationsTable; quote_sources: QuoteSourcesTable; signed_quotes: SignedQuotesTable
  quotes: QuotesTable; session_repricings: SessionRepricingsTable; provider_outages: ProviderOutagesTable
  artifacts: ArtifactsTable
  tenants: TenantsTable; tenant_data_keys: TenantDataKeysTable; merchants: MerchantsTable; suppliers: SuppliersTable; bank_detail_changes: BankDetailChangesTable; memberships: MembershipsTable; account_links: AccountLinksTable
  data_revisions: DataRevisionsTable; snapshots: SnapshotsTable; corridors: CorridorsTable; providers: ProvidersTable
  market_data: MarketDataTable; facts: FactsTable; tenant_settings: TenantSettingsTable; desk_fee_rules: DeskFeeRulesTable
  audit_heads: AuditHeadsTable; audit_events: AuditEventsTable; audit_checkpoints: AuditCheckpointsTable; audit_reviews: AuditReviewsTable; idempotency_keys: IdempotencyKeysTable; outbox: OutboxTable
  session_edges: SessionEdgesTable; route_sessions: RouteSessionsTable; route_session_transitions: RouteSessionTransitionsTable
  decisions: DecisionsTable; decision_candidates: DecisionCandidatesTable
  session_outcomes: SessionOutcomesTable; estimate_evidence: EstimateEvidenceTable
  api_keys: ApiKeysTable; provider_accounts: ProviderAccountsTable; screenings: ScreeningsTable; merchant_documents: MerchantDocumentsTable; document_uses: DocumentUsesTable
  payment_incidents: PaymentIncidentsTable; payment_incident_events: PaymentIncidentEventsTable; privacy_requests: PrivacyRequestsTable
  session_claims: SessionClaimsTable; merchant_asks: MerchantAsksTable; session_messages: SessionMessagesTable; message_reads: MessageReadsTable
}
