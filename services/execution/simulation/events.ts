/** What a simulation says: events in order and how it ended. Every one of them carries the mark that nothing of it is real. */
import type { SIMULATED_EVENTS } from '#contracts/api/simulation.ts'
import type { Money } from '#contracts/money.ts'

export type SimulatedEventKind = (typeof SIMULATED_EVENTS)[number]

/** A made-up proof with the fields that a true one is held against; `differs` names those that do not match the step. */
export type SimulatedProof = {
  readonly kind: string
  readonly amount: Money
  /** ISO 8601 */
  readonly at: string
  readonly payee: string
  readonly reference: string
  readonly differs: readonly ('amount' | 'currency' | 'payee' | 'reference')[]
}

export type SimulatedEvent = {
  readonly simulated: true
  readonly seq: number
  /** ISO 8601 on the simulated clock */
  readonly at: string
  /** index of the hop; null where it concerns the whole route */
  readonly hop: number | null
  /** index of the human step within the hop */
  readonly step: number | null
  readonly kind: SimulatedEventKind
  readonly facts: Readonly<Record<string, string>>
  /** exact, in payable units, by what they are: sent, in, out, fee, received, returned */
  readonly amounts: Readonly<Record<string, Money>>
  readonly proof: SimulatedProof | null
}

export type SimulatedOutcome = {
  readonly status: 'completed' | 'failed' | 'returned'
  readonly sent: Money
  /** what the payee has; null unless it was completed */
  readonly received: Money | null
  /** where the money is instead: what is left of it, before which hop; null where it was completed */
  readonly held: { readonly amount: Money; readonly hop: number } | null
  /** sent less what was received at the mid of the decision, in the sent currency; negative where the market moved that way; null unless it was completed */
  readonly cost: Money | null
  readonly started_at: string
  readonly ended_at: string
  readonly predicted: { readonly received: Money; readonly cost: Money; readonly arrival_p50: string; readonly arrival_p90: string }
}

export type Simulation = { readonly mode: 'simulation'; readonly seed: string; readonly candidate_id: string; readonly events: readonly SimulatedEvent[]; readonly outcome: SimulatedOutcome }
