/** What happened, and who acts next and by when, from the desk's decision to the end: the same words for the page and for a row of the history. */
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { merchantSentence, PAUSE_REASONS, REJECT_REASONS } from '#contracts/reason-codes.ts'
import { headline, nextStep, type SessionState } from './state.ts'
import { currentStep, whyFailed, type MerchantStep } from './merchant-steps.ts'

export type MerchantNext = MerchantRouteSession['next']

const desk = (what: string, by: string | null = null): MerchantNext => ({ who: 'desk', whom: null, what, by })
const you = (what: string, by: string | null = null): MerchantNext => ({ who: 'merchant', whom: null, what, by })
/** The next step of a session that no step belongs to yet. */
export const plainNext = (...asked: Parameters<typeof nextStep>): MerchantNext => ({ ...nextStep(...asked), whom: null })

/** What the merchant's part of a step is called, with the sending of its proof. */
const YOUR_PART: Readonly<Record<string, string>> = {
  instruct_bank: 'Approve the order at your bank and send the receipt', open_letter_of_credit: 'Apply for the letter of credit and send the bank’s copy', present_documents: 'Bring the shipping papers to your bank and send a photo',
  push_transfer: 'Send the money and then the receipt', sign_transfer: 'Sign the transfer and send a picture of it', send_from_phone: 'Send it from your phone and send the receipt', pay_order: 'Pay the order and send the receipt',
}
const yourPart = (kind: string): string => YOUR_PART[kind] ?? 'Do your part and send a photo of it'

/** Who acts next in an execution. `moving` is what the step under way does, told by the kind of institution; null where it is not known. */
export function nextInExecution(state: SessionState, step: Pick<MerchantStep, 'kind' | 'state' | 'by_merchant' | 'proof' | 'by'> | null, moving: { readonly who: string; readonly title: string; readonly by: string | null } | null, played: boolean): MerchantNext {
  if (state === 'paused') return desk('Clear what it waits for, and go on')
  if (step === null) return desk('Close it, with the proof for you')
  if (step.state === 'failed') return desk('Look at what did not work')
  if (step.state === 'unknown') return desk('Find out whether it happened')
  if (played) return desk('Play the next step')
  if (step.by_merchant) {
    if (step.state === 'ready' || step.state === 'pending') return desk('Open the next step for you')
    return step.proof === 'needed' ? you(yourPart(step.kind), step.by) : desk('Check your receipt')
  }
  if (step.state === 'awaiting_proof') return desk('Check the proof of this step')
  if (step.kind === 'supplier_confirms_credit' && step.state === 'in_progress') return { who: 'others', whom: moving?.who ?? 'Your supplier', what: moving?.title ?? 'Say that it arrived', by: moving?.by ?? null }
  return moving === null || step.state === 'ready' && step.kind !== 'supplier_confirms_credit' ? desk('Carry on with the payment', moving?.by ?? null) : { who: 'others', whom: moving.who, what: moving.title, by: moving.by }
}

/** What happened, in one or two plain sentences. */
export function headlineInExecution(state: SessionState, steps: readonly MerchantStep[], reason: string | null, late: boolean, played: boolean): string {
  const step = currentStep(steps)
  const moved = steps.some((one) => one.state !== 'pending' && one.state !== 'ready' && one.state !== 'skipped')
  switch (state) {
    case 'executing':
      if (step?.state === 'failed') return `One step did not work. ${whyFailed(step)} The desk looks at it, and you do not have to pay again.`
      if (step?.state === 'unknown') return 'The desk is finding out whether one step happened. Until it knows, nothing is paid twice.'
      if (played) return 'This is a practice run. There is nothing for you to do.'
      if (step?.by_merchant && step.state === 'in_progress' && step.proof === 'needed') return step.refused === null ? 'Now it is your part: the desk has opened this step for you.' : 'The proof you sent could not be used. We need it once more.'
      if (step?.by_merchant && step.proof === 'sent') return 'Thank you. We are checking your receipt.'
      if (step?.by_merchant && step.proof === 'there') return 'We are checking your receipt.'
      if (late) return 'The payment is on its way. It takes longer than expected, and the desk is asking where it is.'
      return moved ? headline('executing') : 'The desk carries it out now. It tells you here when you pay.'
    case 'paused': return ['It is paused.', merchantSentence(PAUSE_REASONS, reason ?? '') ?? 'The desk tells you when it goes on.'].join(' ')
    case 'cancelled': {
      const why = merchantSentence(REJECT_REASONS, reason ?? '')
      if (moved) return `This payment was stopped.${why === null ? '' : ` ${why}`} The desk tells you what happened to the money.`
      return why === null ? headline('cancelled') : `The desk does not go on with it. ${why} Nothing was paid and nothing was booked.`
    }
    case 'failed': return step?.state === 'failed' ? `The payment did not work. ${whyFailed(step)} Ask the desk before you pay again.` : `${headline('failed')} Ask the desk before you pay again.`
    case 'returned': return 'The payment came back. Your supplier did not get it. The desk tells you where the money is and what comes next.'
    default: return headline(state)
  }
}
