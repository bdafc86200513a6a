/** A proof beside its instruction, field by field: what was asked, what was read, whether it fits. Pure. */
import { fieldsOfProof, PROOF_FIELDS, type ProofField } from '#contracts/proof-fields.ts'
import type { ExecutionStep } from '../../../api/types.ts'
import { formatDecimal } from '../../../shared/money.ts'
import { formatInstant } from '../../../shared/time.ts'

export type Proof = ExecutionStep['proofs'][number]
export type ProofRow = { readonly field: ProofField; readonly instruction: string; readonly read: string; /** what is wrong, or null where it fits */ readonly differs: string | null }

const isInstant = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T/.test(text)
const shown = (field: ProofField, text: string, zone: string): string => {
  if (field === 'happened_at' && isInstant(text)) return formatInstant(text, zone)
  const money = field === 'amount' ? /^([A-Z0-9]{3,5}) (\d+(?:\.\d+)?)$/.exec(text) : null
  return money === null ? text : `${money[1]} ${formatDecimal(money[2]!)}`
}

/** The fields that the kind must show and those that were read though nobody asked. `zone` is the desk's. */
export function proofRows(step: ExecutionStep, proof: Proof, zone: string): readonly ProofRow[] {
  const read = readFields(proof)
  const needed = new Set<ProofField>(fieldsOfProof(proof.kind))
  return PROOF_FIELDS.filter((field) => needed.has(field) || read[field] !== null).map((field) => {
    const difference = proof.differences.find((each) => each.field === field)
    const asked = difference?.instruction ?? askedFor(step, field) ?? read[field] ?? '—'
    // A time is asked to lie within the step and not to be one moment.
    const instruction = field === 'happened_at' ? `since ${shown(field, step.started_at ?? asked, zone)}` : shown(field, field === 'amount' && difference === undefined ? (read.amount ?? asked) : asked, zone)
    const value = difference?.read ?? read[field]
    return { field, instruction, read: value === null ? 'not on the proof' : shown(field, value, zone), differs: difference?.sentence ?? null }
  })
}

const readFields = (proof: Proof): Readonly<Record<ProofField, string | null>> => ({
  amount: proof.money === null ? null : `${proof.money.currency} ${proof.money.amount}`, happened_at: proof.happened_at, payee: proof.payee, account_last4: proof.account_last4 === null ? null : `•••• ${proof.account_last4}`,
  reference: proof.reference, charges: proof.charges, transaction_hash: proof.transaction_hash,
})
function askedFor({ instruction }: ExecutionStep, field: ProofField): string | null {
  switch (field) {
    case 'payee': return instruction.payee_zh ?? instruction.payee
    case 'account_last4': return instruction.account_masked
    case 'reference': return instruction.reference
    case 'charges': return instruction.charges
    default: return null
  }
}
