/**
 * What an answer says when something is wrong: one row per code, exhaustive at compile time. The sentences are public: they name no
 * table, path, provider or cause. docs/errors.md is this table in prose; problems.test.ts fails when they part.
 */
import type { Static } from 'typebox'
import type { ErrorCode } from '#contracts/error-codes.ts'
import type { Problem } from '#contracts/api/common.ts'

export type ProblemBody = Static<typeof Problem>
type Row = { readonly status: number; readonly title: string; readonly detail: string }

export const PROBLEMS: Readonly<Record<ErrorCode, Row>> = {
  malformed_json: { status: 400, title: 'Not valid JSON', detail: 'The body is not one JSON value.' },
  duplicate_field: { status: 400, title: 'A field stands twice', detail: 'The same field stands twice in one object. Send it once.' },
  unsafe_number: { status: 400, title: 'A number that cannot be kept exactly', detail: 'Numbers must be whole, written in plain digits, and at most 9007199254740991. Send an amount as a string.' },
  forbidden_field: { status: 400, title: 'A field name that is never accepted', detail: 'A field of this name is never accepted.' },
  too_deep: { status: 400, title: 'Nested too deeply', detail: 'The body is nested more deeply than any request of this API.' },
  body_required: { status: 400, title: 'A body is required', detail: 'This request needs a JSON body.' },
  body_too_large: { status: 413, title: 'The body is too large', detail: 'A body may have at most 64 KiB, an import of corridor data 2 MiB.' },
  headers_too_large: { status: 431, title: 'The address or the headers are too long', detail: 'Address and headers may have at most 16 KiB together.' },
  request_too_slow: { status: 408, title: 'The request did not arrive in time', detail: 'A request must have arrived as a whole within 30 seconds, an upload within five minutes.' },
  unsupported_media_type: { status: 415, title: 'Only JSON is accepted', detail: 'Send the body with the content type application/json.' },
  invalid_field: { status: 400, title: 'A field is not as it must be', detail: 'The named field does not have the form or one of the values it must have.' },
  missing_field: { status: 400, title: 'A field is missing', detail: 'The named field is required.' },
  unknown_field: { status: 400, title: 'A field that this request does not have', detail: 'The named field is not one of this request. Fields are never ignored.' },
  duplicate_query: { status: 400, title: 'A query parameter stands twice', detail: 'The same query parameter stands twice. Send it once.' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of ours', detail: 'Send the next_cursor of the page before, unchanged and with the same filters.' },
  bad_request: { status: 400, title: 'The request cannot be read', detail: 'The request is not one that this API can read.' },

  not_signed_in: { status: 401, title: 'Not signed in', detail: 'Sign in and try again.' },
  wrong_credentials: { status: 401, title: 'Wrong email or password', detail: 'No account has this email and password.' },
  login_delayed: { status: 429, title: 'Wait before the next try', detail: 'Too many tries in a short time. Wait as long as Retry-After says, then try again.' },
  cross_site_request: { status: 403, title: 'Not from this site', detail: 'A change must be asked for from this site itself. A program sends the Origin header with the address of this site.' },
  csrf_token_invalid: { status: 403, title: 'The x-csrf-token header is missing or old', detail: 'Read csrf_token from GET /api/portal/session and send it in the x-csrf-token header.' },
  step_up_required: { status: 403, title: 'Prove again that it is you', detail: 'This needs a sign-in or a step-up (POST /api/auth/step-up) of the last five minutes.' },
  second_factor_required: { status: 403, title: 'A second factor is required', detail: 'A Platform Admin of this workspace enrols an authenticator before anything else.' },
  wrong_code: { status: 401, title: 'The code is not right', detail: 'The code is not the present one of your authenticator, or it was used before. Wait for the next one, or use a recovery code.' },
  no_second_factor: { status: 409, title: 'No second factor', detail: 'There is no second factor to do this with. Begin to enrol one first.' },
  second_factor_enrolled: { status: 409, title: 'A second factor is enrolled already', detail: 'Take the present one off before you enrol another.' },
  member_elsewhere: { status: 409, title: 'The account belongs to another workspace too', detail: 'This would change how the account gets into another workspace. Its holder does it, or the operator of this server.' },
  not_found: { status: 404, title: 'Not found', detail: 'There is no such thing here, or it is not yours to see.' },
  reason_required: { status: 400, title: 'A reason is required', detail: 'Who acts for a merchant says why the merchant does not do it itself.' },
  link_unusable: { status: 404, title: 'This link does not work', detail: 'It was used before, has expired or was withdrawn. Ask the company that sent it for a new one.' },
  two_credentials: { status: 400, title: 'A session and an API key at once', detail: 'Send either the session cookie or an API key in the Authorization header, never both.' },
  key_in_page: { status: 403, title: 'An API key is not for web pages', detail: 'This request came from a web page. An API key belongs to a program on a server: who sees the page would have the key.' },
  too_many_keys: { status: 409, title: 'Too many live API keys', detail: 'A workspace has at most 100 live API keys. Revoke one that is not used.' },
  rate_limited: { status: 429, title: 'Too many requests', detail: 'You or your workspace asked for more in a short time than the limit allows. Wait as long as Retry-After says, then try again.' },
  wrong_password: { status: 400, title: 'The current password is not right', detail: 'This is not the password that the account has now.' },
  password_too_short: { status: 400, title: 'The new password is too short', detail: 'A password has at least 15 characters. Nothing else is asked of it.' },
  password_too_long: { status: 400, title: 'The new password is too long', detail: 'A password has at most 1024 bytes.' },
  password_not_new: { status: 400, title: 'The new password is the current one', detail: 'Choose a password that differs from the current one.' },

  idempotency_key_required: { status: 400, title: 'The Idempotency-Key header is required', detail: 'Send a new random key with every change, and the same key when you repeat it.' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key header is not usable', detail: 'A key has 8 to 100 letters, digits, hyphens or underscores.' },
  idempotency_mismatch: { status: 422, title: 'The key was used for another request', detail: 'This Idempotency-Key was used with another body. Send a new key for a new request.' },
  idempotency_in_flight: { status: 409, title: 'The same request is being worked on', detail: 'A request with this Idempotency-Key is not finished. Try again with the same key.' },
  stale_version: { status: 409, title: 'It has changed since you read it', detail: 'Read it again, look at what has changed, and decide again.' },

  duplicate_invoice: { status: 409, title: 'This invoice was asked for before', detail: 'There is a route session for the same supplier, invoice number and amount. Send acknowledge_duplicate_invoice: true if this is meant.' },
  quote_not_signed: { status: 404, title: 'Not taken', detail: 'No source of quotes takes this. Check the address, the secret and the clock.' },
  quote_expired: { status: 409, title: 'The quote has expired', detail: 'This quote is over, or it is over before anyone could use it. Ask the provider for a new one.' },
  quote_ref_used: { status: 409, title: 'The number is used', detail: 'Another quote of this source has this number. A number is used once.' },
  name_taken: { status: 409, title: 'The name is taken', detail: 'There is another one of this name in this workspace.' },
  no_corridor_data: { status: 409, title: 'No corridor data yet', detail: 'This workspace has no corridor data, on which every route rests. It is imported first.' },
  unknown_corridor: { status: 400, title: 'Unknown corridor', detail: 'There is no corridor of this name in this workspace.' },
  unknown_document: { status: 400, title: 'Unknown document', detail: 'There is no document of this code in this workspace.' },
  supplier_on_hold: { status: 409, title: 'The supplier is on hold', detail: 'A change of this supplier’s bank details waits for a second person to confirm it. Until then no route to it can be accepted.' },
  change_pending: { status: 409, title: 'A change waits already', detail: 'A change of this supplier’s bank details waits for a decision. Only one can wait at a time.' },
  change_decided: { status: 409, title: 'Decided already', detail: 'This change of bank details was confirmed, rejected or withdrawn before.' },
  second_person_required: { status: 409, title: 'A second person is required', detail: 'Who proposed a change of bank details cannot confirm it. Somebody else of the desk does.' },
  second_channel_required: { status: 409, title: 'A second channel is required', detail: 'A change of bank details is confirmed in another way than the one in which it came in.' },
  number_differs: { status: 409, title: 'Not the account that was proposed', detail: 'The account that you were told is not the one that was proposed. Ask again, or reject the change.' },
  second_person_for_hit: { status: 409, title: 'Another person is required', detail: 'Who recorded a hit or a possible hit neither clears it nor finds it gone. Somebody else of the desk does.' },
  nothing_to_clear: { status: 409, title: 'Nothing to clear', detail: 'Only the last screening of a subject can be cleared, and only where it is a possible hit that nobody has cleared.' },
  document_recorded: { status: 409, title: 'Recorded already', detail: 'A paper of this kind and number is recorded and counts. To change it, record one that takes its place.' },
  document_over: { status: 409, title: 'The paper counts no more', detail: 'The paper was withdrawn before, or another one took its place.' },
  document_used_up: { status: 409, title: 'The paper is not worth that much any more', detail: 'Other payments use up the value of a paper that this route needs. Record another paper, or ask for a smaller amount.' },
  incident_open: { status: 409, title: 'Such an incident is open', detail: 'An incident of this kind is open on this payment. Go on with that one.' },
  incident_over: { status: 409, title: 'The incident is resolved', detail: 'This incident was resolved before. Nothing more is done on it.' },
  resolution_not_possible: { status: 409, title: 'This does not end such an incident', detail: 'An incident of this kind does not end in this way, or the proof of it is missing.' },
  second_person_for_loss: { status: 409, title: 'A second person is required', detail: 'What is missing is given up by somebody else of the desk than the one who opened the incident.' },
  invoice_exceeded: { status: 409, title: 'More than the whole invoice', detail: 'With this one the payments of the invoice come to more than its total. Send acknowledge_over_invoice: true if this is meant.' },
  corridor_not_for_merchant: { status: 400, title: 'The corridor does not start where the merchant is', detail: 'Choose a corridor that starts in the country of the merchant.' },
  wrong_state: { status: 409, title: 'Not possible in this state', detail: 'The route session is in a state in which this is not possible.' },
  offer_expired: { status: 409, title: 'The price has expired', detail: 'The recommendation is no longer valid. Ask for a new route.' },
  period_cap_reached: { status: 409, title: 'The cap of the quarter is reached', detail: 'Since this route was recommended, other payments used up what may be paid this quarter under one of its documents. Ask for a new route.' },
  degraded_not_acceptable: { status: 409, title: 'A degraded recommendation cannot be accepted', detail: 'The policy was not available when this route was computed. Ask for a new route.' },
  evidence_undone: { status: 409, title: 'Taken back already', detail: 'This piece of evidence was taken back before and does not count.' },
  live_market_clock: { status: 409, title: 'The market clock is the wall clock', detail: 'Only the clock of a demo market can be moved.' },
  market_data_invalid: { status: 400, title: 'The files are not corridor data as they must be', detail: 'Nothing was imported. The issues name file, record and field of what is wrong.' },
  nothing_new: { status: 409, title: 'Nothing new', detail: 'Exactly this is in force already. Nothing was changed.' },
  claimed_by_other: { status: 409, title: 'Somebody else has it', detail: 'A colleague has this session in hand. Take it over with a reason, or take another.' },
  nothing_to_claim: { status: 409, title: 'Nothing waits', detail: 'Nothing needs the desk that no colleague has in hand.' },
  ask_closed: { status: 409, title: 'Answered or taken back already', detail: 'What was asked here was answered or taken back before.' },
  too_many_asks: { status: 409, title: 'Too many open questions', detail: 'Ten questions are open already. Take one back, or wait for an answer.' },
  rates_invalid: { status: 400, title: 'A line of the rates cannot be saved', detail: 'Nothing was saved. The issues name each line and what is wrong with it.' },
  unknown_leg: { status: 400, title: 'Unknown leg', detail: 'No provider offers this leg in the corridor data.' },
  unknown_provider: { status: 400, title: 'Unknown provider', detail: 'There is no provider of this id in the corridor data.' },
  quote_total_differs: { status: 400, title: 'The total price does not follow from the quote', detail: 'Price, fee and amount come to another total price than the quote says. Ask the provider which of them is meant.' },
  quote_consumed: { status: 409, title: 'The quote was used before', detail: 'A firm quote is used once. Ask the provider for a new one.' },
  quote_not_of_route: { status: 409, title: 'The quote is not for this route', detail: 'A quote prices one leg of the shown route, and only one quote can price a leg.' },
  quote_not_for_amount: { status: 409, title: 'The quote is for a smaller amount', detail: 'What would go through the leg is more than the firm quote is for.' },
  outage_open: { status: 409, title: 'Reported already', detail: 'This provider is out already. Its outage ends before another one is reported.' },
  outage_ended: { status: 409, title: 'Ended already', detail: 'This outage has ended before.' },
  rate_feed_not_configured: { status: 409, title: 'There is no feed of reference rates', detail: 'Whoever runs this server has configured no feed of reference rates. Nothing was changed.' },
  already_member: { status: 409, title: 'Already a member', detail: 'Somebody with this address is a member of this company. Change the role there, or make a recovery link.' },
  own_membership: { status: 409, title: 'Not for yourself', detail: 'Another Platform Admin changes your role, ends your membership or makes your recovery link.' },
  last_admin: { status: 409, title: 'The last Platform Admin', detail: 'A company keeps at least one Platform Admin. Make another one first.' },
  membership_not_ended: { status: 409, title: 'Still a member', detail: 'Only somebody whose membership has ended can be erased. End the membership first.' },
  privacy_request_open: { status: 409, title: 'Asked already', detail: 'Your request of this kind is open. It is answered before another one is made.' },
  member_not_erased: { status: 409, title: 'Not erased yet', detail: 'An erasure is done by erasing the member, which answers the request. It can only be refused here.' },
  malformed_upload: { status: 400, title: 'Not an upload', detail: 'An upload is a multipart form: its fields first, each once, then one file named file.' },
  file_too_large: { status: 413, title: 'The file is too large', detail: 'The file has more bytes than one file may have here. A smaller scan or photo is enough.' },
  file_type_refused: { status: 400, title: 'This kind of file is not taken', detail: 'PDF, PNG, JPEG, WebP, text, CSV and XML are taken, where name, declared type and content say the same.' },
  file_content_refused: { status: 400, title: 'The content of the file is not taken', detail: 'The file holds more than a document or picture to look at.' },
  storage_full: { status: 409, title: 'No room for more files', detail: 'The files of this workspace together reach their limit. Tell the operator.' },
  artifact_quarantined: { status: 409, title: 'Not checked yet', detail: 'The file waits for its check. Until then nobody can open it.' },
  artifact_refused: { status: 409, title: 'Refused by the check', detail: 'The check refused this file and its bytes are gone. Send another one.' },
  artifact_removed: { status: 410, title: 'Removed', detail: 'The bytes of this file were removed. That it was here is kept.' },
  artifact_superseded: { status: 409, title: 'Replaced already', detail: 'Another file took the place of this one. Replace that one.' },
  no_preview: { status: 409, title: 'No preview', detail: 'Pictures and PDF files are shown; download this one.' },

  not_agreed: { status: 409, title: 'The merchant has not agreed to this', detail: 'What stands was offered after the merchant agreed. It is approved when the merchant agrees to it.' },
  payee_details_changed: { status: 409, title: 'The payee’s details changed', detail: 'The supplier’s bank details changed after the merchant agreed. Offer the route again, so that it is agreed to under the new ones.' },
  already_approved: { status: 409, title: 'Approved already', detail: 'You approved this before. Another person gives the next approval.' },
  admin_is_second: { status: 409, title: 'A Platform Admin is the second person', detail: 'The first approval is the desk’s. A Platform Admin may give the second.' },
  not_ones_own: { status: 409, title: 'Not one’s own', detail: 'Who asked for this session, or agreed to it for the merchant, does not decide about it. Somebody else does.' },
  approval_missing: { status: 409, title: 'An approval is missing', detail: 'The rules ask for more approvals than were given of what stands.' },
  route_gone: { status: 409, title: 'The route is not there any more', detail: 'Today’s market has no such route. Offer another one.' },
  policy_denied: { status: 409, title: 'The policy refuses the route', detail: 'On today’s facts the policy refuses this route. Offer another one.' },
  mode_not_available: { status: 409, title: 'This mode is not available', detail: 'The session cannot be executed in this mode.' },
  document_missing: { status: 409, title: 'A paper is missing', detail: 'The route needs a paper before payment that is not on file.' },
  screening_open: { status: 409, title: 'Screening is open', detail: 'Before a payment begins or goes on every party is screened, with no hit, under the present bank details.' },
  wrong_step_state: { status: 409, title: 'Not possible in this state of the step', detail: 'The step is in a state in which this is not possible.' },
  steps_not_done: { status: 409, title: 'A step is not done', detail: 'A session is completed when every step of it is confirmed, and does not end while nobody knows whether a step happened.' },
  rail_required: { status: 409, title: 'Whose account it runs on is missing', detail: 'Before a leg begins, say who owns the account that it runs on, and which one.' },
  rail_stands: { status: 409, title: 'The account of this leg stands', detail: 'The account that a leg runs on is said once, with its first step.' },
  account_not_usable: { status: 409, title: 'The account cannot be used here', detail: 'It is no live account of this provider for this merchant, or somebody else owns it.' },
  proof_kind_not_asked: { status: 400, title: 'The step asks for another kind of proof', detail: 'The leg of this step does not ask for a proof of this kind.' },
  proof_there: { status: 409, title: 'There is a proof of this kind', detail: 'The step has a proof of this kind. Ask for another one first.' },
  proof_missing: { status: 409, title: 'A proof is missing', detail: 'A step is done only with a proof of each kind that its leg asks for.' },
  proof_differs: { status: 409, title: 'The proof differs from the instruction', detail: 'A field of the proof differs from the instruction. Ask for a corrected one, or let a second person accept the difference.' },
  proof_used: { status: 409, title: 'The proof was used before', detail: 'This file, or this transaction, proves another step already.' },
  artifact_not_usable: { status: 409, title: 'The file cannot be used', detail: 'The file has not been passed by the scanner, or was refused or removed.' },
  second_person_for_difference: { status: 409, title: 'A second person accepts a difference', detail: 'Who submitted a proof does not accept its difference. Somebody else does.' },
  draft_refused: { status: 409, title: 'No payment file can be made of it', detail: 'A bank would not take the file: the named field is missing or not as banks write it. Nothing is respelt.' },

  policy_unavailable: { status: 503, title: 'No answer from the policy', detail: 'No route can be recommended while the policy does not answer. The request is kept; try again later.' },
  keys_unavailable: { status: 503, title: 'The keys are not available', detail: 'What this request must seal or open needs a key that cannot be used now. Nothing was changed; try again later.' },
  sealed_value_refused: { status: 500, title: 'A sealed value does not fit its place', detail: 'What is stored there was changed or moved and is not shown. Tell the operator.' },
  storage_unavailable: { status: 503, title: 'Files cannot be stored or read now', detail: 'Where files are kept does not answer. Nothing was changed; try again later.' },
  rate_feed_unavailable: { status: 503, title: 'The feed gave no rates that can be believed', detail: 'The feed of reference rates did not answer, or what it says is too old or contradicts itself. Nothing was changed.' },
  busy: { status: 503, title: 'Busy', detail: 'The server has more work than it can do now. Try again later.' },
  unavailable: { status: 503, title: 'Unavailable', detail: 'Something this request needs is not available now. Try again later.' },
  internal: { status: 500, title: 'Something went wrong here', detail: 'The request failed for a reason that is not yours. Nothing was changed.' },
}

/** What a route or hook throws to answer with a problem. `cause` is for the log alone. */
export class ProblemError extends Error {
  readonly code: ErrorCode
  readonly extra: ProblemExtra
  constructor(code: ErrorCode, extra: ProblemExtra = {}, cause?: unknown) {
    super(code, { cause })
    this.code = code
    this.extra = extra
  }
}

export type ProblemExtra = Partial<Pick<ProblemBody, 'field' | 'retry_after_s' | 'duplicate_of' | 'issues' | 'detail'>>

/** The public body for a code: the same bytes for the same code and field, whoever asks. */
export function problemBody(code: ErrorCode, extra: ProblemExtra = {}): ProblemBody {
  const row = PROBLEMS[code]
  return {
    type: `urn:flowclaw:problem:${code}`,
    title: row.title,
    status: row.status,
    code,
    detail: extra.detail ?? row.detail,
    ...(extra.field === undefined ? {} : { field: extra.field }),
    ...(extra.retry_after_s === undefined ? {} : { retry_after_s: extra.retry_after_s }),
    ...(extra.duplicate_of === undefined ? {} : { duplicate_of: extra.duplicate_of }),
    ...(extra.issues === undefined ? {} : { issues: extra.issues }),
  }
}
