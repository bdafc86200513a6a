/** The one small interface behind which every connector stands. Each has one capability; what a call may do to money decides how it is guarded (guard.ts). */
import type { ConnectorId, ExecutionMode } from '#contracts/connectors.ts'
import type { Money } from '#contracts/money.ts'

export type Fetch = typeof globalThis.fetch

/** What a call is given by the server; nothing of it comes from a request. */
export type CallContext = {
  readonly tenant_id: string
  readonly mode: ExecutionMode
  /** milliseconds since the epoch, on the clock that the mode goes by */
  readonly now: () => number
  /** aborted when the call has had its time; a connector hands it to whatever it waits for */
  readonly signal: AbortSignal
  readonly fetch: Fetch
}

/** One step to carry. `reference` is the same for every attempt at it, so that the other side can tell a repetition. */
export type CarryInstruction = {
  readonly session_id: string
  /** the step's place in the route, from 0 */
  readonly position: number
  readonly reference: string
  readonly provider_id: string
  readonly amount: Money
}

/**
 * How a step stands after a call. `failed` says that nothing moved, and is said only where that is certain; whatever is not certain is `unknown`, which
 * a person clears and no program repeats.
 */
export type Carried =
  | { readonly status: 'accepted'; readonly reference: string }
  | { readonly status: 'confirmed'; readonly reference: string; readonly received: Money; /** ISO 8601 */ readonly at: string }
  | { readonly status: 'failed'; readonly cause: string }
  | { readonly status: 'unknown'; readonly cause: string }

/** A reference rate that somebody observed: units of `quote` for one of `base`. A decimal as text, never a float. */
export type ObservedMid = {
  readonly base: string
  readonly quote: string
  readonly mid: string
  /** ISO 8601 */
  readonly observed_at: string
  readonly source: string
}
export type Rates = { readonly mids: readonly ObservedMid[]; /** seconds between the oldest observation and now */ readonly age_s: number; /** SHA-256 of the bytes */ readonly digest: string }

export type CarryConnector = { readonly id: ConnectorId; carry(instruction: CarryInstruction, context: CallContext): Promise<Carried> }
export type RatesConnector = { readonly id: ConnectorId; /** throws ConnectorFault */ rates(context: CallContext): Promise<Rates> }

/**
 * Why a call did not give an answer that can be used: a short stable cause for logs and the desk, such as `http_500`, `timeout`, `not_json`,
 * `redirected`, `too_large`, `stale`. `retryable` says that the same read may give another answer in a moment.
 */
export class ConnectorFault extends Error {
  readonly retryable: boolean
  constructor(cause: string, retryable = false) {
    super(cause)
    this.retryable = retryable
  }
}
