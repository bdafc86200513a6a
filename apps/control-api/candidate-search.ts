/** Candidates of a decision by status, reason, provider and words, with a count for every reason. Only what is sent is written out. */
import type { CandidateQuery } from '#contracts/api/route-sessions.ts'
import type { Candidate } from '#contracts/routing.ts'
import type { Decided, Judged } from '#orchestrator/engine.ts'

export type CandidateFilter = Omit<CandidateQuery, 'cursor' | 'limit'>
export type FoundCandidates = { readonly found: readonly Judged[]; readonly facets: Record<string, number>; readonly describe: (judged: Judged) => Candidate }

/** Ranked ones first, then the refused ones by how few reasons stand against them, then by cost. */
export function findCandidates(decided: Decided, filter: CandidateFilter): FoundCandidates {
  const describe = (judged: Judged): Candidate => decided.describe(judged.candidate.id)!
  const refused = decided.judged.filter((judged) => judged.status === 'refused')
    .sort((a, b) => a.refusals.length - b.refusals.length || a.candidate.price.cost_bps - b.candidate.price.cost_bps || (a.candidate.id < b.candidate.id ? -1 : 1))
  const words = filter.q?.toLowerCase()
  const matching = [...decided.ranked, ...refused].filter((judged) =>
    hasStatus(judged, filter.status)
    && (filter.provider_id === undefined || judged.candidate.legs.some((leg) => leg.provider.id === filter.provider_id))
    && (words === undefined || textOf(judged).includes(words))
    // Whether a refusal can be lifted is part of its words, so these alone are written out to be asked.
    && (filter.retryable === undefined || (judged.status === 'refused' && describe(judged).refusals.every((reason) => reason.retryable) === filter.retryable)))
  const facets: Record<string, number> = {}
  for (const judged of matching) for (const family of familiesOf(judged)) facets[family] = (facets[family] ?? 0) + 1
  const { reason } = filter
  return { found: reason === undefined ? matching : matching.filter((judged) => familiesOf(judged).has(reason)), facets, describe }
}

function hasStatus(judged: Judged, status: CandidateFilter['status']): boolean {
  if (status === undefined) return true
  return status === 'lawful' ? judged.status !== 'refused' : judged.status === status
}

/** "limit_exceeded" of `limit_exceeded:ng-instant-naira-rail`; refusals and conditions alike. */
const familiesOf = (judged: Judged): ReadonlySet<string> =>
  new Set([...judged.refusals, ...judged.candidate.conditions.map((condition) => condition.code)].map((code) => code.split(':', 1)[0]!))

const textOf = (judged: Judged): string =>
  [judged.candidate.id, ...judged.candidate.legs.flatMap((leg) => [leg.provider.id, leg.provider.name, leg.from, leg.to]), ...judged.refusals].join(' ').toLowerCase()
