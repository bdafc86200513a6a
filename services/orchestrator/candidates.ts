/**
 * Every path of legs from a start to a target: no state twice, at most six hops, holders as corridors/README says. Paths and what
 * depends on their legs alone are kept with the snapshot: amounts, times and papers change from request to request, these do not.
 */
import type { IntentContext } from './intent-context.ts'
import { traitsOf, type RouteTraits } from './documents.ts'
import { type MatchedRule, rulesOfPath } from './rules.ts'
import { type LegFigures, legFigures } from './score.ts'
import type { Leg } from './leg.ts'

export const MAX_HOPS = 6

/** `start` and `target` are positions in the context's starts and targets: what is held and agreed is the intent's, never a path's. */
export type Path = { readonly legs: readonly Leg[]; readonly states: readonly number[]; readonly start: number; readonly target: number }

/** Fewest hops from each state to any target; Infinity where none is reachable. */
export function hopsToTargets(context: IntentContext): number[] {
  const { graph, targets } = context
  const distance = graph.states.map(() => Number.POSITIVE_INFINITY)
  for (const target of targets) distance[target.state] = 0
  for (let changed = true; changed;) {
    changed = false
    graph.edges.forEach((edges, from) => {
      for (const { to } of edges) {
        if (distance[to]! + 1 < distance[from]!) { distance[from] = distance[to]! + 1; changed = true }
      }
    })
  }
  return distance
}

/** A stable name of a path inside its snapshot: the ordinals of its legs. */
export const candidateId = (legs: readonly Leg[]): string => `r${legs.map((leg) => leg.ordinal).join('-')}`

/** Calls `visit` for each path of at most `max_hops` legs, depth first in the snapshot's leg order; stops when it returns false. */
export function eachPath(context: IntentContext, max_hops: number, visit: (path: Path) => boolean): void {
  const { graph, starts, targets } = context
  const targetAt = new Map(targets.map((t, i) => [t.state, i]))
  const distance = hopsToTargets(context)
  const legs: Leg[] = []
  const states: number[] = []
  const seen = new Uint8Array(graph.states.length)
  let going = true

  const walk = (state: number, from: number): void => {
    const start = starts[from]!
    for (const { leg, to } of graph.edges[state]!) {
      if (!going) return
      if (seen[to] || legs.length + 1 + distance[to]! > max_hops) continue
      if (legs.length === 0 ? leg.provider.needs_held_funds === true ? start.held === null : start.only_held_funds_providers
        : leg.provider.needs_held_funds === true) continue
      const target = targetAt.get(to)
      legs.push(leg)
      states.push(to)
      if (target !== undefined) {
        if (targets[target]!.last_kinds.has(leg.kind)) going = visit({ legs: legs.slice(), states: states.slice(), start: from, target })
      } else {
        seen[to] = 1
        walk(to, from)
        seen[to] = 0
      }
      legs.pop()
      states.pop()
    }
  }
  starts.forEach(({ state }, from) => {
    seen[state] = 1
    states.push(state)
    walk(state, from)
    states.pop()
    seen[state] = 0
  })
}

/** A path with everything that its legs and target alone decide. */
export type Plan = Path & {
  readonly id: string
  readonly traits: RouteTraits
  /** position of the traits among the distinct ones of its plans: a dense key for what depends on them */
  readonly traits_index: number
  /** rules whose leg and route keys match; the intent's keys are asked per request */
  readonly rules: readonly MatchedRule[]
  readonly figures: LegFigures
}
export type Plans = { readonly plans: readonly Plan[]; readonly complete: boolean }

/** Above this many paths a graph is searched best first instead (search.ts). */
export const MAX_PATHS = 1_000
const KEPT_PLANS = 64

/** Gives each distinct set of traits a small number. */
export type TraitsInterner = (traits: RouteTraits) => number
export function traitsInterner(): TraitsInterner {
  // By the mask itself: writing bigints out as text costs more than everything else here.
  const byMask = new Map<bigint, Map<string, number>>()
  let size = 0
  return (traits) => {
    let slots = byMask.get(traits.mask)
    if (!slots) byMask.set(traits.mask, (slots = new Map()))
    const name = `${traits.token ? 1 : 0}${traits.own_funds ? 1 : 0}${traits.rmb_by_bank ? 1 : 0}${traits.payout_currency}${traits.method}`
    let i = slots.get(name)
    if (i === undefined) slots.set(name, (i = size++))
    return i
  }
}

export function planOfPath(context: IntentContext, path: Path, intern: TraitsInterner): Plan {
  const target = context.targets[path.target]!
  const traits = traitsOf(path.legs, target)
  return {
    ...path, id: candidateId(path.legs), traits, traits_index: intern(traits),
    rules: rulesOfPath(context.corridor.rules, path.legs, target), figures: legFigures(path.legs),
  }
}

/** The plans of a context's corridor, starts and targets, made on first use. `complete` is false when there are more than `most`. */
export function plansOf(context: IntentContext, max_hops: number, most: number): Plans {
  const { snapshot, corridor, intent, starts, targets } = context
  const key = JSON.stringify([
    max_hops, most, corridor.record.id, intent.supplier_settlement.country, starts.map((s) => [s.state, s.held !== null]), targets.map((t) => [t.state, t.method, t.agreed]),
  ])
  const known = snapshot.plans.get(key)
  if (known) return known
  const plans: Plan[] = []
  const intern = traitsInterner()
  let complete = true
  eachPath(context, max_hops, (path) => {
    if (plans.length === most) return (complete = false)
    plans.push(planOfPath(context, path, intern))
    return true
  })
  const made = { plans: complete ? plans : [], complete }
  // Held funds come in endless combinations; the oldest plans make room.
  if (snapshot.plans.size >= KEPT_PLANS) snapshot.plans.delete(snapshot.plans.keys().next().value!)
  snapshot.plans.set(key, made)
  return made
}
