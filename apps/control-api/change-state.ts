/** One transition of a session by someone who may make it: checked, written once, with one audit row, whether it happens or is refused. */
import type { FastifyRequest } from 'fastify'
import type { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import {
  agreeToOffer, COUNTED_DOCUMENTS, holdPeriodTotals, keepSupplierPayable, readRouteSession, readSettings, readSnapshotFiles, refused, sessionChanged, transitionSession, withTenantWrite,
  type AskedApprovals, type SessionState, type StoredRouteSession, type Tx,
} from '#database/index.ts'
import { hasExpired } from '#orchestrator/merchant-view/index.ts'
import { crossedPeriodCap } from '#orchestrator/period-cap.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import { clockNow } from './market.ts'
import { readSessionToShow } from './read-session.ts'
import { exceedsInvoice } from './read-invoice.ts'
import { takePapers } from './paper-uses.ts'
import { viewFor } from './session-views.ts'
import type { AppDeps } from './deps.ts'

export type Change = {
  readonly session_id: string
  /** the version that the caller saw */
  readonly version: number
  readonly from: readonly SessionState[]
  readonly to: SessionState
  readonly action: string
  readonly reason: string | null
  /** true where payments that come to more than the whole invoice were shown and are meant */
  readonly over_invoice?: boolean
  /** true where the recommended price is agreed to: then it must still stand and must not be degraded */
  readonly offer: boolean
  /** how many must approve what is agreed to, asked in the transaction that agrees */
  readonly fourEyes?: (tx: Tx, session: StoredRouteSession) => Promise<AskedApprovals>
}

/** Of what has no route to ask about. */
export const NO_FOUR_EYES: AskedApprovals = { required: 1, because: [], rules_version: null }

export async function changeState(deps: AppDeps, request: FastifyRequest, change: Change): Promise<DeskRouteSession | MerchantRouteSession> {
  const actor = actorOf(request)
  const { session_id, version, action } = change
  const written = await withTenantWrite<{ id: string; version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action, entity: 'route_session', entity_id: session_id, facts: { code } })
    const [session, settings] = await Promise.all([readRouteSession(tx, session_id, { merchant_id: visibleMerchantId(actor) }), readSettings(tx)])
    if (session === null) return refuse('not_found')
    mustSee(actor, session)
    if (session.version !== version) return refuse('stale_version')
    if (!change.from.includes(session.state)) return refuse('wrong_state')
    const market_clock = clockNow(settings, deps.now())
    if (change.offer && session.degraded.length > 0) return refuse('degraded_not_acceptable')
    if (change.offer && hasExpired(session.valid_until, market_clock)) return refuse('offer_expired')
    if (change.offer && (await periodCapIsCrossed(deps, tx, session))) return refuse('period_cap_reached')
    // Behind the other refusals and ahead of the move: whoever proposes other bank details now waits until this is accepted, or was first and holds it.
    if (change.offer && !(await keepSupplierPayable(tx, session.supplier_id))) return refuse('supplier_on_hold')
    // What waits for an answer and not for an agreement is answered elsewhere.
    if (change.offer && session.state === 'awaiting_merchant' && session.agreed_content_version === session.content_version) return refuse('wrong_state')
    if (change.offer && change.over_invoice !== true && (await exceedsInvoice(deps, tx, session))) return refuse('invoice_exceeded')
    if (change.offer && !(await takePapers(deps, tx, session, settings))) return refuse('document_used_up')
    if (change.offer) await agreeToOffer(tx, { session_id, ...((await change.fourEyes?.(tx, session)) ?? NO_FOUR_EYES) })
    const moved = await transitionSession(tx, { session_id, from: session.state, to: change.to, version, market_clock, reason: change.reason })
    if (!moved.ok) return refuse(moved.error.code)
    return {
      audit: { action, entity: 'route_session', entity_id: session_id, transition_seq: moved.value.version, facts: { from: session.state, to: change.to, decision_id: session.decision?.id ?? null } },
      response: { status: 200, body: { id: session_id, version: moved.value.version } },
      outbox: sessionChanged(session_id),
    }
  })
  if (!written.ok) throw problemOf(written.error)
  return viewFor(actor, await readSessionToShow(deps, actor, session_id, written.value.body.version))
}

/** Whether other payments have used up, since this one was routed, what may be paid in the quarter under a document that its route goes through. */
async function periodCapIsCrossed(deps: AppDeps, tx: Tx, session: StoredRouteSession): Promise<boolean> {
  const { decision, intent } = session
  const documents = (session.documents_used ?? intent.documents_available).filter((code) => COUNTED_DOCUMENTS.some((counted) => counted === code))
  if (documents.length === 0 || decision === null) return false
  const period_totals = await holdPeriodTotals(tx, session)
  const snapshot = await deps.snapshots.get(decision.snapshot_digest, () => readSnapshotFiles(tx, decision.snapshot_digest))
  if (snapshot === null) throw new Error(`session ${session.id}: snapshot ${decision.snapshot_digest} is not stored`)
  return crossedPeriodCap(snapshot, { ...intent, period_totals: [...period_totals] }, documents) !== null
}
