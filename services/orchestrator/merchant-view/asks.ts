/** What the desk needs from a merchant, in the merchant's words. */
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { paperNamed } from './papers.ts'
import type { NextStep } from './state.ts'
import { countWord } from './words.ts'

export type AskFacts = {
  readonly id: string; readonly kind: MerchantRouteSession['asks'][number]['kind']; readonly document_code: string | null; readonly text: string; readonly due_at: string
  readonly state: 'open' | 'answered' | 'withdrawn'
}

/** The open ones, the earliest due first. */
export const openAsks = (asks: readonly AskFacts[], market_clock: string): MerchantRouteSession['asks'] =>
  asks.filter(({ state }) => state === 'open').sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at) || (a.id < b.id ? -1 : 1)).map(({ id, kind, document_code, text, due_at }) => ({
    id, kind, text, paper: document_code === null ? null : paperNamed(document_code), due_at, overdue: Date.parse(due_at) <= Date.parse(market_clock),
  }))

/** "The desk needs one thing from you." */
export const askedHeadline = (asks: MerchantRouteSession['asks']): string => (asks.length === 0 ? 'The desk asks you something.' : `The desk needs ${countWord(asks.length)} ${asks.length === 1 ? 'thing' : 'things'} from you.`)

/** What the merchant does next, for the merchant and for the desk alike. */
export function askedNext(asks: MerchantRouteSession['asks']): NextStep {
  const [first] = asks
  const what = first === undefined || asks.length > 1 ? 'Answer the desk' : first.paper === null ? 'Answer the desk’s question' : `Send the desk: ${first.paper.name}`
  return { who: 'merchant', what, by: first?.due_at ?? null }
}
