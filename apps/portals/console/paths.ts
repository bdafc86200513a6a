/** The one builder of the console's addresses, and what may stand in each page's query. Everything lies behind the `#`. */

import { AUDIT_VIEWS, type AuditView } from '#contracts/audit-views.ts'

export type Search = Readonly<Record<string, string | undefined>>

/** A query as text; empty and missing values are left out, so that an address says only what differs. */
export function queryText(search: Search): string {
  const query = new URLSearchParams(Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''))
  query.sort()
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** A query as values; every value stays text, so that an id of digits is never read as a number. */
export const parseQuery = (text: string): Record<string, string> => Object.fromEntries(new URLSearchParams(text.replace(/^\?/, '')))

const at = (path: string, search: Search = {}): string => `#${path}${queryText(search)}`
const part = encodeURIComponent

/** Addresses for links, each with the state that a page keeps in its query. */
export const to = {
  queue: (search?: QueueSearch): string => at('/', search),
  sessions: (search?: SessionsSearch): string => at('/sessions', search),
  session: (id: string, search?: SessionSearch): string => at(`/sessions/${part(id)}`, search),
  rates: (search?: RatesSearch): string => at('/rates', search),
  newRequest: (): string => at('/request'),
  providers: (search?: ProvidersSearch): string => at('/providers', search),
  provider: (id: string): string => at(`/providers/${part(id)}`),
  outages: (): string => at('/outages'),
  corridors: (): string => at('/corridors'),
  corridor: (id: string, search?: { readonly tab?: string }): string => at(`/corridors/${part(id)}`, search),
  data: (): string => at('/data'),
  deskFees: (): string => at('/desk-fees'),
  approvalRules: (): string => at('/approval-rules'),
  members: (): string => at('/members'),
  privacyRequests: (): string => at('/privacy-requests'),
  apiKeys: (): string => at('/api-keys'),
  merchants: (): string => at('/merchants'),
  suppliers: (search?: SuppliersSearch): string => at('/suppliers', search),
  supplier: (id: string): string => at(`/suppliers/${part(id)}`),
  artifacts: (search?: ArtifactsSearch): string => at('/artifacts', search),
  audit: (search?: AuditSearch): string => at('/audit', search),
} as const

const pick = <K extends string>(search: Record<string, unknown>, keys: readonly K[]): { readonly [key in K]?: string } =>
  Object.fromEntries(keys.flatMap((key) => (typeof search[key] === 'string' && search[key] !== '' ? [[key, search[key]]] : []))) as { readonly [key in K]?: string }

export const QUEUE_VIEWS = ['open', 'needs_me', 'done'] as const
export type QueueView = (typeof QUEUE_VIEWS)[number]
export type QueueSearch = { readonly view?: string; readonly q?: string; readonly corridor?: string; readonly row?: string }
export const queueSearch = (search: Record<string, unknown>): QueueSearch => pick(search, ['view', 'q', 'corridor', 'row'])
/** The view of a queue's address; anything unknown is the whole open queue. */
export const viewOf = (search: QueueSearch): QueueView => QUEUE_VIEWS.find((each) => each === search.view) ?? 'open'

export type SessionsSearch = { readonly q?: string; readonly corridor?: string }
export const sessionsSearch = (search: Record<string, unknown>): SessionsSearch => pick(search, ['q', 'corridor'])

/** `show` is stale, or a corridor's id */
export type RatesSearch = { readonly show?: string; readonly q?: string }
export const ratesSearch = (search: Record<string, unknown>): RatesSearch => pick(search, ['show', 'q'])

export const SESSION_TABS = ['candidates', 'why_not', 'documents', 'execution', 'timeline', 'merchant', 'record', 'outcome', 'checks', 'quotes'] as const
export type SessionTab = (typeof SESSION_TABS)[number]
export type SessionSearch = {
  readonly tab?: string
  /** the candidate whose detail is open */
  readonly candidate?: string
  /** the choice of the Desk Decision, and the candidate that would be offered */
  readonly do?: string; readonly offer?: string
  /** the step of the execution that is looked at */
  readonly step?: string
  /** filters of Why not */
  readonly reason?: string; readonly status?: string; readonly retryable?: string; readonly q?: string
}
export const sessionSearch = (search: Record<string, unknown>): SessionSearch => pick(search, ['tab', 'candidate', 'do', 'offer', 'step', 'reason', 'status', 'retryable', 'q'])

/** `merchant` is an id; `details` a state of bank details */
export type SuppliersSearch = { readonly q?: string; readonly merchant?: string; readonly details?: string }
export const suppliersSearch = (search: Record<string, unknown>): SuppliersSearch => pick(search, ['q', 'merchant', 'details'])

/** `session` and `merchant` are ids; `id` the file whose record is open */
export type ArtifactsSearch = { readonly q?: string; readonly class?: string; readonly state?: string; readonly kind?: string; readonly merchant?: string; readonly session?: string; readonly id?: string }
export const artifactsSearch = (search: Record<string, unknown>): ArtifactsSearch => pick(search, ['q', 'class', 'state', 'kind', 'merchant', 'session', 'id'])

export type ProvidersSearch = { readonly q?: string; readonly category?: string }
export const providersSearch = (search: Record<string, unknown>): ProvidersSearch => pick(search, ['q', 'category'])
/** `from` and `to` are days of the tenant's zone; `id` is of the thing that an event is about */
export type AuditSearch = { readonly view?: string; readonly person?: string; readonly action?: string; readonly entity?: string; readonly id?: string; readonly from?: string; readonly to?: string }
export const auditSearch = (search: Record<string, unknown>): AuditSearch => pick(search, ['view', 'person', 'action', 'entity', 'id', 'from', 'to'])
/** The saved view of an audit's address; anything unknown is all events. */
export const auditViewOf = (search: AuditSearch): AuditView | 'all' => AUDIT_VIEWS.find((each) => each === search.view) ?? 'all'
export const corridorSearch = (search: Record<string, unknown>): { readonly tab?: string } => pick(search, ['tab'])
