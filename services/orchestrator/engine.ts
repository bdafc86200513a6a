/**
 * Route intelligence, pure: `propose` finds, prices and times every candidate of an intent and collects its facts; policy judges them
 * outside; `decide` ranks what is allowed and explains everything else. The same arguments give the same bytes.
 */
import type { Decision, PaymentIntent, PolicyFacts, PolicyLimits, Verdict } from '#contracts/routing.ts'
import { AMOUNT_REFUSALS, type Assessed, assessorOf } from './assess.ts'
import { MAX_HOPS, MAX_PATHS, plansOf } from './candidates.ts'
import { describeCandidate, describeDecision } from './explanation.ts'
import { flagsOf } from './flags.ts'
import { contextOf, type DataAge, type IntentContext } from './intent-context.ts'
import type { Candidate } from '#contracts/routing.ts'
import { compareByLegs, sortTied } from './score.ts'
import { type Avoid, MOST_SHOWN, PER_STATE_PATH, searchBest } from './search.ts'
import type { Snapshot } from './snapshot.ts'

/** Part of every decision: a stored one is replayed by the version that made it, or the difference is said. */
export const ENGINE_VERSION = '1'

export type ProposeOptions = {
  readonly data_age: DataAge
  /** routes longer than this are not looked for; at most MAX_HOPS */
  readonly max_hops?: number
  /** search best first even where the graph is small enough to judge whole: for tests and measurement */
  readonly always_search?: boolean
  /** judge every path however many there are: the baseline that a search is held against */
  readonly judge_whole?: boolean
}
export type Proposal = {
  readonly context: IntentContext
  readonly candidates: readonly Assessed[]
  /** false: the graph is too large to judge whole; the candidates hold every route that can be shown, and those met on the way */
  readonly complete: boolean
  readonly truncated: boolean
  readonly facts: readonly PolicyFacts[]
  readonly limits: PolicyLimits
}

export const NOTHING_AVOIDED: Avoid = { ids: new Set(), legs: new Set(), breadth: 1 }

/** Every candidate of an intent with its facts. Throws IntentError on an intent that speaks of something unknown. */
export function propose(snapshot: Snapshot, intent: PaymentIntent, options: ProposeOptions, avoid: Avoid = NOTHING_AVOIDED): Proposal {
  const context = contextOf(snapshot, intent, options.data_age)
  const max_hops = Math.min(MAX_HOPS, options.max_hops ?? MAX_HOPS)
  const { plans, complete } = options.always_search ? { plans: [], complete: false } : plansOf(context, max_hops, options.judge_whole ? Number.POSITIVE_INFINITY : MAX_PATHS)
  const { assessed, truncated } = complete ? { assessed: plans.map(assessorOf(context)), truncated: false } : searchBest(context, avoid, max_hops)
  return { context, candidates: assessed, complete, truncated, facts: assessed.map((c) => c.facts), limits: context.corridor.limits }
}

/** Two rounds of a search as one proposal. */
export const joined = (a: Proposal, b: Proposal): Proposal => {
  const candidates = [...new Map([...a.candidates, ...b.candidates].map((c) => [c.id, c])).values()]
  return { ...b, candidates, truncated: a.truncated || b.truncated, facts: candidates.map((c) => c.facts) }
}

/** What policy said, with the revision that said it. `degraded` names what a simulation went on without. */
export type Ruling = { readonly policy_revision: string; readonly verdicts: readonly Verdict[]; readonly degraded?: readonly string[] }

/** A candidate after judgement. */
export type Judged = {
  readonly candidate: Assessed
  readonly denials: readonly string[]
  readonly refusals: readonly string[]
  readonly status: 'ready' | 'conditional' | 'refused'
  /** refused for amounts, or for the cost they make, alone */
  readonly amounts_alone: boolean
}

