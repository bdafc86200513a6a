/** "Why this one", in three plain sentences. It says what was asked for and what the route is like; it never claims to be the cheapest. */
import type { Candidate, PaymentIntent } from '#contracts/routing.ts'
import { capital, currencyWord, dayWord } from './words.ts'
import { papersBefore } from './papers.ts'
import { BANK_CATEGORIES, changesOfCurrency, changesText } from './steps.ts'

const ASKED: Readonly<Record<PaymentIntent['preference'], string>> = {
  balanced: 'You asked for a balance of cost, time and safety.',
  cheapest: 'You asked for a low cost.',
  fastest: 'You asked for a fast way.',
  safest: 'You asked for the safest way.',
}

export function whyThisOne(intent: PaymentIntent, candidate: Candidate): string[] {
  return [ASKED[intent.preference]!, shape(candidate), outlook(intent, candidate)]
}

function shape(candidate: Candidate): string {
  const { hops, target } = candidate
  const paid = currencyWord(target.currency)
  const account = target.method.includes('corporate') ? 'the supplier’s company account' : 'the supplier’s account'
  const last = hops.at(-1)!
  const first = currencyWord(candidate.sent.currency)
  if (hops.some((hop) => hop.kind === 'documentary_credit')) return 'Your own bank pays only when the shipping papers are right, so that your goods and your money change hands together.'
  if (hops.some((hop) => hop.kind === 'escrow')) return 'The marketplace holds the payment back from the supplier until you have your goods.'
  if (last.kind === 'agent_payout') return `A trade agent pays the supplier in ${paid}, on a contract with you.`
  if (hops.some((hop) => ['USDT', 'USDC'].includes(hop.to.currency))) return `Your ${first} go through digital dollars, and the supplier is paid in ${paid}.`
  const middlemen = hops.some((hop) => hop.provider_category === 'correspondent') ? 'a bank in between' : 'no middleman'
  const banks = hops.every((hop) => BANK_CATEGORIES.has(hop.provider_category) || ['beneficiary_bank', 'correspondent', 'clearing_rail'].includes(hop.provider_category))
  if (banks) return `Your own bank pays ${account} in ${paid}, with ${changesText(changesOfCurrency(candidate))} and ${middlemen}.`
  return `A payment company takes your ${first} and pays ${account} in ${paid}, with ${changesText(changesOfCurrency(candidate))}.`
}

function outlook(intent: PaymentIntent, candidate: Candidate): string {
  const { count } = papersBefore(candidate)
  const day = dayWord(intent.needed_by)
  const due = Date.parse(intent.needed_by)
  if (Date.parse(candidate.arrival_p90) <= due) {
    return count === 0 ? `It arrives in time for ${day}, and you already have every paper.` : `It arrives in time for ${day} if you start the papers today.`
  }
  return count === 0 ? 'You already have every paper, so that nothing waits on you.' : capital('the papers take time, but they keep the payment from being sent back.')
}
