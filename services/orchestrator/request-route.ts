/**
 * One route request, the main job of PRODUCT.md: read everything in one READ ONLY transaction, find and judge routes with no transaction
 * open, write session, decision, verdicts and audit row in one other. This is the room's only file that talks to anything.
 */
import { canonicalJson, digestOf } from '#contracts/canonical-json.ts'
import type { ErrorCode } from '#contracts/error-codes.ts'
import type { Actor } from '#contracts/roles.ts'
import { minorDigits } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import type { Candidate, PaymentIntent } from '#contracts/routing.ts'
import type { RouteRequestBody } from '#contracts/api/route-sessions.ts'
import { sameOnPaper } from '#contracts/text.ts'
import {
  holdInvoice, isKeptWithoutPolicy, loadRoutingContext, newId, readCodesOnFile, newReference, readSnapshotFiles, refused, saveRouteSession, sessionChanged, withTenantRead, withTenantWrite,
  type Database, type DecimalMoney, type NewRouteSession, type RoutingContext, type StoredRouteSession,
} from '#database/index.ts'
import type { Policy } from '#policy/index.ts'
import { IntentError } from './intent-context.ts'
import { intentOfRequest, marketClock } from './intent-of-request.ts'
import { documentsUsed } from './documents-used.ts'
import { deskFee } from './merchant-view/index.ts'
import { routeIntent, type Routed } from './route-intent.ts'
import { midBetween } from './leg.ts'
import type { Snapshot } from './snapshot.ts'
import type { SnapshotCache } from './snapshot-cache.ts'
import { fromDecimal, toDecimalNearest } from './rational.ts'
import { validUntil } from './valid-until.ts'
import { whyOfDecision } from './why-of-decision.ts'

export type RouteDeps = {
  readonly db: Database
  readonly policy: Pick<Policy, 'judge'>
  readonly snapshots: SnapshotCache
  /** the wall clock */
  readonly now: () => Date
  readonly metrics: {
    routed(outcome: 'ready' | 'conditional' | 'no_route' | 'policy_unavailable'): void
    spent(part: 'read' | 'engine' | 'policy' | 'write', elapsed_ms: number): void
  }
}

export type RouteRequest = { readonly actor: Actor; readonly idempotency_key: string; readonly request_id: string; readonly body: RouteRequestBody }

/** What was routed just now, or only the id where this key was answered before. */
export type RequestedRoute =
  | { readonly kind: 'routed'; readonly session: StoredRouteSession; readonly routed: Routed; readonly snapshot: Snapshot; readonly settings: RoutingContext['settings'] }
  | { readonly kind: 'answered_before'; readonly id: string }

export type RouteRefusal = {
  readonly code: ErrorCode
  readonly field?: string
  readonly retry_after_s?: number
  readonly duplicate_of?: { readonly id: string; readonly reference: string; readonly requested_at: string }
}

const OPERATION = 'createRouteSession'
const POLICY_SILENT: RouteRefusal = { code: 'policy_unavailable', retry_after_s: 5 }

