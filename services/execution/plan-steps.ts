/** The steps of a route: what people do on each of its legs, in order, with the proof that its provider asks for. Pure. */
import { paysSupplier } from './payment-instruction.ts'
import type { Candidate, Hop } from '#contracts/routing.ts'
import { LEG_SETTLES } from '#contracts/state-machines.ts'
import type { NewStep, StepDoneBy } from '#database/index.ts'
import { minorDigits } from '#contracts/money.ts'
import { fromDecimal, toDecimalDown, toDecimalUp } from '#orchestrator/rational.ts'

/** A leg on which nobody does anything still has to arrive: that is watched, and recorded by what it is found by. */
const WATCHED = { kind: LEG_SETTLES, typical: 'PT0S', done_by: 'provider', proof_kinds: [] } as const
const DOERS: ReadonlySet<string> = new Set(['desk_operator', 'merchant', 'settlement_agent', 'provider'])

/** What payments of a session are found by: letters, digits and hyphens, which every rail carries. */
export const stepReference = (session_reference: string, position: number): string => `FC-${session_reference.replace(/^RS-/, '')}-${position}`

/** Ids are made by `newId`. Throws on a step done by somebody the product does not know: data that says so is refused at import. */
export function planOf(candidate: Candidate, session_reference: string, newId: () => string): NewStep[] {
  const steps: NewStep[] = []
  candidate.hops.forEach((hop, index) => {
    const [first, last] = [index === 0, index === candidate.hops.length - 1]
    const money_in = first ? candidate.sent : { amount: toDecimalUp(fromDecimal(hop.amount_in), digitsOf(hop.from.currency)), currency: hop.from.currency }
    const money_out = last ? candidate.received : { amount: toDecimalDown(fromDecimal(hop.amount_out), digitsOf(hop.to.currency)), currency: hop.to.currency }
    for (const { kind, typical, done_by, proof_kinds } of stepsOn(hop)) {
      if (!DOERS.has(done_by)) throw new Error(`${hop.provider_id}: nobody is called ${done_by}`)
      const position = steps.length + 1
      steps.push({ id: newId(), position, hop: index, kind, done_by: done_by as StepDoneBy, provider_id: hop.provider_id, to_supplier: paysSupplier(hop), proof_kinds: [...proof_kinds], money_in, money_out, reference: stepReference(session_reference, position), typical })
    }
  })
  return steps
}

const stepsOn = (hop: Hop): readonly { readonly kind: string; readonly typical: string; readonly done_by: string; readonly proof_kinds: readonly string[] }[] =>
  hop.human_steps.length > 0 ? hop.human_steps : [WATCHED]

const digitsOf = (currency: string): number => minorDigits(currency)
