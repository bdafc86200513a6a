import { UnansweredError } from './ask.ts'

/** A cap and what is reserved of it, as the store keeps them: decimals in US dollars with at most two places. */
export type ProbeCapFacts = {
  /** '*' is the whole company */
  readonly provider_id: string
  readonly per_probe_usd: string; readonly per_day_usd: string; readonly probes_per_day: number
  readonly reserved_usd: string; readonly probes: number
}
export type ProbeFacts = { readonly provider_id: string; readonly amount_usd: string; readonly caps: readonly ProbeCapFacts[] }

/** `allow` is true only with no denials: `probe_cap_exceeded`, `probe_cap_missing`, `probe_facts_invalid`. */
export type ProbeAnswer =
  | { readonly status: 'answered'; readonly policy_revision: string; readonly allow: boolean; readonly denials: readonly string[] }
  | { readonly status: 'unavailable'; readonly cause: string }

/** What policies/probe.rego reads. A number that is no safe integer goes as null, which it denies. */
export function probeInput({ provider_id, amount_usd, caps }: ProbeFacts, request_id: string): object {
  return {
    request_id,
    probe: {
      provider_id, amount_usd_cents: cents(amount_usd),
      caps: caps.map((cap) => ({
        whose: cap.provider_id, per_probe_usd_cents: cents(cap.per_probe_usd), per_day_usd_cents: cents(cap.per_day_usd), probes_per_day: cap.probes_per_day,
        reserved_usd_cents: cents(cap.reserved_usd), probes: cap.probes,
      })),
    },
  }
}

function cents(usd: string): number | null {
  const match = /^([0-9]{1,14})(?:\.([0-9]{1,2}))?$/.exec(usd)
  if (match === null) return null
  const whole = Number(match[1]! + (match[2] ?? '').padEnd(2, '0'))
  return Number.isSafeInteger(whole) ? whole : null
}

/** Reads an answer and fails closed: it must be about this request, from this revision, and agree with itself. */
export function parseProbe(answer: unknown, expected: { readonly request_id: string; readonly policy_revision: string }): ProbeAnswer {
  const result = (answer as { result?: unknown } | null | undefined)?.result
  if (typeof result !== 'object' || result === null) return { status: 'unavailable', cause: 'wrong_shape' }
  const { request_id, policy_revision, allow, denials } = result as Record<string, unknown>
  if (request_id !== expected.request_id) return { status: 'unavailable', cause: 'other_request' }
  if (policy_revision !== expected.policy_revision) return { status: 'unavailable', cause: 'other_revision' }
  const fine = typeof allow === 'boolean' && Array.isArray(denials) && denials.every((code) => typeof code === 'string' && code !== '') && allow === (denials.length === 0)
  return fine ? { status: 'answered', policy_revision: expected.policy_revision, allow, denials: denials as string[] } : { status: 'unavailable', cause: 'wrong_verdict' }
}

/** As any failure to answer; the cause is for logs and the desk. */
export const probeUnavailable = (error: unknown): ProbeAnswer => ({ status: 'unavailable', cause: error instanceof UnansweredError ? error.message : 'internal' })
