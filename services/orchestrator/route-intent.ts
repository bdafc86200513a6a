/**
 * One intent from snapshot to decision, with policy asked from outside. The store's replay, the server and the command line all run
 * this same path; they differ only in who judges.
 */
import { sha256Hex } from '#contracts/canonical-json.ts'
import type { Decision, PaymentIntent, PolicyAnswer, PolicyFacts, PolicyLimits, Verdict } from '#contracts/routing.ts'
import { err, ok, type Result } from '#contracts/result.ts'
import { byScore, type Decided, decide, joined, type Judged, type Proposal, propose, type ProposeOptions, shown } from './engine.ts'
import { openingFrom, variantsOf } from './openings.ts'
import type { Snapshot } from './snapshot.ts'

/** Asks policy about a batch. Called once for the intent, and once more only where no route was found. */
export type Judge = (facts: readonly PolicyFacts[], limits: PolicyLimits) => Promise<PolicyAnswer>

export type Routed = {
  readonly decided: Decided
  readonly decision: Decision
  /** SHA-256 over the decision and every candidate's id, status, cost, score and reasons: what a replay must reproduce */
  readonly result_digest: string
  /** what policy said, batch by batch, in the order asked: with snapshot and intent all that replay needs */
  readonly rulings: readonly { readonly policy_revision: string; readonly verdicts: readonly Verdict[] }[]
}

export type RouteOptions = ProposeOptions & {
  /** true where the mode ceiling is simulation: then a silent policy degrades the answer and does not stop it */
  readonly simulation: boolean
}

export const POLICY_UNAVAILABLE = 'policy_unavailable'

/** Routes an intent. The only expected failure is that policy did not answer where it must. Throws IntentError as propose does. */
export async function routeIntent(
  snapshot: Snapshot, intent: PaymentIntent, judge: Judge, options: RouteOptions,
): Promise<Result<Routed, { code: 'policy_unavailable'; cause: string }>> {
  let proposal = propose(snapshot, intent, options)
  let answer = await judge(proposal.facts, proposal.limits)
  if (answer.status === 'unavailable') {
    if (!options.simulation) return err({ code: POLICY_UNAVAILABLE, cause: answer.cause })
    // Nothing real can follow from a simulation, so it goes on without policy, marked; acceptance is refused elsewhere.
    const unjudged = { policy_revision: 'none', verdicts: proposal.facts.map((f) => ({ candidate_id: f.candidate_id, allow: true, denials: [] })) }
    const decided = decide(proposal, { ...unjudged, degraded: [POLICY_UNAVAILABLE] })
    return ok(finished(decided, decided.decision, []))
  }
  const rulings = [{ policy_revision: answer.policy_revision, verdicts: answer.verdicts }]
  let verdicts = answer.verdicts
  // A large graph is searched for its best routes before policy speaks, so what policy refuses makes room for the next best.
  const avoid = { ids: new Set<string>(), legs: new Set<number>(), breadth: 1 }
  for (let round = 1; !proposal.complete && learn(avoid, proposal, verdicts) && round < MOST_ROUNDS; round++) {
    avoid.breadth = Math.min(MOST_BREADTH, 2 ** round)
    const more = propose(snapshot, intent, options, avoid)
    const asked = new Set(verdicts.map((v) => v.candidate_id))
    answer = await judge(more.facts.filter((f) => !asked.has(f.candidate_id)), more.limits)
    if (answer.status === 'unavailable') return err({ code: POLICY_UNAVAILABLE, cause: answer.cause })
    rulings.push({ policy_revision: answer.policy_revision, verdicts: answer.verdicts })
    proposal = joined(proposal, more)
    verdicts = [...verdicts, ...answer.verdicts]
  }
  const decided = decide(proposal, { policy_revision: rulings[0]!.policy_revision, verdicts })
  if (decided.recommended) return ok(finished(decided, decided.decision, rulings))

  const variants = variantsOf(snapshot, intent).map((variant) => ({ variant, proposal: propose(snapshot, variant.intent, options) }))
  const openings: { opening: Decision['openings'][number]; cost: number }[] = []
  for (const { variant, proposal: other } of variants) {
    const said = await judge(other.facts, other.limits)
    if (said.status === 'unavailable') break
    rulings.push({ policy_revision: said.policy_revision, verdicts: said.verdicts })
    const opening = openingFrom(decided, variant, decide(other, rulings.at(-1)!))
    if (opening) openings.push(opening)
  }
  openings.sort((a, b) => a.cost - b.cost || (a.opening.remedy < b.opening.remedy ? -1 : 1))
  return ok(finished(decided, { ...decided.decision, openings: openings.map((o) => o.opening) }, rulings))
}

/** Searches again after refusals at most this often; then the answer stands with what was judged (`complete: false`). */
const MOST_ROUNDS = 24
/** Each round asks for twice as many routes as the last, up to this many times the shown ones. */
const MOST_BREADTH = 32
const HOP_DENIALS: ReadonlySet<string> = new Set(['pair_not_allowed', 'provider_unverified', 'provider_suspended', 'quote_stale', 'connector_unknown'])

/**
 * Adds what policy refused to `avoid`; true when a route in a shown place was among it. A denial that speaks of a hop's own facts holds
 * for that leg in every route of this request, so the whole leg is avoided where one leg of the route can be meant.
 */
function learn(avoid: { ids: Set<string>; legs: Set<number> }, proposal: Proposal, verdicts: readonly Verdict[]): boolean {
  const shownNow = new Set(shown(byScore(allowedByArithmetic())).map((j) => j.candidate.id))
  const byId = new Map(proposal.candidates.map((c) => [c.id, c]))
  let placed = false
  for (const { candidate_id, allow, denials } of verdicts) {
    if (allow || avoid.ids.has(candidate_id)) continue
    placed ||= shownNow.has(candidate_id)
    avoid.ids.add(candidate_id)
    for (const denial of denials) {
      const [head = '', provider] = denial.split(':')
      const meant = HOP_DENIALS.has(head) ? byId.get(candidate_id)!.legs.filter((leg) => leg.provider.id === provider) : []
      if (meant.length === 1) avoid.legs.add(meant[0]!.ordinal)
    }
  }
  return placed

  /** Everything that arithmetic allows, as if policy allowed it, but for what was already avoided. */
  function allowedByArithmetic(): Judged[] {
    return proposal.candidates
      .filter((c) => c.arithmetic.length === 0 && !avoid.ids.has(c.id) && !c.legs.some((leg) => avoid.legs.has(leg.ordinal)))
      .map((candidate) => ({ candidate, denials: [], refusals: [], status: 'ready', amounts_alone: false }))
  }
}

function finished(decided: Decided, decision: Decision, rulings: Routed['rulings']): Routed {
  const all = decided.judged.map((j) => [j.candidate.id, j.status, micro(j.candidate.price.cost_bps), micro(j.candidate.score), j.refusals])
  // Plain JSON: the engine writes its keys in one order, and sorting a whole decision again would cost more than making it.
  return { decided, decision, rulings, result_digest: sha256Hex(JSON.stringify([decision, all])) }
}

/** As a whole number of millionths of a bps: what the digest covers. */
const micro = (bps: number): number => Math.round(bps * 1e6)

/** A judge that repeats stored rulings, for replay. Answers unavailable once they are used up, as the stored run must have ended there. */
export function recordedJudge(rulings: Routed['rulings']): Judge {
  let next = 0
  return async () => {
    const ruling = rulings[next++]
    return ruling ? { status: 'answered', ...ruling } : { status: 'unavailable', cause: 'not recorded' }
  }
}
