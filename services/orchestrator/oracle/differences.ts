/** Where the engine, with the real policy, and the oracle part on one intent: every candidate, every reason, every number, the order. */
import type { PaymentIntent } from '#contracts/routing.ts'
import type { Dataset, Judge, Routed, Snapshot } from '../index.ts'
import { routeIntent } from '../route-intent.ts'
import type { OracleData } from './data.ts'
import { oracle, type OracleAnswer, type OracleCandidate } from './oracle.ts'

/** Numbers in bps may part by this much; money may not part at all. */
const TOLERANCE_BPS = 1e-6

type EngineCandidate = Routed['decided']['judged'][number]

const engineHops = ({ candidate }: EngineCandidate): string =>
  candidate.legs.map(({ provider, record }) =>
    [provider.id, record.from, record.from_country, record.to, record.to_country, ...(record.network ? [record.network] : [])].map((part) => part ?? '').join('|')).join(' > ')
const oracleHops = (candidate: OracleCandidate): string => candidate.hops.join(' > ')

const near = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE_BPS * Math.max(1, Math.abs(b) / 1000)
const digits = (currency: string): number => (currency === 'USDT' || currency === 'USDC' ? 1_000_000 : 100)

function candidateDifferences(name: string, engine: EngineCandidate, own: OracleCandidate): string[] {
  const found: string[] = []
  const check = (what: string, same: boolean, got: unknown, wanted: unknown): void => {
    if (!same) found.push(`${name}: ${what} ${String(got)}, oracle ${String(wanted)}`)
  }
  const { candidate } = engine
  check('status', engine.status === own.status, engine.status, own.status)
  check('refusals', [...new Set(engine.refusals)].sort().join() === own.refusals.join(), [...engine.refusals].sort(), own.refusals)
  const sentUnits = BigInt(Math.round(candidate.price.sent * digits(own.send.currency)))
  check('sent', sentUnits === own.sentUnits, sentUnits, own.sentUnits)
  check('cost_bps', near(candidate.price.cost_bps, own.cost_bps), candidate.price.cost_bps, own.cost_bps)
  check('slippage_bps', near(candidate.price.slippage_bps, own.slippageBps), candidate.price.slippage_bps, own.slippageBps)
  check('fixed_fee_bps', near(candidate.price.fixed_fee_bps, own.fixedFeeBps), candidate.price.fixed_fee_bps, own.fixedFeeBps)
  check('spread and slippage', near(candidate.price.spread_and_slippage_bps, own.spreadAndSlippageBps), candidate.price.spread_and_slippage_bps, own.spreadAndSlippageBps)
  check('arrival_p50', candidate.arrival_p50 === own.arrivalP50, candidate.arrival_p50, own.arrivalP50)
  check('arrival_p90', candidate.arrival_p90 === own.arrivalP90, candidate.arrival_p90, own.arrivalP90)
  check('score', near(candidate.score, own.score), candidate.score, own.score)
  return found
}

/** How many of the ranked a search that did not judge everything must still have right. */
const SHOWN = 20

const PER_PATH = 3

/** Keeps at most three candidates of one path of money states, as a search among very many does for variety. */
function varietyOf(own: OracleAnswer): (names: string[]) => string[] {
  const pathOf = new Map(own.candidates.map((one) => [oracleHops(one), JSON.stringify(one.route.states)]))
  return (names) => {
    const taken = new Map<string, number>()
    return names.filter((name) => {
      const path = pathOf.get(name) ?? name
      taken.set(path, (taken.get(path) ?? 0) + 1)
      return taken.get(path)! <= PER_PATH
    })
  }
}

/**
 * Every difference in words; empty when engine and oracle agree. Where the graph was too large for the engine to judge every
 * candidate, those it judged and the best twenty, in order, are held against the oracle.
 */
export function differencesBetween(routed: Routed, own: OracleAnswer): string[] {
  const { decided, decision } = routed
  const found: string[] = []
  if (decision.outcome !== own.outcome) found.push(`outcome ${decision.outcome}, oracle ${own.outcome}`)

  const byHops = new Map(own.candidates.map((one) => [oracleHops(one), one]))
  if (byHops.size !== own.candidates.length) found.push('the oracle has two candidates of the same hops')
  for (const engine of decided.judged) {
    const name = engineHops(engine)
    const other = byHops.get(name)
    if (!other) { found.push(`${name}: engine only`); continue }
    byHops.delete(name)
    found.push(...candidateDifferences(name, engine, other))
  }

  const varied = decision.complete ? (names: string[]) => names : varietyOf(own)
  const ranked = varied(decided.ranked.map(engineHops))
  const ownRanked = varied(own.ranked.map(oracleHops))
  const compared = decision.complete ? Math.max(ranked.length, ownRanked.length) : Math.min(SHOWN, ownRanked.length)
  for (let i = 0; i < compared; i++) {
    if (ranked[i] === ownRanked[i]) continue
    found.push(`rank ${i + 1}: ${ranked[i]}, oracle ${ownRanked[i]}`)
    break
  }
  if (!decision.complete) return found

  for (const name of byHops.keys()) found.push(`${name}: oracle only`)
  const flags = [...new Set(decision.flags.map((flag) => flag.code))].sort()
  for (const code of flags) if (!own.flags.includes(code)) found.push(`flag ${code}: engine only`)
  for (const code of own.flags) if (!flags.includes(code)) found.push(`flag ${code}: oracle only`)
  const cheapest = decided.cheapest ? engineHops(decided.cheapest) : null
  const ownCheapest = own.cheapest ? oracleHops(own.cheapest) : null
  if (cheapest !== ownCheapest) found.push(`cheapest ${cheapest}, oracle ${ownCheapest}`)
  return found
}

/** Routes an intent both ways and says where they part. */
export async function differencesFor(
  snapshot: Snapshot, dataset: Dataset, intent: PaymentIntent, judge: Judge, dataAge: 'of_the_moment' | 'market_clock' = 'of_the_moment',
): Promise<string[]> {
  const routed = await routeIntent(snapshot, intent, judge, { data_age: dataAge, simulation: false })
  if (!routed.ok) return [`policy unavailable: ${routed.error.cause}`]
  const own = oracle(dataset as unknown as OracleData, intent, { clock: dataAge === 'market_clock' ? intent.created_at : null })
  return differencesBetween(routed.value, own)
}
