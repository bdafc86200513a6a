/** Every route there is, by depth-first search over all legs of all providers: "Money states and legs" in corridors/README.md. */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { Corridor, Leg, OracleData } from './data.ts'
import { knownEstimate } from './missing.ts'
import { isToken, type Hop } from './price.ts'

export type State = { readonly currency: string; readonly country: string | null; readonly holder: string }
export type Target = { readonly currency: string; readonly country: string | null; readonly method: string; readonly agreed: boolean }
export type Route = { readonly start: State; readonly held: boolean; readonly hops: readonly Hop[]; readonly states: readonly State[]; readonly target: Target }

const MAX_HOPS = 6

const REACHES_PAYEE: Readonly<Record<string, readonly string[]>> = {
  mainland_corporate_account: ['settlement', 'payout', 'documentary_credit', 'agent_payout', 'escrow', 'mirror_settlement', 'offramp'],
  hong_kong_corporate_account: ['settlement', 'payout'],
  personal_bank_account: ['settlement', 'payout', 'agent_payout', 'wallet_payout', 'mirror_settlement', 'offramp'],
  mobile_wallet_personal: ['wallet_payout', 'agent_payout', 'payout', 'mirror_settlement', 'offramp'],
  trade_agent: ['agent_payout', 'settlement', 'payout', 'mirror_settlement', 'offramp'],
  token_wallet: ['onchain'],
  bank_account: ['settlement', 'payout', 'documentary_credit'],
}

/** [holder before, holder after] of a leg; onchain has two. */
function holders(leg: Leg, sourceCountry: string, supplierCountry: string): readonly (readonly [string, string])[] {
  const fromThirdCountry = leg.from_country !== null && leg.from_country !== sourceCountry && leg.from_country !== supplierCountry
  switch (leg.kind) {
    case 'fund': return [['payer', 'provider']]
    case 'fx': return [['payer', 'payer']]
    case 'cross_border_transfer': return [['payer', leg.to_country === supplierCountry ? 'payee_bank' : 'payer']]
    case 'onramp': return [['provider', 'wallet_out']]
    case 'onchain': return [['wallet_out', 'wallet_in'], ['wallet_out', 'payee']]
    case 'offramp': return [['wallet_in', leg.to_country === 'CN' ? 'payee' : 'payer']]
    case 'settlement': return [['payee_bank', 'payee']]
    case 'payout': return [[isToken(leg.from) ? 'wallet_in' : fromThirdCountry ? 'payer' : 'provider', 'payee']]
    case 'agent_payout':
      return [[leg.from_country === supplierCountry ? 'payee_bank' : fromThirdCountry ? 'payer' : 'provider', 'payee']]
    case 'documentary_credit': case 'mirror_settlement': case 'escrow': case 'wallet_payout': return [['payer', 'payee']]
    default: throw new Error(`unknown leg kind ${leg.kind}`)
  }
}

/** What may be delivered: the agreed settlement, what the supplier also accepts, and tokens only to show their refusal. */
export function targetsOf(intent: PaymentIntent): Target[] {
  const { method, currency, country, accepts_other_settlement: acceptsOther, prefers } = intent.supplier_settlement
  const targets: Target[] = []
  const addTarget = (target: Target): void => {
    if (!targets.some((one) => one.currency === target.currency && one.country === target.country)) targets.push(target)
  }
  addTarget({ currency, country: isToken(currency) ? null : country, method, agreed: true })
  if (acceptsOther && (method === 'token_wallet' || method === 'mainland_corporate_account')) {
    for (const other of ['CNY', 'USD']) addTarget({ currency: other, country: 'CN', method: 'mainland_corporate_account', agreed: true })
  }
  const tokens = [...(prefers ? [prefers] : []), ...(intent.held_funds ?? []).map((held) => held.currency).filter(isToken)]
  for (const token of tokens) addTarget({ currency: token, country: null, method: 'token_wallet', agreed: method === 'token_wallet' || acceptsOther })
  return targets
}

const same = (a: State, b: State): boolean => a.currency === b.currency && a.country === b.country && a.holder === b.holder

/** All routes from the source currency or from held funds to any target. */
export function routesOf(data: OracleData, corridor: Corridor, intent: PaymentIntent): Route[] {
  const all: Hop[] = data.providers.flatMap((provider) => {
    const estimate = knownEstimate(data, provider)
    return provider.legs.map((leg) => ({ provider, estimate, leg }))
  })
  const supplierCountry = intent.supplier_settlement.country
  const targets = targetsOf(intent)
  const routes: Route[] = []

  const walk = (start: State, held: boolean, state: State, hops: readonly Hop[], states: readonly State[]): void => {
    if (hops.length === MAX_HOPS) return
    for (const hop of all) {
      const { leg, provider } = hop
      if (leg.from !== state.currency || leg.from_country !== state.country) continue
      const first = hops.length === 0
      if (provider.needs_held_funds && !(first && held)) continue
      if (first && held && state.holder === 'payer' && !provider.needs_held_funds) continue
      for (const [before, after] of holders(leg, corridor.source.country, supplierCountry)) {
        if (before !== state.holder) continue
        const next: State = { currency: leg.to, country: leg.to_country, holder: after }
        if (states.some((one) => same(one, next))) continue
        if (after !== 'payee') { walk(start, held, next, [...hops, hop], [...states, next]); continue }
        const target = targets.find((one) => one.currency === next.currency && one.country === next.country)
        if (target && REACHES_PAYEE[target.method]!.includes(leg.kind)) {
          routes.push({ start, held, hops: [...hops, hop], states: [...states, next], target })
        }
      }
    }
  }
  const begin = (start: State, held: boolean): void => walk(start, held, start, [], [start])
  begin({ currency: corridor.source.currency, country: corridor.source.country, holder: 'payer' }, false)
  const seen = new Set<string>()
  for (const { currency, country } of intent.held_funds ?? []) {
    const key = `${currency} ${country}`
    if (seen.has(key)) continue
    seen.add(key)
    begin({ currency, country, holder: isToken(currency) ? 'wallet_out' : 'payer' }, true)
  }
  return routes
}

/** How a candidate is named in comparisons. */
export const hopId = ({ provider, leg }: Hop): string =>
  [provider.id, leg.from, leg.from_country, leg.to, leg.to_country, ...(leg.network ? [leg.network] : [])].map((part) => part ?? '').join('|')
