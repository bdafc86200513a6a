/**
 * Every code that an answer of the Control API may carry. A code never changes its meaning; clients branch on it. Status and public
 * sentence of each are in apps/control-api/problems.ts, which does not compile while one is missing, and in docs/errors.md.
 */
export const ERROR_CODES = [
  // what came in
  'malformed_json', 'duplicate_field', 'unsafe_number', 'forbidden_field', 'too_deep', 'body_required', 'body_too_large', 'headers_too_large', 'request_too_slow',
  'unsupported_media_type', 'invalid_field', 'missing_field', 'unknown_field', 'duplicate_query', 'invalid_cursor', 'bad_request',
  // who asks
  'not_signed_in', 'wrong_credentials', 'login_delayed', 'cross_site_request', 'csrf_token_invalid', 'step_up_required', 'second_factor_required', 'wrong_code', 'no_second_factor', 'second_factor_enrolled', 'member_elsewhere', 'not_found', 'reason_required',
  'link_unusable', 'wrong_password', 'password_too_short', 'password_too_long', 'password_not_new',
  'two_credentials', 'key_in_page', 'too_many_keys', 'rate_limited',
  // how it was asked
  'idempotency_key_required', 'idempotency_key_invalid', 'idempotency_mismatch', 'idempotency_in_flight', 'stale_version',
  // what the product refuses
  'already_member', 'own_membership', 'last_admin', 'membership_not_ended', 'privacy_request_open', 'member_not_erased',
  'duplicate_invoice', 'name_taken', 'no_corridor_data', 'unknown_corridor', 'unknown_document', 'supplier_on_hold', 'change_pending', 'change_decided', 'second_person_required', 'second_channel_required', 'number_differs', 'corridor_not_for_merchant', 'wrong_state', 'offer_expired', 'period_cap_reached', 'degraded_not_acceptable', 'live_market_clock', 'market_data_invalid', 'nothing_new',
  // execution
  'not_agreed', 'payee_details_changed', 'already_approved', 'admin_is_second', 'not_ones_own', 'approval_missing', 'route_gone', 'policy_denied', 'mode_not_available', 'document_missing', 'screening_open',
  'wrong_step_state', 'steps_not_done', 'rail_required', 'rail_stands', 'account_not_usable', 'proof_kind_not_asked', 'proof_there', 'proof_missing', 'proof_differs', 'proof_used', 'artifact_not_usable', 'second_person_for_difference',
  'evidence_undone',
  'draft_refused',
  'claimed_by_other', 'nothing_to_claim', 'ask_closed', 'too_many_asks',
  'malformed_upload', 'file_too_large', 'file_type_refused', 'file_content_refused', 'storage_full', 'artifact_quarantined', 'artifact_refused', 'artifact_removed', 'artifact_superseded', 'no_preview',
  'quote_not_signed', 'quote_expired', 'quote_ref_used',
  'second_person_for_hit', 'nothing_to_clear', 'document_recorded', 'document_over', 'document_used_up', 'incident_open', 'incident_over', 'resolution_not_possible', 'second_person_for_loss', 'invoice_exceeded',
  'rates_invalid', 'unknown_leg', 'unknown_provider', 'quote_total_differs', 'quote_consumed', 'quote_not_of_route', 'quote_not_for_amount', 'outage_open', 'outage_ended',
  'rate_feed_not_configured',
  // what is down
  'policy_unavailable', 'keys_unavailable', 'sealed_value_refused', 'storage_unavailable', 'rate_feed_unavailable', 'busy', 'unavailable', 'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]
