/** Words of incidents: their kinds, what can be done next and by whom, how each may end, and the plain sentences that a merchant reads. */

export const INCIDENT_KINDS = ['returned', 'recalled', 'short_credited', 'stuck'] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]
export const INCIDENT_CHASERS = ['desk', 'merchant', 'provider'] as const
export type IncidentChaser = (typeof INCIDENT_CHASERS)[number]
export const INCIDENT_ACTIONS = ['ask_the_bank', 'trace_the_payment', 'wait_for_the_money', 'correct_the_details', 'bring_a_paper', 'claim_the_difference', 'pay_the_difference'] as const
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number]
export const RESOLUTIONS = ['money_back', 'arrived_in_full', 'balance_paid', 'written_off', 'opened_by_mistake'] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** How an incident of each kind may end. What arrived short ends by a proof of the rest, or by a second person who gives it up. */
export const RESOLUTIONS_OF: Readonly<Record<IncidentKind, readonly Resolution[]>> = {
  returned: ['money_back', 'arrived_in_full', 'opened_by_mistake'],
  recalled: ['money_back', 'arrived_in_full', 'opened_by_mistake'],
  short_credited: ['balance_paid', 'written_off', 'opened_by_mistake'],
  stuck: ['arrived_in_full', 'money_back', 'opened_by_mistake'],
}

/** What the merchant reads of it. The first of each kind is said where the desk chooses none. */
export const INCIDENT_SENTENCES = {
  sent_back: { kind: 'returned', text: 'The bank in China sent the money back.' },
  details_refused: { kind: 'returned', text: 'The bank in China did not take the money, because the account details did not match.' },
  paper_missing: { kind: 'returned', text: 'The bank in China sent the money back, because a paper was missing.' },
  called_back: { kind: 'recalled', text: 'The payment was called back before your supplier had it.' },
  arrived_short: { kind: 'short_credited', text: 'Your supplier got less than was sent.' },
  charges_taken: { kind: 'short_credited', text: 'A bank on the way took charges, so your supplier got less.' },
  not_arrived: { kind: 'stuck', text: 'The payment takes longer than expected. It has not arrived yet.' },
  bank_checks: { kind: 'stuck', text: 'A bank on the way is checking the payment.' },
} as const satisfies Readonly<Record<string, { readonly kind: IncidentKind; readonly text: string }>>
export type IncidentSentence = keyof typeof INCIDENT_SENTENCES

/** The sentence of a kind where none was chosen. */
export const firstSentence = (kind: IncidentKind): IncidentSentence => (Object.keys(INCIDENT_SENTENCES) as IncidentSentence[]).find((code) => INCIDENT_SENTENCES[code].kind === kind)!

/** What is done next, as an order to whoever does it. */
export const ACTION_WORDS: Readonly<Record<IncidentAction, string>> = {
  ask_the_bank: 'Ask the bank what happened', trace_the_payment: 'Trace the payment', wait_for_the_money: 'Wait until the money is back', correct_the_details: 'Correct the account details',
  bring_a_paper: 'Bring the missing paper', claim_the_difference: 'Claim the difference', pay_the_difference: 'Pay the difference',
}