/** Routes one payment intent and stores the answer. Idempotent under its key; every refusal leaves one audit row. */
export async function requestRoute(deps: RouteDeps, request: RouteRequest): Promise<Result<RequestedRoute, RouteRefusal>> {
  const { actor, body } = request
  const invoice_number = sameOnPaper(body.invoice.number)
  const merchant_id = merchantOf(actor, body)
  if (!merchant_id.ok) return refuse(deps, request, merchant_id.error)

  const started = performance.now()
  const query = { merchant_id: merchant_id.value, supplier_id: body.supplier_id, corridor_id: body.corridor_id, invoice_number, amount: body.amount, wall_clock: deps.now().toISOString() }
  const { context, snapshot, on_file } = await withTenantRead(deps.db, actor, async (tx) => {
    const context = await loadRoutingContext(tx, query)
    const digest = context.settings.snapshot_digest
    const snapshot = digest === null ? null : await deps.snapshots.get(digest, () => readSnapshotFiles(tx, digest))
    const on_file = snapshot === null || context.merchant === null ? [] : await readCodesOnFile(tx, context.merchant.id, marketClock(context.settings, deps.now(), snapshot, context.merchant.country).slice(0, 10))
    return { context, snapshot, on_file }
  })
  deps.metrics.spent('read', performance.now() - started)
  if (snapshot === null) return refuse(deps, request, { code: 'no_corridor_data' })

  const { settings, corridor, merchant, supplier } = context
  if (merchant === null) return refuse(deps, request, { code: 'not_found', field: '/on_behalf/merchant_id' })
  if (supplier === null) return refuse(deps, request, { code: 'not_found', field: '/supplier_id' })
  if (corridor === null || !snapshot.corridors.has(corridor.id)) return refuse(deps, request, { code: 'unknown_corridor', field: '/corridor_id' })
  if (body.invoice.total !== undefined && !/[1-9]/.test(body.invoice.total)) return refuse(deps, request, { code: 'invalid_field', field: '/invoice/total' })
  if (corridor.source_country !== merchant.country) return refuse(deps, request, { code: 'corridor_not_for_merchant', field: '/corridor_id' })
  if (context.duplicate_of !== null && body.acknowledge_duplicate_invoice !== true) {
    return refuse(deps, request, duplicateOf(context.duplicate_of))
  }

  const id = newId()
  const clock = marketClock(settings, deps.now(), snapshot, corridor.source_country)
  const intent = intentOfRequest(body, { id, created_at: clock, merchant: withPapers(merchant, on_file, snapshot), supplier, first_payment_to_supplier: context.first_payment_to_supplier, period_totals: context.period_totals })
  if (!(Date.parse(intent.needed_by) > Date.parse(clock))) return refuse(deps, request, { code: 'invalid_field', field: '/needed_by' })

  const simulation = corridor.mode_ceiling === 'simulation'
  const answer = await route(deps, request, snapshot, intent, simulation)
  if (!answer.ok) return refuse(deps, request, answer.error)
  const routed = answer.value
  deps.metrics.routed(routed === null ? 'policy_unavailable' : routed.decision.outcome)

  const session = newSession({ request, id, clock, merchant_id: merchant.id, context, corridor, intent, routed, snapshot })
  const writing = performance.now()
  const written = await withTenantWrite<{ id: string }, RouteRefusal>(deps.db, writeRequest(request), async (tx) => {
    const [duplicate_of, kept] = await Promise.all([
      body.acknowledge_duplicate_invoice === true ? null : holdInvoice(tx, query), routed === null && isKeptWithoutPolicy(tx, query), saveRouteSession(tx, session),
    ])
    if (duplicate_of !== null) return refused(duplicateOf(duplicate_of), refusalAudit(request, duplicateOf(duplicate_of)))
    if (kept) return refused(POLICY_SILENT, refusalAudit(request, POLICY_SILENT))
    return {
      audit: { action: 'route_session.requested', entity: 'route_session', entity_id: id, transition_seq: 1, facts: auditFacts(session) },
      response: { status: routed === null ? 503 : 201, body: { id } },
      outbox: sessionChanged(id),
      // A silent policy is no answer: the same key routes again when it speaks.
      ...(routed === null ? { final: false as const } : {}),
    }
  })
  deps.metrics.spent('write', performance.now() - writing)
  if (!written.ok) return err(written.error)
  if (written.value.status === 503) return err(POLICY_SILENT)
  if (written.value.replayed || routed === null) return ok({ kind: 'answered_before', id: written.value.body.id })
  return ok({ kind: 'routed', session: asStored(session, request.actor, context, merchant, supplier, corridor.name, deps.now()), routed, snapshot, settings })
}

/** The merchant with its recorded papers on file, but for kinds that the data in force does not know any more. */
const withPapers = (merchant: NonNullable<RoutingContext['merchant']>, codes: readonly string[], snapshot: Snapshot) =>
  ({ ...merchant, documents_on_file: [...merchant.documents_on_file, ...codes.filter((code) => snapshot.documents.bit.has(code))] })

/** The decision; null where policy did not answer and the corridor is live: fails closed, never open. */
async function route(deps: RouteDeps, request: RouteRequest, snapshot: Snapshot, intent: PaymentIntent, simulation: boolean): Promise<Result<Routed | null, RouteRefusal>> {
  let policy_ms = 0
  const started = performance.now()
  try {
    // The policy call sits between two short transactions, never inside one, so a slow OPA cannot pin a connection.
    const routed = await routeIntent(snapshot, intent, async (facts, limits) => {
      const asked = performance.now()
      const answer = await deps.policy.judge(facts, limits, request.request_id)
      policy_ms += performance.now() - asked
      return answer
    }, { data_age: 'market_clock', simulation })
    return ok(routed.ok ? routed.value : null)
  } catch (error) {
    if (!(error instanceof IntentError)) throw error
    return err({ code: error.code === 'unknown_corridor' || error.code === 'unknown_document' ? error.code : 'invalid_field', field: fieldOfBody(error.field) })
  } finally {
    deps.metrics.spent('policy', policy_ms)
    deps.metrics.spent('engine', performance.now() - started - policy_ms)
  }
}

