/** What may be done about a payment that went wrong, and when one counts as stuck. Pure. */
import { INCIDENT_SENTENCES, RESOLUTIONS_OF, type IncidentKind, type IncidentSentence, type Resolution } from '#contracts/incidents.ts'
import type { IncidentRow, SessionState } from '#database/index.ts'

/** States in which money was sent: before them there is nothing that could go wrong, and behind the others nothing is open. */
const SENT: ReadonlySet<SessionState> = new Set(['executing', 'paused', 'failed', 'completed'])
/** What arrived, or did not work, does not come late any more. */
const OF_STATES: Readonly<Record<IncidentKind, ReadonlySet<SessionState>>> = {
  returned: SENT, recalled: SENT, short_credited: new Set(['executing', 'paused', 'completed']), stuck: new Set(['executing', 'paused']),
}
export const canOpen = (kind: IncidentKind, state: SessionState): boolean => OF_STATES[kind].has(state)
/** Whether the merchant's sentence speaks of this kind. */
export const fits = (kind: IncidentKind, sentence: IncidentSentence): boolean => INCIDENT_SENTENCES[sentence].kind === kind

/** How long after its latest expected arrival a payment may still be on its way before it counts as stuck. */
export const STUCK_TOLERANCE_H = 24
const HOUR_MS = 3_600_000

/**
 * Since when a payment is stuck: from its latest expected arrival (p90) and the tolerance on, while it is being carried out. Null where it is not.
 * Both instants are of the market clock.
 */
export function stuckSince(session: { readonly state: SessionState; readonly arrival_p90: string | null }, now: string): string | null {
  if (session.arrival_p90 === null || !OF_STATES.stuck.has(session.state)) return null
  const since = Date.parse(session.arrival_p90) + STUCK_TOLERANCE_H * HOUR_MS
  return Date.parse(now) < since ? null : new Date(since).toISOString().replace('.000Z', 'Z')
}

/** Why an incident cannot end so; null where it can. */
export function refusalOf(incident: Pick<IncidentRow, 'kind' | 'state' | 'opened_by'>, by: { readonly resolution: Resolution; readonly proof_reference: string | null; readonly user_id: string }): 'incident_over' | 'resolution_not_possible' | 'second_person_for_loss' | null {
  if (incident.state === 'resolved') return 'incident_over'
  if (!RESOLUTIONS_OF[incident.kind].includes(by.resolution)) return 'resolution_not_possible'
  if (by.resolution === 'balance_paid' && by.proof_reference === null) return 'resolution_not_possible'
  const gives_up = by.resolution === 'written_off' || (incident.kind === 'short_credited' && by.resolution === 'opened_by_mistake')
  return gives_up && incident.opened_by === by.user_id ? 'second_person_for_loss' : null
}

/** Whether the session is over with it: the money is back, and the payment still stands where it can say so. */
export const endsReturned = (resolution: Resolution, state: SessionState): state is 'executing' | 'paused' | 'failed' => resolution === 'money_back' && (state === 'executing' || state === 'paused' || state === 'failed')
