/** What went wrong with a payment, as the desk reads it. */
import type { IncidentKind } from '#contracts/incidents.ts'

const WENT_WRONG: Readonly<Record<IncidentKind, string>> = {
  returned: 'The payment came back.', recalled: 'The payment was called back.', short_credited: 'The supplier got less than was sent.', stuck: 'The payment has not arrived.',
}
export const wentWrong = (kind: IncidentKind): string => WENT_WRONG[kind]
