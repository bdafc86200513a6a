/**
 * "So far, and next": what was done, what is done now and what comes, in the merchant's words. Built from the moves of the session and the states of its
 * steps, told by the plain steps of the route; nothing of a provider, a person or a proof is in it.
 */
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import type { Candidate } from '#contracts/routing.ts'
import { merchantSentence, PAUSE_REASONS } from '#contracts/reason-codes.ts'
import type { MerchantStep } from './merchant-steps.ts'
import type { SessionState } from './state.ts'
import { plainSteps, type PlainStep } from './steps.ts'
import { countryWord, spanOfDays } from './words.ts'

export type ProgressEntry = MerchantRouteSession['progress'][number]
/** A move of the session, on the market clock. */
export type Move = { readonly from: SessionState | null; readonly to: SessionState; readonly at: string; readonly by_merchant: boolean; readonly reason: string | null }
/** Days, as dates, on which a country of the route is closed. */
export type ClosedDays = { readonly country: string; readonly first: string; readonly last: string }

export type ProgressFacts = {
  readonly state: SessionState
  readonly moves: readonly Move[]
  readonly steps: readonly MerchantStep[]
  readonly closed: readonly ClosedDays[]
  readonly market_clock: string
  /** whether something else was offered after the recommendation */
  readonly offered: boolean
  /** whether the merchant may pay now: not on a practice run, while it is paused, or to details that are not those agreed to */
  readonly may_pay: boolean
  /** by when a leg that began then ends at the latest, as estimated */
  readonly endsBy: (hop: number, from: string) => string
}

const entry = (title: string, state: ProgressEntry['state'], more: Partial<ProgressEntry> = {}): ProgressEntry => ({ title, who: null, text: null, state, at: null, by: null, ...more })
const OVER: ReadonlySet<SessionState> = new Set(['completed', 'failed', 'returned', 'cancelled', 'expired'])

/** Entries in the order in which they happened, then what is done now, then what comes; empty before anything was agreed to. */
export function progressOf(facts: ProgressFacts, candidate: Candidate | null, source_country: string): ProgressEntry[] {
  if (candidate === null || !facts.moves.some(({ to }) => to === 'accepted')) return []
  const told = facts.moves.flatMap((move) => ofMove(move, facts.offered))
  const done: ProgressEntry[] = told.filter(({ state }) => state === 'done')
  const coming: ProgressEntry[] = []
  let now: ProgressEntry | null = null
  for (const plain of plainSteps(candidate, source_country)) {
    const at = plain.part === 'papers' ? null : stateOf(plain, facts)
    if (at === null) continue
    if (at.state === 'done') done.push(entry(past(plain.title), 'done', { at: at.at }))
    else if (OVER.has(facts.state)) continue
    else if (at.state === 'now' && now === null) now = entry(`Now: ${lower(plain.title)}`, 'now', { who: plain.who, by: at.by })
    else coming.push(entry(plain.title, 'next', { who: plain.who, text: plain.part === 'arrived' ? 'You get the proof here' : plain.how_long }))
  }
  const closed = closedDays(facts)
  const ordered = [...done, ...closed.filter(({ ahead }) => !ahead).map(({ shown }) => shown)].map((one, index) => ({ one, index }))
    .sort((a, b) => instant(a.one) - instant(b.one) || a.index - b.index).map(({ one }) => one.state === 'closed_days' ? { ...one, at: null } : one)
  return [...ordered, ...(now === null ? [] : [now]), ...closed.filter(({ ahead }) => ahead).map(({ shown }) => ({ ...shown, at: null })), ...coming, ...told.filter(({ state }) => state === 'stopped')]
}

const instant = ({ at }: ProgressEntry): number => (at === null ? Number.POSITIVE_INFINITY : Date.parse(at))
/** The words of plain steps, said of what is done. */
const PAST: Readonly<Record<string, string>> = {
  approve: 'approved', apply: 'applied', send: 'sent', sign: 'signed', bring: 'brought', pay: 'paid', do: 'did', sends: 'sent', turns: 'turned', puts: 'put', pays: 'paid', confirms: 'confirmed',
}
const past = (title: string): string => title.replace(/^The (\S+ ?\S*) are sent on$/, 'The $1 were sent on').replaceAll(/\b[a-z]+\b/g, (word) => PAST[word] ?? word)
const lower = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1)

