/**
 * Lower bounds for the search: what a leg, and the rest of a route, must add to a score at least. Every bound is true of every route
 * that loses at most `delta` of its value; search.ts proves afterwards that no other route could have been shown.
 */
import { conditionHolds, isStructural, onFile } from './documents.ts'
import { durationSeconds, HOUR_S } from './durations.ts'
import { amountAtMid, type IntentContext } from './intent-context.ts'
import { slippageAt } from './pricing.ts'
import { toNumber } from './rational.ts'
import type { Graph } from './graph.ts'
import type { Curve, Leg } from './leg.ts'
import type { Snapshot, Weights } from './snapshot.ts'

/** A day may be an hour short when clocks go forward. */
const CLOCK_CHANGE_S = HOUR_S
/** Missing papers that the bounds count: bits of a 32-bit mask. Further ones are left to the exact assessment. */
const MOST_PAPERS = 30

/** The four products over hops, as weights of (1 − Π). */
export type Products = { readonly liquidity: number; readonly risk: number; readonly trust: number; readonly actor: number }

export type Bounds = {
  readonly products: Products
  /** by leg ordinal: all shares of the score together, additive */
  readonly leg: Float64Array
  /** by leg ordinal: human steps, proofs, probation, amount guidance; exact and additive */
  readonly fixed_share: Float64Array
  /** by leg ordinal: the most value it keeps */
  readonly keeps: Float64Array
  readonly hours: Float64Array
  /** by document set of a leg: bits of the missing papers it asks for, and the hours until the slowest of them */
  readonly set_of: Int32Array
  readonly papers: Int32Array
  readonly paper_hours: Float64Array
  /** papers that the corridor asks of every route */
  readonly base_papers: number
  readonly base_paper_hours: number
}

/**
 * 1 − Πq ≥ slope × Σ min(−ln q, cap), for at most `hops` factors: the chord of a concave function. A cap near what good legs have makes
 * the chord steep where it matters; a bad leg is only counted up to the cap, which is still a lower bound.
 */
type Chord = { readonly slope: number; readonly cap: number }
function chordFor(snapshot: Snapshot, hops: number, q: (leg: Leg) => number): Chord {
  const logs = Float64Array.from(snapshot.legs, (leg) => -Math.log(Math.max(1e-9, q(leg)))).sort()
  const cap = Math.max(1e-9, logs[Math.floor(logs.length * 0.35)]!)
  const most = cap * hops
  return { cap, slope: (1 - Math.exp(-most)) / most }
}
const chorded = (chord: Chord, q: number): number => chord.slope * Math.min(chord.cap, -Math.log(Math.max(1e-9, q)))

/** A snapshot's legs as columns of doubles, money in USD at mid: the search reads three thousand of them for every request. */
type Columns = {
  readonly fee_rate: Float64Array; readonly minimum_fee: Float64Array; readonly fixed: Float64Array; readonly spread_bps: Float64Array
  /** hard limits; 0 and Infinity where there is none */
  readonly minimum: Float64Array; readonly most: Float64Array
  readonly curves: readonly (Curve | null)[]; readonly share_per_usd: Float64Array
  readonly set_of: Int32Array; readonly sets: readonly (readonly string[])[]
}
type Static = { readonly leg: Float64Array; readonly fixed_share: Float64Array; readonly p90_hours: ReadonlyMap<string, Float64Array>; readonly columns: Columns }

