/** Words of the desk's checks. */
import { INCIDENT_SENTENCES, RESOLUTIONS_OF, ACTION_WORDS, type IncidentKind, type Resolution } from '#contracts/incidents.ts'
import type { Screening, ScreeningStanding, MerchantDocument, InvoiceStanding, PaymentIncident } from '../../api/types.ts'
import type { Tone } from '../../shared/ui/index.ts'

export const SUBJECTS: Readonly<Record<Screening['subject'], string>> = { payer: 'The payer', payee: 'The supplier', bank: 'The banks', goods: 'The goods', wallet: 'The wallet' }
export const RESULTS: Readonly<Record<Screening['result'], string>> = { no_hit: 'No hit', possible_hit: 'Possible hit', hit: 'Hit' }
export const CLEARANCES: Readonly<Record<NonNullable<Screening['cleared']>['because'], string>> = {
  other_person: 'It is another person', other_company: 'It is another company', entry_out_of_date: 'The entry is out of date', name_only: 'Only the name is alike',
}
export const KINDS: Readonly<Record<IncidentKind, string>> = { returned: 'Returned', recalled: 'Called back', short_credited: 'Arrived short', stuck: 'Stuck' }
export const CHASERS: Readonly<Record<PaymentIncident['chaser'], string>> = { desk: 'The desk', merchant: 'The merchant', provider: 'The provider' }
export const ACTIONS = ACTION_WORDS
export const RESOLVED: Readonly<Record<Resolution, string>> = {
  money_back: 'The money is back', arrived_in_full: 'It arrived in full', balance_paid: 'The rest was paid', written_off: 'What is missing was given up', opened_by_mistake: 'It was opened by mistake',
}
export const resolutionsOf = (kind: IncidentKind) => RESOLUTIONS_OF[kind].map((value) => ({ value, label: RESOLVED[value] }))
export const sentencesOf = (kind: IncidentKind) => (Object.entries(INCIDENT_SENTENCES) as [keyof typeof INCIDENT_SENTENCES, { kind: IncidentKind; text: string }][])
  .filter(([, sentence]) => sentence.kind === kind).map(([value, { text }]) => ({ value, label: text }))

/** How a subject stands, worst first: a hit is said before an expiry. */
export function standingOf(standing: ScreeningStanding, subject: Screening['subject']): { readonly tone: Tone; readonly label: string } {
  if (standing.hit.includes(subject)) return { tone: 'danger', label: 'Hit' }
  if (standing.missing.includes(subject)) return { tone: 'attention', label: 'Not screened' }
  if (standing.stale_details.includes(subject)) return { tone: 'attention', label: 'Of other bank details' }
  if (standing.expired.includes(subject)) return { tone: 'attention', label: 'Expired' }
  return { tone: 'success', label: 'Clear' }
}
export const PAPER_STANDINGS: Readonly<Record<MerchantDocument['standing'], { readonly tone: Tone; readonly label: string }>> = {
  counts: { tone: 'success', label: 'Counts' }, expires_soon: { tone: 'attention', label: 'Runs out soon' }, expired: { tone: 'danger', label: 'Run out' }, used_up: { tone: 'danger', label: 'Used up' },
  withdrawn: { tone: 'waiting', label: 'Withdrawn' }, superseded: { tone: 'waiting', label: 'Replaced' },
}
export const PAID: Readonly<Record<InvoiceStanding['parts'][number]['paid'], string>> = { deposit: 'Deposit', full_advance: 'Whole amount', balance_before_shipment: 'Balance', balance_after_shipment: 'Balance' }
export const GROUPS: Readonly<Record<InvoiceStanding['parts'][number]['group'], string>> = { offered: 'Offered', planned: 'Planned', on_its_way: 'On its way', done: 'Done', stopped: 'Stopped' }