/** Which merchant it is for: one's own, or the one the desk names, with a reason. Never both. */
function merchantOf(actor: Actor, body: RouteRequestBody): Result<string, RouteRefusal> {
  if (actor.role === 'merchant_client') {
    if (body.on_behalf !== undefined) return err({ code: 'invalid_field', field: '/on_behalf' })
    return actor.merchant_id === null ? err({ code: 'not_found' }) : ok(actor.merchant_id)
  }
  return body.on_behalf === undefined ? err({ code: 'reason_required', field: '/on_behalf' }) : ok(body.on_behalf.merchant_id)
}

/** Where a field of the intent stands in the body; what comes from the supplier or the clock is no field of it. */
const BODY_FIELDS: Readonly<Record<string, string>> = { '/invoice_currency': '/invoice/currency', '/supplier_settlement/currency': '/supplier_id', '/supplier_settlement/country': '/supplier_id', '/created_at': '/corridor_id', '/merchant/country': '/corridor_id' }
const fieldOfBody = (field: string): string => BODY_FIELDS[field] ?? (field.startsWith('/documents_available/') ? '/documents_available' : field)

const writeRequest = ({ actor, idempotency_key, request_id, body }: RouteRequest) =>
  ({ actor, operation: OPERATION, action: 'route_session.requested', idempotency_key, fingerprint: digestOf(body), request_id })

/** A refusal is written down under the same key, so that a repeat of an answered request still gets its answer and not the refusal. */
async function refuse(deps: RouteDeps, request: RouteRequest, refusal: RouteRefusal): Promise<Result<RequestedRoute, RouteRefusal>> {
  const written = await withTenantWrite<{ id: string }, RouteRefusal>(deps.db, writeRequest(request), async () =>
    refused(refusal, refusalAudit(request, refusal)))
  if (!written.ok) return err(written.error)
  return ok({ kind: 'answered_before', id: written.value.body.id })
}

const duplicateOf = (duplicate_of: NonNullable<RouteRefusal['duplicate_of']>): RouteRefusal => ({ code: 'duplicate_invoice', field: '/invoice/number', duplicate_of })

const refusalAudit = (request: RouteRequest, refusal: RouteRefusal) =>
  ({ action: 'route_session.requested', entity: 'route_session', entity_id: refusal.duplicate_of?.id ?? request.request_id, facts: { code: refusal.code } })

type Parts = {
  readonly request: RouteRequest; readonly id: string; readonly clock: string; readonly merchant_id: string; readonly context: RoutingContext
  readonly corridor: NonNullable<RoutingContext['corridor']>; readonly intent: PaymentIntent; readonly routed: Routed | null; readonly snapshot: Snapshot
}

/** The rows of a routed request. Everything that replay needs, and of the candidates only those that are shown. */
function newSession({ request, id, clock, merchant_id, context, corridor, intent, routed, snapshot }: Parts): NewRouteSession {
  const { body, actor } = request
  const decision = routed?.decision ?? null
  const recommended = decision === null ? null : (decision.candidates.find((candidate) => candidate.id === decision.recommended_id) ?? null)
  const valid_until = recommended === null ? null : validUntil(snapshot, recommended, clock)
  const rule = context.desk_fee_rule
  return {
    id, reference: newReference(), merchant_id, supplier_id: body.supplier_id, corridor_id: corridor.id,
    state: decision === null ? 'policy_unavailable' : recommended === null ? 'no_route' : 'recommended',
    outcome: decision?.outcome ?? null,
    mode_ceiling: corridor.mode_ceiling,
    on_behalf_reason: actor.role === 'merchant_client' ? null : (body.on_behalf?.reason ?? null),
    invoice_number: sameOnPaper(body.invoice.number), invoice_total: body.invoice.total ?? null, description: body.goods.description, amount: body.amount, intent,
    requested_at: clock, needed_by: body.needed_by, due_at: valid_until ?? body.needed_by, valid_until, degraded: decision?.degraded ?? [],
    documents_used: documentsUsed(recommended),
    providers_used: [...new Set(recommended?.hops.map((hop) => hop.provider_id))].sort(),
    sends: recommended?.sent ?? asked(body, 'merchant_sends'), receives: recommended?.received ?? asked(body, 'supplier_receives'), cost_bps: recommended?.cost_bps ?? null,
    why: whyOfDecision(routed, recommended),
    desk_fee: recommended === null ? null : deskFee(rule, recommended.sent, (from, to) => midBetween(snapshot.usd_mids, from, to)),
    desk_fee_rule_id: recommended === null ? null : (rule?.id ?? null),
    decision: routed === null || decision === null ? null : {
      id: newId(), engine_version: decision.engine_version, snapshot_digest: decision.snapshot_digest, weights_revision: decision.weights_revision,
      policy_revision: decision.policy_revision, market_clock: decision.market_clock, result_digest: routed.result_digest, outcome: decision.outcome,
      complete: decision.complete, degraded: decision.degraded, options: { data_age: 'market_clock', simulation: corridor.mode_ceiling === 'simulation' },
      recommended_id: decision.recommended_id, cheapest_id: decision.cheapest_id, rulings: routed.rulings,
      candidates: decision.candidates.map(summary),
    },
  }
}

