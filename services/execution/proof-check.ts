/**
 * Holds what was read from a proof against the instruction of its step, field by field. Nothing is guessed: a field that the kind must show and that is
 * empty differs, like one that says something else. Pure.
 */
import type { ProofDifference } from '#contracts/api/execution.ts'
import { minorDigits, withoutZeros, type Money } from '#contracts/money.ts'
import { fieldsOfProof, PROOF_FIELDS, type ProofField } from '#contracts/proof-fields.ts'
import { compare, fromDecimal, type Rational, sub } from '#orchestrator/rational.ts'

/** How far a proof may be from the instruction, said where people see it. */
export const TOLERANCES = {
  /** what arrives may be short by this many of the smallest units: banks round */
  received_minor_units: 1n,
  /** clocks of banks and phones differ; what is older than the step is another payment’s */
  before_start_s: 3_600,
  after_now_s: 900,
} as const

/** What the step tells whoever carries it. */
export type Expected = {
  /** each is right: what enters the leg and what leaves it */
  readonly sends: Money
  readonly receives: Money
  /** names by which the payee is known; empty where the step pays no named payee */
  readonly payees: readonly string[]
  readonly account_last4: string | null
  readonly reference: string
  readonly charges: 'OUR' | 'SHA' | null
  /** of the chain that carries a token; null elsewhere */
  readonly network: string | null
  readonly started_at: string
  readonly now: string
}
export type ReadFromProof = {
  readonly kind: string
  readonly money: Money | null
  readonly happened_at: string | null
  readonly payee: string | null
  readonly account_last4: string | null
  readonly reference: string | null
  readonly charges: string | null
  readonly transaction_hash: string | null
}

/** Kinds that show what arrived, and not what was sent. */
const OF_RECEIPT: ReadonlySet<string> = new Set(['bank_credit_advice', 'supplier_receipt', 'wallet_receipt', 'redemption_confirmation', 'signed_acknowledgement'])

/** Every field that differs; none where the proof proves the step. */
export function differencesOf(expected: Expected, read: ReadFromProof): ProofDifference[] {
  const needed = new Set<ProofField>(fieldsOfProof(read.kind))
  const found: ProofDifference[] = []
  const differ = (field: ProofField, instruction: string, value: string | null, sentence: string) => { found.push({ field, instruction, read: value, sentence }) }
  const missing = (field: ProofField, instruction: string) => differ(field, instruction, null, 'It is not on the proof.')

  const wanted = OF_RECEIPT.has(read.kind) ? expected.receives : expected.sends
  if (read.money === null) {
    if (needed.has('amount')) missing('amount', text(wanted))
  } else {
    const wrong = amountDiffers(expected, read.money, OF_RECEIPT.has(read.kind))
    if (wrong !== null) differ('amount', text(read.money.currency === expected.receives.currency ? expected.receives : wanted), text(read.money), wrong)
  }

  if (read.happened_at === null) {
    if (needed.has('happened_at')) missing('happened_at', expected.started_at)
  } else {
    const at = Date.parse(read.happened_at)
    if (at < Date.parse(expected.started_at) - TOLERANCES.before_start_s * 1000) differ('happened_at', expected.started_at, read.happened_at, 'It is older than the step: it may be of another payment.')
    else if (at > Date.parse(expected.now) + TOLERANCES.after_now_s * 1000) differ('happened_at', expected.now, read.happened_at, 'It lies in the future.')
  }

  if (expected.payees.length > 0) {
    if (read.payee === null) {
      if (needed.has('payee')) missing('payee', expected.payees[0]!)
    } else if (!expected.payees.some((name) => sameName(name, read.payee!))) differ('payee', expected.payees[0]!, read.payee, 'It names somebody else.')
  }

  if (expected.account_last4 !== null) {
    if (read.account_last4 === null) {
      if (needed.has('account_last4')) missing('account_last4', `•••• ${expected.account_last4}`)
    } else if (read.account_last4 !== expected.account_last4) differ('account_last4', `•••• ${expected.account_last4}`, `•••• ${read.account_last4}`, 'It is another account.')
  }

  if (read.reference === null) {
    if (needed.has('reference')) missing('reference', expected.reference)
  } else if (plain(read.reference) !== plain(expected.reference)) differ('reference', expected.reference, read.reference, 'It is the reference of something else.')

  if (expected.charges !== null) {
    if (read.charges === null) {
      if (needed.has('charges')) missing('charges', expected.charges)
    } else if (read.charges !== expected.charges) differ('charges', expected.charges, read.charges, CHARGES_DIFFER)
  }

  if (read.transaction_hash === null) {
    if (needed.has('transaction_hash')) missing('transaction_hash', 'a transaction hash')
  } else if (!isTransactionHash(expected.network, read.transaction_hash)) {
    differ('transaction_hash', `a transaction hash of ${expected.network ?? 'a chain'}`, read.transaction_hash, 'It has not the form of one.')
  }
  return found
}

