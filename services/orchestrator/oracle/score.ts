/** The score of a candidate in bps, one part per weight: "Score" in corridors/README.md. Doubles are enough here. */
import { duration, lengthSeconds } from './clock.ts'
import type { OracleData } from './data.ts'
import { betaMean } from './missing.ts'
import type { Hop } from './price.ts'

export type ScoreFacts = {
  readonly costBps: number
  readonly slippageBps: number
  readonly hoursToP90: number
  readonly hoursLateAtP90: number
  readonly routeRisk: number
  readonly worstAgeRatio: number
  readonly missingDocuments: number
  readonly legsAboveGuidance: number
}

const product = (values: readonly number[]): number => values.reduce((all, one) => all * one, 1)

/** The chance that one hop at least goes wrong, by the risk class of each provider. */
export const routeRisk = (data: OracleData, hops: readonly Hop[]): number =>
  1 - product(hops.map(({ provider }) => 1 - Number(data.estimates.provider_risk_by_class[provider.risk_class])))

/** What each weight adds. */
export function scoreParts(data: OracleData, preference: string, hops: readonly Hop[], facts: ScoreFacts): Record<string, number> {
  const weight = (name: string): number => Number(data.estimates.weights[preference]![name])
  const steps = hops.flatMap((hop) => hop.estimate.human_steps.map((step) => ({ step, hop })))
  const reliabilities = steps.filter(({ step }) => step.done_by !== 'merchant').map(({ step, hop }) => {
    const able = data.estimates.manual_actors.filter(({ covers }) =>
      covers.steps.includes(step.kind) && [hop.leg.from_country, hop.leg.to_country].some((country) => country !== null && covers.countries.includes(country)))
    return able.length ? Math.max(...able.map((actor) => betaMean(actor.reliability_prior))) : 0.5
  })
  return {
    cost: weight('cost') * facts.costBps,
    slippage: weight('slippage') * facts.slippageBps,
    hour: weight('hour') * facts.hoursToP90,
    late_hour: weight('late_hour') * Math.min(720, facts.hoursLateAtP90),
    liquidity: weight('liquidity') * 100 * (1 - product(hops.map((hop) => hop.estimate.liquidity))),
    risk: weight('risk') * 10_000 * facts.routeRisk,
    trust: weight('trust') * 10_000 * (1 - product(hops.map((hop) => hop.estimate.trust))),
    human_hour: weight('human_hour') * steps.reduce((sum, { step }) => sum + lengthSeconds(duration(step.typical)) / 3600, 0),
    human_step: weight('human_step') * steps.length,
    actor_risk: weight('actor_risk') * 10_000 * (1 - product(reliabilities)),
    freshness: weight('freshness') * 100 * Math.min(1, facts.worstAgeRatio),
    document: weight('document') * facts.missingDocuments,
    proof: weight('proof') * steps.reduce((sum, { step }) => sum + step.proof_kinds.length, 0),
    probation: weight('probation') * hops.filter((hop) => hop.estimate.posture === 'probation').length,
    above_guidance: weight('above_guidance') * facts.legsAboveGuidance,
  }
}
