/** privacy: what is held about the person who asks, and what that person asks for. */
import Type, { type Static, type TObject, type TOptional, type TSchema } from 'typebox'
import { ROLES } from '../roles.ts'
import { note } from '../text.ts'
import { closed, Instant, nullable, oneOf, page, PageQuery, Uuid } from './common.ts'

export const PRIVACY_REQUEST_KINDS = ['copy', 'correction', 'erasure'] as const
export type PrivacyRequestKind = (typeof PRIVACY_REQUEST_KINDS)[number]
export const PRIVACY_REQUEST_STATES = ['open', 'done', 'refused'] as const
/** Why a request is refused, as an admin says it. */
export const PRIVACY_REFUSALS = ['identity_unproved', 'law_keeps_it', 'nothing_wrong', 'not_ours', 'withdrawn'] as const
/** `person_erased`: the person was erased before it was answered. No admin says that. */
const SHOWN_REFUSALS = [...PRIVACY_REFUSALS, 'person_erased'] as const

export const PrivacyRequestBody = Type.Object({ kind: oneOf(PRIVACY_REQUEST_KINDS), note: Type.Optional(note(500)) }, closed)

const request = {
  id: Uuid, kind: oneOf(PRIVACY_REQUEST_KINDS), note: nullable(Type.String()), state: oneOf(PRIVACY_REQUEST_STATES),
  requested_at: Instant,
  /** thirty days after */
  due_at: Instant,
  answered_at: nullable(Instant), refusal: nullable(oneOf(SHOWN_REFUSALS)),
}
/** A request as the person sees it who made it. */
export const OwnPrivacyRequest = Type.Object(request, closed)
export type OwnPrivacyRequest = Static<typeof OwnPrivacyRequest>

/** A request as a Platform Admin sees it. */
export const PrivacyRequest = Type.Object({
  ...request,
  /** open behind its due date */
  overdue: Type.Boolean(),
  person: Type.Object({ user_id: Uuid, name: Type.String(), role: oneOf(ROLES), ended_at: nullable(Instant), erased_at: nullable(Instant) }, closed),
}, closed)
export type PrivacyRequest = Static<typeof PrivacyRequest>

/** open: what is due first comes first; answered: the newest first */
export const PrivacyRequestQuery = Type.Object({ ...PageQuery, state: Type.Optional(oneOf(['open', 'answered'])) }, closed)
export const PrivacyRequestPage = page(PrivacyRequest)

/** `refusal` exactly where the answer is `refused`. */
export const PrivacyAnswerBody = Type.Object({ answer: oneOf(['done', 'refused']), refusal: Type.Optional(oneOf(PRIVACY_REFUSALS)) }, closed)

