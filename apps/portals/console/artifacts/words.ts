/** Words for stored files, as the desk reads them. */
import type { Artifact } from '../../api/types.ts'
import type { Option } from '../../shared/ui/index.ts'
import { titled } from '../words.ts'

type Class = Artifact['class']

export const CLASSES: readonly (Option<Class> & { readonly detail: string })[] = [
  { value: 'merchant', label: 'Merchant', detail: 'its merchant and the desk' },
  { value: 'desk', label: 'Desk only', detail: 'nobody but the desk' },
  { value: 'restricted', label: 'Restricted', detail: 'the desk; each reading is in the audit' },
  { value: 'public', label: 'Public', detail: 'its merchant and the desk; may be passed on' },
]
export const STATES: readonly Option<Artifact['state']>[] = [
  { value: 'quarantined', label: 'Being checked' }, { value: 'clean', label: 'Checked' }, { value: 'refused', label: 'Refused' }, { value: 'removed', label: 'Removed' },
]

/** Kinds that are chosen from a list; the corridor data and proofs have more, which come with their own pages. */
export const KINDS = [
  'PROFORMA_INVOICE', 'COMMERCIAL_INVOICE', 'TRANSPORT_DOCUMENT', 'IMPORT_DECLARATION', 'FORM_Q', 'CAC_CERT', 'TIN', 'SUPPLIER_BUSINESS_LICENSE',
  'bank_acknowledgement', 'mt103_or_pacs008', 'trade_confirmation', 'signed_quote', 'payout_reference', 'redemption_confirmation', 'quote', 'screening', 'message', 'report',
] as const

const ABBREVIATIONS: Readonly<Record<string, string>> = { mt103_or_pacs008: 'MT103 or pacs.008', lc_swift_mt700: 'Letter of credit (MT700)', TIN: 'TIN', CAC_CERT: 'CAC certificate', FORM_Q: 'Form Q' }
/** A kind in words. */
export const kindWords = (kind: string): string => ABBREVIATIONS[kind] ?? titled(kind.toLowerCase())
export const classWords = (value: Class): string => CLASSES.find((each) => each.value === value)!.label

type Reason = Exclude<NonNullable<Artifact['removed_because']>, 'retention'>
export const REMOVALS: readonly Option<Reason>[] = [
  { value: 'wrong_file', label: 'It is the wrong file' }, { value: 'contains_too_much', label: 'It holds more than it should' }, { value: 'person_asked', label: 'Somebody asked for it' }, { value: 'not_needed', label: 'It is not needed' },
]
export const removalWords = (reason: NonNullable<Artifact['removed_because']>): string => (reason === 'retention' ? 'Its time to be kept was over' : REMOVALS.find((each) => each.value === reason)!.label)
