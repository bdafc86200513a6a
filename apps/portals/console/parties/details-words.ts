/** Words for how bank details come in, are confirmed and are refused. */
import type { BankDetailChange } from '../../api/types.ts'

type Received = BankDetailChange['received_by']
type Because = NonNullable<BankDetailChange['rejected_because']>
type Over = NonNullable<BankDetailChange['confirmed_over']>

export const RECEIVED: Readonly<Record<Received, string>> = {
  email: 'Email', chat: 'Chat message', letter: 'Letter or invoice', phone_call: 'Telephone call', video_call: 'Video call', in_person: 'In person',
}
/** Ways that a second person can take by itself; a number or a place that the desk knew before. */
export const CONFIRMED: Readonly<Record<Over, string>> = { phone_call: 'Telephone, on a number known before', video_call: 'Video call with somebody known', in_person: 'In person' }
export const BECAUSE: Readonly<Record<Because, string>> = {
  supplier_denies_it: 'The supplier knows nothing of it', supplier_not_reached: 'The supplier could not be reached', entered_wrongly: 'It was entered wrongly', no_longer_needed: 'It is no longer needed',
}

/** What is wrong with an account, as its field says it. */
export const ACCOUNT_PROBLEMS: Readonly<Record<string, string>> = {
  bad_account: 'This is no account number.', bad_iban: 'This is no IBAN: a digit is wrong.', bad_address: 'This is no address of that network.', no_network: 'Choose the network.', wrong_country: 'This kind of account is in another country.',
}
