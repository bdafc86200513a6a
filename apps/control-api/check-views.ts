/** Screenings, papers and incidents as the API gives them: field by field, so that a new column never leaves by itself. */
import type { MerchantDocument } from '#contracts/api/merchant-documents.ts'
import { INCIDENT_SENTENCES } from '#contracts/incidents.ts'
import type { IncidentWithEvents, PaymentIncident } from '#contracts/api/payment-incidents.ts'
import type { Screening } from '#contracts/api/screenings.ts'
import type { IncidentEventRow, IncidentRow, MerchantDocumentRow, ScreeningRow } from '#database/index.ts'
import { daysBetween, leftOf, standingOf } from '#execution/checks/papers.ts'

export const screeningOf = (row: ScreeningRow, stands: boolean): Screening => ({
  id: row.id, session_id: row.session_id, subject: row.subject, result: row.result, list_name: row.list_name, list_date: row.list_date,
  screened_at: row.screened_at, expires_at: row.expires_at, screened_by: { user_id: row.screened_by, name: row.screened_by_name }, details_version: row.details_version,
  artifact_id: row.artifact_id, note: row.note,
  cleared: row.cleared_by === null ? null : { user_id: row.cleared_by, name: row.cleared_by_name!, at: row.cleared_at!, because: row.cleared_because! },
  stands,
})

/** A paper as it stands on this day of its merchant's country. Of who recorded it only the side: merchants read this, and no name of the desk is theirs. */
export function merchantDocumentOf(row: MerchantDocumentRow, title: string, day: string): MerchantDocument {
  const over = row.state !== 'live' || row.expires_on === null || row.expires_on < day
  const left = leftOf(row)
  return {
    id: row.id, merchant_id: row.merchant_id, code: row.code, title, number: row.number, issued_on: row.issued_on, expires_on: row.expires_on,
    value: row.value === null ? null : { amount: row.value.amount, currency: row.value.currency },
    used: row.value === null || row.used === null ? null : { amount: row.used, currency: row.value.currency }, left,
    standing: standingOf(row, day), days_left: over ? null : daysBetween(day, row.expires_on!),
    artifact_id: row.artifact_id, supersedes: row.supersedes, recorded_by: row.recorded_by_role === 'merchant_client' ? 'merchant' : 'desk', recorded_at: row.recorded_at,
    withdrawn_because: row.withdrawn_because,
  }
}

export const incidentOf = (row: IncidentRow, market_clock: string): PaymentIncident => ({
  id: row.id, session_id: row.session_id, session_reference: row.session_reference, version: row.version, state: row.state, kind: row.kind,
  chaser: row.chaser, action: row.action, due_at: row.due_at, overdue: row.state !== 'resolved' && Date.parse(row.due_at) < Date.parse(market_clock),
  amount_missing: row.amount_missing === null ? null : { amount: row.amount_missing.amount, currency: row.amount_missing.currency },
  merchant_text: INCIDENT_SENTENCES[row.merchant_text].text, merchant_note: row.merchant_note,
  opened_by: { user_id: row.opened_by, name: row.opened_by_name }, opened_at: row.opened_at,
  resolution: row.resolution, proof_reference: row.proof_reference,
  resolved_by: row.resolved_by === null ? null : { user_id: row.resolved_by, name: row.resolved_by_name! }, resolved_at: row.resolved_at,
})

export const incidentWithEvents = (row: IncidentRow & { readonly events: readonly IncidentEventRow[] }, market_clock: string): IncidentWithEvents => ({
  ...incidentOf(row, market_clock),
  events: row.events.map(({ seq, state, chaser, action, due_at, note, who, at }) => ({ seq, state, chaser, action, due_at, note, who, at })),
})
