/**
 * What is held about one person, table by table: what a copy of my data is made of. personal-data.test.ts holds this list against the catalog, so
 * that a table or a column that is added tomorrow is either in the copy or named here with the reason why it is not.
 */
import { isDeskList, MY_DATA_ROWS, MY_DATA_ROWS_MAX, type MyData, type MyDataList } from '#contracts/api/privacy.ts'
import type { Tx } from './transactions.ts'

/** `people`: columns that name the person, any of which makes a row one of the copy. `newest`: what the newest rows are found by. */
type Source = { readonly table: string; readonly people: readonly string[]; readonly newest: string; /** the column that holds the person's address */ readonly address?: string }

/** Where the rows of each list come from. Its columns are the fields of MY_DATA_ROWS. */
export const LISTS: Readonly<Record<MyDataList, Source>> = {
  memberships: { table: 'memberships', people: ['user_id'], newest: 'created_at' },
  links_for_me: { table: 'account_links', people: ['user_id', 'used_by'], address: 'email', newest: 'made_at' },
  links_i_made: { table: 'account_links', people: ['made_by'], newest: 'made_at' },
  route_requests: { table: 'route_sessions', people: ['requested_by'], newest: 'requested_at' },
  route_session_steps: { table: 'route_session_transitions', people: ['user_id'], newest: 'at' },
  desk_fee_rules: { table: 'desk_fee_rules', people: ['changed_by'], newest: 'changed_at' },
  audit_reviews: { table: 'audit_reviews', people: ['user_id'], newest: 'at' },
  api_keys_i_made: { table: 'api_keys', people: ['created_by'], newest: 'created_at' },
  api_keys_i_revoked: { table: 'api_keys', people: ['revoked_by'], newest: 'revoked_at' },
  accounts_with_providers_i_made: { table: 'provider_accounts', people: ['created_by'], newest: 'created_at' },
  accounts_with_providers_i_retired: { table: 'provider_accounts', people: ['retired_by'], newest: 'retired_at' },
  bank_details_i_proposed: { table: 'bank_detail_changes', people: ['proposed_by'], newest: 'proposed_at' },
  bank_details_i_decided: { table: 'bank_detail_changes', people: ['decided_by'], newest: 'decided_at' },
  offers_i_made: { table: 'session_offers', people: ['made_by'], newest: 'made_at' },
  approvals_i_gave: { table: 'approvals', people: ['user_id'], newest: 'at' },
  approval_rules_i_proposed: { table: 'approval_rule_sets', people: ['proposed_by'], newest: 'proposed_at' },
  approval_rules_i_decided: { table: 'approval_rule_sets', people: ['decided_by'], newest: 'decided_at' },
  execution_steps_i_moved: { table: 'execution_step_transitions', people: ['user_id'], newest: 'at' },
  proofs_i_submitted: { table: 'proofs', people: ['submitted_by'], newest: 'submitted_at' },
  proofs_i_decided: { table: 'proofs', people: ['decided_by'], newest: 'decided_at' },
  routes_i_accepted: { table: 'route_sessions', people: ['accepted_by'], newest: 'requested_at' },
  screenings_i_recorded: { table: 'screenings', people: ['screened_by'], newest: 'recorded_at' },
  screenings_i_cleared: { table: 'screenings', people: ['cleared_by'], newest: 'cleared_at' },
  papers_i_recorded: { table: 'merchant_documents', people: ['recorded_by'], newest: 'recorded_at' },
  papers_i_withdrew: { table: 'merchant_documents', people: ['withdrawn_by'], newest: 'withdrawn_at' },
  incidents_i_opened: { table: 'payment_incidents', people: ['opened_by'], newest: 'opened_at' },
  incidents_i_resolved: { table: 'payment_incidents', people: ['resolved_by'], newest: 'resolved_at' },
  steps_of_incidents: { table: 'payment_incident_events', people: ['user_id'], newest: 'at' },
  files_i_uploaded: { table: 'artifacts', people: ['uploaded_by'], newest: 'uploaded_at' },
  evidence_i_took_back: { table: 'estimate_evidence', people: ['undone_by'], newest: 'undone_at' },
  connector_attempts_i_decided: { table: 'connector_calls', people: ['decided_by'], newest: 'started_at' },
  quote_sources_i_made: { table: 'quote_sources', people: ['created_by'], newest: 'created_at' },
  probe_caps_i_set: { table: 'probe_caps', people: ['set_by'], newest: 'set_at' },
  sessions_i_have_in_hand: { table: 'session_claims', people: ['user_id'], newest: 'claimed_at' },
  messages_i_wrote: { table: 'session_messages', people: ['user_id'], newest: 'at' },
  questions_i_asked: { table: 'merchant_asks', people: ['asked_by'], newest: 'asked_at' },
  questions_i_closed: { table: 'merchant_asks', people: ['closed_by'], newest: 'closed_at' },
  quotes_i_captured: { table: 'quotes', people: ['captured_by'], newest: 'captured_at' },
  sessions_i_priced_again: { table: 'session_repricings', people: ['repriced_by'], newest: 'repriced_at' },
  outages_i_reported: { table: 'provider_outages', people: ['reported_by'], newest: 'reported_at' },
  outages_i_ended: { table: 'provider_outages', people: ['ended_by'], newest: 'ended_at' },
  corridor_data_i_imported: { table: 'data_revisions', people: ['imported_by'], newest: 'revision' },
  privacy_requests: { table: 'privacy_requests', people: ['user_id'], newest: 'requested_at' },
  privacy_requests_i_answered: { table: 'privacy_requests', people: ['answered_by'], newest: 'answered_at' },
  changes_i_asked_for: { table: 'idempotency_keys', people: ['user_id'], newest: 'created_at' },
  audit_events: { table: 'audit_events', people: ['user_id'], newest: 'seq' },
}

