/** What the desk reads of a session's price: does it still stand, which quotes are there, how has it moved. */
import type { Actor } from '#contracts/roles.ts'
import type { SessionPrices } from '#contracts/api/quotes.ts'
import { providersOut, readOfferedQuotes, readRepricings, readRouteSession, readSessionQuotes, withTenantRead } from '#database/index.ts'
import { priceStanding } from '#orchestrator/price-standing.ts'
import { rateRows } from '#orchestrator/rates.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import type { AppDeps } from './deps.ts'
import { clockNow, readMarket } from './market.ts'
import { ProblemError } from './problems.ts'
import { quotesOf, repricingOf } from './rate-views.ts'
import { chosenLegs } from './reprice.ts'

export async function readSessionPrices(deps: AppDeps, actor: Actor, id: string): Promise<SessionPrices> {
  const read = await withTenantRead(deps.db, actor, async (tx) => {
    const [session, market, quotes, repricings, out] = await Promise.all([
      readRouteSession(tx, id, { merchant_id: visibleMerchantId(actor) }), readMarket(deps, tx), readSessionQuotes(tx, id), readRepricings(tx, id), providersOut(tx),
    ])
    return session === null ? null : { session, market, quotes, repricings, out }
  })
  if (read === null) throw new ProblemError('not_found')
  const { session, market, quotes, repricings, out } = read
  const decided = await deps.decisions.of(actor, mustSee(actor, session))
  const clock = clockNow(market.settings, deps.now())
  const names = decided === null ? [] : chosenLegs(session, decided)
  const offered = names.length === 0 ? [] : await withTenantRead(deps.db, actor, (tx) => readOfferedQuotes(tx, names, clock))
  const rows = market.snapshot === null ? [] : rateRows(market.snapshot, { clock, time_zone: market.settings.time_zone }, names)
  return {
    session_id: session.id, state: session.state, version: session.version, clock,
    price: { ...priceStanding({ state: session.state, valid_until: session.valid_until, out: out.filter((provider) => session.providers_used?.includes(provider) === true) }, clock) } as SessionPrices['price'],
    legs: rows.map(({ leg, provider_id, provider_name, from, to, quoted_as, price, mid }) => ({ leg, provider_id, provider_name, from, to, quoted_as, price, mid })),
    quotes: quotesOf([...quotes, ...offered], clock), repricings: repricings.map(repricingOf),
  }
}
