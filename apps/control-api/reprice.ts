/** A session's route priced again: the same intent on the market and the clock of now, policy asked anew. Reads, then routes with no transaction open. */
import type { Actor } from '#contracts/roles.ts'
import { marketDigest, NO_OVERLAY, withQuotes, type MarketOverlay } from '#contracts/market-overlay.ts'
import type { Candidate } from '#contracts/routing.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { readDriftTolerance, readOfferedQuotes, readRouteSession, readSessionQuotes, withTenantRead, type QuoteRow, type SessionState, type StoredRouteSession } from '#database/index.ts'
import { driftVerdict, type DriftVerdict } from '#orchestrator/drift.ts'
import { IntentError } from '#orchestrator/intent-context.ts'
import { marketClock } from '#orchestrator/intent-of-request.ts'
import { withOverlay } from '#orchestrator/overlay.ts'
import { routeIntent, type Routed } from '#orchestrator/route-intent.ts'
import { coversAmount, legQuoteOf, type KeptQuote } from '#orchestrator/session-quotes.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'
import { validUntil } from '#orchestrator/valid-until.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { nameOfLegs, routeName } from './route-again.ts'
import { standingCandidate } from './standing-offer.ts'
import type { AppDeps } from './deps.ts'
import type { Decided } from './decisions.ts'
import type { Refused } from './http/signed-in.ts'
import { importedData, readMarket } from './market.ts'

/** States in which a price can be asked for again: what has started is a person's to decide. */
export const REPRICEABLE: readonly SessionState[] = ['recommended', 'accepted', 'awaiting_merchant', 'approved']

export type Again = {
  readonly session: StoredRouteSession
  readonly routed: Routed; readonly clock: string; readonly candidate_id: string
  /** the market it stands on, to be kept with it */
  readonly base_digest: string; readonly overlay: MarketOverlay
  readonly before: { readonly sent: Candidate['sent']; readonly received: Candidate['received']; readonly cost_bps: string }
  readonly status: 'ready' | 'conditional' | 'refused' | 'gone'; readonly refusals: readonly string[]
  readonly now: Candidate | null; readonly valid_until: string | null
  readonly verdict: DriftVerdict | null
  /** what it was priced on */
  readonly snapshot: Snapshot
  readonly within_tolerance: boolean; readonly because: readonly string[]; readonly tolerance_bps: string
  /** of the quotes that were named: all, and those that are used up */
  readonly quote_ids: readonly string[]; readonly firm_ids: readonly string[]
}

/** The legs of the route that the session is about, by name: a number of a leg means another one after an import. */
export function chosenLegs(session: StoredRouteSession, decided: Decided): string[] {
  const standing = standingCandidate(session, decided)
  return standing === null ? [] : routeName(standing).split('\n')
}