export type Decided = {
  readonly proposal: Proposal
  readonly judged: readonly Judged[]
  /** lawful candidates, best score first */
  readonly ranked: readonly Judged[]
  readonly recommended: Judged | null
  readonly cheapest: Judged | null
  /** the decision with the candidates that are shown first; `describe` gives any other */
  readonly decision: Decision
  readonly describe: (candidate_id: string) => Candidate | null
}

const AMOUNT_FAMILIES: readonly string[] = [...AMOUNT_REFUSALS, 'excessive_cost']
const isOfAmounts = (code: string): boolean => AMOUNT_FAMILIES.some((family) => code === family || code.startsWith(`${family}:`))
const UNANSWERED: readonly string[] = ['policy_unanswered']
const NONE: readonly string[] = []

/** Holds each candidate against its verdict. A candidate without a verdict is refused: silence is never a yes. */
export function judge(proposal: Proposal, ruling: Ruling): Judged[] {
  const verdicts = new Map(ruling.verdicts.map((v) => [v.candidate_id, v]))
  // Few codes stand on many candidates, so each is looked at once.
  const ofAmounts = new Map<string, boolean>()
  const amount = (code: string): boolean => {
    let known = ofAmounts.get(code)
    if (known === undefined) ofAmounts.set(code, (known = isOfAmounts(code)))
    return known
  }
  return proposal.candidates.map((candidate) => {
    const verdict = verdicts.get(candidate.id)
    const denials = verdict === undefined || (!verdict.allow && verdict.denials.length === 0) ? UNANSWERED : verdict.denials
    const refusals = candidate.arithmetic.length === 0 ? denials : [...new Set([...candidate.arithmetic.map((f) => f.code), ...denials])]
    const status = refusals.length > 0 ? 'refused' : candidate.conditions.length > 0 ? 'conditional' : 'ready'
    return { candidate, denials, refusals: refusals.length > 0 ? refusals : NONE, status, amounts_alone: refusals.length > 0 && refusals.every(amount) }
  })
}

export const byLegs = (tied: Judged[]): Judged[] => tied.sort((a, b) => compareByLegs(a.candidate.legs, b.candidate.legs))
export const byCost = (items: readonly Judged[]): Judged[] => sortTied(items, (j) => j.candidate.price.cost_bps, byLegs)
export const byScore = (items: readonly Judged[]): Judged[] => sortTied(items, (j) => j.candidate.score, byCost)

/** The first twenty of a ranking with at most three of one path of money states. */
export function shown(ranked: readonly Judged[]): Judged[] {
  const perPath = new Map<string, number>()
  const result: Judged[] = []
  for (const item of ranked) {
    const path = item.candidate.states.join('|')
    const count = perPath.get(path) ?? 0
    if (count >= PER_STATE_PATH) continue
    perPath.set(path, count + 1)
    result.push(item)
    if (result.length === MOST_SHOWN) break
  }
  return result
}

/** Ranks what policy allows and explains the rest. */
export function decide(proposal: Proposal, ruling: Ruling): Decided {
  const judged = judge(proposal, ruling)
  const lawful = judged.filter((j) => j.status !== 'refused')
  const ranked = byScore(lawful)
  const recommended = ranked[0] ?? null
  const cheapest = byCost(lawful)[0] ?? null
  const core = { proposal, judged, ranked, shown: shown(ranked), recommended, cheapest }
  const flags = flagsOf(core)
  const byId = new Map(judged.map((j) => [j.candidate.id, j]))
  const describe = (candidate_id: string): Candidate | null => {
    const found = byId.get(candidate_id)
    return found ? describeCandidate(core, found) : null
  }
  return { proposal, judged, ranked, recommended, cheapest, describe, decision: describeDecision(core, ruling, flags) }
}

export type Core = {
  readonly proposal: Proposal
  readonly judged: readonly Judged[]
  readonly ranked: readonly Judged[]
  readonly shown: readonly Judged[]
  readonly recommended: Judged | null
  readonly cheapest: Judged | null
}
