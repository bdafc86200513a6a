/** "A missing value is not zero: it takes the worst of its category". Where a whole category is silent, the worst there is. */
import type { Estimate, OracleData, Provider } from './data.ts'

type Curve = readonly (readonly [string, string])[]
export type KnownEstimate = Omit<Estimate, 'trust_prior' | 'liquidity_confidence' | 'slippage_curve'> & {
  /** the chance of a success, never missing */
  readonly trust: number
  readonly liquidity: number
  /** the provider's curve, or all of its category's: the worst of them counts at each share */
  readonly curves: readonly Curve[]
}

export const betaMean = ({ successes, failures }: { successes: number; failures: number }): number => (successes + 1) / (successes + failures + 2)

/** The typical spread of a provider that changes currency, in bps, as a decimal string. */
export function knownSpread(data: OracleData, provider: Provider): string {
  if (provider.fx_spread_bps) return provider.fx_spread_bps.typical
  const spreads = (of: readonly Provider[]): string[] => of.flatMap((one) => (one.fx_spread_bps ? [one.fx_spread_bps.typical] : []))
  const inCategory = spreads(data.providers.filter((one) => one.category === provider.category))
  return [...(inCategory.length ? inCategory : spreads(data.providers)), '0'].reduce((a, b) => (Number(a) >= Number(b) ? a : b))
}

/** The estimate of a provider with every gap filled by the worst. */
export function knownEstimate(data: OracleData, provider: Provider): KnownEstimate {
  const own = data.estimates.providers.find((one) => one.provider_id === provider.id)
  if (!own) throw new Error(`no estimate for ${provider.id}`)
  const inCategory = data.estimates.providers.filter((one) => data.providers.some(({ id, category }) => id === one.provider_id && category === provider.category))
  const values = <T>(read: (one: Estimate) => T | undefined): T[] => {
    const mine = read(own)
    if (mine !== undefined) return [mine]
    const theirs = inCategory.map(read).filter((value) => value !== undefined)
    return theirs.length ? theirs : data.estimates.providers.map(read).filter((value) => value !== undefined)
  }
  return {
    provider_id: own.provider_id, posture: own.posture, human_steps: own.human_steps, connector_id: own.connector_id,
    trust: Math.min(...values((one) => one.trust_prior).map(betaMean)),
    liquidity: Math.min(...values((one) => one.liquidity_confidence).map(Number)),
    curves: values((one) => one.slippage_curve?.share_of_daily_liquidity_to_bps),
  }
}