/** Without a route a list shows the amount that was asked, on its side. */
function asked({ amount }: RouteRequestBody, side: RouteRequestBody['amount']['side']): DecimalMoney | null {
  return amount.side === side ? { amount: toDecimalNearest(fromDecimal(amount.value), minorDigits(amount.currency)), currency: amount.currency } : null
}

const summary = (candidate: Candidate) => ({
  candidate_id: candidate.id, rank: candidate.rank, status: candidate.status, sent: candidate.sent, received: candidate.received, cost_bps: candidate.cost_bps, score: candidate.score,
})

/** Ids, codes and amounts; no name and no free text, so that erasure never breaks the chain. */
const auditFacts = (session: NewRouteSession) => ({
  state: session.state, corridor_id: session.corridor_id, merchant_id: session.merchant_id, supplier_id: session.supplier_id,
  amount: canonicalJson(session.amount), decision_id: session.decision?.id ?? null, result_digest: session.decision?.result_digest ?? null,
  snapshot_digest: session.decision?.snapshot_digest ?? null, policy_revision: session.decision?.policy_revision ?? null, degraded: session.degraded.join(','),
})

/** The session as a read would give it back, without reading it: the request answers with what it has just written. */
function asStored(
  session: NewRouteSession, actor: Actor, context: RoutingContext, merchant: NonNullable<RoutingContext['merchant']>, supplier: NonNullable<RoutingContext['supplier']>,
  corridor_name: string, now: Date,
): StoredRouteSession {
  const at = `${now.toISOString().slice(0, 19)}Z`
  const utc = (instant: string | null): string | null => (instant === null ? null : `${new Date(instant).toISOString().slice(0, 19)}Z`)
  const { decision, ...columns } = session
  return {
    ...columns, offered_by: null,
    // Instants as the store gives them back, so that a repeated request gets the same bytes.
    requested_at: utc(session.requested_at)!, due_at: utc(session.due_at), valid_until: utc(session.valid_until),
    version: 1,
    merchant_name: merchant.name, merchant_city: merchant.city, supplier_name: supplier.legal_name, supplier_name_zh: supplier.legal_name_zh,
    requested_by_user_id: actor.user_id, payee_details: supplier.details_state === 'confirmed' ? 'confirmed' : 'held', incident: null, providers_out: [],
    requested_by: { user_id: actor.user_id, role: actor.role, name: actor.display_name, on_behalf_reason: session.on_behalf_reason },
    paused_at: null, claim: null, unread_by_desk: 0, unread_by_merchant: 0, asks: [],
    merchant, supplier, corridor_name,
    // Nothing was offered or approved yet; whose details stand is asked when somebody agrees.
    content_version: 1, agreed_content_version: null, required_approvals: 1, four_eyes_because: [], execution_mode: null, held_approvals: 0, current_step: null, accepted_by: null, offer: null, approvals: [], approval_rules: null, details_version: context.details_version,
    decision: decision === null ? null : { ...decision, decided_at: at },
    transitions: [{ seq: 1, from: null, to: session.state, at, market_clock: context.settings.market_clock ?? session.requested_at, user_id: actor.user_id, role: actor.role, who: actor.display_name, reason: session.on_behalf_reason }],
  }
}