/** What one row of each list in the copy holds. Each field is a column of the same name; packages/database/personal-data.ts says of which table. */
export const MY_DATA_ROWS = {
  memberships: Type.Object({ role: oneOf(ROLES), merchant_id: nullable(Uuid), display_name: Type.String(), created_at: Instant, role_since: Instant, ended_at: nullable(Instant) }, closed),
  links_for_me: Type.Object({
    id: Uuid, purpose: oneOf(['invite', 'recovery']), email: Type.String(), display_name: nullable(Type.String()), role: nullable(oneOf(ROLES)), merchant_id: nullable(Uuid),
    made_at: Instant, expires_at: Instant, used_at: nullable(Instant), revoked_at: nullable(Instant),
  }, closed),
  links_i_made: Type.Object({ id: Uuid, purpose: oneOf(['invite', 'recovery']), made_at: Instant, expires_at: Instant, used_at: nullable(Instant), revoked_at: nullable(Instant) }, closed),
  route_requests: Type.Object({
    id: Uuid, reference: Type.String(), requested_at: Instant, requested_by_role: oneOf(ROLES), description: Type.String(), on_behalf_reason: nullable(Type.String()),
  }, closed),
  route_session_steps: Type.Object({ session_id: Uuid, seq: Type.Integer(), at: Instant, role: oneOf(ROLES), reason: nullable(Type.String()) }, closed),
  desk_fee_rules: Type.Object({ id: Uuid, version: Type.Integer(), changed_at: Instant, reason: Type.String() }, closed),
  audit_reviews: Type.Object({ id: Uuid, view: Type.String(), at: Instant, note: nullable(Type.String()) }, closed),
  api_keys_i_made: Type.Object({
    id: Uuid, label: Type.String(), prefix: Type.String(), scopes: Type.Array(Type.String()), created_at: Instant, expires_at: Instant, revoked_at: nullable(Instant),
  }, closed),
  api_keys_i_revoked: Type.Object({ id: Uuid, revoked_at: nullable(Instant) }, closed),
  accounts_with_providers_i_made: Type.Object({ id: Uuid, provider_id: Type.String(), label: Type.String(), created_at: Instant }, closed),
  accounts_with_providers_i_retired: Type.Object({ id: Uuid, retired_at: nullable(Instant) }, closed),
  bank_details_i_proposed: Type.Object({ id: Uuid, supplier_id: Uuid, proposed_at: Instant, received_by: Type.String() }, closed),
  bank_details_i_decided: Type.Object({
    id: Uuid, supplier_id: Uuid, decided_at: nullable(Instant), state: Type.String(), confirmed_over: nullable(Type.String()), rejected_because: nullable(Type.String()),
  }, closed),
  offers_i_made: Type.Object({ session_id: Uuid, content_version: Type.Integer(), made_at: Instant, because: Type.String(), reason_code: Type.String(), note: nullable(Type.String()) }, closed),
  approvals_i_gave: Type.Object({ id: Uuid, session_id: Uuid, at: Instant, role: Type.String(), reason_code: Type.String(), note: nullable(Type.String()) }, closed),
  approval_rules_i_proposed: Type.Object({ id: Uuid, version: Type.Integer(), proposed_at: Instant, note: Type.String() }, closed),
  approval_rules_i_decided: Type.Object({ id: Uuid, version: Type.Integer(), decided_at: nullable(Instant), state: Type.String(), rejected_because: nullable(Type.String()) }, closed),
  execution_steps_i_moved: Type.Object({ step_id: Uuid, seq: Type.Integer(), at: Instant, role: Type.String(), to_state: Type.String(), reason_code: nullable(Type.String()), note: nullable(Type.String()) }, closed),
  proofs_i_submitted: Type.Object({ id: Uuid, step_id: Uuid, submitted_at: Instant, kind: Type.String(), state: Type.String() }, closed),
  proofs_i_decided: Type.Object({ id: Uuid, step_id: Uuid, decided_at: nullable(Instant), kind: Type.String(), state: Type.String(), reason_code: nullable(Type.String()) }, closed),
  routes_i_accepted: Type.Object({ id: Uuid, reference: Type.String(), requested_at: Instant }, closed),
  screenings_i_recorded: Type.Object({ id: Uuid, session_id: Uuid, recorded_at: Instant, subject: Type.String() }, closed),
  screenings_i_cleared: Type.Object({ id: Uuid, cleared_at: nullable(Instant), cleared_because: nullable(Type.String()) }, closed),
  papers_i_recorded: Type.Object({ id: Uuid, recorded_at: Instant, recorded_by_role: Type.String(), code: Type.String() }, closed),
  papers_i_withdrew: Type.Object({ id: Uuid, withdrawn_at: nullable(Instant), withdrawn_because: nullable(Type.String()) }, closed),
  incidents_i_opened: Type.Object({ id: Uuid, session_id: Uuid, opened_at: Instant, kind: Type.String(), merchant_note: nullable(Type.String()) }, closed),
  incidents_i_resolved: Type.Object({ id: Uuid, resolved_at: nullable(Instant), state: Type.String(), resolution: nullable(Type.String()) }, closed),
  steps_of_incidents: Type.Object({ incident_id: Uuid, seq: Type.Integer(), at: Instant, state: Type.String(), note: nullable(Type.String()) }, closed),
  files_i_uploaded: Type.Object({ id: Uuid, uploaded_at: Instant, uploaded_by_role: Type.String(), kind: Type.String(), file_name: Type.String(), media_type: Type.String(), state: Type.String() }, closed),
  evidence_i_took_back: Type.Object({ id: Uuid, undone_at: nullable(Instant), undone_because: nullable(Type.String()) }, closed),
  connector_attempts_i_decided: Type.Object({ id: Uuid, started_at: Instant, connector_id: Type.String(), attempt: Type.Integer(), state: Type.String(), decided_because: nullable(Type.String()) }, closed),
  quote_sources_i_made: Type.Object({ id: Uuid, provider_id: Type.String(), label: Type.String(), created_at: Instant }, closed),
  probe_caps_i_set: Type.Object({ provider_id: Type.String(), version: Type.Integer(), set_at: Instant }, closed),
  sessions_i_have_in_hand: Type.Object({ session_id: Uuid, claimed_at: Instant, expires_at: Instant }, closed),
  messages_i_wrote: Type.Object({ id: Uuid, session_id: Uuid, at: Instant, text: nullable(Type.String()) }, closed),
  questions_i_asked: Type.Object({ id: Uuid, session_id: Uuid, asked_at: Instant, kind: Type.String(), text: Type.String() }, closed),
  questions_i_closed: Type.Object({ id: Uuid, session_id: Uuid, closed_at: nullable(Instant), state: Type.String(), answer_text: nullable(Type.String()) }, closed),
  quotes_i_captured: Type.Object({ id: Uuid, captured_at: Instant, provider_id: Type.String(), source: Type.String(), kind: Type.String() }, closed),
  sessions_i_priced_again: Type.Object({ id: Uuid, session_id: Uuid, repriced_at: Instant }, closed),
  outages_i_reported: Type.Object({ id: Uuid, provider_id: Type.String(), reason: Type.String(), reported_at: Instant }, closed),
  outages_i_ended: Type.Object({ id: Uuid, ended_at: nullable(Instant), ended_because: nullable(Type.String()) }, closed),
  corridor_data_i_imported: Type.Object({ revision: Type.Integer(), imported_at: Instant, note: Type.String() }, closed),
  privacy_requests: Type.Object({ ...request, refusal: nullable(Type.String()) }, closed),
  privacy_requests_i_answered: Type.Object({ id: Uuid, answered_at: nullable(Instant) }, closed),
  /** what was sent with an Idempotency-Key */
  changes_i_asked_for: Type.Object({ operation: Type.String(), created_at: Instant }, closed),
  audit_events: Type.Object({ seq: Type.Integer(), at: Instant, action: Type.String(), entity: Type.String(), entity_id: Type.String() }, closed),
} as const satisfies Readonly<Record<string, TObject>>
export type MyDataList = keyof typeof MY_DATA_ROWS

