/** All evidence that counts, as what the corridor data is overlaid with before a decision. */
import type { EstimateKind } from '#contracts/api/settlement.ts'
import type { Dataset } from '#orchestrator/dataset.ts'
import type { LearnedEstimates, LearnedProvider } from '#orchestrator/learned.ts'
import { fromDecimal } from '#orchestrator/rational.ts'
import { estimateOf, priorOf, valueText } from './estimates.ts'

/** Of one provider and kind, the observations that count: how many, and their exact sum as a decimal. */
export type EvidenceTotal = { readonly provider_id: string; readonly kind: EstimateKind; readonly n: number; readonly sum: string }

/** What the evidence says of the providers of this dataset, and nothing of a provider without evidence. The order of the totals changes nothing. */
export function learnedEstimates(evidence: readonly EvidenceTotal[], priors: Dataset['estimates']['providers']): LearnedEstimates {
  const learned: Record<string, LearnedProvider> = {}
  for (const record of priors) {
    const of = (kind: EstimateKind) => evidence.find((total) => total.provider_id === record.provider_id && total.kind === kind && total.n > 0)
    const value = (kind: EstimateKind): string | null => {
      const [prior, total] = [priorOf(kind, record), of(kind)]
      return prior === null || total === undefined ? null : valueText(estimateOf(prior, { n: total.n, sum: fromDecimal(total.sum) }).value)
    }
    const trust = of('trust')
    const [liquidity_confidence, latency_factor, slippage_factor] = [value('liquidity'), value('latency'), value('slippage')]
    const own: LearnedProvider = {
      // An observation of trust is 1 or 0, so their sum counts the successes.
      ...(record.trust_prior === undefined || trust === undefined ? {} : { trust: { successes: String(BigInt(record.trust_prior.successes) + BigInt(trust.sum)), failures: String(BigInt(record.trust_prior.failures + trust.n) - BigInt(trust.sum)) } }),
      ...(liquidity_confidence === null ? {} : { liquidity_confidence }), ...(latency_factor === null ? {} : { latency_factor }), ...(slippage_factor === null ? {} : { slippage_factor }),
    }
    if (Object.keys(own).length > 0) learned[record.provider_id] = own
  }
  return learned
}
