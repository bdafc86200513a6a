/**
 * The one list of connectors: programs that FlowClaw may speak to for a leg. An id counts only as it is written here, to the byte; what is not here is
 * refused with `connector_unknown`, and what is here but has no program in this build with `connector_not_shipped`. Neither is ever mocked.
 */
import { EXECUTION_MODES } from './api/route-sessions.ts'
import { err, ok, type Result } from './result.ts'

export type ExecutionMode = (typeof EXECUTION_MODES)[number]

/** What a connector does: carry a step, take quotes in, read reference rates, write a file for people to send, read how a payment stands. */
export const CAPABILITIES = ['carry', 'quote', 'rates', 'draft', 'status'] as const
export type Capability = (typeof CAPABILITIES)[number]

type Entry = {
  readonly capability: Capability
  /** the modes in which it may run */
  readonly modes: readonly ExecutionMode[]
  /** whether this build has a program for it */
  readonly shipped: boolean
  /** whether corridor data may name it on a leg; the others are the server's own choice */
  readonly named_by_data: boolean
}

const EVERY_MODE = EXECUTION_MODES
/** Modes in which money moves. */
const REAL: readonly ExecutionMode[] = ['live_safe', 'manual', 'hybrid']

const ENTRIES = {
  simulated: { capability: 'carry', modes: ['simulation'], shipped: true, named_by_data: false },
  rate_feed: { capability: 'rates', modes: EVERY_MODE, shipped: true, named_by_data: false },
  // A payment file of a simulation would be one more thing that somebody can upload by mistake.
  pain001_draft: { capability: 'draft', modes: REAL, shipped: true, named_by_data: false },
  signed_quote_webhook: { capability: 'quote', modes: EVERY_MODE, shipped: true, named_by_data: true },
  tron_status: { capability: 'status', modes: REAL, shipped: false, named_by_data: true },
  evm_status: { capability: 'status', modes: REAL, shipped: false, named_by_data: true },
} as const satisfies Readonly<Record<string, Entry>>

export type ConnectorId = keyof typeof ENTRIES
export type ConnectorEntry = Entry & { readonly id: ConnectorId }

/** Every connector, by its id. */
export const CONNECTORS: ReadonlyMap<string, ConnectorEntry> = new Map(Object.entries(ENTRIES).map(([id, entry]) => [id, { id: id as ConnectorId, ...entry }]))

/** Connectors that a leg of the corridor data may name. Policy denies a leg that names another one. */
export const KNOWN_CONNECTORS: ReadonlySet<string> = new Set([...CONNECTORS.values()].filter(({ named_by_data }) => named_by_data).map(({ id }) => id))

/** Why a connector is not used; the id that was asked for is in nobody's answer. */
export type ConnectorRefusal = { readonly code: 'connector_unknown' | 'connector_not_shipped' | 'connector_wrong_mode' | 'connector_incapable' }

/**
 * The entry of exactly this id, where it has this capability, may run in this mode and has a program. Refused in this order: `connector_unknown`,
 * `connector_incapable`, `connector_wrong_mode`, `connector_not_shipped`. Nothing is trimmed, folded or normalised first.
 */
export function admitConnector(id: unknown, capability: Capability, mode: ExecutionMode): Result<ConnectorEntry, ConnectorRefusal> {
  const entry = typeof id === 'string' ? CONNECTORS.get(id) : undefined
  if (entry === undefined) return err({ code: 'connector_unknown' })
  if (entry.capability !== capability) return err({ code: 'connector_incapable' })
  if (!entry.modes.includes(mode)) return err({ code: 'connector_wrong_mode' })
  if (!entry.shipped) return err({ code: 'connector_not_shipped' })
  return ok(entry)
}
