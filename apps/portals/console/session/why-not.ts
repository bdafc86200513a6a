/** What Why not says of one candidate in one row, and the same as a file of codes. Pure. */
import type { Candidate } from '../../api/types.ts'
import { csvOf } from '../../shared/csv.ts'
import { roundTo } from '../decimal.ts'
import { firstRefusal } from '../lane.ts'
import { pathWords } from '../words.ts'

export type WhyRow = {
  readonly code: string
  readonly more: number
  readonly number: string
  readonly against: string
  readonly retryable: 'Lawful' | 'Yes' | 'No'
  readonly remedy: string
}

/** The first reason of a candidate with its numbers, and how many more there are. A lawful one that lost says by how much, and to what. */
export function whyRow(candidate: Candidate, bestScore: string | null): WhyRow {
  const reason = firstRefusal(candidate)
  if (candidate.status === 'refused' && reason) {
    return {
      code: reason.code, more: candidate.refusals.length - 1, number: reason.number ?? '', against: reason.against ?? reason.sentence,
      retryable: candidate.refusals.every((each) => each.retryable) ? 'Yes' : 'No', remedy: shortRemedy(reason.remedy, reason.against),
    }
  }
  const conditions = candidate.conditions
  return {
    code: 'outranked', more: conditions.length, number: `score ${roundTo(candidate.score, 0)}`,
    against: `${bestScore === null ? '' : `${roundTo(bestScore, 0)}; `}${candidate.lost?.sentence ?? ''}`.trim(),
    retryable: 'Lawful', remedy: conditions[0]?.remedy ?? 'Another preference, or a later deadline',
  }
}

// What is missing stands in the column beside it already, so it is not said twice in a row.
function shortRemedy(remedy: string | null, against: string | null): string {
  if (remedy === null) return 'No remedy'
  if (against === null || !remedy.startsWith(`${against}: `)) return remedy
  const rest = remedy.slice(against.length + 2)
  return rest.charAt(0).toUpperCase() + rest.slice(1)
}

/** Every reason of every candidate as CSV, one line a reason, codes and decimals as the API gives them. */
export const whyNotCsv = (candidates: readonly Candidate[]): string => csvOf([
  ['candidate', 'status', 'route', 'provider_ids', 'cost_bps', 'score', 'code', 'source', 'hop', 'number', 'against', 'retryable', 'remedy', 'facts', 'illustrative'],
  ...candidates.flatMap((candidate) => {
    const own = [candidate.id, candidate.status, pathWords(candidate), candidate.hops.map((hop) => hop.provider_id).join(' '), candidate.cost_bps, candidate.score]
    const reasons = [...candidate.refusals, ...candidate.conditions]
    if (reasons.length === 0) return [[...own, 'outranked', 'score', '', candidate.lost?.behind_bps ?? '', candidate.lost?.sentence ?? '', 'true', '', '', 'false']]
    return reasons.map((reason) => [...own, reason.code, reason.source, reason.hop === null ? '' : String(reason.hop), reason.number ?? '', reason.against ?? '', String(reason.retryable), reason.remedy ?? '', reason.facts.join(' '), String(reason.illustrative)])
  }),
])
