/** How many routes a corridor's data makes possible: what a search may have to look at. Pure. */
import { MAX_HOPS } from './candidates.ts'
import type { CorridorRecord } from './dataset.ts'
import { graphOf } from './graph.ts'
import type { Snapshot } from './snapshot.ts'

/** How many legs a walk may look at for each route of the most; the shipped data needs two. One that needs many more is lost among legs that lead nowhere. */
const LOOKS_PER_ROUTE = 10

/**
 * Counts to a supplier's country the paths of at most MAX_HOPS legs to the payee, by any kind of settlement, from the payer's money and from whatever
 * a payer may hold elsewhere. Stops above `most`; answers more than that too where it would have to look too long to know.
 */
export function countRoutes(snapshot: Snapshot, source: CorridorRecord['source']['country'], supplier: string, most: number): number {
  const { states, edges } = graphOf(snapshot, source, supplier)
  const isPayee = states.map(({ holder }) => holder === 'payee')
  // Hops still needed from each state, so that nothing is walked into that leads nowhere.
  const needs = isPayee.map((payee) => (payee ? 0 : Number.POSITIVE_INFINITY))
  for (let hop = 0; hop < MAX_HOPS; hop++) edges.forEach((out, state) => { for (const { to } of out) needs[state] = Math.min(needs[state]!, needs[to]! + 1) })
  const seen = new Uint8Array(states.length)
  let [count, looks] = [0, 0]
  const walk = (state: number, hops: number): void => {
    seen[state] = 1
    for (const { to } of edges[state]!) {
      looks += 1
      if (looks > most * LOOKS_PER_ROUTE) count = most + 1
      if (count > most) break
      if (seen[to] || hops + 1 + needs[to]! > MAX_HOPS) continue
      if (isPayee[to]) count += 1
      else walk(to, hops + 1)
    }
    seen[state] = 0
  }
  states.forEach(({ holder }, state) => { if (holder === 'payer' || holder === 'wallet_out') walk(state, 0) })
  return count
}
