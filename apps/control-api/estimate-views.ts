/** The estimates of a provider as the desk sees them: prior, evidence and what it comes to, each with its history. */
import type { Static } from 'typebox'
import { ESTIMATE_KINDS, type Estimate, type EstimateKind, type ProviderEstimates } from '#contracts/api/settlement.ts'
import type { EvidenceRow, EvidenceTotalRow } from '#database/index.ts'
import type { EstimateRecord } from '#orchestrator/dataset.ts'
import { fromDecimal, sub } from '#orchestrator/rational.ts'
import { estimateOf, MINIMUM_SAMPLE, NO_EVIDENCE, priorOf, proposesSuspension, RANGES, valueText, type Prior, type Total } from '#route-cases/index.ts'

export function providerEstimatesOf(record: EstimateRecord, totals: readonly EvidenceTotalRow[], history: readonly EvidenceRow[]): ProviderEstimates {
  const totalOf = (kind: EstimateKind): Total => {
    const found = totals.find((total) => total.kind === kind)
    return found === undefined ? NO_EVIDENCE : { n: found.n, sum: fromDecimal(found.sum) }
  }
  const trust = priorOf('trust', record)
  return {
    provider_id: record.provider_id, minimum_sample: MINIMUM_SAMPLE,
    suspension_proposed: trust !== null && proposesSuspension(estimateOf(trust, totalOf('trust'))),
    estimates: ESTIMATE_KINDS.flatMap((kind) => {
      const prior = priorOf(kind, record)
      if (prior === null) return []
      const { n, value } = estimateOf(prior, totalOf(kind))
      return [{
        kind, least: valueText(RANGES[kind].least), greatest: valueText(RANGES[kind].greatest), prior: valueText(prior.mean), prior_weight: prior.weight, prior_illustrative: prior.illustrative, prior_source: prior.source,
        n, value: valueText(value), last_evidence_at: totals.find((total) => total.kind === kind)?.last_at ?? null,
        history: history.filter((row) => row.kind === kind).map((row) => evidenceOf(prior, row)),
      }]
    }),
  }
}

function evidenceOf(prior: Prior, row: EvidenceRow): Static<typeof Estimate>['history'][number] {
  const counts = row.undone_at === null
  const until: Total = { n: row.n_until, sum: fromDecimal(row.sum_until) }
  return {
    id: row.id, session_id: row.session_id, session_reference: row.session_reference, legs: row.legs, observation: row.observation, at: row.at,
    before: counts ? valueText(estimateOf(prior, { n: until.n - 1, sum: sub(until.sum, fromDecimal(row.observation)) }).value) : null,
    after: counts ? valueText(estimateOf(prior, until).value) : null,
    undone_at: row.undone_at, undone_by: row.undone_by === null ? null : { user_id: row.undone_by, name: row.undone_by_name ?? '' }, undone_because: row.undone_because,
  }
}