/** Lists of what the desk alone does. The copy of a merchant's user or an agent has none of them, so that it holds no field of the desk, also where the person once worked there. */
export const DESK_LISTS = [
  'links_i_made', 'desk_fee_rules', 'audit_reviews', 'api_keys_i_made', 'api_keys_i_revoked', 'accounts_with_providers_i_made', 'accounts_with_providers_i_retired', 'bank_details_i_proposed', 'bank_details_i_decided', 'corridor_data_i_imported',
  'offers_i_made', 'approvals_i_gave', 'approval_rules_i_proposed', 'approval_rules_i_decided', 'execution_steps_i_moved', 'proofs_i_submitted', 'proofs_i_decided',
  'links_i_made', 'desk_fee_rules', 'audit_reviews', 'api_keys_i_made', 'api_keys_i_revoked', 'accounts_with_providers_i_made', 'accounts_with_providers_i_retired', 'bank_details_i_proposed', 'bank_details_i_decided', 'evidence_i_took_back', 'corridor_data_i_imported',
  'links_i_made', 'desk_fee_rules', 'audit_reviews', 'api_keys_i_made', 'api_keys_i_revoked', 'accounts_with_providers_i_made', 'accounts_with_providers_i_retired', 'bank_details_i_proposed', 'bank_details_i_decided', 'connector_attempts_i_decided', 'quote_sources_i_made', 'probe_caps_i_set', 'corridor_data_i_imported',
  'links_i_made', 'desk_fee_rules', 'audit_reviews', 'api_keys_i_made', 'api_keys_i_revoked', 'accounts_with_providers_i_made', 'accounts_with_providers_i_retired', 'bank_details_i_proposed', 'bank_details_i_decided', 'sessions_i_have_in_hand', 'questions_i_asked', 'corridor_data_i_imported',
  'quotes_i_captured', 'sessions_i_priced_again', 'outages_i_reported', 'outages_i_ended',
  'privacy_requests_i_answered',
  'privacy_requests_i_answered', 'screenings_i_recorded', 'screenings_i_cleared', 'incidents_i_opened', 'incidents_i_resolved', 'steps_of_incidents',
] as const satisfies readonly MyDataList[]
type DeskList = (typeof DESK_LISTS)[number]
/** Whether a list is of what the desk alone does. */
export const isDeskList = (name: MyDataList): name is DeskList => (DESK_LISTS as readonly MyDataList[]).includes(name)

/** No list of the copy has more rows than this, the newest; `total` says how many there are. */
export const MY_DATA_ROWS_MAX = 10_000
const list = <T extends TSchema>(row: T) => Type.Object({ total: Type.Integer(), items: Type.Array(row) }, closed)
type ListOf<N extends MyDataList> = ReturnType<typeof list<(typeof MY_DATA_ROWS)[N]>>
const names = Object.keys(MY_DATA_ROWS) as MyDataList[]
const lists = Object.fromEntries(names.filter((name) => !isDeskList(name)).map((name) => [name, list(MY_DATA_ROWS[name])])) as { [N in Exclude<MyDataList, DeskList>]: ListOf<N> }
const deskLists = Object.fromEntries(DESK_LISTS.map((name) => [name, Type.Optional(list(MY_DATA_ROWS[name]))])) as { [N in DeskList]: TOptional<ListOf<N>> }

/** Everything that this company's workspace holds about the person who asks, and the account that signs in. */
export const MyData = Type.Object({
  made_at: Instant,
  company: Type.Object({ id: Uuid, name: Type.String() }, closed),
  account: Type.Object({
    id: Uuid, email: Type.String(), created_at: Instant,
    /** when the setting up of a second factor began, and since when it is asked for */
    second_factor_begun_at: nullable(Instant), second_factor_enrolled_at: nullable(Instant),
    recovery_codes_left: Type.Integer(), recovery_codes_used: Type.Integer(),
  }, closed),
  /** of the account, in whatever company; also those that are over and not removed yet */
  sessions: Type.Array(Type.Object({ id: Uuid, of_tenant: Uuid, started_at: Instant, last_seen_at: Instant, proved_at: Instant, expires_at: Instant, current: Type.Boolean() }, closed)),
  ...lists,
  ...deskLists,
  /** what is held and not in this copy, and why */
  not_in_this_copy: Type.Array(Type.Object({ what: Type.String(), why: Type.String() }, closed)),
}, closed)
export type MyData = Static<typeof MyData>
