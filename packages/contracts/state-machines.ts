/**
 * The state machines of a route session and of its steps, as data. The database holds the same edges in session_edges and step_edges, and refuses
 * every other move; ARCHITECTURE.md draws them; tests hold the three together.
 */
import { SESSION_STATES } from './api/route-sessions.ts'

export const STEP_STATES = ['pending', 'ready', 'in_progress', 'awaiting_proof', 'confirmed', 'failed', 'unknown', 'skipped'] as const
export type StepState = (typeof STEP_STATES)[number]
/** The kind of the one step of a leg on which nobody does anything: that the money arrived is seen. */
export const LEG_SETTLES = 'leg_settles'
type SessionState = (typeof SESSION_STATES)[number]

/** One allowed move and what makes it: a command of a person, or what the product itself finds. */
export type Edge<S extends string> = { readonly from: S; readonly to: S; readonly by: string }
const edge = <S extends string>(from: S, to: S, by: string): Edge<S> => ({ from, to, by })

/** Where a session may begin: with its decision, or without one. */
export const FIRST_SESSION_STATES = ['draft', 'recommended', 'no_route', 'policy_unavailable'] as const satisfies readonly SessionState[]

export const SESSION_EDGES: readonly Edge<SessionState>[] = [
  edge('draft', 'recommended', 'route'), edge('draft', 'no_route', 'route'), edge('draft', 'policy_unavailable', 'route'), edge('draft', 'cancelled', 'cancel'),
  edge('recommended', 'recommended', 'price again'), edge('recommended', 'accepted', 'accept'), edge('recommended', 'cancelled', 'cancel'), edge('recommended', 'expired', 'expire'),
  edge('no_route', 'cancelled', 'cancel'), edge('no_route', 'expired', 'expire'),
  edge('policy_unavailable', 'cancelled', 'cancel'), edge('policy_unavailable', 'expired', 'expire'),
  edge('accepted', 'approved', 'approve'), edge('accepted', 'awaiting_merchant', 'ask or offer again'), edge('accepted', 'cancelled', 'cancel or reject'), edge('accepted', 'expired', 'expire'),
  edge('awaiting_merchant', 'awaiting_merchant', 'price again'), edge('awaiting_merchant', 'accepted', 'answer or accept'), edge('awaiting_merchant', 'cancelled', 'cancel or reject'), edge('awaiting_merchant', 'expired', 'expire'),
  edge('approved', 'executing', 'execute'), edge('approved', 'accepted', 'approval void'), edge('approved', 'awaiting_merchant', 'ask or offer again'), edge('approved', 'cancelled', 'reject'),
  edge('approved', 'expired', 'expire'),
  edge('executing', 'paused', 'pause'), edge('executing', 'completed', 'close'), edge('executing', 'failed', 'close'), edge('executing', 'returned', 'close'),
  edge('paused', 'executing', 'resume'), edge('paused', 'failed', 'close'), edge('paused', 'returned', 'close'), edge('paused', 'cancelled', 'cancel'),
  edge('failed', 'returned', 'money came back'),
]

/**
 * A step waits for those before it, is begun, and is done only with proof. `unknown` is a step of which nobody knows whether it happened: only a person
 * leads out of it. `failed` may be tried again by a person's decision.
 */
export const FIRST_STEP_STATES = ['pending', 'ready'] as const satisfies readonly StepState[]
export const STEP_EDGES: readonly Edge<StepState>[] = [
  edge('pending', 'ready', 'the step before is confirmed'), edge('pending', 'skipped', 'session ends'),
  edge('ready', 'in_progress', 'start'), edge('ready', 'skipped', 'session ends'),
  edge('in_progress', 'awaiting_proof', 'submit proof'), edge('in_progress', 'confirmed', 'confirm without file'), edge('in_progress', 'failed', 'fail'), edge('in_progress', 'unknown', 'no answer'),
  edge('awaiting_proof', 'confirmed', 'confirm'), edge('awaiting_proof', 'in_progress', 'ask for another proof'), edge('awaiting_proof', 'failed', 'fail'),
  edge('unknown', 'in_progress', 'found: it did not happen, or it did'), edge('unknown', 'failed', 'fail'),
  edge('failed', 'ready', 'try again'), edge('failed', 'skipped', 'session ends'),
]

/** Whether the machine has such a move. */
export const mayMove = <S extends string>(edges: readonly Edge<S>[], from: S, to: S): boolean => edges.some((each) => each.from === from && each.to === to)

/** A machine as Mermaid draws it: one line a move, in the order of the data. */
export function drawing<S extends string>(edges: readonly Edge<S>[], first: readonly S[]): string {
  const ends = [...new Set(edges.map(({ to }) => to))].filter((state) => !edges.some(({ from }) => from === state))
  return ['stateDiagram-v2', ...first.map((state) => `  [*] --> ${state}`), ...edges.map(({ from, to, by }) => `  ${from} --> ${to}: ${by.replaceAll(':', ',')}`), ...ends.map((state) => `  ${state} --> [*]`)].join('\n')
}
