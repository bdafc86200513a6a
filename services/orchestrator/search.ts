/**
 * The best routes of a graph too large to judge whole: depth-first branch and bound over legs, exact in score.
 *
 * The score is not additive (products over hops, rounding of what is sent, calendars, shared papers), but every input only grows along a
 * route. So a branch knows what it has spent, search-bounds.ts says what the rest must add at least, and the branch stops when both
 * together exceed the score that the last shown place has now. What survives is assessed exactly, by the code that assesses small graphs.
 *
 * The bounds assume that no shown route loses more than `delta` of its value. That is checked afterwards: a result whose last score would
 * allow more loss is searched again with the delta it proves.
 */
import { type Assessed, type Assessor, assessorOf } from './assess.ts'
import { candidateId, planOfPath, type TraitsInterner, traitsInterner } from './candidates.ts'
import { HOUR_S } from './durations.ts'
import type { IntentContext } from './intent-context.ts'
import { EQUAL_BPS } from './score.ts'
import { bitCount, boundsOf, restOf } from './search-bounds.ts'
import type { Edge } from './graph.ts'
import type { Leg } from './leg.ts'
import { finishAtLeast } from './timing.ts'

/** Ranked candidates shown of one path of money states, so that variants of one idea do not hide the second idea. */
export const PER_STATE_PATH = 3
export const MOST_SHOWN = 20

/** Branches looked at before the search gives up proving that it has the best: a bound on time, said as `truncated`. */
const MOST_STEPS = 2_000_000
const FIRST_DELTA = 0.06
/** Bounds come from doubles; this much is left so that rounding cannot cut a true winner. */
const SLACK_BPS = EQUAL_BPS + 1e-6

/** Routes and legs that policy has already refused in this request; they cannot take a place. */
export type Avoid = {
  readonly ids: ReadonlySet<string>
  readonly legs: ReadonlySet<number>
  /** how many times the shown places to fill, because policy will refuse some: 1 at first, more after refusals */
  readonly breadth: number
}
export type Found = { readonly assessed: readonly Assessed[]; readonly truncated: boolean; readonly steps: number }

/** Holds the shown places: at most three of one path of states, twenty in all, times the breadth. `limit` is what a newcomer must beat. */
class Places {
  readonly #places: number
  readonly #perPath: number
  readonly #best: { score: number; path: string }[] = []
  readonly #third = new Map<string, number>()
  limit = Number.POSITIVE_INFINITY

  constructor(breadth: number) {
    this.#places = MOST_SHOWN * breadth
    this.#perPath = PER_STATE_PATH * breadth
  }

