/** A candidate drawn as a lane: stations (currency over holder) joined by segments (provider, then rail, cost and time). Pure. */
import type { Candidate, Hop, Reason } from '../api/types.ts'
import { compareDecimals, roundTo } from './decimal.ts'
import { holderWords, nameOf, railWords, shortDuration, shortProvider } from './words.ts'

export type LaneLook = 'recommended' | 'alternative' | 'refused'
export type Station = { readonly currency: string; readonly holder: string; readonly place: string; readonly failing: boolean }
export type Segment = {
  readonly hop: Hop
  readonly provider: string
  readonly rail: string
  readonly cost: string
  readonly time: string
  /** whether price or time of this leg has no public source */
  readonly illustrative: boolean
  readonly failing: boolean
}
export type Lane = { readonly look: LaneLook; readonly stations: readonly Station[]; readonly segments: readonly Segment[] }

const SHOWN_MARKS = ['fixed_fee', 'fee_bps', 'minimum_fee', 'spread_bps', 'slippage_bps', 'latency']

/** The reason that stands in a refused candidate's title row: one that names a leg before one about the whole route. */
export const firstRefusal = (candidate: Pick<Candidate, 'refusals'>): Reason | null =>
  candidate.refusals.find((reason) => reason.hop !== null) ?? candidate.refusals[0] ?? null

/**
 * The lane of a candidate. Of a refused one only the leg of its first reason and the station behind it are marked, so that the eye
 * goes to what failed; a reason about the whole route marks nothing.
 */
export function laneOf(candidate: Candidate, recommended: boolean): Lane {
  const home = candidate.hops[0]?.from.country ?? ''
  const failing = candidate.status === 'refused' ? (firstRefusal(candidate)?.hop ?? null) : null
  const states = [candidate.hops[0]?.from, ...candidate.hops.map((hop) => hop.to)].filter((state) => state !== undefined)
  return {
    look: candidate.status === 'refused' ? 'refused' : recommended ? 'recommended' : 'alternative',
    stations: states.map((state, index) => ({
      currency: state.currency, holder: holderWords(state, home), place: state.country ?? 'no country', failing: failing !== null && index === failing + 1,
    })),
    segments: candidate.hops.map((hop, index) => ({
      hop,
      provider: candidate.hops.length <= 2 && nameOf(hop.provider_name).length <= 44 ? nameOf(hop.provider_name) : shortProvider(hop, home),
      rail: railWords(hop), cost: `${roundTo(hop.cost_bps, 1)} bps`, time: shortDuration(hop.latency_p50),
      illustrative: hop.illustrative.some((field) => SHOWN_MARKS.includes(field)), failing: failing === index,
    })),
  }
}

/** The refused candidate that came nearest: fewest reasons, then cheapest. Null when there is none. */
export function nearMiss(refused: readonly Candidate[]): Candidate | null {
  const sorted = [...refused].sort((a, b) => a.refusals.length - b.refusals.length || compareDecimals(a.cost_bps, b.cost_bps))
  return sorted[0] ?? null
}
