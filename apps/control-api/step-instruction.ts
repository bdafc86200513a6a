/** The instruction of a step of a session, with the provider's calendar of the decision's data. */
import type { PaymentInstruction } from '#contracts/api/execution.ts'
import type { Candidate, Hop } from '#contracts/routing.ts'
import type { StepRow, StoredRouteSession } from '#database/index.ts'
import { instructionOf } from '#execution/payment-instruction.ts'
import type { OpenDays } from '#orchestrator/calendar.ts'
import type { Decided } from './decisions.ts'

type OfSession = { readonly session: Pick<StoredRouteSession, 'intent' | 'supplier'>; readonly decided: Decided | null; readonly market_clock: string }

export function instructionFor({ session, decided, market_clock }: OfSession, candidate: Candidate, step: StepRow, reference_masked: string | null): PaymentInstruction {
  return instructionOf({
    step, candidate, intent: session.intent, supplier: session.supplier, market_clock,
    rail: step.account_label === null ? null : { account_label: step.account_label, reference_masked }, days: daysOfHop(decided, candidate.hops[step.hop]!),
  })
}

/** On which days, and until when, the provider of a leg works; null where it never closes or is not known any more. */
export function daysOfHop(decided: Decided | null, hop: Hop): OpenDays | null {
  return decided?.snapshot.legs.find((one) => one.provider.id === hop.provider_id && one.from === hop.from.currency && one.to === hop.to.currency && one.kind === hop.kind)?.days ?? null
}