function ofMove({ from, to, at, by_merchant, reason }: Move, offered: boolean): ProgressEntry[] {
  const done = (title: string, text: string | null = null): ProgressEntry[] => [entry(title, 'done', { at, text })]
  const stopped = (title: string): ProgressEntry[] => [entry(title, 'stopped', { at })]
  const you = by_merchant ? 'You' : 'The desk, for you,'
  switch (to) {
    case 'accepted':
      if (from === 'approved') return done('The desk looked at it again')
      return done(from !== 'awaiting_merchant' ? `${you} accepted the route` : offered ? `${you} agreed to the new offer` : `${you} answered the desk`)
    case 'awaiting_merchant': return done(offered ? 'The desk made a new offer' : 'The desk asked you something')
    case 'approved': return done('The desk checked it and approved')
    case 'executing': return done(from === 'paused' ? 'It went on' : 'The desk began to carry it out')
    case 'paused': return done('It was paused', merchantSentence(PAUSE_REASONS, reason ?? ''))
    case 'completed': return done('Done: your supplier has the money')
    case 'returned': return stopped('The payment came back')
    case 'failed': return stopped('The payment did not work')
    case 'cancelled': return stopped('It was stopped')
    case 'expired': return stopped('The price ran out')
    default: return []
  }
}

type At = { readonly state: 'done'; readonly at: string | null } | { readonly state: 'now'; readonly by: string | null } | { readonly state: 'next' }
const NEXT: At = { state: 'next' }

/** Where one plain step stands; null where it is not done at all. */
function stateOf(plain: PlainStep, facts: ProgressFacts): At | null {
  const all = plain.hop === null ? [] : facts.steps.filter(({ hop }) => hop === plain.hop)
  if (facts.steps.length === 0) return NEXT
  const last = all.at(-1)
  const confirmed = all.length > 0 && all.every(({ state }) => state === 'confirmed')
  switch (plain.part) {
    case 'order': {
      // The desk pays from an account of its own: nobody orders it at the merchant's bank.
      const order = all.find(({ by_merchant }) => by_merchant)
      if (order === undefined) return null
      if (confirmed || order.proof !== 'needed') return { state: 'done', at: order.proof_at ?? order.ended_at }
      return order.state === 'in_progress' && facts.may_pay ? { state: 'now', by: order.by } : NEXT
    }
    case 'own': {
      const own = all.find(({ by_merchant }) => by_merchant)
      if (own === undefined) return NEXT
      if (own.state === 'confirmed') return { state: 'done', at: own.ended_at }
      return (own.state === 'in_progress' && facts.may_pay) || own.state === 'awaiting_proof' ? { state: 'now', by: own.by } : NEXT
    }
    case 'moves': {
      if (confirmed) return { state: 'done', at: last!.ended_at }
      const began = all.find(({ state }) => state !== 'pending' && state !== 'skipped')
      // What the merchant does itself is told by its own step until it is done.
      if (began === undefined || (began.by_merchant && (began.state === 'ready' || began.proof === 'needed'))) return NEXT
      return { state: 'now', by: began.started_at === null ? null : facts.endsBy(plain.hop!, began.started_at) }
    }
    case 'arrived': {
      const said = all.find(({ kind }) => kind === 'supplier_confirms_credit')
      const completed = facts.moves.find(({ to }) => to === 'completed')
      if (said?.state === 'confirmed') return { state: 'done', at: said.ended_at }
      if (said === undefined && completed !== undefined) return { state: 'done', at: completed.at }
      return said === undefined && facts.steps.every(({ state }) => state === 'confirmed') ? { state: 'now', by: null } : NEXT
    }
    default: return null
  }
}

/** Closures between what was agreed and the expected end: `at` is where each belongs among what happened. */
function closedDays({ closed, moves, market_clock }: ProgressFacts): { readonly shown: ProgressEntry; readonly ahead: boolean }[] {
  const today = market_clock.slice(0, 10)
  const since = moves.find(({ to }) => to === 'accepted')!.at.slice(0, 10)
  return closed.filter(({ last }) => last >= since).map(({ country, first, last }) => {
    const days = spanOfDays(first, last)
    const [title, text] = last < today ? ['were closed', `${days}. Nothing moved, as expected.`] : first <= today ? ['are closed', `${days}. Nothing moves until then, as expected.`] : ['will be closed', `${days}. Nothing moves then. The dates count it.`]
    return { shown: entry(`${capitalised(countryWord(country))}’s banks ${title}`, 'closed_days', { text, at: `${first}T00:00:00Z` }), ahead: first > today }
  })
}
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
