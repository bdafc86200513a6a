/**
 * A command of the desk about one session: read, checked against what the caller saw, done once with one audit row, refused with one. What it does is the
 * caller's `work`; who may see the session, its version, its state and whose own it is are asked here, the same for every command.
 */
import type { FastifyRequest } from 'fastify'
import type { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { holdSession, readRouteSession, readSettings, refused, sessionChanged, transitionSession, withTenantWrite, type Json, type Refusal, type SessionState, type StoredRouteSession, type Tx } from '#database/index.ts'
import { ownWhereFourEyes } from '#execution/four-eyes.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import { clockNow } from './market.ts'
import { readSessionToShow } from './read-session.ts'
import { viewFor } from './session-views.ts'
import type { AppDeps } from './deps.ts'

export type Commanded = {
  readonly tx: Tx
  readonly session: StoredRouteSession
  /** the tenant's market clock now */
  readonly market_clock: string
  readonly refuse: (why: Refused) => Refusal<Refused>
}
/** What a command did: a move of the session or none, and what the audit keeps of it. */
export type Done = { readonly to?: SessionState; readonly reason?: string | null; readonly facts: Readonly<Record<string, Json>> }

export type Command = {
  readonly session_id: string
  /** the version that the caller saw; absent where the command is about a step, which has a version of its own */
  readonly version?: number
  readonly from: readonly SessionState[]
  /** false for a command that one's own session does not forbid */
  readonly notOwn?: boolean
}

/** Runs the command and answers the session's version after it. Throws ProblemError. */
export async function commandSession(deps: AppDeps, request: FastifyRequest, command: Command, work: (commanded: Commanded) => Promise<Done | Refusal<Refused>>): Promise<number> {
  const actor = actorOf(request)
  const { session_id, version, from } = command
  const action = request.routeOptions.config.audit!
  const written = await withTenantWrite<{ id: string; version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (why: Refused) => refused<Refused>(why, { action, entity: 'route_session', entity_id: session_id, facts: { code: why.code } })
    const [, session, settings] = await Promise.all([holdSession(tx, session_id), readRouteSession(tx, session_id, { merchant_id: visibleMerchantId(actor) }), readSettings(tx)])
    if (session === null) return refuse({ code: 'not_found' })
    mustSee(actor, session)
    if (version !== undefined && session.version !== version) return refuse({ code: 'stale_version' })
    if (!from.includes(session.state)) return refuse({ code: 'wrong_state' })
    const own = command.notOwn === false ? null : ownWhereFourEyes(actor, session)
    if (own !== null) return refuse({ code: own })
    const market_clock = clockNow(settings, deps.now())
    const done = await work({ tx, session, market_clock, refuse })
    if ('refused' in done) return done
    let seq = session.version
    if (done.to !== undefined) {
      const moved = await transitionSession(tx, { session_id, from: session.state, to: done.to, version: session.version, market_clock, reason: done.reason ?? null })
      if (!moved.ok) return refuse({ code: moved.error.code })
      seq = moved.value.version
    }
    return {
      audit: { action, entity: 'route_session', entity_id: session_id, transition_seq: done.to === undefined ? null : seq, facts: { from: session.state, to: done.to ?? session.state, ...done.facts } },
      response: { status: 200, body: { id: session_id, version: seq } }, outbox: sessionChanged(session_id),
    }
  })
  if (!written.ok) throw problemOf(written.error)
  return written.value.body.version
}

/** The same, answering the session as its reader may see it after the command. */
export async function commandAndShow(deps: AppDeps, request: FastifyRequest, command: Command, work: (commanded: Commanded) => Promise<Done | Refusal<Refused>>): Promise<DeskRouteSession | MerchantRouteSession> {
  const version = await commandSession(deps, request, command, work)
  const actor = actorOf(request)
  return viewFor(actor, await readSessionToShow(deps, actor, command.session_id, version))
}