const columnsBySnapshot = new WeakMap<Snapshot, Columns>()
function columnsOf(snapshot: Snapshot): Columns {
  const known = columnsBySnapshot.get(snapshot)
  if (known) return known
  const { legs } = snapshot
  const usd = Float64Array.from(legs, (l) => 1 / snapshot.usd_mids.get(l.from)!.approx)
  const column = (of: (l: Leg, per_usd: number) => number): Float64Array => Float64Array.from(legs, (l, i) => of(l, usd[i]!))
  const setNames = new Map<string, number>()
  const sets: (readonly string[])[] = []
  const set_of = Int32Array.from(legs, (l) => {
    const name = l.documents.join('|')
    let i = setNames.get(name)
    if (i === undefined) { setNames.set(name, (i = sets.length)); sets.push(l.documents) }
    return i
  })
  const made: Columns = {
    fee_rate: column((l) => l.fee_rate.approx), minimum_fee: column((l, u) => l.minimum_fee.approx * u), fixed: column((l, u) => l.fixed.approx * u),
    spread_bps: column((l) => l.spread_bps.approx), minimum: column((l, u) => (l.minimum ? l.minimum.approx * u * (1 - 1e-9) : 0)),
    most: column((l, u) => Math.min(l.maximum && !l.maximum_is_soft ? l.maximum.approx * u : Number.POSITIVE_INFINITY, l.daily_liquidity ? l.daily_liquidity.approx * u : Number.POSITIVE_INFINITY) * (1 + 1e-9)),
    curves: legs.map((l) => l.curve), share_per_usd: column((l, u) => l.share_per_unit.approx / u), set_of, sets,
  }
  columnsBySnapshot.set(snapshot, made)
  return made
}
const staticBounds = new WeakMap<Snapshot, Map<string, Static>>()

/** The shares that no request changes: people, proofs, products. Once per snapshot, preference and hop limit. */
function staticOf(snapshot: Snapshot, preference: string, max_hops: number): Static {
  let known = staticBounds.get(snapshot)
  if (!known) staticBounds.set(snapshot, (known = new Map()))
  const key = `${preference}|${max_hops}`
  const found = known.get(key)
  if (found) return found
  const w = snapshot.weights[preference]!
  const weight = productWeights(w)
  const liquidity = chordFor(snapshot, max_hops, (l) => l.liquidity_confidence)
  const risk = chordFor(snapshot, max_hops, (l) => 1 - l.risk)
  const trust = chordFor(snapshot, max_hops, (l) => l.trust)
  const actor = chordFor(snapshot, max_hops, (l) => l.actor_reliability)
  const fixed_share = Float64Array.from(snapshot.legs, (l) =>
    w.human_hour * l.human_hours + w.human_step * l.human_steps.length + w.proof * l.proofs + (l.on_probation ? w.probation : 0))
  const leg = Float64Array.from(snapshot.legs, (l, i) => fixed_share[i]!
    + weight.liquidity * chorded(liquidity, l.liquidity_confidence) + weight.risk * chorded(risk, 1 - l.risk)
    + weight.trust * chorded(trust, l.trust) + weight.actor * chorded(actor, l.actor_reliability))
  const p90_hours = new Map([...snapshot.corridors].map(([id, corridor]) =>
    [id, Float64Array.from(corridor.p90, ({ p90_s, days }) => Math.max(0, p90_s - (days === null ? 0 : CLOCK_CHANGE_S)) / HOUR_S)]))
  const made = { leg, fixed_share, p90_hours, columns: columnsOf(snapshot) }
  known.set(key, made)
  return made
}

export const productWeights = (w: Weights): Products => ({ liquidity: w.liquidity * 100, risk: w.risk * 10_000, trust: w.trust * 10_000, actor: w.actor_risk * 10_000 })

export function boundsOf(context: IntentContext, delta: number, max_hops: number): Bounds {
  const { snapshot, corridor, intent } = context
  const w = snapshot.weights[intent.preference]!
  const known = staticOf(snapshot, intent.preference, max_hops)
  const hours = known.p90_hours.get(corridor.record.id)!
  const usd = toNumber(amountAtMid(snapshot, intent, 'USD'))
  // What enters a leg lies between what is sent and what arrives.
  const sends = intent.amount.side === 'merchant_sends'
  const low = sends ? usd * (1 - delta) : usd
  const high = sends ? usd : usd / (1 - delta)
  const costSlope = (w.cost * 10_000 * delta) / -Math.log(1 - delta)
  const { fee_rate, minimum_fee, fixed, spread_bps, minimum, most, curves, share_per_usd, set_of } = known.columns
  const n = snapshot.legs.length
  const leg = new Float64Array(n)
  const keeps = new Float64Array(n)
  const costWeight = w.cost * 10_000
  for (let i = 0; i < n; i++) {
    if (low > most[i]! || high < minimum[i]!) {
      leg[i] = Number.POSITIVE_INFINITY // whatever arrives here, arithmetic refuses it
      continue
    }
    const curve = curves[i]!
    const slip = curve === null ? 0 : slippageAt(curve, low * share_per_usd[i]!)
    const kept = Math.max(1e-9, (1 - Math.max(fee_rate[i]!, minimum_fee[i]! / high) - fixed[i]! / high) * (1 - (spread_bps[i]! + slip) / 10_000))
    keeps[i] = kept
    // −ln x ≥ 1 − x, and near 1 hardly more: the logarithm is not worth its time here.
    leg[i] = known.leg[i]! + w.hour * hours[i]! + (kept >= 1 ? costWeight : costSlope) * (1 - kept)
  }
  return { products: productWeights(w), leg, fixed_share: known.fixed_share, keeps, hours, set_of, ...papersOf(context, known.columns.sets) }
}