/** Tables of the account itself, which the serving role reads by functions: the columns that fc.own_account and fc.own_sessions answer. */
export const ACCOUNT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  users: ['id', 'email', 'created_at'],
  account_factors: ['user_id', 'begun_at', 'enrolled_at'],
  // Counted: how many are left, how many were used.
  recovery_codes: ['user_id', 'used_at'],
  auth_sessions: ['id', 'user_id', 'of_tenant', 'created_at', 'last_seen_at', 'proved_at', 'expires_at'],
}

type LeftOut = { readonly columns: readonly string[]; readonly why: string }
const PAYMENT = 'The company’s record of a payment, not of the person who asked for it. The pages of the route show it to whoever may see it.'
const PROOF = 'It proves who signs in and is kept in a form that nobody can read back; a copy would help only a thief.'

/** Columns of the tables above that no copy gives, and why. */
export const COLUMNS_LEFT_OUT: Readonly<Record<string, readonly LeftOut[]>> = {
  users: [{ columns: ['password_hash'], why: PROOF }, { columns: ['kind', 'disabled_at'], why: 'The same for everyone who can ask: a person, and not disabled.' }],
  account_factors: [{ columns: ['totp_secret', 'last_step'], why: PROOF }],
  recovery_codes: [{ columns: ['code_hash'], why: PROOF }],
  auth_sessions: [{ columns: ['token_hash'], why: PROOF }],
  memberships: [{ columns: ['erased_at'], why: 'Empty for everyone who can ask.' }],
  account_links: [{ columns: ['token_hash'], why: PROOF }],
  route_sessions: [{
    columns: ['version', 'state', 'outcome', 'merchant_id', 'supplier_id', 'corridor_id', 'mode_ceiling', 'invoice_number', 'invoice_key', 'amount_side', 'amount', 'currency', 'intent', 'due_at',
      'valid_until', 'needed_by', 'degraded', 'sends_amount', 'sends_currency', 'receives_amount', 'receives_currency', 'cost_bps', 'desk_fee_amount', 'desk_fee_currency', 'desk_fee_rule_id', 'search_text',
      'created_at', 'why', 'documents_used', 'accepted_details_version', 'content_version', 'agreed_content_version', 'chosen_candidate_id', 'required_approvals', 'four_eyes_because', 'approval_rules_version', 'execution_mode', 'invoice_total', 'paused_at', 'providers_used', 'offered_by'],
    why: PAYMENT,
  }],
  route_session_transitions: [{ columns: ['before_seq', 'from_state', 'to_state', 'market_clock'], why: PAYMENT }],
  desk_fee_rules: [{ columns: ['merchant_id', 'corridor_id', 'fixed_amount', 'fixed_currency', 'bps', 'minimum_amount', 'minimum_currency'], why: 'What the company charges, not who wrote it down.' }],
  audit_reviews: [{ columns: ['after_seq', 'through_seq', 'through_hash', 'events', 'own_events'], why: 'What was reviewed, not by whom.' }],
  api_keys: [{ columns: ['user_id'], why: 'The account of a program, which is nobody.' }],
  provider_accounts: [{ columns: ['currency', 'country', 'rail_owner', 'merchant_id', 'reference_masked', 'metadata_sealed'], why: 'Of the company’s account, not of who wrote it down.' }],
  bank_detail_changes: [{
    columns: ['details_sealed', 'account_masked', 'cnaps_masked', 'bank_name', 'bic', 'replaced_sealed', 'replaced_account_masked', 'replaced_cnaps_masked', 'replaced_bank_name', 'replaced_bic'],
    why: 'The supplier’s bank details, which are nobody’s who signs in.',
  }, { columns: ['confirmed_with'], why: 'Names somebody at the supplier: another person.' }],
  session_offers: [{
    columns: ['candidate_id', 'candidate', 'market_clock', 'snapshot_digest', 'policy_revision', 'sends_amount', 'sends_currency', 'receives_amount', 'receives_currency', 'cost_bps', 'desk_fee_amount',
      'desk_fee_currency', 'before_fee_amount', 'before_fee_currency', 'valid_until'],
    why: PAYMENT,
  }],
  approval_rule_sets: [{ columns: ['base_version', 'rules'], why: 'What the company asks for, not who wrote it down.' }],
  approvals: [{ columns: ['content_version', 'details_version', 'candidate_id'], why: PAYMENT }],
  execution_step_transitions: [{ columns: ['before_seq', 'from_state', 'market_clock'], why: PAYMENT }],
  proofs: [{
    columns: ['session_id', 'artifact_id', 'sha256', 'amount', 'currency', 'happened_at', 'payee', 'account_last4', 'reference', 'charges', 'transaction_hash', 'differences'], why: PAYMENT,
  }],
  screenings: [{ columns: ['nth', 'result', 'list_name', 'list_date', 'screened_at', 'expires_at', 'details_version', 'artifact_id'], why: 'What was found about a payment, not who looked.' }, { columns: ['note'], why: 'Speaks of whoever was screened: another person.' }],
  merchant_documents: [{ columns: ['merchant_id', 'number', 'number_key', 'issued_on', 'expires_on', 'amount', 'currency', 'artifact_id', 'state', 'supersedes'], why: 'A paper of the merchant, not of the person who wrote it down.' }],
  payment_incidents: [{ columns: ['version', 'chaser', 'action', 'due_at', 'amount_missing', 'currency', 'merchant_text', 'proof_reference'], why: PAYMENT }],
  payment_incident_events: [{ columns: ['chaser', 'action', 'due_at'], why: PAYMENT }],
  artifacts: [{
    columns: ['class', 'size_bytes', 'sha256', 'scanned_at', 'scanner', 'refused_because', 'waits_because', 'merchant_id', 'session_id', 'supersedes', 'keep_until', 'removed_at', 'removed_because'],
    why: 'The company’s record of a file, not of the person who brought it. The pages of the route show it to whoever may see it.',
  }, { columns: ['storage_key'], why: 'Where the server keeps the bytes: told to nobody.' }],
  estimate_evidence: [{ columns: ['session_id', 'provider_id', 'legs', 'kind', 'observation', 'at', 'simulation'], why: 'What was seen of a provider, not who took it back.' }],
  connector_calls: [{ columns: ['session_id', 'position', 'mode', 'request_digest', 'answer_digest', 'cause', 'lease_until', 'ended_at'], why: PAYMENT }],
  quote_sources: [{ columns: ['secret_sealed', 'secret_version'], why: 'What a provider signs by: a copy would help only a thief.' }],
  probe_caps: [{ columns: ['per_probe_usd', 'per_day_usd', 'probes_per_day'], why: 'What the company allows, not who wrote it down.' }],
  session_claims: [],
  session_messages: [{ columns: ['from_side', 'seq', 'artifact_id', 'ask_id'], why: 'Where in a thread it stands. Its files are in the list of files.' }],
  merchant_asks: [{ columns: ['document_code', 'due_at', 'artifact_id'], why: 'What the payment needs, not of who asked for it or answered.' }],
  quotes: [{
    columns: ['leg', 'from_currency', 'to_currency', 'from_country', 'to_country', 'session_id', 'sell_amount', 'buy_amount', 'price', 'price_unit', 'price_per', 'total_price', 'fee_amount', 'fee_currency', 'fee_details',
      'spread_bps', 'said_as_spread', 'observed_at', 'expires_at', 'artifact_id', 'evidence_sha256', 'supersedes', 'consumed_by', 'consumed_at'],
    why: 'What a provider charges, not who wrote it down.',
  }],
  session_repricings: [{
    columns: ['session_version', 'candidate_id', 'engine_version', 'snapshot_digest', 'weights_revision', 'policy_revision', 'market_clock', 'result_digest', 'rulings', 'status', 'refusals', 'before_sent', 'before_received',
      'before_cost_bps', 'sent_currency', 'received_currency', 'sent', 'received', 'cost_bps', 'arrival_p90', 'valid_until', 'drift_bps', 'tolerance_bps', 'within_tolerance', 'because', 'quote_ids'],
    why: PAYMENT,
  }],
  provider_outages: [{ columns: ['source', 'since'], why: 'Of the provider, not of who reported it.' }],
  data_revisions: [{ columns: ['digest'], why: 'Which data it was.' }],
  privacy_requests: [],
  idempotency_keys: [{ columns: ['key', 'fingerprint', 'status', 'body'], why: 'Kept so that a repeated request is answered as the first was. What was answered is what the other lists hold.' }],
  audit_events: [{ columns: ['transition_seq', 'payload', 'hash'], why: 'The chain names people by an id alone. The copy refers to each event by its number.' }],
}

