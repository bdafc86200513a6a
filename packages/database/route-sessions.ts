/** Route sessions of the tenant in context: what a request reads, what it saves, and the moves of a session's state. */
import { sql } from 'kysely'
import { moneyOrNull } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { readApprovals, readLastOffer } from './approvals.ts'
import { decodeCursor, encodeCursor, isStoredInstant, isStoredInstantOrNever, isUuid } from './cursor.ts'
import { readAsks } from './asks.ts'
import { packRulings, unpackRulings } from './rulings.ts'
import { MERCHANT, SUPPLIER } from './parties.ts'
import { matchDeskFeeRule } from './settings.ts'
import type { Tx } from './transactions.ts'
import type {
  InvoicePart, MerchantRow, NewDecision, NewDecisionCandidate, NewRouteSession, RouteSessionListRow, RouteSessionQuery, RoutingContext, RoutingQuery,
  SessionState, StoredDecision, StoredRouteSession, SupplierRow, TenantSettings, Transition, TransitionRow,
} from './types.ts'

/** States in which a session stands for money that goes, or has gone, to the supplier. */
const COMMITTED = ['accepted', 'awaiting_merchant', 'approved', 'executing', 'paused', 'completed'] as const satisfies readonly SessionState[]
/** Written out, so that the planner sees that the partial index of these states fits. */
const IS_COMMITTED = `s.state in (${COMMITTED.map((state) => `'${state}'`).join(', ')})`
/** States in which a session will pay nothing, so that asking again is no duplicate. */
const GIVEN_UP: readonly SessionState[] = ['no_route', 'policy_unavailable', 'cancelled', 'expired', 'failed', 'returned']
/** Documents whose use is capped per calendar quarter. */
export const COUNTED_DOCUMENTS = ['FORM_Q'] as const

