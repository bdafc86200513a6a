/** The same payment on today's market: what the standing route costs now, whether it is still lawful, and for how long its price holds. */
import type { FastifyRequest } from 'fastify'
import { legName } from '#contracts/market-overlay.ts'
import type { Candidate } from '#contracts/routing.ts'
import { matchDeskFeeRule, readSettings, readSnapshotFiles, withTenantRead, type DecimalMoney, type StoredRouteSession } from '#database/index.ts'
import { legSortKey, midBetween, type Leg } from '#orchestrator/leg.ts'
import { deskFee } from '#orchestrator/merchant-view/index.ts'
import { routeIntent } from '#orchestrator/route-intent.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { validUntil } from '#orchestrator/valid-until.ts'
import { actorOf, deny, type Refused } from './http/signed-in.ts'
import { clockNow } from './market.ts'
import type { AppDeps } from './deps.ts'

/** What a route is called whatever the number of its legs: each leg by provider, currencies, countries, kind and network, in order. */
export const routeName = (candidate: Candidate): string =>
  candidate.hops.map(({ provider_id, from, to, kind, network }) => legName(provider_id, { from: from.currency, to: to.currency, from_country: from.country, to_country: to.country, kind, network })).join('\n')
export const nameOfLegs = (legs: readonly Leg[]): string => legs.map((leg) => legSortKey(leg.provider, leg.record)).join('\n')

export type RoutedAgain = {
  readonly market_clock: string
  readonly snapshot: Snapshot
  readonly policy_revision: string
  readonly degraded: readonly string[]
  /** the same route, leg by leg, as it is now; null where today's market has no such route. Its id may be another: ids count legs, and an import changes their number */
  same(candidate: Candidate): Candidate | null
  fee(candidate: Candidate): DecimalMoney | null
  validUntil(candidate: Candidate): string
}

/**
 * Routes the session's intent again at the tenant's market clock of now. The policy speaks on it as on a new request: where it is silent nothing real goes on.
 * No transaction is open meanwhile. Throws ProblemError.
 */
export async function routeAgain(deps: AppDeps, request: FastifyRequest, session: StoredRouteSession, simulation: boolean): Promise<RoutedAgain> {
  const actor = actorOf(request)
  const { settings, snapshot, rule } = await withTenantRead(deps.db, actor, async (tx) => {
    const [settings, rule] = await Promise.all([readSettings(tx), matchDeskFeeRule(tx, session.merchant_id, session.corridor_id)])
    const digest = settings.snapshot_digest
    return { settings, rule, snapshot: digest === null ? null : await deps.snapshots.get(digest, () => readSnapshotFiles(tx, digest)) }
  })
  if (snapshot === null) return deny(deps, request, { code: 'no_corridor_data' })
  const market_clock = clockNow(settings, deps.now())
  const routed = await routeIntent(snapshot, { ...session.intent, created_at: market_clock }, (facts, limits) => deps.policy.judge(facts, limits, request.id), { data_age: 'market_clock', simulation })
  if (!routed.ok) return deny(deps, request, { code: 'policy_unavailable', retry_after_s: 5 })
  const { decision, decided } = routed.value
  return {
    market_clock, snapshot, policy_revision: decision.policy_revision, degraded: decision.degraded,
    same(candidate) {
      const name = routeName(candidate)
      const found = decided.judged.find((one) => nameOfLegs(one.candidate.legs) === name)
      return found === undefined ? null : decided.describe(found.candidate.id)
    },
    fee: (candidate) => deskFee(rule, candidate.sent, (from, to) => midBetween(snapshot.usd_mids, from, to)),
    validUntil: (candidate) => validUntil(snapshot, candidate, market_clock),
  }
}

/** Why a candidate of today cannot be offered or carried out, or null. Every reason is in the answer's detail, and none of them tells of another route. */
export function whyNotNow(candidate: Candidate | null): Refused | null {
  if (candidate === null) return { code: 'route_gone' }
  if (candidate.status !== 'refused') return null
  return { code: 'policy_denied', detail: `Refused on today’s facts: ${candidate.refusals.map(({ sentence }) => sentence).join(' ')}` }
}
