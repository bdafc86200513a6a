import type { PolicyFacts, PolicyLimits } from '#contracts/routing.ts'

type Hop = PolicyFacts['hops'][number]
type Rule = PolicyFacts['rules'][number]

/** A candidate as policy reads it: id, hop count, cost, risk, then indexes into the tables of hops and rules. */
export type CandidateRow = readonly [string, number | null, number | null, number | null, readonly number[], readonly number[]]

/** One batch, as policies/flowclaw.rego describes it. */
export type PolicyInput = {
  readonly request_id: string
  readonly limits: PolicyLimits
  readonly hops: readonly Hop[]
  readonly rules: readonly Rule[]
  readonly candidates: readonly CandidateRow[]
}

/**
 * Writes the facts of one request as one policy input: each distinct hop and rule once, candidates as rows of indexes.
 * It leaves nothing out and judges nothing; a number that is no safe integer goes as null, which policy denies.
 */
export function buildInput(facts: readonly PolicyFacts[], limits: PolicyLimits, request_id: string): PolicyInput {
  const hops = table<Hop>(
    (hop) => JSON.stringify([hop.provider_id, hop.pair_status, hop.posture, hop.age_ratio_ppm, hop.connector_id, hop.connector_known]),
    ({ provider_id, pair_status, posture, age_ratio_ppm, connector_id, connector_known }) =>
      ({ provider_id, pair_status, posture, age_ratio_ppm, connector_id, connector_known }),
  )
  const rules = table<Rule>((rule) => JSON.stringify([rule.id, rule.status]), ({ id, status }) => ({ id, status }))
  const candidates = facts.map((candidate): CandidateRow => [
    candidate.candidate_id,
    integerOrNull(candidate.hop_count),
    integerOrNull(candidate.cost_microbps),
    integerOrNull(candidate.route_risk_ppb),
    candidate.hops.map(hops.indexOf),
    candidate.rules.map(rules.indexOf),
  ])
  return { request_id, limits, hops: hops.rows, rules: rules.rows, candidates }
}

/** Distinct rows by content; the same object seen again is found without writing its key a second time. */
function table<T extends object>(keyOf: (item: T) => string, rowOf: (item: T) => T) {
  const rows: T[] = []
  const indexByObject = new Map<T, number>()
  const indexByKey = new Map<string, number>()
  const indexOf = (item: T): number => {
    const seen = indexByObject.get(item)
    if (seen !== undefined) return seen
    const key = keyOf(item)
    let index = indexByKey.get(key)
    if (index === undefined) {
      index = rows.push(rowOf(item)) - 1
      indexByKey.set(key, index)
    }
    indexByObject.set(item, index)
    return index
  }
  return { rows, indexOf }
}

const integerOrNull = (value: number): number | null => (Number.isSafeInteger(value) ? value : null)
