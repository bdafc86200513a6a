/** What of an execution's steps a merchant's view is made of, and what the merchant itself has to do in one. Pure. */
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import type { StepState } from '#contracts/state-machines.ts'
import { merchantSentence, REJECT_PROOF_REASONS, STEP_FAILED_REASONS } from '#contracts/reason-codes.ts'

/** A step as far as a merchant is told of it; instants on the market clock. */
export type MerchantStep = {
  readonly hop: number
  readonly kind: string
  readonly state: StepState
  /** the merchant performs it: it is its own, or an order at its own bank for its own account */
  readonly by_merchant: boolean
  readonly started_at: string | null
  readonly ended_at: string | null
  /** by when it should be done: the next cut-off, or the end of its leg as estimated; null before it began */
  readonly by: string | null
  /** of a step that the merchant performs: its proof is needed, was sent and is looked at, or is there */
  readonly proof: 'needed' | 'sent' | 'there'
  /** when the proof came to the desk; null before, and where it was only sent */
  readonly proof_at: string | null
  /** which kind of file is needed next */
  readonly proof_kind: string | null
  /** the code by which the last proof was not taken, or `file_refused`; null where none was refused */
  readonly refused: string | null
  /** the code by which it failed */
  readonly failed: string | null
}

type OneThing = NonNullable<MerchantRouteSession['one_thing']>

/** Orders that are given to a bank: the payer's own bank takes them from the payer. */
export const BANK_ORDERS: ReadonlySet<string> = new Set(['instruct_bank', 'open_letter_of_credit'])

/** What to send as proof, kind by kind: its name on the button's line, and what it is. */
const PAPERS: Readonly<Record<string, string>> = {
  mt103_or_pacs008: 'A photo of your bank’s payment receipt', bank_receipt: 'A photo of your transfer’s receipt', lc_swift_mt700: 'Your bank’s copy of the letter of credit', shipping_documents: 'A photo of the shipping papers',
  transaction_hash: 'A picture of the transfer with its transaction number', wallet_receipt: 'A picture of the receipt on your phone', order_receipt: 'A picture of the order’s receipt',
}
const DO_FIRST: Readonly<Record<string, string>> = {
  instruct_bank: 'First approve the order at your bank, exactly as below.', open_letter_of_credit: 'First apply for the letter of credit at your bank, exactly as below.', present_documents: 'First bring the shipping papers to your bank.',
  push_transfer: 'First send the money, exactly as below.', sign_transfer: 'First sign the transfer, exactly as below.', send_from_phone: 'First send it from your phone, exactly as below.', pay_order: 'First pay the order, exactly as below.',
}
const FILE_REFUSED = 'The file could not be used. Please send another one.'

/** The step at which an execution stands: the first that is not done. */
export const currentStep = (steps: readonly MerchantStep[]): MerchantStep | null => steps.find(({ state }) => state !== 'confirmed' && state !== 'skipped') ?? null

/** The upload that is needed of the merchant now, or null. */
export function uploadNeeded(step: MerchantStep | null): OneThing | null {
  if (step === null || !step.by_merchant || step.proof !== 'needed' || (step.state !== 'in_progress' && step.state !== 'awaiting_proof')) return null
  const again = step.refused === null ? null : step.refused === 'file_refused' ? FILE_REFUSED : (merchantSentence(REJECT_PROOF_REASONS, step.refused) ?? 'We need it once more. Please send it again.')
  const title = PAPERS[step.proof_kind ?? ''] ?? 'A photo that shows that it is done'
  return { kind: 'upload', title, text: again === null ? (DO_FIRST[step.kind] ?? 'First do your part, exactly as below.') : again, by: step.by, proof_kind: step.proof_kind, again }
}

/** Why a step did not work, in the merchant's words. */
export const whyFailed = (step: MerchantStep): string => merchantSentence(STEP_FAILED_REASONS, step.failed ?? '') ?? 'It did not work.'
