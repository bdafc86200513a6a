/** The baseline of the search: every path within the hop limit priced, timed and scored by the same assessment, then decided on. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { type Assessed, assessorOf } from '#orchestrator/assess.ts'
import { eachPath, planOfPath, traitsInterner } from '#orchestrator/candidates.ts'
import { decide } from '#orchestrator/engine.ts'
import { contextOf } from '#orchestrator/intent-context.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'

/** How many paths there are, or null when they are more than `most`. */
export function judgeEveryPath(snapshot: Snapshot, intent: PaymentIntent, max_hops: number, most: number): number | null {
  const context = contextOf(snapshot, intent, 'of_the_moment')
  const assess = assessorOf(context)
  const intern = traitsInterner()
  const candidates: Assessed[] = []
  let complete = true
  eachPath(context, max_hops, (path) => {
    if (candidates.length >= most) return (complete = false)
    candidates.push(assess(planOfPath(context, path, intern)))
    return true
  })
  if (!complete) return null
  const facts = candidates.map((c) => c.facts)
  decide({ context, candidates, complete, truncated: false, facts, limits: context.corridor.limits },
    { policy_revision: 'bench', verdicts: facts.map((f) => ({ candidate_id: f.candidate_id, allow: true, denials: [] })) })
  return candidates.length
}