/** Bits of what is missing before payment, so that a branch knows its papers and their wait. */
function papersOf(context: IntentContext, documentSets: readonly (readonly string[])[]): Pick<Bounds, 'papers' | 'paper_hours' | 'base_papers' | 'base_paper_hours'> {
  const { snapshot, corridor, intent } = context
  const book = snapshot.documents
  const bits = new Map<string, number>()
  const lead = new Map<string, number>()
  const methods = new Set(context.targets.map((t) => t.method))
  for (const code of book.codes) {
    if (bits.size === MOST_PAPERS) break
    // A paper that is structural for some target refuses there; it is not counted as missing in a bound for all.
    if (book.stage(code) !== 'before_payment' || onFile(context, code) !== null || !conditionHolds(context, code)) continue
    if ([...methods].some((method) => isStructural(context, code, method))) continue
    bits.set(code, 1 << bits.size)
    lead.set(code, durationSeconds(book.lead_time(code)) / HOUR_S)
  }
  const of = (documents: readonly string[]): { mask: number; hours: number } => {
    let mask = 0
    let hours = 0
    for (const code of documents) {
      mask |= bits.get(code) ?? 0
      hours = Math.max(hours, lead.get(code) ?? 0)
    }
    return { mask, hours }
  }
  const needs = documentSets.map(of)
  const papers = Int32Array.from(needs, ({ mask }) => mask)
  const paper_hours = Float64Array.from(needs, ({ hours }) => hours)
  const always = corridor.documents.filter((d) => !d.speaks_of_route
    && (d.applies_if.purpose === undefined || d.applies_if.purpose.includes(intent.purpose))
    && (d.applies_if.paid === undefined || d.applies_if.paid.includes(intent.goods.paid))
    && (d.applies_if.first_payment_to_supplier === undefined || d.applies_if.first_payment_to_supplier === intent.first_payment_to_supplier)).map((d) => d.code)
  const base = of(always)
  return { papers, paper_hours, base_papers: base.mask, base_paper_hours: base.hours }
}

