/** What a payment file is made of, and what is wrong with it. Nothing is repaired: a name that the bank's characters cannot write is refused, never respelt. */
import { isPayable, isToken, type Money } from '#contracts/money.ts'
import { err, ok, type Result } from '#contracts/result.ts'

export type Account = { readonly iban: string } | { /** as the bank writes it */ readonly other: string }
export type Pain001Instruction = {
  /** the message of ISO 20022: .09 unless the bank asks for .03 */
  readonly version: 'pain.001.001.09' | 'pain.001.001.03'
  /** `swift` is what every bank takes (letters, digits, / - ? : ( ) . , ' + and space); `unicode` where the bank says that it takes more */
  readonly characters: 'swift' | 'unicode'
  readonly message_id: string
  /** ISO 8601 with its offset */
  readonly created_at: string
  /** the day on which the bank shall carry it out, as 2026-09-29 */
  readonly requested_on: string
  readonly initiating_party: string
  readonly debtor: { readonly name: string; readonly account: Account; readonly bic: string | null }
  readonly creditor: {
    readonly legal_name: string
    /** told to its bank beside the Latin name; only with `unicode` */
    readonly legal_name_zh: string | null
    readonly account: Account
    readonly bic: string | null
    /** the CNAPS number of its bank: 12 digits */
    readonly cnaps: string | null
    readonly city: string
    readonly country: string
  }
  readonly amount: Money
  /** OUR: the debtor bears all charges; SHA: each its own bank's */
  readonly charges: 'OUR' | 'SHA'
  /** ISO 20022 external codes of four letters, e.g. GDDS and SUPP */
  readonly purpose: string | null
  readonly category_purpose: string | null
  /** goes from end to end, to the payee */
  readonly reference: string
  readonly invoice_number: string
}

/** Where it is wrong, as a path, and how. */
export type DraftFault = { readonly code: 'draft_refused'; readonly field: string; readonly cause: 'characters' | 'length' | 'form' | 'amount' | 'currency' | 'checksum' | 'missing' }

const SWIFT = /^[A-Za-z0-9/\-?:().,'+ ]*$/
/** Every character that is seen or is a plain space; no control, no direction mark, no line end. */
const SEEN = /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S}]| )*$/u
const BIC = /^[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?$/
const DAY = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})$/
/** The money of these two names is one money; ISO 4217 knows the one. */
const ISO_CURRENCY: Readonly<Record<string, string>> = { CNH: 'CNY' }
export const isoCurrency = (currency: string): string => ISO_CURRENCY[currency] ?? currency

/** The instruction itself, or the first thing that is wrong with it. */
export function checkInstruction(given: Pain001Instruction): Result<Pain001Instruction, DraftFault> {
  const { creditor, debtor } = given
  const fault = (field: string, cause: DraftFault['cause'] | null): DraftFault | null => (cause === null ? null : { code: 'draft_refused', field, cause })
  const text = (value: string, most: number): DraftFault['cause'] | null =>
    value.trim() === '' || [...value].length > most || value.trim() !== value ? 'length' : !(given.characters === 'swift' ? SWIFT : SEEN).test(value) ? 'characters' : null
  // A reference travels over networks that give the slash a meaning.
  const reference = (value: string, most: number): DraftFault['cause'] | null => (!SWIFT.test(value) ? 'characters' : text(value, most) ?? (/^\/|\/\/|\/$/.test(value) ? 'form' : null))
  const pattern = (value: string | null, form: RegExp): DraftFault['cause'] | null => (value === null || form.test(value) ? null : 'form')
  const faults = [
    fault('version', given.version === 'pain.001.001.09' || given.version === 'pain.001.001.03' ? null : 'form'),
    fault('message_id', reference(given.message_id, 35)),
    fault('created_at', pattern(given.created_at, INSTANT)), fault('requested_on', pattern(given.requested_on, DAY)),
    fault('initiating_party', text(given.initiating_party, 70)),
    fault('debtor.name', text(debtor.name, 70)), fault('debtor.account', account(debtor.account)), fault('debtor.bic', pattern(debtor.bic, BIC)),
    fault('creditor.legal_name', text(creditor.legal_name, 70)),
    fault('creditor.legal_name_zh', creditor.legal_name_zh === null ? null : given.characters === 'swift' ? 'characters' : text(creditor.legal_name_zh, 70)),
    fault('creditor.account', account(creditor.account)), fault('creditor.bic', pattern(creditor.bic, BIC)), fault('creditor.cnaps', pattern(creditor.cnaps, /^[0-9]{12}$/)),
    // Without either nobody knows which bank is meant.
    fault('creditor.bic', creditor.bic === null && creditor.cnaps === null ? 'missing' : null),
    fault('creditor.city', text(creditor.city, 35)), fault('creditor.country', pattern(creditor.country, /^[A-Z]{2}$/)),
    fault('amount', amountFault(given.amount)),
    fault('charges', given.charges === 'OUR' || given.charges === 'SHA' ? null : 'form'),
    fault('purpose', pattern(given.purpose, /^[A-Z]{4}$/)), fault('category_purpose', pattern(given.category_purpose, /^[A-Z]{4}$/)),
    fault('reference', reference(given.reference, 35)), fault('invoice_number', text(given.invoice_number, 60)),
  ]
  const first = faults.find((one) => one !== null)
  return first === undefined || first === null ? ok(given) : err(first)
}

function amountFault({ amount, currency }: Money): DraftFault['cause'] | null {
  if (isToken(currency) || !/^[A-Z]{3}$/.test(currency)) return 'currency'
  const fine = /^(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,5})?$/.test(amount) && !/^[0.]+$/.test(amount) && isPayable(amount, currency)
  return fine ? null : 'amount'
}

function account(given: Account): DraftFault['cause'] | null {
  if ('other' in given) return /^[A-Za-z0-9][A-Za-z0-9/\-?:().,'+ ]{0,32}[A-Za-z0-9]$/.test(given.other) ? null : 'form'
  if (!/^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$/.test(given.iban)) return 'form'
  const digits = `${given.iban.slice(4)}${given.iban.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n ? null : 'checksum'
}
