/** What a route takes of the caps as a controlled probe, one reservation a leg, and whose cap it would go over. Pure: the policy and the database decide; this says why. */
import type { Candidate } from '#contracts/routing.ts'
import type { ProbeCounters } from '#database/index.ts'
import { add, compare, fromDecimal, mul, sub, toDecimalDown, toDecimalUp, ZERO, type Rational } from '#orchestrator/rational.ts'

export type ProbeLeg = { readonly hop: number; readonly provider_id: string; readonly provider_name: string; /** at mid, rounded up to the cent */ readonly amount_usd: string }
/** A leg with the caps that hold for it, the legs before it counted. */
export type CountedLeg = { readonly leg: ProbeLeg; readonly caps: readonly ProbeCounters[] }
export type CapFault = { readonly code: 'probe_cap_missing' | 'probe_cap_exceeded'; /** whose cap: '*' is the company's */ readonly whose: string; readonly sentence: string }

/** A leg is one movement of money through one provider, whatever the number of steps that people do on it: it counts once, with what enters it. */
export const probeLegs = ({ hops, sent }: Pick<Candidate, 'hops' | 'sent'>, usdPerUnit: (currency: string) => Rational): ProbeLeg[] => hops.map(({ provider_id, provider_name, amount_in, from }, hop) => {
  const { amount, currency } = hop === 0 ? sent : { amount: amount_in, currency: from.currency }
  return { hop, provider_id, provider_name, amount_usd: toDecimalUp(mul(fromDecimal(amount), usdPerUnit(currency)), 2) }
})

/** Each leg held against the caps as they stand when those before it have been reserved. `counters` answers the caps that hold for a provider today. */
export function countLegs(legs: readonly ProbeLeg[], counters: (provider_id: string) => readonly ProbeCounters[]): CountedLeg[] {
  return legs.map((leg, at) => ({
    leg,
    caps: counters(leg.provider_id).map((cap) => {
      const before = legs.slice(0, at).filter(({ provider_id }) => cap.provider_id === '*' || provider_id === cap.provider_id)
      return { ...cap, probes: cap.probes + before.length, reserved_usd: toDecimalUp(before.reduce((sum, { amount_usd }) => add(sum, fromDecimal(amount_usd)), fromDecimal(cap.reserved_usd)), 2) }
    }),
  }))
}

/** The first cap that is missing or gone over, and what is left of it; null where every leg fits. */
export function capFaultOf(counted: readonly CountedLeg[]): CapFault | null {
  for (const { leg, caps } of counted) {
    for (const whose of ['*', leg.provider_id]) {
      const cap = caps.find(({ provider_id }) => provider_id === whose)
      const name = whose === '*' ? 'the whole company' : leg.provider_name
      if (cap === undefined) return { code: 'probe_cap_missing', whose, sentence: `No cap of controlled probes is set for ${name}.` }
      const why = overCap(cap, leg)
      if (why !== null) return { code: 'probe_cap_exceeded', whose, sentence: `The cap of ${name} does not take leg ${leg.hop + 1}: ${why}` }
    }
  }
  return null
}

function overCap(cap: ProbeCounters, { amount_usd }: ProbeLeg): string | null {
  const amount = fromDecimal(amount_usd)
  if (compare(amount, fromDecimal(cap.per_probe_usd)) > 0) return `it is USD ${amount_usd}, and one probe may be USD ${cap.per_probe_usd}.`
  const left = leftOf(cap)
  if (left.probes < 1) return `all ${cap.probes_per_day} probes of the day are taken.`
  return compare(amount, fromDecimal(left.usd)) > 0 ? `it is USD ${amount_usd}, and USD ${left.usd} of USD ${cap.per_day_usd} is left of the day.` : null
}

/** What is left of a cap today; nothing where more was reserved before it was set lower. */
export function leftOf(cap: ProbeCounters): { usd: string; probes: number } {
  const left = sub(fromDecimal(cap.per_day_usd), fromDecimal(cap.reserved_usd))
  return { usd: toDecimalDown(compare(left, ZERO) < 0 ? ZERO : left, 2), probes: Math.max(0, cap.probes_per_day - cap.probes) }
}
