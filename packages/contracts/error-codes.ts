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
  'rates_invalid', 'unknown_leg', 'unknown_provider', 'quote_total_differs', 'quote_expired', 'quote_consumed', 'quote_not_of_route', 'quote_not_for_amount', 'outage_open', 'outage_ended',
  // what is down
  'policy_unavailable', 'keys_unavailable', 'sealed_value_refused', 'busy', 'unavailable', 'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]
