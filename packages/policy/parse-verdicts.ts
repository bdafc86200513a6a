import type { PolicyAnswer, PolicyFacts, Verdict } from '#contracts/routing.ts'

type Expected = { readonly request_id: string; readonly policy_revision: string; readonly facts: readonly PolicyFacts[] }

/**
 * Reads an answer of the policy and fails closed: verdicts come out only if the answer is about this request, from this
 * policy revision, and says exactly one consistent thing about every candidate. Verdicts are returned in the order of the facts.
 */
export function parseVerdicts(answer: unknown, expected: Expected): PolicyAnswer {
  if (!isObject(answer) || !isObject(answer['result'])) return unavailable('wrong_shape')
  const { request_id, policy_revision, verdicts } = answer['result']
  if (request_id !== expected.request_id) return unavailable('other_request')
  if (policy_revision !== expected.policy_revision) return unavailable('other_revision')
  if (!Array.isArray(verdicts)) return unavailable('wrong_shape')
  if (verdicts.length !== expected.facts.length) return unavailable('verdict_count')

  const byCandidate = new Map<string, Verdict>()
  for (const item of verdicts as unknown[]) {
    const verdict = readVerdict(item)
    if (verdict === null) return unavailable('wrong_verdict')
    byCandidate.set(verdict.candidate_id, verdict)
  }
  // As many distinct ids as candidates, and each candidate among them: exactly one verdict for each.
  if (byCandidate.size !== expected.facts.length) return unavailable('duplicate_verdict')
  const ordered: Verdict[] = []
  for (const { candidate_id } of expected.facts) {
    const verdict = byCandidate.get(candidate_id)
    if (verdict === undefined) return unavailable('missing_verdict')
    ordered.push(verdict)
  }
  return { status: 'answered', policy_revision, verdicts: ordered }
}

/** The one way to say that there is no answer; the cause is for logs and the desk, never for a merchant. */
export const unavailable = (cause: string): PolicyAnswer => ({ status: 'unavailable', cause })

function readVerdict(value: unknown): Verdict | null {
  if (!isObject(value)) return null
  const { candidate_id, allow, denials } = value
  if (typeof candidate_id !== 'string' || typeof allow !== 'boolean' || !Array.isArray(denials)) return null
  if (!denials.every((code): code is string => typeof code === 'string' && code !== '')) return null
  if (allow !== (denials.length === 0)) return null
  return { candidate_id, allow, denials }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
