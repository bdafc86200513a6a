/** The standing of a session's screenings, read and enforced inside a transaction: the only file of this folder that talks to the database. */
import type { ScreeningStanding } from '#contracts/api/screenings.ts'
import type { Candidate } from '#contracts/routing.ts'
import { listScreenings, readDetailsVersion, transitionSession, type StoredRouteSession, type Tx } from '#database/index.ts'
import { requiredSubjects, screeningStanding } from './screening.ts'

type Session = Pick<StoredRouteSession, 'id' | 'supplier_id' | 'intent'>
export type StandingAsked = {
  readonly session: Session
  /** of the route that is carried out; empty where there is none */
  readonly hops: Candidate['hops']
  /** the tenant's market clock */
  readonly now: string
}

/** What stands between the session and its payment as the transaction sees it; under holdSession, as every command is, nothing can be added to it meanwhile. */
export async function readScreeningStanding(tx: Tx, { session, hops, now }: StandingAsked): Promise<ScreeningStanding> {
  const [rows, version] = await Promise.all([listScreenings(tx, session.id), readDetailsVersion(tx, session.supplier_id)])
  return screeningStanding(requiredSubjects(session.intent.goods.class, hops), rows, now, version ?? 1)
}

/** Pauses a payment that is being carried out, because a screening found a hit. The new version; null where there was nothing to stop. */
export async function screeningStops(tx: Tx, session: Pick<StoredRouteSession, 'id' | 'state' | 'version'>, market_clock: string): Promise<number | null> {
  if (session.state !== 'executing') return null
  const moved = await transitionSession(tx, { session_id: session.id, from: 'executing', to: 'paused', version: session.version, market_clock, reason: 'A screening found a hit.' })
  return moved.ok ? moved.value.version : null
}