const columnsOf = (row: string, columns: readonly string[]): string => `jsonb_build_object(${columns.map((column) =>
  column === 'created_at' ? `'created_at', to_char(${row}.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')` : `'${column}', ${row}.${column}`).join(', ')})`
const MERCHANT_OBJECT = columnsOf('m', MERCHANT)
const SUPPLIER_OBJECT = columnsOf('p', SUPPLIER)
const CORRIDOR_OBJECT = columnsOf('c', ['id', 'name', 'source_country', 'source_currency', 'destination_country', 'mode_ceiling'])

type Known = TenantSettings & Pick<RoutingContext, 'corridor' | 'merchant' | 'supplier' | 'details_version'> & { paid: boolean }

/** Everything that routing reads, in one batch on one snapshot. */
export async function loadRoutingContext(tx: Tx, ask: RoutingQuery): Promise<RoutingContext> {
  const tenant = tx.actor.tenant_id
  const [[known], desk_fee_rule, period_totals, duplicate_of] = await Promise.all([
    tx.sql<Known>(`select t.tenant_id, t.name as tenant_name, t.time_zone, s.market_clock, s.data_revision, encode(s.snapshot_digest, 'hex') as snapshot_digest,
        coalesce(s.version, 0) as version, case when c.id is not null then ${CORRIDOR_OBJECT} end as corridor, case when m.id is not null then ${MERCHANT_OBJECT} end as merchant,
        case when p.id is not null then ${SUPPLIER_OBJECT} end as supplier, coalesce(p.details_version, 1) as details_version,
        exists (select from route_sessions r where r.tenant_id = $1 and r.supplier_id = $4 and r.state = 'completed') as paid
      from tenants t left join tenant_settings s on s.tenant_id = t.tenant_id left join corridors c on c.tenant_id = t.tenant_id and c.id = $2
        left join merchants m on m.tenant_id = t.tenant_id and m.id = $3 left join suppliers p on p.tenant_id = t.tenant_id and p.merchant_id = $3 and p.id = $4
      where t.tenant_id = $1`, [tenant, ask.corridor_id, ask.merchant_id, ask.supplier_id]),
    matchDeskFeeRule(tx, ask.merchant_id, ask.corridor_id),
    readPeriodTotals(tx, ask.merchant_id, { wall_clock: ask.wall_clock }),
    findDuplicate(tx, ask),
  ])
  if (known === undefined) throw new Error('the tenant in context does not exist')
  const { corridor, merchant, supplier, details_version, paid, ...settings } = known
  return {
    settings, corridor, merchant, supplier, details_version, desk_fee_rule, first_payment_to_supplier: !(supplier?.paid_before ?? false) && !paid,
    period_totals, duplicate_of,
  }
}

/** What makes two requests the same payment. */
export type InvoiceAsked = Pick<RoutingQuery, 'merchant_id' | 'supplier_id' | 'invoice_number' | 'amount'>

/** The newest session that asks for the same payment and has not been given up. */
async function findDuplicate(tx: Tx, ask: InvoiceAsked): Promise<RoutingContext['duplicate_of']> {
  const [found] = await tx.sql<NonNullable<RoutingContext['duplicate_of']>>(
    `select id, reference, requested_at from route_sessions where tenant_id = $1 and supplier_id = $2 and merchant_id = $3
      and invoice_key = upper(btrim($4)) and amount_side = $5 and amount = $6 and currency = $7 and state <> all ($8)
      order by created_at desc limit 1`,
    [tx.actor.tenant_id, ask.supplier_id, ask.merchant_id, ask.invoice_number, ask.amount.side, ask.amount.value, ask.amount.currency, GIVEN_UP])
  return found ?? null
}

/**
 * The same question inside the write, one asker of an invoice at a time: what was read before routing does not know of a request that
 * was routed meanwhile. Its two statements go ahead of whatever is sent next in the transaction.
 */
export async function holdInvoice(tx: Tx, ask: InvoiceAsked): Promise<RoutingContext['duplicate_of']> {
  const [, duplicate] = await Promise.all([
    tx.sql("select pg_advisory_xact_lock(hashtextextended('invoice|' || $1 || '|' || $2 || '|' || upper(btrim($3)), 0))", [tx.actor.tenant_id, ask.supplier_id, ask.invoice_number]),
    findDuplicate(tx, ask),
  ])
  return duplicate
}

/** Every session of the invoice that was routed, of this merchant, oldest first. With `hold`, until the transaction ends nobody else asks so for it: of two that fit one at a time the second finds the first. */
export async function readInvoiceParts(tx: Tx, ask: { readonly merchant_id: string; readonly supplier_id: string; readonly invoice_number: string; readonly hold: boolean }): Promise<InvoicePart[]> {
  if (ask.hold) await tx.sql("select pg_advisory_xact_lock(hashtextextended('invoice parts|' || $1 || '|' || $2 || '|' || upper(btrim($3)), 0))", [tx.actor.tenant_id, ask.supplier_id, ask.invoice_number])
  const rows = await tx.sql<Omit<InvoicePart, 'amount' | 'receives'> & { amount_side: string; amount: string; currency: string; receives_amount: string | null; receives_currency: string | null }>(
    `select id as session_id, reference, state, intent -> 'goods' ->> 'paid' as paid, amount_side, amount, currency, receives_amount, receives_currency, intent ->> 'invoice_currency' as invoice_currency, invoice_total, requested_at
      from route_sessions where tenant_id = $1 and supplier_id = $2 and merchant_id = $3 and invoice_key = upper(btrim($4)) and state <> all (array['draft', 'no_route', 'policy_unavailable']) order by requested_at, id limit 500`,
    [tx.actor.tenant_id, ask.supplier_id, ask.merchant_id, ask.invoice_number])
  return rows.map(({ amount_side, amount, currency, receives_amount, receives_currency, ...row }) => ({ ...row, amount: { side: amount_side, value: amount, currency }, receives: moneyOrNull(receives_amount, receives_currency) }))
}

/** True when the same payment is already kept without an answer of the policy, so that trying again does not keep it again. */
export async function isKeptWithoutPolicy(tx: Tx, ask: InvoiceAsked): Promise<boolean> {
  const found = await tx.sql(
    `select id from route_sessions where tenant_id = $1 and supplier_id = $2 and merchant_id = $3 and invoice_key = upper(btrim($4))
      and amount_side = $5 and amount = $6 and currency = $7 and state = 'policy_unavailable' limit 1`,
    [tx.actor.tenant_id, ask.supplier_id, ask.merchant_id, ask.invoice_number, ask.amount.side, ask.amount.value, ask.amount.currency])
  return found.length > 0
}

/** What the merchant's sessions of a calendar quarter commit under each counted document. The quarter is that of `at`'s own date, or of the market clock's. */
export async function readPeriodTotals(tx: Tx, merchant_id: string, { wall_clock, at }: { readonly wall_clock?: string; readonly at?: string }): Promise<RoutingContext['period_totals']> {
  const rows = await tx.sql<{ document: string; amount: string; currency: string }>(
    `with clock as (select coalesce($5, (select market_clock from tenant_settings where tenant_id = $1), $3) as said),
      quarter as (select date_trunc('quarter', left(said, 19)::timestamp) as starts, substr(said, 20) as zone from clock)
    select d.document, sum(s.amount)::text as amount, s.currency
    from quarter q, route_sessions s, unnest($4::text[]) as d(document)
    where s.tenant_id = $1 and s.merchant_id = $2 and ${IS_COMMITTED} and case when s.documents_used is null then s.intent -> 'documents_available' ? d.document else d.document = any (s.documents_used) end
      and s.requested_at >= (q.starts::text || q.zone)::timestamptz and s.requested_at < ((q.starts + interval '3 months')::text || q.zone)::timestamptz
    group by d.document, s.currency order by d.document, s.currency`,
    [tx.actor.tenant_id, merchant_id, wall_clock ?? null, COUNTED_DOCUMENTS, at ?? null])
  return rows.map((row) => ({ ...row, period: 'P3M' as const }))
}

/**
 * The totals of the quarter in which the session was asked for, as they stand now. Until the transaction ends nobody else asks this for the same
 * merchant, so that of two payments that fit under a cap one at a time the second finds the first.
 */
export async function holdPeriodTotals(tx: Tx, { merchant_id, intent }: Pick<StoredRouteSession, 'merchant_id' | 'intent'>): Promise<RoutingContext['period_totals']> {
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('period totals|' || $1 || '|' || $2, 0))", [tx.actor.tenant_id, merchant_id])
  return readPeriodTotals(tx, merchant_id, { at: intent.created_at })
}