/** Prices it again; nothing is written. */
export async function priceAgain(deps: AppDeps, actor: Actor, ask: { readonly session_id: string; readonly version: number; readonly quote_ids: readonly string[]; readonly request_id: string }): Promise<Result<Again, Refused>> {
  const read = await withTenantRead(deps.db, actor, async (tx) => {
    const [session, market, quotes, tolerance_bps] = await Promise.all([
      readRouteSession(tx, ask.session_id, { merchant_id: visibleMerchantId(actor) }), readMarket(deps, tx), readSessionQuotes(tx, ask.session_id), readDriftTolerance(tx),
    ])
    return { session, market, quotes, tolerance_bps }
  })
  const { session, market, quotes, tolerance_bps } = read
  if (session === null) return err({ code: 'not_found' })
  mustSee(actor, session)
  if (session.version !== ask.version) return err({ code: 'stale_version' })
  const decided = await deps.decisions.offered(actor, session)
  if (!REPRICEABLE.includes(session.state) || decided === null || session.decision?.recommended_id == null || session.sends === null || session.receives === null || session.cost_bps === null) return err({ code: 'wrong_state' })
  if (market.snapshot === null) return err({ code: 'no_corridor_data' })
  const base = importedData(market.snapshot)
  const clock = marketClock(market.settings, deps.now(), base, decided.snapshot.corridors.get(session.corridor_id)!.record.source.country)
  const names = chosenLegs(session, decided)
  const offered = ask.quote_ids.length === 0 ? [] : await withTenantRead(deps.db, actor, (tx) => readOfferedQuotes(tx, names, clock))
  const chosen = quotesToUse([...quotes, ...offered], ask.quote_ids, names, clock)
  if (!chosen.ok) return chosen

  const overlay = overlaidWith(market.snapshot.over?.overlay ?? NO_OVERLAY, chosen.value)
  const digest = marketDigest(base.digest, overlay)
  const snapshot = deps.snapshots.peek(digest) ?? withOverlay(base, overlay)
  const routed = await route(deps, snapshot, { ...session.intent, created_at: clock }, ask.request_id)
  if (!routed.ok) return routed

  const before = { sent: session.sends, received: session.receives, cost_bps: session.cost_bps }
  const found = routed.value.decided.judged.find(({ candidate }) => nameOfLegs(candidate.legs) === names.join('\n'))
  const common = { session, snapshot, routed: routed.value, clock, base_digest: base.digest, overlay, before, tolerance_bps, quote_ids: ask.quote_ids, firm_ids: chosen.value.filter((quote) => quote.kind === 'firm').map((quote) => quote.id) }
  if (found === undefined) return ok({ ...common, candidate_id: session.offer?.candidate_id ?? session.decision.recommended_id, status: 'gone', refusals: [], now: null, valid_until: null, verdict: null, within_tolerance: false, because: ['gone'] })
  const now = routed.value.decided.describe(found.candidate.id)!
  const uncovered = chosen.value.findIndex((quote) => !coversAmount(keptOf(quote), now.hops[names.indexOf(quote.leg)]!))
  if (uncovered >= 0) return err<Refused>({ code: 'quote_not_for_amount', field: `/quote_ids/${ask.quote_ids.indexOf(chosen.value[uncovered]!.id)}` })
  const verdict = driftVerdict(before, now, tolerance_bps)
  const because = [...(found.status === 'refused' ? ['refused'] : []), ...verdict.because]
  return ok({ ...common, candidate_id: found.candidate.id, status: found.status, refusals: found.refusals, now, valid_until: validUntil(snapshot, now, clock), verdict, within_tolerance: because.length === 0, because })
}

/** The named quotes of the session, each of them usable; or why one is not. */
function quotesToUse(quotes: readonly QuoteRow[], ids: readonly string[], names: readonly string[], clock: string): Result<QuoteRow[], Refused> {
  const used: QuoteRow[] = []
  for (const [i, id] of ids.entries()) {
    const field = `/quote_ids/${i}`
    const quote = quotes.find((each) => each.id === id)
    if (quote === undefined) return err({ code: 'not_found', field })
    if (quote.consumed_by !== null) return err<Refused>({ code: 'quote_consumed', field })
    if (Date.parse(quote.expires_at) <= Date.parse(clock)) return err<Refused>({ code: 'quote_expired', field })
    if (!names.includes(quote.leg) || used.some((other) => other.leg === quote.leg)) return err<Refused>({ code: 'quote_not_of_route', field })
    used.push(quote)
  }
  return ok(used)
}

const keptOf = (row: QuoteRow): KeptQuote => ({
  kind: row.kind, leg: row.leg, from: row.from_currency, sell_amount: row.sell_amount, buy_amount: row.buy_amount, price: row.price, quoted_as: { unit: row.price_unit, per: row.price_per },
  fee: { amount: row.fee_amount, currency: row.fee_currency }, observed_at: row.observed_at, expires_at: row.expires_at,
})

/** The session's own quotes in the place of the market's for the same legs, however old either is: the desk named them. */
const overlaidWith = (market: MarketOverlay, quotes: readonly QuoteRow[]): MarketOverlay =>
  withQuotes({ ...market, leg_quotes: market.leg_quotes.filter((known) => !quotes.some((quote) => quote.leg === known.leg)) }, quotes.map((quote) => legQuoteOf(keptOf(quote))))

/** Routed as a request is, but a silent policy stops it in every mode: a price that nobody judged is not one to agree to. */
async function route(deps: AppDeps, snapshot: Snapshot, intent: StoredRouteSession['intent'], request_id: string): Promise<Result<Routed, Refused>> {
  try {
    const routed = await routeIntent(snapshot, intent, (facts, limits) => deps.policy.judge(facts, limits, request_id), { data_age: 'market_clock', simulation: false })
    return routed.ok ? ok(routed.value) : err({ code: 'policy_unavailable', retry_after_s: 5 })
  } catch (error) {
    if (!(error instanceof IntentError)) throw error
    // The data of now does not know what the intent speaks of any more.
    return err({ code: error.code === 'unknown_corridor' || error.code === 'unknown_document' ? error.code : 'wrong_state' })
  }
}
