/** Words of an execution for the desk: what a step is, which proof it takes, what a field of it says. A code without words is new data and shown as such. */
import type { Execution, ExecutionStep } from '../../../api/types.ts'
import type { ProofField } from '#contracts/proof-fields.ts'
import type { Tone } from '../../../shared/ui/index.ts'
import { titled } from '../../words.ts'

const KINDS: Readonly<Record<string, string>> = {
  instruct_bank: 'Instruct the bank', submit_documents: 'Hand the papers to the bank', confirm_fx_deal: 'Confirm the exchange deal', agree_quote: 'Agree to the quote', agree_terms: 'Agree to the terms',
  confirm_fill: 'Confirm the fill', create_payout: 'Create the payout', open_letter_of_credit: 'Open the letter of credit', pay_order: 'Pay the order', place_order: 'Place the order', present_documents: 'Present the shipping papers',
  push_transfer: 'Send the local transfer', redeem: 'Redeem the tokens', send_from_phone: 'Send from the phone', sign_transfer: 'Sign the transfer', supplier_confirms_credit: 'Supplier confirms credit',
  agent_pays_supplier: 'Agent pays the supplier', leg_settles: 'The leg settles',
}
/** A step in a few words. */
export const stepWords = (kind: string): string => KINDS[kind] ?? titled(kind)

const PROOFS: Readonly<Record<string, string>> = {
  mt103_or_pacs008: 'MT103 or pacs.008', lc_swift_mt700: 'MT700 of the credit', bank_credit_advice: 'bank credit advice', bank_acknowledgement: 'bank’s acknowledgement', bank_receipt: 'bank receipt', photo: 'photo',
}
/** A kind of proof as the desk says it: "bank receipt". */
export const proofWords = (kind: string): string => PROOFS[kind] ?? titled(kind).toLowerCase()

const DOERS: Readonly<Record<string, string>> = { desk_operator: 'the desk', merchant: 'the merchant', settlement_agent: 'the agent, recorded here', provider: 'the provider' }
/** Who carries a step out. */
export const doerWords = (done_by: string): string => DOERS[done_by] ?? titled(done_by).toLowerCase()

export const FIELD_WORDS: Readonly<Record<ProofField, string>> = {
  amount: 'Amount', happened_at: 'Time', payee: 'Payee', account_last4: 'Account', reference: 'Reference', charges: 'Charges', transaction_hash: 'Transaction hash',
}

const STATES: Readonly<Record<ExecutionStep['state'], { readonly tone: Tone; readonly label: string }>> = {
  pending: { tone: 'info', label: 'Pending' }, ready: { tone: 'attention', label: 'Ready' }, in_progress: { tone: 'progress', label: 'In progress' }, awaiting_proof: { tone: 'attention', label: 'Proof to check' },
  confirmed: { tone: 'success', label: 'Confirmed' }, failed: { tone: 'danger', label: 'Failed' }, unknown: { tone: 'danger', label: 'Unknown' }, skipped: { tone: 'info', label: 'Left out' },
}
export const stepState = (state: ExecutionStep['state']): { readonly tone: Tone; readonly label: string } => STATES[state]

const MODES: Readonly<Record<Execution['mode_ceiling'], string>> = {
  simulation: 'nothing real happens', live_safe: 'a small capped probe', manual: 'people carry every step', hybrid: 'automated where a connector is approved, people elsewhere',
}
export const modeWords = (mode: Execution['mode_ceiling']): string => MODES[mode]

/** The step at which an execution stands: the first that is not done. Null once all are. */
export const currentStep = (execution: Pick<Execution, 'steps'>): ExecutionStep | null => execution.steps.find(({ state }) => state !== 'confirmed' && state !== 'skipped') ?? null

/** Proofs of a step that wait to be judged. */
export const waitingProofs = (step: ExecutionStep): ExecutionStep['proofs'] => step.proofs.filter(({ state }) => state === 'submitted')
/** Kinds that the step asks for and that nobody has submitted. */
export const missingKinds = (step: ExecutionStep): string[] => step.proof_kinds.filter((kind) => !step.proofs.some((proof) => proof.kind === kind && proof.state !== 'rejected'))
