/** What a provider's program signed, as quotes of legs that a re-pricing can use. */
import { readRouteSession, sessionIdOf, withTenantRead, type NewQuote, type TenantContext } from '#database/index.ts'
import type { QuoteFault, SignedQuote } from '#execution/index.ts'
import { instantOf } from '#orchestrator/calendar.ts'
import { legSortKey, type Leg } from '#orchestrator/leg.ts'
import { checkQuote } from '#orchestrator/session-quotes.ts'
import { clockNow, readMarket } from './market.ts'
import { chosenLegs, REPRICEABLE } from './reprice.ts'
import type { AppDeps } from './deps.ts'

type Offers = { readonly rows: readonly NewQuote[] } | { readonly fault: QuoteFault }

/**
 * The rows of a verified quote: of the one leg of the payment that it names, else of each leg of the provider with this pair. None where the data knows no such
 * leg. A fault where a formula does not hold, or the payment that it names does not go through the provider: one answer, whether there is such a payment or not.
 */
export async function offersOf(deps: AppDeps, server: TenantContext, quote: SignedQuote): Promise<Offers> {
  const { market, session } = await withTenantRead(deps.db, server, async (tx) => {
    const id = quote.session === null ? null : await sessionIdOf(tx, quote.session)
    const [market, session] = await Promise.all([readMarket(deps, tx), id === null ? null : readRouteSession(tx, id, { merchant_id: null })])
    return { market, session }
  })
  if (market.snapshot === null) return quote.session === null ? { rows: [] } : NO_SESSION
  const ofPair = market.snapshot.legs.filter((leg) => leg.provider.id === quote.provider_id && leg.from === quote.sell_asset && leg.to === quote.buy_asset)
  let legs = ofPair
  if (quote.session !== null) {
    const decided = session === null || !REPRICEABLE.includes(session.state) ? null : await deps.decisions.of(server, session)
    const shown = decided === null ? [] : chosenLegs(session!, decided)
    legs = ofPair.filter((leg) => shown.includes(legSortKey(leg.provider, leg.record)))
    if (legs.length === 0) return NO_SESSION
  }
  const now = deps.now()
  const clock = clockNow(market.settings, now)
  const rows: NewQuote[] = []
  for (const leg of legs) {
    const row = rowOf(quote, leg, { clock, now, session_id: session?.id ?? null })
    if ('fault' in row) return row
    rows.push(row)
  }
  return { rows }
}

const NO_SESSION: Offers = { fault: { code: 'invalid_field', field: '/session' } }

type Moment = { readonly clock: string; readonly now: Date; readonly session_id: string | null }

function rowOf(quote: SignedQuote, leg: Leg, { clock, now, session_id }: Moment): NewQuote | { readonly fault: QuoteFault } {
  // The provider speaks of the world's time. On a market that stands still its quote is as old, and lasts as long, as it is.
  const at_s = instantOf(clock)
  const onMarket = (text: string): number => at_s + Math.floor(Date.parse(text) / 1000) - Math.floor(now.getTime() / 1000)
  const iso = (instant_s: number): string => new Date(instant_s * 1000).toISOString().replace('.000Z', 'Z')
  // Clocks of two machines differ; what was said a moment ahead was said now.
  const observed_at = iso(Math.min(onMarket(quote.observed_at), at_s))
  const quoted_as = { unit: quote.buy_asset, per: quote.sell_asset }
  const checked = checkQuote({ kind: quote.kind, sell_amount: quote.sell_amount, buy_amount: quote.buy_amount, price: quote.price, quoted_as, total_price: null, fee: quote.fee, observed_at, expires_at: iso(onMarket(quote.expires_at)) }, leg, clock)
  // No total comes with it, so none differs.
  if ('code' in checked) return { fault: { code: checked.code === 'quote_expired' ? 'quote_expired' : 'invalid_field', field: checked.field } }
  return {
    kind: quote.kind, leg: legSortKey(leg.provider, leg.record), provider_id: leg.provider.id, from_currency: leg.from, to_currency: leg.to, from_country: leg.from_country, to_country: leg.to_country, session_id,
    sell_amount: quote.sell_amount, buy_amount: quote.buy_amount, price: quote.price, price_unit: quoted_as.unit, price_per: quoted_as.per, total_price: checked.total_price,
    fee_amount: quote.fee.amount, fee_currency: quote.fee.currency, fee_details: null, spread_bps: checked.spread_bps, said_as_spread: false, observed_at, expires_at: checked.expires_at,
    source: 'webhook', artifact_id: null, evidence_sha256: null, supersedes: null,
  }
}
