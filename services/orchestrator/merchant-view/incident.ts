/** What a merchant is told of a payment that went wrong: what happened, who acts next and by when. Nothing of who opened it or what the desk wrote to itself. */
import { ACTION_WORDS, INCIDENT_SENTENCES, type IncidentAction, type IncidentChaser, type IncidentKind, type IncidentSentence } from '#contracts/incidents.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'

export type IncidentFacts = {
  readonly kind: IncidentKind
  readonly chaser: IncidentChaser
  readonly action: IncidentAction
  readonly due_at: string
  readonly merchant_text: IncidentSentence
  /** one line of the desk's own words to the merchant */
  readonly merchant_note: string | null
}

/** Money that came back, or was called back, must not go out a second time the same way: until that is settled nobody is asked to pay. */
export const stopsPaying = (incident: IncidentFacts | null): boolean => incident !== null && (incident.kind === 'returned' || incident.kind === 'recalled')

export const incidentHeadline = ({ merchant_text }: IncidentFacts): string => INCIDENT_SENTENCES[merchant_text].text

/** To a merchant whoever the desk chases is the desk's business: it is the desk that acts. */
export const incidentNext = ({ chaser, action, due_at }: IncidentFacts): MerchantRouteSession['next'] => ({ whom: null, who: chaser === 'merchant' ? 'merchant' : 'desk', what: ACTION_WORDS[action], by: due_at })

export const incidentWarning = (incident: IncidentFacts | null): MerchantRouteSession['warnings'] => (incident === null ? [] : [{
  tone: 'attention', title: incidentHeadline(incident),
  text: incident.merchant_note ?? (incident.chaser === 'merchant' ? 'You can help: see what to do next.' : 'The desk looks after it. You need to do nothing now.'),
}])
