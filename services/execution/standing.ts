/** What stands between a session and its next step, one reason each, with what clears it. Pure: what it is told, it says. */
import type { ClearsBy, StandingReason } from '#contracts/api/standing.ts'
import type { ScreeningSubject } from '#contracts/api/screenings.ts'
import type { PayeeDetails, ProviderOut, SessionState } from '#database/index.ts'

/** Before anything has started, a price and a route can still be others. */
const NOT_STARTED: ReadonlySet<SessionState> = new Set(['recommended', 'accepted', 'awaiting_merchant', 'approved'])
/** What was agreed to and is not yet over needs its checks. */
const AGREED: ReadonlySet<SessionState> = new Set(['accepted', 'awaiting_merchant', 'approved', 'executing', 'paused'])

export type StandingFacts = {
  readonly state: SessionState
  /** how the price stands by the clock alone */
  readonly price: 'none' | 'stands' | 'expires_soon' | 'expired'
  /** names of providers of the route whose price is older than it may be */
  readonly stale: readonly string[]
  readonly out: readonly ProviderOut[]
  readonly payee_details: PayeeDetails
  /** null where nothing was agreed to */
  readonly screening: Readonly<Record<'missing' | 'expired' | 'hit' | 'stale_details', readonly ScreeningSubject[]>> | null
  /** titles of papers that the payment needs and that are not there */
  readonly papers: readonly string[]
  /** what went wrong, as a sentence; null where nothing is open */
  readonly incident: string | null
}

/** The providers that are out and still have something to do: what a provider has carried out is done, whether it answers now or not. */
export const outNow = (state: SessionState, out: readonly ProviderOut[]): readonly ProviderOut[] => (NOT_STARTED.has(state) ? out : state === 'executing' || state === 'paused' ? out.filter(({ step }) => step !== null) : [])

/** What to do about providers that are out, in one sentence or two; null where none has anything to do. */
export function outageSentence(state: SessionState, all: readonly ProviderOut[]): string | null {
  const out = outNow(state, all)
  if (out.length === 0) return null
  const names = said(out.map(({ name }) => name))
  if (NOT_STARTED.has(state)) return `${names} cannot be reached. Offer another route.`
  const [first] = [...out].sort((a, b) => Number(b.running) - Number(a.running) || a.step! - b.step!)
  return first!.running ? `${names} cannot be reached and step ${first!.step} runs on it. Ask it, then pause or go on.` : `${names} cannot be reached and step ${first!.step} goes through it. Pause, or ask it before that step.`
}

/** Every reason, the gravest first; none where nothing stands in the way. */
export function standingOf(facts: StandingFacts): StandingReason[] {
  const { state, price, stale, out, payee_details, screening, papers, incident } = facts
  const reasons: StandingReason[] = []
  const add = (code: StandingReason['code'], sentence: string, clears_by: ClearsBy): void => void reasons.push({ code, sentence, clears_by })
  if (incident !== null) add('incident_open', incident, 'resolve_incident')
  const outage = outageSentence(state, out)
  if (outage !== null) add('provider_out', outage, NOT_STARTED.has(state) ? 'other_route' : 'ask_provider')
  if (payee_details === 'held') add('details_held', 'The supplier’s bank details are being changed.', 'confirm_details')
  if (payee_details === 'changed') add('details_changed', 'The supplier’s bank details changed after this was agreed to.', 'offer_again')
  if (AGREED.has(state) && screening !== null) {
    const expired = [...new Set([...screening.expired, ...screening.stale_details])]
    if (screening.hit.length > 0) add('screening_hit', `Screening of ${said(screening.hit)} found something.`, 'clear_hit')
    if (screening.missing.length > 0) add('screening_missing', `Not screened: ${said(screening.missing)}.`, 'screen')
    if (expired.length > 0) add('screening_expired', `Screening of ${said(expired)} counts no more.`, 'screen')
  }
  if (AGREED.has(state) && papers.length > 0) add('papers_missing', `Before payment these are needed: ${said(papers)}.`, 'bring_papers')
  if (!NOT_STARTED.has(state)) return reasons
  if (price === 'expired') add('price_expired', 'The price has expired.', 'reprice')
  if (price === 'expires_soon') add('price_expires_soon', 'The price expires soon.', 'reprice')
  if (stale.length > 0) add('quote_stale', `The price of ${said(stale)} is older than it may be.`, 'observe_rates')
  return reasons
}

/** What a session goes on with less than it needs for. The rest of the reasons stop it until somebody acts. */
const DEGRADES: ReadonlySet<StandingReason['code']> = new Set(['provider_out', 'price_expired', 'quote_stale'])
/** Why a session is degraded by what stands in its way now: a mark that goes with its cause. */
export const degradedBy = (standing: readonly StandingReason[]): StandingReason['code'][] => standing.map(({ code }) => code).filter((code) => DEGRADES.has(code))

/** The same of a row of a list, which knows its price and its providers, and not how old each price is. */
export const isDegraded = (row: { readonly state: SessionState; readonly valid_until: string | null; readonly providers_out: readonly ProviderOut[] }, market_clock: string): boolean =>
  outNow(row.state, row.providers_out).length > 0 || (NOT_STARTED.has(row.state) && row.valid_until !== null && Date.parse(row.valid_until) <= Date.parse(market_clock))

const said = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`)