/** Saves a session in its first state with its decision and the candidates shown. One batch, parents before children; all of it commits or none. */
export async function saveRouteSession(tx: Tx, session: NewRouteSession): Promise<void> {
  const { actor } = tx
  const batch: Promise<unknown>[] = [
    tx.sql(`insert into route_sessions (tenant_id, id, reference, version, state, outcome, merchant_id, supplier_id, corridor_id, mode_ceiling, requested_by,
        requested_by_role, on_behalf_reason, invoice_number, description, amount_side, amount, currency, intent, requested_at, due_at, valid_until, degraded,
        sends_amount, sends_currency, receives_amount, receives_currency, cost_bps, needed_by, desk_fee_amount, desk_fee_currency, desk_fee_rule_id, why, documents_used, invoice_total, providers_used, search_text)
      values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35,
        lower(concat_ws(' ', $3::text, $14::text, $13::text, (select name from merchants where tenant_id = $1 and id = $6),
          (select concat_ws(' ', legal_name, legal_name_zh) from suppliers where tenant_id = $1 and id = $7))))`,
    [actor.tenant_id, session.id, session.reference, session.state, session.outcome, session.merchant_id, session.supplier_id, session.corridor_id,
      session.mode_ceiling, actor.user_id, actor.role, session.on_behalf_reason, session.invoice_number, session.description, session.amount.side,
      session.amount.value, session.amount.currency, JSON.stringify(session.intent), session.requested_at, session.due_at, session.valid_until, session.degraded,
      session.sends?.amount ?? null, session.sends?.currency ?? null, session.receives?.amount ?? null, session.receives?.currency ?? null, session.cost_bps,
      session.needed_by, session.desk_fee?.amount ?? null, session.desk_fee?.currency ?? null, session.desk_fee_rule_id, session.why, session.documents_used, session.invoice_total, session.providers_used]),
    tx.run(tx.db.insertInto('route_session_transitions').values({
      tenant_id: actor.tenant_id, session_id: session.id, seq: 1, from_state: null, to_state: session.state, market_clock: session.requested_at,
      user_id: actor.user_id, role: actor.role, reason: session.on_behalf_reason,
    })),
  ]
  if (session.decision !== null) batch.push(...saveDecision(tx, session.id, session.decision))
  await Promise.all(batch)
}