/** Every field that was read otherwise from the same bytes before: who types a file again until it matches would be the one to judge it. */
export function readOtherwise(read: ReadFromProof, earlier: readonly ReadFromProof[]): ProofDifference[] {
  return PROOF_FIELDS.flatMap((field): ProofDifference[] => {
    const now = wordOf(field, read)
    // What another kind does not show says nothing.
    const others = earlier.filter(({ kind }) => kind === read.kind).map((one) => wordOf(field, one)).concat(earlier.filter(({ kind }) => kind !== read.kind && now !== null).flatMap((one) => wordOf(field, one) ?? []))
    const before = others.find((word) => word !== now)
    return before === undefined ? [] : [{ field, instruction: before ?? 'nothing', read: now, sentence: 'Something else was read from this file before.' }]
  })
}

/** A field in one writing, so that two readings of it compare. */
function wordOf(field: ProofField, read: ReadFromProof): string | null {
  if (field === 'amount') return read.money === null ? null : text({ ...read.money, amount: withoutZeros(read.money.amount) })
  const value = read[field]
  return value === null ? null : field === 'happened_at' ? new Date(Date.parse(value)).toISOString() : plain(value)
}

const CHARGES_DIFFER = 'Other charges let the banks take their fee on the way, so the supplier may get less.'

/** Why the amount is not right, or null. Money of a currency that the leg has nothing to do with is never right. */
function amountDiffers({ sends, receives }: Expected, read: Money, receipt: boolean): string | null {
  // A receipt shows what arrived. Anything else shows what was sent, or the other side where the currency says so.
  const side = receipt ? receives : sends.currency === receives.currency ? sends : read.currency === receives.currency ? receives : read.currency === sends.currency ? sends : null
  if (side === null || side.currency !== read.currency) return 'It is of another currency.'
  const [is, wanted] = [fromDecimal(read.amount), fromDecimal(side.amount)]
  if (compare(is, wanted) === 0) return null
  const smallest: Rational = { n: TOLERANCES.received_minor_units, d: 10n ** BigInt(minorDigits(side.currency)) }
  if (receipt && compare(is, wanted) < 0 && compare(sub(wanted, is), smallest) <= 0) return null
  return compare(is, wanted) < 0 ? 'It is less.' : 'It is more.'
}

const text = ({ amount, currency }: Money): string => `${currency} ${amount}`

/** Letters and digits alone, in one case and width: banks drop the rest. */
const plain = (value: string): string => value.normalize('NFKC').toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
/** Company names as banks write them: without marks, and with or without what a form of company is called. */
const sameName = (a: string, b: string): boolean => plain(a) === plain(b) || (withoutForm(a) !== '' && withoutForm(a) === withoutForm(b))
const withoutForm = (name: string): string => {
  const words = name.normalize('NFKC').toUpperCase().replaceAll(/[^\p{L}\p{N}\s]/gu, ' ').split(/\s+/).filter((word) => word !== '' && !FORM_WORDS.has(word))
  return words.join('')
}
const FORM_WORDS: ReadonlySet<string> = new Set(['COMPANY', 'CO', 'LIMITED', 'LTD', 'INC', 'CORPORATION', 'CORP', 'LLC'])

/** Whether it has the form of a transaction hash on that network. That it exists is for a connector to say, not for its form. */
export function isTransactionHash(network: string | null, hash: string): boolean {
  switch (network) {
    case 'TRON': return /^[0-9a-fA-F]{64}$/.test(hash)
    case 'ETHEREUM': return /^0x[0-9a-fA-F]{64}$/.test(hash)
    case 'SOLANA': return /^[1-9A-HJ-NP-Za-km-z]{86,88}$/.test(hash)
    default: return /^(?:0x)?[0-9a-fA-F]{64}$/.test(hash) || /^[1-9A-HJ-NP-Za-km-z]{86,88}$/.test(hash)
  }
}
