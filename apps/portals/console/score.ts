/** A score as a bar: one scale for all candidates on the page, one fixed order of inputs. */
import type { Candidate, ScoreInput } from '../api/types.ts'
import { fromUnits, shareForWidth, sumOf, toUnits } from './decimal.ts'

type Input = ScoreInput['input']
export type ScoreGroup = { readonly key: string; readonly label: string; readonly inputs: readonly Input[]; readonly fill: string }

/** Fourteen inputs in eight groups, in the order in which they are always drawn. */
export const SCORE_GROUPS: readonly ScoreGroup[] = [
  { key: 'cost', label: 'Cost', inputs: ['cost'], fill: 'bg-score-cost' },
  { key: 'late', label: 'Late', inputs: ['late'], fill: 'bg-score-late' },
  { key: 'human', label: 'Human steps', inputs: ['human', 'actor_risk'], fill: 'bg-score-human' },
  { key: 'trust', label: 'Trust', inputs: ['trust'], fill: 'bg-score-trust' },
  { key: 'liquidity', label: 'Liquidity', inputs: ['liquidity'], fill: 'bg-score-liquidity' },
  { key: 'time', label: 'Time', inputs: ['latency'], fill: 'bg-score-time' },
  { key: 'papers', label: 'Papers and proof', inputs: ['documents', 'proofs'], fill: 'bg-score-papers' },
  { key: 'other', label: 'Other', inputs: ['slippage', 'risk', 'freshness', 'probation', 'above_guidance'], fill: 'bg-score-other' },
]

export const INPUT_LABELS: Readonly<Record<Input, string>> = {
  cost: 'Cost', slippage: 'Slippage premium', latency: 'Time to arrival', late: 'Late', liquidity: 'Liquidity confidence', risk: 'Provider risk', trust: 'Trust score',
  human: 'Human steps', actor_risk: 'People who may fail', freshness: 'Data freshness', documents: 'Papers missing', proofs: 'Proofs asked for',
  probation: 'Providers on probation', above_guidance: 'Above amount guidance',
}

export type BarPart = { readonly group: ScoreGroup; readonly value: string; readonly width_pct: number }

/** The parts of one candidate's bar. A negative share (a rate better than mid) has no width and keeps its value. */
export function scoreBar(candidate: Pick<Candidate, 'score_inputs'>, scale: bigint): readonly BarPart[] {
  const of = new Map(candidate.score_inputs.map((each) => [each.input, each.bps]))
  return SCORE_GROUPS.map((group) => {
    const sum = sumOf(group.inputs.map((input) => of.get(input) ?? '0'))
    return { group, value: fromUnits(sum, 1), width_pct: sum <= 0n ? 0 : Math.min(100, shareForWidth(sum, scale)) }
  })
}

/** The scale of a page: the worst score shown fills the whole width. */
export const scoreScale = (candidates: readonly Pick<Candidate, 'score'>[]): bigint =>
  candidates.reduce((worst, each) => { const units = toUnits(each.score); return units > worst ? units : worst }, 0n)
