/** The graph of money states: what a leg does to currency, country and holder, for one source and one supplier's country. */
import { isToken } from '#contracts/money.ts'
import type { MoneyState } from '#contracts/routing.ts'
import type { Leg } from './leg.ts'
import type { Snapshot } from './snapshot.ts'

export type Edge = { readonly leg: Leg; readonly to: number }
/** Money states and the legs between them, for one source country and one supplier's country. */
export type Graph = { readonly states: readonly MoneyState[]; readonly index: ReadonlyMap<string, number>; readonly edges: readonly (readonly Edge[])[] }
export const stateKey = (currency: string, country: string | null, holder: string): string => `${currency}|${country ?? ''}|${holder}`

/** What a leg does to the holder (corridors/README "Money states and legs"): pairs of holder before and after. */
function holderMoves(leg: Leg, source: string, supplier: string): readonly (readonly [MoneyState['holder'], MoneyState['holder']])[] {
  const third = leg.from_country !== null && leg.from_country !== source && leg.from_country !== supplier
  switch (leg.kind) {
    case 'fund': return [['payer', 'provider']]
    case 'fx': return [['payer', 'payer']]
    case 'cross_border_transfer': return [['payer', leg.to_country === supplier ? 'payee_bank' : 'payer']]
    case 'onramp': return [['provider', 'wallet_out']]
    case 'onchain': return [['wallet_out', 'wallet_in'], ['wallet_out', 'payee']]
    case 'offramp': return [['wallet_in', leg.to_country === 'CN' ? 'payee' : 'payer']]
    case 'settlement': return [['payee_bank', 'payee']]
    case 'payout': return [[isToken(leg.from) ? 'wallet_in' : third ? 'payer' : 'provider', 'payee']]
    case 'agent_payout': return [[leg.from_country === supplier && supplier !== source ? 'payee_bank' : third ? 'payer' : 'provider', 'payee']]
    case 'wallet_payout': case 'mirror_settlement': case 'documentary_credit': case 'escrow': return [['payer', 'payee']]
  }
}

/** The graph for one source and one supplier's country, made on first use and kept with the snapshot. */
export function graphOf(snapshot: Snapshot, source: string, supplier: string): Graph {
  const key = `${source}|${supplier}`
  const known = snapshot.graphs.get(key)
  if (known) return known
  const states: MoneyState[] = []
  const index = new Map<string, number>()
  const edges: Edge[][] = []
  const at = (currency: string, country: string | null, holder: MoneyState['holder']): number => {
    const name = stateKey(currency, country, holder)
    let i = index.get(name)
    if (i === undefined) {
      index.set(name, (i = states.length))
      states.push({ currency, country, holder })
      edges.push([])
    }
    return i
  }
  for (const leg of snapshot.legs) {
    for (const [before, after] of holderMoves(leg, source, supplier)) {
      const from = at(leg.from, leg.from_country, before)
      edges[from]!.push({ leg, to: at(leg.to, leg.to_country, after) })
    }
  }
  const graph = { states, index, edges }
  snapshot.graphs.set(key, graph)
  return graph
}