function saveDecision(tx: Tx, session_id: string, decision: NewDecision): Promise<unknown>[] {
  const tenant_id = tx.actor.tenant_id
  // Sent as text and not by the query builder, which sends a tick later: the candidates' foreign key needs this row before them.
  const batch: Promise<unknown>[] = [tx.sql(
    `insert into decisions (tenant_id, session_id, id, engine_version, snapshot_digest, weights_revision, policy_revision, market_clock, result_digest, outcome, complete,
      degraded, options, recommended_id, cheapest_id, rulings) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [tenant_id, session_id, decision.id, decision.engine_version, Buffer.from(decision.snapshot_digest, 'hex'), decision.weights_revision, decision.policy_revision,
      decision.market_clock, Buffer.from(decision.result_digest, 'hex'), decision.outcome, decision.complete, [...decision.degraded], JSON.stringify(decision.options),
      decision.recommended_id, decision.cheapest_id, packRulings(decision.rulings)])]
  if (decision.candidates.length > 0) batch.push(insertCandidates(tx, tenant_id, session_id, decision.candidates))
  return batch
}

/** All candidates by one statement of arrays: the same text for any number of them, so it is planned once. */
function insertCandidates(tx: Tx, tenant_id: string, session_id: string, rows: readonly NewDecisionCandidate[]): Promise<unknown> {
  return tx.sql(`insert into decision_candidates (tenant_id, session_id, position, candidate_id, rank, status, sent_amount, sent_currency, received_amount, received_currency, cost_bps, score)
    select $1, $2, p, c, r, st, sa, sc, ra, rc, cb, s from unnest($3::smallint[], $4::text[], $5::smallint[], $6::text[], $7::numeric[], $8::text[], $9::numeric[], $10::text[], $11::numeric[], $12::numeric[])
      as t(p, c, r, st, sa, sc, ra, rc, cb, s)`,
  [tenant_id, session_id, rows.map((_, i) => i + 1), rows.map((r) => r.candidate_id), rows.map((r) => r.rank), rows.map((r) => r.status),
    rows.map((r) => r.sent.amount), rows.map((r) => r.sent.currency), rows.map((r) => r.received.amount), rows.map((r) => r.received.currency),
    rows.map((r) => r.cost_bps), rows.map((r) => r.score)])
}

/** Until the transaction ends nobody moves the session, and nobody adds a screening or an incident to it: what is read of them after this still holds when it commits. */
export async function holdSession(tx: Tx, session_id: string): Promise<void> {
  await tx.sql('select from route_sessions where tenant_id = $1 and id = $2 for no key update', [tx.actor.tenant_id, session_id])
}

/** Moves a session on, if it still is as the caller saw it and the move is allowed. While it waits on its merchant the desk's clock stands. */
export async function transitionSession(tx: Tx, move: Transition): Promise<Result<{ version: number }, { code: 'not_found' | 'stale_version' | 'wrong_state' }>> {
  const { actor } = tx
  const [moved] = await tx.sql<{ version: number }>(`with moved as (
      update route_sessions set version = version + 1, state = $5,
        paused_at = case when $5 = 'awaiting_merchant' then ($6::text)::timestamptz end,
        due_at = case when $4 = 'awaiting_merchant' and paused_at is not null then due_at + greatest(interval '0', ($6::text)::timestamptz - paused_at) else due_at end
      where tenant_id = $1 and id = $2 and version = $3 and state = $4
        and exists (select from session_edges where from_state = $4 and to_state = $5) returning version
    ), step as (
      insert into route_session_transitions (tenant_id, session_id, seq, from_state, to_state, market_clock, user_id, role, reason)
      select $1, $2, version, $4, $5, $6::text, $7, $8, $9 from moved
    ) select version from moved`,
  [actor.tenant_id, move.session_id, move.version, move.from, move.to, move.market_clock, actor.user_id, actor.role, move.reason ?? null])
  if (moved !== undefined) return ok({ version: moved.version })
  const now = await tx.db.selectFrom('route_sessions').select('version').where('tenant_id', '=', actor.tenant_id).where('id', '=', move.session_id).executeTakeFirst()
  if (now === undefined) return err({ code: 'not_found' })
  return err({ code: now.version === move.version ? 'wrong_state' : 'stale_version' })
}

const quoted = (states: readonly SessionState[]): string => states.map((state) => `'${state}'`).join(', ')
/** States in which nothing will be paid any more, and those in which a route was accepted and may still be paid. */
const OVER: readonly SessionState[] = ['completed', 'failed', 'returned', 'cancelled', 'expired']
const AGREED: readonly SessionState[] = ['accepted', 'awaiting_merchant', 'approved', 'executing', 'paused']

/** States in which a provider that is out is the desk's to deal with. */
const THROUGH: readonly SessionState[] = ['recommended', 'accepted', 'awaiting_merchant', 'approved', 'executing', 'paused']
/** Sessions that went wrong. Nobody looks through the open ones while no provider is out. $1 is the company. */
const TROUBLED = `(select i.session_id from payment_incidents i where i.tenant_id = $1 and i.state <> 'resolved' union all
  select t.id from route_sessions t where (select exists (select from provider_outages o where o.tenant_id = $1 and o.ended_at is null))
    and t.tenant_id = $1 and t.state = any (array[${quoted(THROUGH)}]) and t.providers_used && array(select o.provider_id from provider_outages o where o.tenant_id = $1 and o.ended_at is null)
    and (t.state not in ('executing', 'paused') or exists (select from execution_steps x join provider_outages o on o.tenant_id = x.tenant_id and o.provider_id = x.provider_id and o.ended_at is null
      where x.tenant_id = $1 and x.session_id = t.id and x.state not in ('confirmed', 'skipped'))))`

/** How many sessions went wrong, of those that stand in none of these states. */
export async function countTroubled(tx: Tx, but: readonly SessionState[]): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(`select count(*)::int as count from route_sessions s where s.tenant_id = $1 and s.id in ${TROUBLED} and s.state <> all ($2)`, [tx.actor.tenant_id, but])
  return row!.count
}

/** The session of a reference; null where there is none. */
export async function sessionIdOf(tx: Tx, reference: string): Promise<string | null> {
  const [row] = await tx.sql<{ id: string }>('select id from route_sessions where tenant_id = $1 and reference = $2', [tx.actor.tenant_id, reference])
  return row?.id ?? null
}

const LISTED = `s.id, s.reference, s.version, s.state, s.outcome, s.merchant_id, m.name as merchant_name, m.city as merchant_city, s.supplier_id,
  p.legal_name as supplier_name, p.legal_name_zh as supplier_name_zh, s.corridor_id, s.mode_ceiling, s.description, s.degraded, s.sends_amount, s.sends_currency,
  s.receives_amount, s.receives_currency, s.cost_bps, s.requested_at, s.due_at, s.paused_at, s.valid_until, s.needed_by, s.why, s.desk_fee_amount, s.desk_fee_currency,
  s.desk_fee_rule_id, s.requested_by as requested_by_user_id, s.content_version, s.agreed_content_version, s.required_approvals, s.four_eyes_because, s.execution_mode,
  case when s.state = any (array[${quoted(OVER)}]) then 'confirmed' when p.details_state <> 'confirmed' then 'held'
    when s.state = any (array[${quoted(AGREED)}]) and coalesce(s.accepted_details_version, 1) <> p.details_version then 'changed' else 'confirmed' end as payee_details,
  (select jsonb_build_object('kind', i.kind, 'chaser', i.chaser, 'action', i.action, 'due_at', to_char(i.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'merchant_text', i.merchant_text, 'merchant_note', i.merchant_note)
    from payment_incidents i where i.tenant_id = s.tenant_id and i.session_id = s.id and i.state <> 'resolved' order by i.due_at, i.id limit 1) as incident,
  coalesce((select jsonb_agg(jsonb_build_object('provider_id', o.provider_id, 'name', coalesce(n.name, o.provider_id), 'step', e.position, 'running', coalesce(e.running, false)) order by o.provider_id)
    from provider_outages o left join providers n on n.tenant_id = o.tenant_id and n.id = o.provider_id
      left join lateral (select x.position, x.state in ('in_progress', 'awaiting_proof', 'unknown') as running from execution_steps x
        where x.tenant_id = s.tenant_id and x.session_id = s.id and x.provider_id = o.provider_id and x.state not in ('confirmed', 'skipped') order by x.position limit 1) e on true
    where o.tenant_id = s.tenant_id and o.ended_at is null and o.provider_id = any (s.providers_used) and s.state = any (array[${quoted(THROUGH)}])), '[]') as providers_out,
  k.user_id as claimed_by, b_k.display_name as claimed_by_name, k.claimed_at, k.expires_at as claim_expires_at,
  (select count(*)::int from session_messages t where t.tenant_id = s.tenant_id and t.session_id = s.id and t.from_side = 'merchant'
    and t.seq > coalesce((select through_seq from message_reads r where r.tenant_id = s.tenant_id and r.session_id = s.id and r.side = 'desk'), 0)) as unread_by_desk,
  (select count(*)::int from session_messages t where t.tenant_id = s.tenant_id and t.session_id = s.id and t.from_side = 'desk'
    and t.seq > coalesce((select through_seq from message_reads r where r.tenant_id = s.tenant_id and r.session_id = s.id and r.side = 'merchant'), 0)) as unread_by_merchant,
  case when s.state in ('accepted', 'approved') then (select count(*)::int from approvals a where a.tenant_id = s.tenant_id and a.session_id = s.id and a.content_version = s.content_version and a.details_version = p.details_version
      and (s.required_approvals = 1 or (a.user_id <> s.requested_by and a.user_id is distinct from s.accepted_by)))
    else 0 end as held_approvals,
  case when s.state in ('executing', 'paused') then (select jsonb_build_object('position', t.position, 'of', count(*) over (), 'kind', t.kind, 'state', t.state, 'done_by', t.done_by)
    from execution_steps t where t.tenant_id = s.tenant_id and t.session_id = s.id order by t.state in ('confirmed', 'skipped'), t.position limit 1) end as current_step`
/** An execution at which the desk has something to do: its step is not in the hands of somebody else. */
const DESK_STEP = `(s.state = 'executing' and not exists (select from execution_steps t where t.tenant_id = s.tenant_id and t.session_id = s.id and t.state = 'in_progress' and t.done_by <> 'desk_operator'))`
const JOINED = `from route_sessions s join merchants m on m.tenant_id = s.tenant_id and m.id = s.merchant_id
  join suppliers p on p.tenant_id = s.tenant_id and p.id = s.supplier_id
  left join session_claims k on k.tenant_id = s.tenant_id and k.session_id = s.id and k.expires_at > now()
  left join memberships b_k on b_k.tenant_id = k.tenant_id and b_k.user_id = k.user_id`
type RawListed = Omit<RouteSessionListRow, 'sends' | 'receives' | 'desk_fee' | 'claim'> & {
  claimed_by: string | null; claimed_by_name: string; claimed_at: string; claim_expires_at: string
  desk_fee_amount: string | null; desk_fee_currency: string | null
  sends_amount: string | null; sends_currency: string | null; receives_amount: string | null; receives_currency: string | null
}
function listed({ sends_amount, sends_currency, receives_amount, receives_currency, desk_fee_amount, desk_fee_currency, claimed_by, claimed_by_name, claimed_at, claim_expires_at, current_step, ...row }: RawListed): RouteSessionListRow {
  return { ...row, current_step: current_step === null || current_step.state === 'confirmed' || current_step.state === 'skipped' ? null : current_step, claim: claimed_by === null ? null : { user_id: claimed_by, name: claimed_by_name, claimed_at, expires_at: claim_expires_at }, sends: moneyOrNull(sends_amount, sends_currency), receives: moneyOrNull(receives_amount, receives_currency), desk_fee: moneyOrNull(desk_fee_amount, desk_fee_currency) }
}

/** A page of sessions, by what is due first or by newest. Throws CursorError. */
export async function listRouteSessions(tx: Tx, ask: RouteSessionQuery): Promise<{ items: RouteSessionListRow[]; next_cursor: string | null }> {
  const values: unknown[] = [tx.actor.tenant_id]
  const where = ['s.tenant_id = $1']
  const add = (condition: (n: string) => string, value: unknown) => { values.push(value); where.push(condition(`$${values.length}`)) }
  if (ask.states !== undefined) add((n) => (ask.desk_steps === undefined ? `s.state = any (${n})` : ask.desk_steps === 'with' ? `(s.state = any (${n}) or ${DESK_STEP})` : `(s.state = any (${n}) and not ${DESK_STEP})`), ask.states)
  if (ask.trouble !== undefined) where.push(`s.id ${ask.trouble ? '' : 'not '}in ${TROUBLED}`)
  if (ask.merchant_id) add((n) => `s.merchant_id = ${n}`, ask.merchant_id)
  if (ask.corridor_id) add((n) => `s.corridor_id = ${n}`, ask.corridor_id)
  if (ask.q) add((n) => `position(lower(${n}) in s.search_text) > 0`, ask.q)
  const [key, way, than] = ask.order === 'due' ? ["coalesce(s.due_at, 'infinity')", 'asc', '>'] : ['s.requested_at', 'desc', '<']
  if (ask.cursor) {
    const [at, id] = decodeCursor(ask.cursor, [ask.order === 'due' ? isStoredInstantOrNever : isStoredInstant, isUuid]) as [string, string]
    values.push(at, id)
    where.push(`(${key}, s.id) ${than} ($${values.length - 1}::timestamptz, $${values.length}::uuid)`)
  }
  const rows = await tx.sql<RawListed & { sort_key: string }>(
    `select ${LISTED}, ${key}::text as sort_key ${JOINED} where ${where.join(' and ')} order by ${key} ${way}, s.id ${way} limit ${Math.trunc(ask.limit) + 1}`, values)
  const page = rows.slice(0, ask.limit)
  const last = page.at(-1)
  return {
    items: page.map(({ sort_key: _, ...row }) => listed(row)),
    next_cursor: rows.length > ask.limit && last !== undefined ? encodeCursor([last.sort_key, last.id]) : null,
  }
}

/** How many sessions stand in each group of states. */
export async function countRouteSessions<K extends string>(tx: Tx, groups: Readonly<Record<K, readonly SessionState[]>>, merchant_id: string | null = null): Promise<Record<K, number>> {
  const rows = await tx.sql<{ state: SessionState; count: string }>(
    'select state, count(*) as count from route_sessions where tenant_id = $1 and ($2::uuid is null or merchant_id = $2) group by state', [tx.actor.tenant_id, merchant_id])
  const entries = (Object.entries(groups) as [K, readonly SessionState[]][])
    .map(([name, states]) => [name, rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + Number(row.count), 0)] as const)
  return Object.fromEntries(entries) as Record<K, number>
}

/** How many executions wait for something that the desk does or judges. */
export async function countDeskSteps(tx: Tx): Promise<number> {
  const [row] = await tx.sql<{ count: number }>(`select count(*)::int as count from route_sessions s where s.tenant_id = $1 and s.state = 'executing' and ${DESK_STEP} and s.id not in ${TROUBLED}`, [tx.actor.tenant_id])
  return row!.count
}

type RawSession = RawListed & {
  invoice_number: string; invoice_total: string | null; amount_side: string; amount: string; currency: string; intent: StoredRouteSession['intent']; documents_used: string[] | null; providers_used: string[] | null; offered_by: string | null; requested_by_role: StoredRouteSession['requested_by']['role']
  requested_by_name: string; on_behalf_reason: string | null; accepted_by: string | null; approval_rules: StoredRouteSession['approval_rules']; details_version: number; corridor_name: string; merchant: MerchantRow; supplier: SupplierRow
}

/** One session whole: intent, parties, decision, candidates shown, transitions. With `merchant_id`, only if it is that merchant's. */
export async function readRouteSession(tx: Tx, id: string, ask: { readonly merchant_id?: string | null } = {}): Promise<StoredRouteSession | null> {
  const [tenant, merchant_id] = [tx.actor.tenant_id, ask.merchant_id ?? null]
  // Every part asks whose session it is: parts read for nothing would tell by their time that another merchant has a session of this id.
  const isSeen = sql<boolean>`(${merchant_id}::uuid is null or exists (select from route_sessions s where s.tenant_id = ${tenant} and s.id = ${id} and s.merchant_id = ${merchant_id}))`
  const [[raw], transitions, decision, candidates, offer, approvals, asks] = await Promise.all([
    tx.sql<RawSession>(`select ${LISTED}, s.invoice_number, s.invoice_total, s.amount_side, s.amount, s.currency, s.intent, s.documents_used, s.providers_used, s.offered_by, s.requested_by_role, s.on_behalf_reason, s.accepted_by, p.details_version,
        case when r.version is not null then jsonb_build_object('version', r.version, 'rules', r.rules) end as approval_rules,
        b.display_name as requested_by_name, c.name as corridor_name,
        ${MERCHANT_OBJECT} as merchant, ${SUPPLIER_OBJECT} as supplier
      ${JOINED} join corridors c on c.tenant_id = s.tenant_id and c.id = s.corridor_id join memberships b on b.tenant_id = s.tenant_id and b.user_id = s.requested_by
        left join approval_rule_sets r on r.tenant_id = s.tenant_id and r.version = s.approval_rules_version
      where s.tenant_id = $1 and s.id = $2 and ($3::uuid is null or s.merchant_id = $3)`, [tenant, id, merchant_id]),
    tx.sql<TransitionRow>(`select t.seq, t.from_state as "from", t.to_state as "to", t.at, t.market_clock, t.user_id, t.role, b.display_name as who, t.reason
      from route_session_transitions t join memberships b on b.tenant_id = t.tenant_id and b.user_id = t.user_id where t.tenant_id = $1 and t.session_id = $2
        and ($3::uuid is null or exists (select from route_sessions s where s.tenant_id = $1 and s.id = $2 and s.merchant_id = $3)) order by t.seq`, [tenant, id, merchant_id]),
    tx.db.selectFrom('decisions').selectAll().where('tenant_id', '=', tenant).where('session_id', '=', id).where(isSeen).executeTakeFirst(),
    tx.db.selectFrom('decision_candidates').selectAll().where('tenant_id', '=', tenant).where('session_id', '=', id).where(isSeen).orderBy('position').execute(),
    readLastOffer(tx, id, merchant_id),
    readApprovals(tx, id, merchant_id),
    readAsks(tx, id, { merchant_id }),
  ])
  if (raw === undefined) return null
  const { invoice_number, invoice_total, amount_side, amount, currency, intent, documents_used, providers_used, offered_by, requested_by_role, requested_by_name, on_behalf_reason, corridor_name, merchant, supplier, accepted_by, approval_rules, details_version, ...rest } = raw
  const stored: StoredDecision | null = decision === undefined ? null : {
    id: decision.id, engine_version: decision.engine_version, snapshot_digest: decision.snapshot_digest.toString('hex'), weights_revision: decision.weights_revision,
    policy_revision: decision.policy_revision, market_clock: decision.market_clock, result_digest: decision.result_digest.toString('hex'),
    outcome: decision.outcome as StoredDecision['outcome'], complete: decision.complete, degraded: decision.degraded, options: decision.options as StoredDecision['options'],
    recommended_id: decision.recommended_id, cheapest_id: decision.cheapest_id, rulings: unpackRulings(decision.rulings), decided_at: decision.decided_at,
    candidates: candidates.map((row) => ({
      candidate_id: row.candidate_id, rank: row.rank, status: row.status as NewDecisionCandidate['status'], cost_bps: row.cost_bps, score: row.score,
      sent: { amount: row.sent_amount, currency: row.sent_currency }, received: { amount: row.received_amount, currency: row.received_currency },
    })),
  }
  return {
    ...listed(rest), accepted_by, approval_rules, details_version, offer, approvals, invoice_number, invoice_total, amount: { side: amount_side, value: amount, currency }, intent, documents_used, providers_used, offered_by, merchant, supplier, corridor_name, transitions, decision: stored, asks,
    requested_by: { user_id: rest.requested_by_user_id, role: requested_by_role, name: requested_by_name, on_behalf_reason },
  }
}