  /** What a newcomer on this path of states must beat. */
  limitOf(path: string): number {
    return Math.min(this.limit, this.#third.get(path) ?? Number.POSITIVE_INFINITY)
  }

  offer(score: number, path: string): void {
    if (score > this.limitOf(path)) return
    const best = this.#best
    const same = best.flatMap((b, i) => (b.path === path ? [i] : []))
    if (same.length === this.#perPath) best.splice(same.at(-1)!, 1)
    let at = best.length
    while (at > 0 && best[at - 1]!.score > score) at--
    best.splice(at, 0, { score, path })
    if (same.length >= this.#perPath - 1) this.#third.set(path, best.filter((b) => b.path === path).at(-1)!.score)
    if (best.length > this.#places) best.pop()
    if (best.length === this.#places) this.limit = best.at(-1)!.score
  }
}

/** Searches for the shown routes of an intent that `avoid` does not rule out. */
export function searchBest(context: IntentContext, avoid: Avoid, max_hops: number): Found {
  const assess = assessorOf(context)
  const intern = traitsInterner()
  const cost = context.snapshot.weights[context.intent.preference]!.cost
  const known = new Map<string, Assessed>()
  // Where cost weighs less, a shown route may lose more: begin with what the result will most likely prove.
  let delta = Math.min(0.3, FIRST_DELTA / Math.max(cost, 0.01))
  let steps = 0
  for (;;) {
    const round = searchRound(context, avoid, max_hops, delta, assess, known, intern)
    steps += round.steps
    const proven = cost > 0 ? (round.limit / (cost * 10_000)) * 1.001 : 1
    if (round.truncated || proven <= delta || delta >= 0.95) return { assessed: [...known.values()], truncated: round.truncated, steps }
    delta = Math.min(0.95, Math.max(proven, delta * 1.5))
  }
}

/**
 * What a branch has spent, one row of doubles a hop: exact where it can be, so that the products of its own hops are not bounded twice.
 * Rows of one array and not objects: the search makes thousands of them for every request.
 */
const JOINT = 0
const FIXED_SHARE = 1
const KEEPS = 2
const LIQUIDITY = 3
const SAFE = 4
const TRUST = 5
const ACTOR = 6
const PAPERS = 7
const PAPER_HOURS = 8
const AT = 9
const ROW = 10

function searchRound(
  context: IntentContext, avoid: Avoid, max_hops: number, delta: number, assess: Assessor, known: Map<string, Assessed>, intern: TraitsInterner,
): { limit: number; truncated: boolean; steps: number } {
  const { graph, starts, targets, corridor, created, deadline, intent } = context
  const w = context.snapshot.weights[intent.preference]!
  const bounds = boundsOf(context, delta, max_hops)
  const { products } = bounds
  const rest = restOf(graph, targets.map((t) => t.state), bounds, `${corridor.record.id}|${intent.preference}`, avoid.legs, max_hops)
  const targetAt = new Map(targets.map((t, i) => [t.state, i]))
  const places = new Places(avoid.breadth)
  const spent = new Float64Array(ROW * (max_hops + 1))
  // First only the best leg of each pair of states, so that twenty different ideas set a limit before any is varied.
  let varied = false
  const bestOf: (readonly Edge[] | undefined)[] = []
  const legs: Leg[] = []
  const states: number[] = []
  const seen = new Uint8Array(graph.states.length)
  const offered = new Set<string>()
  const late_by = (t: number): number => (t > deadline ? Math.min(720, (t - deadline) / HOUR_S) : 0)
  const paperShare = (papers: number, hours: number): number => w.document * bitCount(papers) + w.hour * hours
  let steps = 0

  /** The best leg to each next state, the most promising first. */
  const bestEdges = (state: number): readonly Edge[] => {
    const known = bestOf[state]
    if (known) return known
    const best = new Map<number, Edge>()
    for (const edge of graph.edges[state]!) {
      const bound = bounds.leg[edge.leg.ordinal]!
      const other = best.get(edge.to)
      if (bound < Number.POSITIVE_INFINITY && !avoid.legs.has(edge.leg.ordinal) && (!other || bound < bounds.leg[other.leg.ordinal]!)) best.set(edge.to, edge)
    }
    const joint = ({ leg, to }: Edge): number => bounds.leg[leg.ordinal]! + rest.joint[max_hops - 1]![to]!
    return (bestOf[state] = [...best.values()].sort((a, b) => joint(a) - joint(b) || a.leg.ordinal - b.leg.ordinal))
  }

  /** The least time at which the legs so far are done at p90, papers first: later hops may ask for papers that start them all later. */
  const doneAt = (paper_hours: number): number => {
    let t = created + paper_hours * HOUR_S
    for (const leg of legs) {
      const { p90_s, days } = corridor.p90[leg.ordinal]!
      t = finishAtLeast(days, t, p90_s)
    }
    return t
  }

  /** Writes the row of `depth` + 1 hops from that of `depth` and the leg just taken. */
  const extend = (depth: number, leg: Leg, bound: number): void => {
    const i = leg.ordinal
    const set = bounds.set_of[i]!
    const from = depth * ROW
    const to = from + ROW
    const paper_hours = Math.max(spent[from + PAPER_HOURS]!, bounds.paper_hours[set]!)
    spent[to + JOINT] = spent[from + JOINT]! + bound
    spent[to + FIXED_SHARE] = spent[from + FIXED_SHARE]! + bounds.fixed_share[i]!
    spent[to + KEEPS] = spent[from + KEEPS]! * bounds.keeps[i]!
    spent[to + LIQUIDITY] = spent[from + LIQUIDITY]! * leg.liquidity_confidence
    spent[to + SAFE] = spent[from + SAFE]! * (1 - leg.risk)
    spent[to + TRUST] = spent[from + TRUST]! * leg.trust
    spent[to + ACTOR] = spent[from + ACTOR]! * leg.actor_reliability
    spent[to + PAPERS] = spent[from + PAPERS]! | bounds.papers[set]!
    spent[to + PAPER_HOURS] = paper_hours
    const { p90_s, days } = corridor.p90[i]!
    spent[to + AT] = paper_hours === spent[from + PAPER_HOURS] ? finishAtLeast(days, spent[from + AT]!, p90_s) : doneAt(paper_hours)
  }

  /** The least that any route beginning with the row of `depth` hops and `left` more from a state can score: each share with its own best rest. */
  const least = (depth: number, state: number, left: number): number => {
    const row = depth * ROW
    const t = spent[row + AT]! + rest.hours[left]![state]! * HOUR_S
    return w.cost * 10_000 * (1 - spent[row + KEEPS]! * rest.keeps[left]![state]!)
      + products.liquidity * (1 - spent[row + LIQUIDITY]! * rest.liquidity[left]![state]!) + products.risk * (1 - spent[row + SAFE]! * rest.safe[left]![state]!)
      + products.trust * (1 - spent[row + TRUST]! * rest.trust[left]![state]!) + products.actor * (1 - spent[row + ACTOR]! * rest.actor[left]![state]!)
      + spent[row + FIXED_SHARE]! + rest.fixed_share[left]![state]!
      + w.hour * ((t - created) / HOUR_S) + w.late_hour * late_by(t) + w.document * bitCount(spent[row + PAPERS]!)
  }

  const reach = (from: number, target: number, at_least: number): void => {
    const path = states.join('|')
    if (at_least > places.limitOf(path) + SLACK_BPS) return
    const id = candidateId(legs)
    if (offered.has(id)) return
    offered.add(id)
    let found = known.get(id)
    if (!found) known.set(id, (found = assess(planOfPath(context, { legs: legs.slice(), states: states.slice(), start: from, target }, intern))))
    if (found.arithmetic.length === 0 && !avoid.ids.has(id)) places.offer(found.score, path)
  }

  const walk = (state: number, from: number, left: number): boolean => {
    const start = starts[from]!
    const depth = legs.length
    const row = depth * ROW
    const owed = spent[row + JOINT]! + paperShare(spent[row + PAPERS]!, spent[row + PAPER_HOURS]!)
    const toGo = rest.joint[left - 1]!
    for (const { leg, to } of varied ? graph.edges[state]! : bestEdges(state)) {
      const bound = bounds.leg[leg.ordinal]!
      // Infinity where the leg is impossible or no target is within reach of it.
      if (!(owed + bound + toGo[to]! <= places.limit + SLACK_BPS) || seen[to] || bound + toGo[to]! === Number.POSITIVE_INFINITY || avoid.legs.has(leg.ordinal)) continue
      const held = leg.provider.needs_held_funds === true
      if (depth === 0 ? (held ? start.held === null : start.only_held_funds_providers) : held) continue
      const target = targetAt.get(to)
      if (target !== undefined && !targets[target]!.last_kinds.has(leg.kind)) continue
      if (++steps > MOST_STEPS) return false
      legs.push(leg)
      extend(depth, leg, bound)
      let going = true
      const at_least = least(depth + 1, to, left - 1)
      if (at_least <= places.limit + SLACK_BPS) {
        states.push(to)
        if (target !== undefined) reach(from, target, at_least)
        else {
          seen[to] = 1
          going = walk(to, from, left - 1)
          seen[to] = 0
        }
        states.pop()
      }
      legs.pop()
      if (!going) return false
    }
    return true
  }

  spent.set([0, 0, 1, 1, 1, 1, 1, bounds.base_papers, bounds.base_paper_hours, created + bounds.base_paper_hours * HOUR_S])
  let truncated = false
  for (varied of [false, true]) {
    starts.forEach(({ state }, from) => {
      seen[state] = 1
      states.push(state)
      if (!walk(state, from, max_hops)) truncated = true
      states.pop()
      seen[state] = 0
    })
  }
  return { limit: places.limit, truncated, steps }
}