/** Tables that no copy has rows of, and why; `holds` names the columns that look as if they were about a person. */
export const TABLES_LEFT_OUT: Readonly<Record<string, { readonly why: string; readonly holds?: readonly string[] }>> = {
  tenants: { why: 'The company itself. Its name stands at the head of the copy.', holds: ['name'] },
  merchants: { why: 'A merchant is a company’s customer, not a person; its users read it on their own pages.', holds: ['name'] },
  suppliers: {
    why: 'About whom a merchant pays, never about somebody who signs in. A merchant reads its own suppliers on its own pages.',
    holds: ['legal_name', 'legal_name_zh', 'bank_name', 'account_number', 'cnaps', 'account_masked', 'cnaps_masked', 'bank_details_sealed'],
  },
  api_key_secrets: { why: 'What programs prove themselves by.' },
  login_throttle: { why: 'Hashes of addresses and networks, which count tries for some hours and name nobody.' },
  known_devices: { why: 'Hashes by which a browser is known to have signed in before, for 90 days; they name nobody.' },
  rate_buckets: { why: 'Hashes that count requests for an hour and name nobody.' },
  tenant_data_keys: { why: 'Keys of the company, sealed.' },
  decisions: { why: PAYMENT },
  decision_candidates: { why: PAYMENT },
  session_outcomes: { why: PAYMENT },
  document_uses: { why: PAYMENT },
  probe_reservations: { why: PAYMENT },
  simulations: { why: 'From what a route is played in which nothing is real.' },
  signed_quotes: { why: 'What providers offered, which names nobody.' },
  outbox: { why: 'Tells of changes by their ids, for an hour.' },
  message_reads: { why: 'How far each side has read a thread, not who of it.' },
  audit_heads: { why: 'The end of the chain: a number and a hash.' },
  audit_checkpoints: { why: 'Signed hashes of the chain.' },
  snapshots: { why: 'Corridor data.' },
  corridors: { why: 'Corridor data.', holds: ['name'] },
  providers: { why: 'Corridor data.', holds: ['name'] },
  market_data: { why: 'Corridor data.' },
  facts: { why: 'Corridor data.' },
  tenant_settings: { why: 'Settings of the company.' },
  step_edges: { why: 'Which states follow which: the same for everyone.' },
  execution_steps: { why: PAYMENT, holds: ['account_label'] },
  session_edges: { why: 'Which states follow which: the same for everyone.' },
  flowclaw_migrations: { why: 'Which version the database is of.', holds: ['name'] },
  'fc.tenant_key': { why: 'A key of the server.' },
}

