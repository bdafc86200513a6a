/** What stands between a session and its next step, gathered for the desk. */
import type { Actor } from '#contracts/roles.ts'
import type { StandingReason } from '#contracts/api/standing.ts'
import { withTenantRead, type StoredRouteSession } from '#database/index.ts'
import { readScreeningStanding } from '#execution/checks/read-standing.ts'
import { standingOf } from '#execution/standing.ts'
import { priceStanding } from '#orchestrator/price-standing.ts'
import { rateRows } from '#orchestrator/rates.ts'
import type { Decided } from './decisions.ts'
import { missingPapers } from './execution-gates.ts'
import { wentWrong } from './incident-words.ts'
import { clockNow, type Market } from './market.ts'
import { chosenLegs, REPRICEABLE } from './reprice.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'

const CHECKED = new Set(['accepted', 'awaiting_merchant', 'approved', 'executing', 'paused'])

export async function readStanding(deps: AppDeps, actor: Actor, session: StoredRouteSession, decided: Decided | null, market: Market): Promise<StandingReason[]> {
  const clock = clockNow(market.settings, deps.now())
  const candidate = standingCandidate(session, decided)
  const price = priceStanding({ state: session.state, valid_until: session.valid_until, out: [] }, clock).standing
  const screening = !CHECKED.has(session.state) ? null : await withTenantRead(deps.db, actor, (tx) => readScreeningStanding(tx, { session, hops: candidate?.hops ?? [], now: clock }))
  return standingOf({
    state: session.state, price: price === 'provider_out' ? 'none' : price, stale: staleOf(session, decided, market, clock), out: session.providers_out, payee_details: session.payee_details, screening,
    papers: candidate === null ? [] : missingPapers(candidate), incident: session.incident === null ? null : wentWrong(session.incident.kind),
  })
}

/** Names of the providers of the shown route whose price is older than they say it may be. */
function staleOf(session: StoredRouteSession, decided: Decided | null, { snapshot, settings }: Market, clock: string): string[] {
  if (snapshot === null || decided === null || !REPRICEABLE.includes(session.state)) return []
  const old = rateRows(snapshot, { clock, time_zone: settings.time_zone }, chosenLegs(session, decided)).filter(({ state }) => state !== 'fresh')
  return [...new Set(old.map(({ provider_name }) => provider_name))]
}
