/** payment incidents: a payment that came back, was called back, arrived short or does not arrive; who chases it, by when, and how it ends. */
import Type, { type Static } from 'typebox'
import { Amount } from '../routing.ts'
import { note, visibleText as text } from '../text.ts'
import { INCIDENT_ACTIONS, INCIDENT_CHASERS, INCIDENT_KINDS, INCIDENT_SENTENCES, RESOLUTIONS } from '../incidents.ts'
import { ApiMoney, closed, counted, Instant, nullable, oneOf, page, PageQuery, payable, Uuid } from './common.ts'

export const INCIDENT_STATES = ['open', 'chasing', 'resolved'] as const
const step = {
  chaser: oneOf(INCIDENT_CHASERS),
  action: oneOf(INCIDENT_ACTIONS),
  /** behind the market clock */
  due_at: Instant,
  /** for the desk alone */
  note: Type.Optional(note(300)),
  /** what the merchant reads; one of the sentences of this kind */
  merchant_text: Type.Optional(oneOf(Object.keys(INCIDENT_SENTENCES) as (keyof typeof INCIDENT_SENTENCES)[])),
  /** one line of the desk's own words to the merchant */
  merchant_note: Type.Optional(note(200)),
}
export const OpenIncidentBody = Type.Object({
  kind: oneOf(INCIDENT_KINDS), ...step,
  /** needed where it arrived short */
  amount_missing: Type.Optional(Type.Object({ amount: Amount, currency: ApiMoney.properties.currency }, payable('amount'))),
}, closed)
export type OpenIncidentBody = Static<typeof OpenIncidentBody>
export const ChaseIncidentBody = Type.Object({ version: counted(1), ...step }, closed)
export const ResolveIncidentBody = Type.Object({
  version: counted(1),
  resolution: oneOf(RESOLUTIONS),
  /** of the proof that the rest arrived; needed for `balance_paid` */
  proof_reference: Type.Optional(text(100)),
  note: Type.Optional(note(300)),
}, closed)

export const PaymentIncident = Type.Object({
  id: Uuid, session_id: Uuid, session_reference: Type.String(), version: Type.Integer(), state: oneOf(INCIDENT_STATES), kind: oneOf(INCIDENT_KINDS),
  chaser: oneOf(INCIDENT_CHASERS), action: oneOf(INCIDENT_ACTIONS), due_at: Instant,
  /** its due time has passed on the market clock and it is not resolved */
  overdue: Type.Boolean(),
  amount_missing: nullable(ApiMoney),
  /** what the merchant reads */
  merchant_text: Type.String(), merchant_note: nullable(Type.String()),
  opened_by: Type.Object({ user_id: Uuid, name: Type.String() }, closed), opened_at: Instant,
  resolution: nullable(oneOf(RESOLUTIONS)), proof_reference: nullable(Type.String()),
  resolved_by: nullable(Type.Object({ user_id: Uuid, name: Type.String() }, closed)), resolved_at: nullable(Instant),
}, closed)
export type PaymentIncident = Static<typeof PaymentIncident>
const IncidentEvent = Type.Object({ seq: Type.Integer(), state: oneOf(INCIDENT_STATES), chaser: oneOf(INCIDENT_CHASERS), action: oneOf(INCIDENT_ACTIONS), due_at: Instant, note: nullable(Type.String()), who: Type.String(), at: Instant }, closed)
export const IncidentWithEvents = Type.Object({ ...PaymentIncident.properties, events: Type.Array(IncidentEvent) }, closed)
export type IncidentWithEvents = Static<typeof IncidentWithEvents>

export const SessionIncidents = Type.Object({
  items: Type.Array(IncidentWithEvents),
  /** the payment is behind its latest expected arrival and its tolerance, since when; null where it is not or where that is chased already */
  stuck_since: nullable(Instant),
}, closed)
export const IncidentQuery = Type.Object({ ...PageQuery, state: Type.Optional(oneOf(['open', 'resolved'])) }, closed)
export const IncidentPage = page(PaymentIncident)