const WORK_FOR_THE_DESK = 'work for the desk'
/** What the person reads about what is not in the copy; the reasons above that are about a person, in one sentence each. */
const NOT_IN_THIS_COPY: MyData['not_in_this_copy'] = [
  { what: 'password, codes and tokens', why: PROOF },
  { what: 'payments', why: PAYMENT },
  { what: 'other companies', why: 'What another company’s workspace holds is that company’s to give. Sign in there and ask for a copy.' },
  { what: WORK_FOR_THE_DESK, why: 'A copy for a merchant or an agent holds nothing of the desk. Who once worked there asks the company for it.' },
  { what: 'backups and logs', why: 'Backups hold what the database held, until they run out. Logs name people by an id alone.' },
]

/** A number in the API, eight bytes in the database: within what JSON holds exactly for as long as anyone lives. */
const NUMBERS: ReadonlySet<string> = new Set(['seq'])

/** The statement that reads one list: $1 tenant, $2 person, and $3 the person's address where the rows are found by one. */
function statementOf(name: MyDataList): string {
  const { table, people, newest, address } = LISTS[name]
  const fields = Object.keys(MY_DATA_ROWS[name].properties).map((field) => (NUMBERS.has(field) ? `${field}::float8 as ${field}` : field))
  const mine = [...people.map((column) => `${column} = $2`), ...(address === undefined ? [] : [`${address} = $3`])].join(' or ')
  return `select ${fields.join(', ')}, count(*) over ()::int as total_of_all from ${table} where tenant_id = $1 and (${mine}) order by ${table}.${newest} desc limit ${MY_DATA_ROWS_MAX}`
}

