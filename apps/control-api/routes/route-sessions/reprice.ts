import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Repriced, RepriceBody } from '#contracts/api/quotes.ts'
import { consumeQuotes, holdSession, insertRepricing, keepMarket, makeOffer, newId, putOffer, readRepricings, readRouteSession, refused, transitionSession, withTenantRead, withTenantWrite, type Refusal, type SessionState, type Tx, type WriteEffect, sessionChanged } from '#database/index.ts'
import { documentsUsed } from '#orchestrator/documents-used.ts'
import type { Candidate } from '#contracts/routing.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import { priceAgain, type Again } from '#api/reprice.ts'
import { askApprovals } from '#api/standing-offer.ts'
import { repricingOf } from '#api/rate-views.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'route_session.repriced'
type Done = { readonly id: string; readonly state: SessionState; readonly version: number }

/**
 * POST /api/route-sessions/:id/reprice: the same route on the market and the clock of now, with the session's quotes that are named. A firm one is used
 * up by it. A price beyond the tolerance goes back to the merchant to be agreed again. 503 policy_unavailable: nothing is priced that nobody judged.
 */
export const repriceRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/reprice', {
    config: { permission: 'route_session:reprice', audit: ACTION, rateClass: 'route' },
    schema: { operationId: 'repriceRouteSession', summary: 'Price the route again', tags: ['rates and quotes'], params: Type.Object({ id: Uuid }, closed), body: RepriceBody, response: { 200: Repriced, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const session_id = request.params.id
    // Routed before the transaction: a slow policy holds no connection. A repeated request is answered by what it did, whatever comes of this.
    const again = await priceAgain(deps, actor, { session_id, ...request.body, request_id: request.id })
    const written = await withTenantWrite<Done, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (why: Refused) => refused<Refused>(why, { action: ACTION, entity: 'route_session', entity_id: session_id, facts: { code: why.code } })
      if (!again.ok) return refuse(again.error)
      return save(tx, again.value, refuse)
    })
    if (!written.ok) throw problemOf(written.error)
    const { id, state, version } = written.value.body
    const rows = await withTenantRead(deps.db, actor, async (tx) => ((await readRouteSession(tx, session_id, { merchant_id: visibleMerchantId(actor) })) === null ? [] : readRepricings(tx, session_id)))
    const row = rows.find((each) => each.id === id)
    if (row === undefined) throw new ProblemError('unavailable')
    return { repricing: repricingOf(row), state, version }
  })
}

/** Keeps the market and the price that was found, uses firm quotes up, and sends the price back to the merchant where it moved too far. */
async function save(tx: Tx, again: Again, refuse: (why: Refused) => Refusal<Refused>): Promise<WriteEffect<Done> | Refusal<Refused>> {
  const { session, routed, clock, now, valid_until, verdict } = again
  const { decision } = routed
  const id = newId()
  const snapshot_digest = await keepMarket(tx, again.base_digest, again.overlay)
  await insertRepricing(tx, {
    id, session_id: session.id, session_version: session.version, candidate_id: again.candidate_id, engine_version: decision.engine_version, snapshot_digest, weights_revision: decision.weights_revision,
    policy_revision: decision.policy_revision, market_clock: clock, result_digest: routed.result_digest, rulings: routed.rulings, status: again.status, refusals: again.refusals, before: again.before,
    after: now === null ? null : { sent: now.sent, received: now.received, cost_bps: now.cost_bps, arrival_p90: now.arrival_p90, valid_until: valid_until! },
    drift_bps: verdict?.drift_bps ?? null, tolerance_bps: again.tolerance_bps, within_tolerance: again.within_tolerance, because: again.because, quote_ids: again.quote_ids,
  })
  // Of two that use one firm quote at once the second finds it used, and nothing of what it did stands.
  if (!(await consumeQuotes(tx, again.firm_ids, id))) return refuse({ code: 'quote_consumed', field: '/quote_ids' })
  const moved = await moveOn(tx, id, again)
  if (moved === null) return refuse({ code: 'stale_version' })
  return {
    audit: {
      action: ACTION, entity: 'route_session', entity_id: session.id, transition_seq: moved.version === session.version ? null : moved.version,
      facts: { repricing_id: id, snapshot_digest, policy_revision: decision.policy_revision, status: again.status, drift_bps: verdict?.drift_bps ?? null, within_tolerance: again.within_tolerance, because: again.because.join(','), from: session.state, to: moved.state },
    },
    response: { status: 200, body: { id, ...moved } }, outbox: sessionChanged(session.id),
  }
}

/**
 * What the new price does to the session. Nobody has agreed yet: it is the offer. Somebody has, and it moved too far: it is a new offer that the merchant is asked
 * to agree to, and no approval counts for it. Within the tolerance what was agreed stays agreed, for longer. A route that is no more, or is refused today, changes no
 * price; what was approved goes back to the desk, which offers another one. Null where the session was moved on meanwhile.
 */
async function moveOn(tx: Tx, repricing_id: string, again: Again): Promise<{ state: SessionState; version: number } | null> {
  const { session, now, valid_until, status, clock, within_tolerance, before } = again
  const lawful = now !== null && status !== 'refused'
  const other = lawful && (now.sent.amount !== before.sent.amount || now.received.amount !== before.received.amount)
  const agreed = session.agreed_content_version === session.content_version
  // An offer that waits for its agreement is offered anew whenever its price changes at all.
  const offers = lawful && session.agreed_content_version !== null && (agreed ? !within_tolerance : other)
  const state: SessionState = offers ? 'awaiting_merchant' : !lawful && session.state === 'approved' ? 'accepted' : session.state
  // Whoever moves the session on meanwhile waits for its row, or is waited for.
  await holdSession(tx, session.id)
  let version = session.version
  if (state !== session.state || offers || (session.state === 'recommended' && other)) {
    const step = await transitionSession(tx, { session_id: session.id, from: session.state, to: state, version, market_clock: clock, reason: 'repriced' })
    if (!step.ok) return null
    version = step.value.version
  } else {
    const still = await tx.sql('select from route_sessions where tenant_id = $1 and id = $2 and version = $3', [tx.actor.tenant_id, session.id, session.version])
    if (still.length === 0) return null
  }
  if (offers) await offerAgain(tx, again, now)
  else if (lawful) {
    const price = session.agreed_content_version === null ? { repricing_id, sent: now.sent.amount, received: now.received.amount, cost_bps: now.cost_bps } : null
    await putOffer(tx, session.id, { valid_until: valid_until!, due_at: state === 'recommended' ? valid_until : null, price })
  }
  return { state, version }
}

/** The same route at its new price, as an offer of its own: the next content version. The desk's fee stays what it was. */
async function offerAgain(tx: Tx, { session, snapshot, routed, clock, valid_until }: Again, now: Candidate): Promise<void> {
  const candidate_id = session.offer?.candidate_id ?? session.decision!.recommended_id!
  const { required, because, rules_version } = await askApprovals(tx, session, { ...now, id: candidate_id }, snapshot)
  await makeOffer(tx, {
    session_id: session.id, content_version: session.content_version + 1, because: 'new_price', reason_code: 'price_moved', note: null, candidate_id, candidate: { ...now, id: candidate_id }, market_clock: clock, valid_until: valid_until!,
    snapshot_digest: snapshot.digest, policy_revision: routed.decision.policy_revision, desk_fee: session.desk_fee, documents_used: documentsUsed(now), required_approvals: required, four_eyes_because: because, approval_rules_version: rules_version,
  })
}