export function bitCount(mask: number): number {
  let x = mask - ((mask >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return (((x + (x >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24
}

/** What the rest of a route adds at least, by hops left and state. `joint` takes all shares together; the others each by itself. */
export type Rest = {
  readonly joint: readonly Float64Array[]
  readonly fixed_share: readonly Float64Array[]
  readonly hours: readonly Float64Array[]
  readonly keeps: readonly Float64Array[]
  readonly liquidity: readonly Float64Array[]
  readonly safe: readonly Float64Array[]
  readonly trust: readonly Float64Array[]
  readonly actor: readonly Float64Array[]
}

/** The pairs of states that some leg joins, with the legs of each: what tables run over. Made once per graph. */
type Pairs = { readonly from: Int32Array; readonly to: Int32Array; readonly pair_of_edge: Int32Array; readonly leg_of_edge: Int32Array; readonly legs: readonly Leg[] }
const pairsByGraph = new WeakMap<Graph, Pairs>()

function pairsOf(graph: Graph): Pairs {
  const known = pairsByGraph.get(graph)
  if (known) return known
  const from: number[] = []
  const to: number[] = []
  const pair_of_edge: number[] = []
  const legs: Leg[] = []
  graph.edges.forEach((edges, state) => {
    const at = new Map<number, number>()
    for (const edge of edges) {
      let pair = at.get(edge.to)
      if (pair === undefined) {
        at.set(edge.to, (pair = from.length))
        from.push(state)
        to.push(edge.to)
      }
      pair_of_edge.push(pair)
      legs.push(edge.leg)
    }
  })
  const made = { from: Int32Array.from(from), to: Int32Array.from(to), pair_of_edge: Int32Array.from(pair_of_edge), leg_of_edge: Int32Array.from(legs, (l) => l.ordinal), legs }
  pairsByGraph.set(graph, made)
  return made
}

type StaticRest = Omit<Rest, 'joint' | 'keeps'>
const restByGraph = new WeakMap<Graph, Map<string, StaticRest>>()

/** `key` names everything but the graph that the shares no request changes depend on. Legs that are avoided are still in them: a bound all the same. */
export function restOf(graph: Graph, targets: readonly number[], bounds: Bounds, key: string, avoid: ReadonlySet<number>, max_hops: number): Rest {
  const pairs = pairsOf(graph)
  const best = (none: number, better: (a: number, b: number) => boolean, value: (leg: Leg, ordinal: number) => number): Float64Array => {
    const found = new Float64Array(pairs.from.length).fill(none)
    for (let e = 0; e < pairs.leg_of_edge.length; e++) {
      const v = value(pairs.legs[e]!, pairs.leg_of_edge[e]!)
      const pair = pairs.pair_of_edge[e]!
      if (better(v, found[pair]!)) found[pair] = v
    }
    return found
  }
  const less = (a: number, b: number): boolean => a < b
  const more = (a: number, b: number): boolean => a > b
  const sums = (value: (leg: Leg, ordinal: number) => number): Float64Array[] => table(graph, targets, pairs, best(Number.POSITIVE_INFINITY, less, value), max_hops, false)
  const products = (value: (leg: Leg, ordinal: number) => number): Float64Array[] => table(graph, targets, pairs, best(0, more, value), max_hops, true)

  let known = restByGraph.get(graph)
  if (!known) restByGraph.set(graph, (known = new Map()))
  const name = `${key}|${max_hops}|${targets.join(',')}`
  let fixed = known.get(name)
  if (!fixed) {
    known.set(name, (fixed = {
      fixed_share: sums((_, i) => bounds.fixed_share[i]!), hours: sums((_, i) => bounds.hours[i]!),
      liquidity: products((l) => l.liquidity_confidence), safe: products((l) => 1 - l.risk), trust: products((l) => l.trust), actor: products((l) => l.actor_reliability),
    }))
  }
  const leg = bounds.leg
  const keeps = bounds.keeps
  const count = pairs.leg_of_edge.length
  const joint = new Float64Array(pairs.from.length).fill(Number.POSITIVE_INFINITY)
  const kept = new Float64Array(pairs.from.length)
  for (let e = 0; e < count; e++) {
    const i = pairs.leg_of_edge[e]!
    const pair = pairs.pair_of_edge[e]!
    if (leg[i]! < joint[pair]! && !avoid.has(i)) joint[pair] = leg[i]!
    if (keeps[i]! > kept[pair]!) kept[pair] = keeps[i]!
  }
  return { ...fixed, joint: table(graph, targets, pairs, joint, max_hops, false), keeps: table(graph, targets, pairs, kept, max_hops, true) }
}

/** By hops left, the best total from each state to a target: the least sum, or the greatest product. */
function table(graph: Graph, targets: readonly number[], pairs: Pairs, value: Float64Array, max_hops: number, product: boolean): Float64Array[] {
  const start = new Float64Array(graph.states.length).fill(product ? 0 : Number.POSITIVE_INFINITY)
  for (const target of targets) start[target] = product ? 1 : 0
  const tables = [start]
  const { from, to } = pairs
  for (let left = 1; left <= max_hops; left++) {
    const before = tables[left - 1]!
    const now = Float64Array.from(before)
    for (let p = 0; p < from.length; p++) {
      const rest = before[to[p]!]!
      const through = product ? value[p]! * rest : value[p]! + rest
      if (product ? through > now[from[p]!]! : through < now[from[p]!]!) now[from[p]!] = through
    }
    tables.push(now)
  }
  return tables
}