type AccountRow = MyData['account']
type CopiedRow = { readonly total_of_all: number } & Readonly<Record<string, unknown>>

/** Everything that is held about the actor, whose live session has this token (its SHA-256). Null where the session is over. */
export async function readMyData(tx: Tx, { token_hash, made_at }: { readonly token_hash: Buffer; readonly made_at: string }): Promise<MyData | null> {
  const { tenant_id, user_id } = tx.actor
  const [[account], sessions, [company]] = await Promise.all([
    tx.sql<AccountRow>('select id, email, created_at, second_factor_begun_at, second_factor_enrolled_at, recovery_codes_left, recovery_codes_used from fc.own_account($1)', [token_hash]),
    tx.sql<MyData['sessions'][number]>('select id, of_tenant, started_at, last_seen_at, proved_at, expires_at, current from fc.own_sessions($1)', [token_hash]),
    tx.sql<MyData['company']>('select tenant_id as id, name from tenants where tenant_id = $1', [tenant_id]),
  ])
  if (account === undefined || company === undefined || account.id !== user_id) return null
  const atDesk = tx.actor.role === 'platform_admin' || tx.actor.role === 'desk_operator'
  const names = (Object.keys(LISTS) as MyDataList[]).filter((name) => atDesk || !isDeskList(name))
  const lists = await Promise.all(names.map(async (name) => {
    const rows = await tx.sql<CopiedRow>(statementOf(name), LISTS[name].address === undefined ? [tenant_id, user_id] : [tenant_id, user_id, account.email])
    return [name, { total: rows[0]?.total_of_all ?? 0, items: rows.map(({ total_of_all: _, ...row }) => row) }] as const
  }))
  // The statements select exactly the fields of MY_DATA_ROWS, which a test holds against the answers.
  return { made_at, company, account, sessions, ...(Object.fromEntries(lists) as Pick<MyData, MyDataList>), not_in_this_copy: NOT_IN_THIS_COPY.filter(({ what }) => !atDesk || what !== WORK_FOR_THE_DESK) }
}
