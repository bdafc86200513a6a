/** Reading one session as its reader may: one READ ONLY transaction, then the decision from memory or computed again. */
import type { FastifyRequest } from 'fastify'
import type { Actor } from '#contracts/roles.ts'
import { readRouteSession, readRulesInForce, withTenantRead, type StoredRouteSession } from '#database/index.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { approvalsThatHold } from './approval-view.ts'
import { actorOf, deny } from './http/signed-in.ts'
import { ProblemError } from './problems.ts'
import { clockNow, readMarket, zoneOfCountry } from './market.ts'
import { executedAt, NOT_EXECUTED, readExecuted } from './merchant-tracking.ts'
import { readStanding } from './read-standing.ts'
import type { SessionToShow } from './session-views.ts'
import type { AppDeps } from './deps.ts'

/** The stored session. 404 for one that is not there and one that is another's alike. */
export async function readStoredSession(deps: AppDeps, actor: Actor, id: string): Promise<StoredRouteSession> {
  const session = await withTenantRead(deps.db, actor, (tx) => readRouteSession(tx, id, { merchant_id: visibleMerchantId(actor) }))
  if (session === null) throw new ProblemError('not_found')
  return mustSee(actor, session)
}

/** The same for a command that must look before its transaction: a session that is not the caller's to see leaves the row of a refused change. */
export async function readSessionToChange(deps: AppDeps, request: FastifyRequest, id: string): Promise<StoredRouteSession> {
  const actor = actorOf(request)
  const session = await withTenantRead(deps.db, actor, (tx) => readRouteSession(tx, id, { merchant_id: visibleMerchantId(actor) }))
  return session === null ? deny(deps, request, { code: 'not_found' }) : mustSee(actor, session)
}

/**
 * The session with its decision and the market clock of now; with `version`, as it stood after that move, on the clock of the move: a
 * repeated request is told again what it did, and not what became of it.
 */
export async function readSessionToShow(deps: AppDeps, actor: Actor, id: string, version?: number): Promise<SessionToShow> {
  const { session, market, executed, own } = await withTenantRead(deps.db, actor, async (tx) => {
    const [session, market, own] = await Promise.all([readRouteSession(tx, id, { merchant_id: visibleMerchantId(actor) }), readMarket(deps, tx), readRulesInForce(tx)])
    return { session, market, own, executed: session === null ? NOT_EXECUTED : await readExecuted(tx, session) }
  })
  if (session === null) throw new ProblemError('not_found')
  const decided = await deps.decisions.offered(actor, mustSee(actor, session))
  const move = session.transitions.find(({ seq }) => seq === version)
  const shown = move === undefined ? session : { ...session, version: move.seq, state: move.to, payee_details: 'confirmed' as const, incident: null, providers_out: [], ...agreedAt(session, move), ...(move.to === 'awaiting_merchant' ? {} : { paused_at: null }), transitions: session.transitions.filter(({ seq }) => seq <= move.seq) }
  const market_clock = clockNow(move === undefined ? market.settings : { ...market.settings, market_clock: move.market_clock }, deps.now())
  const standing = move !== undefined || actor.role === 'merchant_client' ? [] : await readStanding(deps, actor, shown, decided, market)
  return { session: shown, decided, ...(move === undefined ? { own } : {}), standing, executed: move === undefined || move.seq === session.version ? executed : executedAt(executed, move), market_clock, supplier_time_zone: zoneOfCountry(decided?.snapshot ?? null, session.supplier.country) }
}

/**
 * What was agreed to and approved while the session stood where a move left it: what came after it is no part of its answer. An approval that moves
 * nothing belongs to the version it found, so the next move is the bound and not this one; the approval that made the next move belongs to that.
 */
function agreedAt(session: StoredRouteSession, move: StoredRouteSession['transitions'][number]): Pick<StoredRouteSession, 'agreed_content_version' | 'approvals' | 'held_approvals'> {
  const agreed = session.transitions.some(({ seq, to }) => to === 'accepted' && seq <= move.seq)
  const next = session.transitions.find(({ seq }) => seq === move.seq + 1)
  const approvals = next === undefined ? session.approvals : session.approvals.filter(({ at, user_id }) => Date.parse(at) <= Date.parse(next.at) && !(next.to === 'approved' && user_id === next.user_id))
  return { agreed_content_version: agreed ? session.agreed_content_version : null, approvals, held_approvals: approvalsThatHold({ ...session, approvals }).length }
}
