/**
 * The coded reasons of the desk's decisions. A code is kept in the record and in the audit, where no free text may stand; the sentence is what the desk
 * reads, and `merchant`, where there is one, all that a merchant is ever told of it.
 */
export type ReasonCode = { readonly code: string; readonly sentence: string; readonly merchant?: string }

export const APPROVE_REASONS = [
  { code: 'best_score_ready', sentence: 'Best score, ready, no paper missing' },
  { code: 'best_score_conditional', sentence: 'Best score, papers to follow before payment' },
  { code: 'deadline_decides', sentence: 'Arrives in time where the others do not' },
  { code: 'merchant_asked', sentence: 'The merchant asked for this route' },
  { code: 'only_lawful_route', sentence: 'The only lawful route' },
  { code: 'checked_again', sentence: 'Checked again after a change' },
] as const satisfies readonly ReasonCode[]

export const OTHER_ROUTE_REASONS = [
  { code: 'provider_not_reachable', sentence: 'The provider of the recommended route cannot be reached', merchant: 'A provider of the first way cannot be reached today.' },
  { code: 'papers_not_in_time', sentence: 'Its papers will not be there in time', merchant: 'The papers of the first way would not be ready in time.' },
  { code: 'merchant_prefers', sentence: 'The merchant prefers this one', merchant: 'You asked for this way.' },
  { code: 'supplier_asks', sentence: 'The supplier asks to be paid in this way', merchant: 'Your supplier asked to be paid this way.' },
  { code: 'better_price_found', sentence: 'A better price was found', merchant: 'We found a better price.' },
  { code: 'safer_for_this_amount', sentence: 'Safer for this amount', merchant: 'This way is safer for this amount.' },
] as const satisfies readonly ReasonCode[]

export const NEW_PRICE_REASONS = [
  { code: 'price_moved', sentence: 'The price moved beyond what was agreed', merchant: 'The price has changed since you agreed.' },
  { code: 'price_ran_out', sentence: 'The price ran out before the payment began', merchant: 'The price you agreed to has run out. This is a fresh one.' },
  { code: 'payee_details_changed', sentence: 'The supplier’s bank details changed', merchant: 'Your supplier’s bank details changed. Please agree again.' },
] as const satisfies readonly ReasonCode[]

export const REJECT_REASONS = [
  { code: 'cannot_be_verified', sentence: 'Payee or papers cannot be verified', merchant: 'We could not check the supplier or the papers, so we do not go on with it.' },
  { code: 'against_desk_rules', sentence: 'Against the rules of this desk', merchant: 'Our rules do not allow this payment.' },
  { code: 'screening_hit', sentence: 'A screening hit', merchant: 'We cannot go on with this payment.' },
  { code: 'price_not_held', sentence: 'The price cannot be held', merchant: 'The price could not be held. Ask for a fresh route.' },
  { code: 'papers_missing', sentence: 'Papers stay missing', merchant: 'A paper is still missing. Ask again when you have it.' },
  { code: 'merchant_withdrew', sentence: 'The merchant withdrew by other means', merchant: 'You asked us to stop.' },
] as const satisfies readonly ReasonCode[]

export const PAUSE_REASONS = [
  { code: 'waiting_for_paper', sentence: 'A paper is awaited', merchant: 'We wait for a paper.' },
  { code: 'provider_outage', sentence: 'A provider cannot be reached', merchant: 'A provider cannot be reached at the moment.' },
  { code: 'payee_in_doubt', sentence: 'The payee is in doubt', merchant: 'We check the supplier’s details once more.' },
  { code: 'screening_open', sentence: 'Screening is open', merchant: 'We are finishing our checks.' },
  { code: 'price_in_doubt', sentence: 'The price is in doubt', merchant: 'We check the price once more.' },
  { code: 'merchant_asked', sentence: 'The merchant asked to wait', merchant: 'You asked us to wait.' },
  { code: 'holiday', sentence: 'Banks are closed', merchant: 'Banks are closed. Nothing moves until they open.' },
] as const satisfies readonly ReasonCode[]

export const RESUME_REASONS = [
  { code: 'cause_cleared', sentence: 'What it waited for is there' },
  { code: 'checked_by_phone', sentence: 'Checked by telephone' },
  { code: 'paused_by_mistake', sentence: 'It was paused by mistake' },
] as const satisfies readonly ReasonCode[]

export const REJECT_PROOF_REASONS = [
  { code: 'field_differs', sentence: 'A field differs from the instruction', merchant: 'Something on it does not match the payment.' },
  { code: 'not_readable', sentence: 'It cannot be read', merchant: 'We cannot read it. Please take the photo again.' },
  { code: 'wrong_paper', sentence: 'It is another paper', merchant: 'It is a different paper from the one we need.' },
  { code: 'typed_wrongly', sentence: 'It was typed wrongly here' },
] as const satisfies readonly ReasonCode[]

export const ACCEPT_DIFFERENCE_REASONS = [
  { code: 'bank_shortened_it', sentence: 'The bank shortened it' },
  { code: 'same_party_other_spelling', sentence: 'The same party, spelt otherwise' },
  { code: 'charges_taken_on_the_way', sentence: 'Charges were taken on the way and are accounted for' },
  { code: 'confirmed_by_provider', sentence: 'The provider confirmed it on another channel' },
] as const satisfies readonly ReasonCode[]

export const STEP_FAILED_REASONS = [
  { code: 'refused_by_provider', sentence: 'The provider refused it', merchant: 'It was refused.' },
  { code: 'cut_off_missed', sentence: 'The cut-off was missed', merchant: 'It came too late in the day.' },
  { code: 'limit_reached', sentence: 'A limit was reached', merchant: 'A limit was reached.' },
  { code: 'wrong_details', sentence: 'The details were wrong', merchant: 'Something in the details was wrong.' },
  { code: 'no_answer', sentence: 'Nobody answered', merchant: 'Nobody answered.' },
  { code: 'never_happened', sentence: 'It turned out that it never happened', merchant: 'It was never sent.' },
] as const satisfies readonly ReasonCode[]

export const STEP_FOUND_REASONS = [
  { code: 'provider_says_sent', sentence: 'The provider says that it was sent' },
  { code: 'provider_says_not_sent', sentence: 'The provider says that it was not sent' },
  { code: 'seen_in_statement', sentence: 'It stands in a statement of the account' },
] as const satisfies readonly ReasonCode[]

/** The codes of a list, for a schema. */
export const codesOf = <const T extends readonly ReasonCode[]>(reasons: T): T[number]['code'][] => reasons.map(({ code }) => code)

const ALL: readonly ReasonCode[] = [
  ...APPROVE_REASONS, ...OTHER_ROUTE_REASONS, ...NEW_PRICE_REASONS, ...REJECT_REASONS, ...PAUSE_REASONS, ...RESUME_REASONS, ...REJECT_PROOF_REASONS, ...ACCEPT_DIFFERENCE_REASONS, ...STEP_FAILED_REASONS,
  ...STEP_FOUND_REASONS,
]
/** What the desk reads for a code; the code itself where no list has it. */
export const reasonSentence = (code: string): string => ALL.find((reason) => reason.code === code)?.sentence ?? code
/** What the merchant reads for a code of one list, or null. */
export const merchantSentence = (reasons: readonly ReasonCode[], code: string): string | null => reasons.find((reason) => reason.code === code)?.merchant ?? null
