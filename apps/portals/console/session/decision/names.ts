/** A candidate as a choice of a list. Pure. */
import type { Candidate, DeskRouteSession } from '../../../api/types.ts'
import { formatDecimal } from '../../../shared/money.ts'
import { bpsToPct } from '../../decimal.ts'
import { pathWords } from '../../words.ts'
import { standingOf } from './choices.ts'

export function candidateName(session: DeskRouteSession, candidate: Candidate): { readonly label: string; readonly detail: string } {
  const stands = standingOf(session)?.id === candidate.id
  const label = stands ? 'What stands, at today’s price' : candidate.id === session.recommended?.id ? 'The recommended route' : `Option ${candidate.rank}`
  return { label, detail: `${pathWords(candidate)}: ${candidate.sent.currency} ${formatDecimal(candidate.sent.amount)}, ${bpsToPct(candidate.cost_bps)} %` }
}
