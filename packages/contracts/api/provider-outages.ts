/** Providers that carry nothing new for now. */
import Type, { type Static } from 'typebox'
import { closed, Instant, nullable, oneOf, Uuid } from './common.ts'

export const OUTAGE_REASONS = ['not_answering', 'not_quoting', 'payments_failing', 'payments_late', 'maintenance', 'provider_notice'] as const
export const OUTAGE_SOURCES = ['phone_call', 'screen_capture', 'email', 'chat', 'webhook', 'rate_feed'] as const
export const OUTAGE_ENDS = ['works_again', 'reported_wrongly'] as const

export const OutageBody = Type.Object({ provider_id: Type.String({ minLength: 1, maxLength: 100 }), reason: oneOf(OUTAGE_REASONS), source: oneOf(OUTAGE_SOURCES) }, closed)
export const OutageEndBody = Type.Object({ because: oneOf(OUTAGE_ENDS) }, closed)

const Affected = Type.Object({
  id: Uuid, reference: Type.String(), state: Type.String(), merchant_name: Type.String(), needed_by: Instant, provider_ids: Type.Array(Type.String()),
  /** true: a person decides about it; false: it can be routed again */
  started: Type.Boolean(),
}, closed)
export const ProviderOutage = Type.Object({
  id: Uuid, provider_id: Type.String(), reason: oneOf(OUTAGE_REASONS), source: oneOf(OUTAGE_SOURCES), since: Instant,
  reported_by: Type.String(), reported_at: Instant, ended_by: nullable(Type.String()), ended_at: nullable(Instant), ended_because: nullable(oneOf(OUTAGE_ENDS)),
}, closed)
export type ProviderOutage = Static<typeof ProviderOutage>
export const ProviderOutages = Type.Object({
  items: Type.Array(ProviderOutage),
  /** open sessions whose shown route goes through a provider that is out */
  affected: Type.Object({ not_started: Type.Array(Affected), started: Type.Array(Affected) }, closed),
}, closed)
export type ProviderOutages = Static<typeof ProviderOutages>
