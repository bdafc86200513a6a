/** What a number points at when it is clicked: how it was made, whose it is, and which public facts stand behind it. Pure. */
import type { Candidate, Hop, Reason } from '../../api/types.ts'
import { formatDecimal } from '../../shared/money.ts'
import { bpsToPct, roundTo } from '../decimal.ts'
import { nameOf, railWords, shortDuration } from '../words.ts'

export type Target = {
  readonly title: string
  readonly value: string
  /** in one sentence, how the number came about */
  readonly how: string
  readonly illustrative: boolean
  readonly facts: readonly string[]
  /** the provider whose values went in, and which of them, by the labels of the API */
  readonly provider: { readonly id: string; readonly name: string; readonly labels: readonly string[] } | null
  /** for a number of a whole route: the hops that it is made of */
  readonly candidate: Candidate | null
}

export type HopField = 'fee' | 'spread' | 'slippage' | 'time' | 'amount' | 'leg'

const PARTS: Readonly<Record<HopField, { readonly title: string; readonly labels: readonly string[]; readonly marks: readonly string[]; readonly how: string }>> = {
  fee: { title: 'Fee', labels: ['fixed fee', 'variable fee', 'minimum fee'], marks: ['fixed_fee', 'fee_bps', 'minimum_fee'], how: 'The provider’s fixed fee at mid, and the larger of its variable and its minimum fee.' },
  spread: { title: 'Spread', labels: ['spread'], marks: ['spread_bps'], how: 'The provider’s typical spread, taken where the currency changes.' },
  slippage: { title: 'Slippage', labels: ['slippage curve', 'daily liquidity'], marks: ['slippage_bps', 'limits.daily_liquidity'], how: 'Read off the provider’s curve at this amount as a share of its daily liquidity.' },
  time: { title: 'Time', labels: ['latency p50', 'latency p90', 'latency range', 'cut-off'], marks: ['latency', 'cut_off'], how: 'The provider’s p50 and p90, counted on its clock, its cut-off and the holidays of both countries.' },
  amount: { title: 'Amount', labels: ['minimum', 'maximum', 'daily liquidity', 'fixed fee', 'variable fee', 'spread'], marks: ['limits.min', 'limits.max', 'limits.daily_liquidity', 'fixed_fee', 'fee_bps', 'spread_bps'], how: 'The amount in, less the fees, at mid, less spread and slippage. Exact inside, cut to six decimals here.' },
  leg: { title: 'This leg', labels: ['fixed fee', 'variable fee', 'minimum fee', 'spread', 'slippage curve', 'latency p50', 'latency p90'], marks: ['fixed_fee', 'fee_bps', 'minimum_fee', 'spread_bps', 'slippage_bps', 'latency'], how: 'What is lost on this leg at mid, as a share of what is sent, and its typical time.' },
}

/** Whether a part of a hop rests on a number without a public source. */
export const isIllustrative = (hop: Hop, field: HopField): boolean => PARTS[field].marks.some((mark) => hop.illustrative.includes(mark))

/** A number of one leg. */
export function hopTarget(hop: Hop, field: HopField, value?: string): Target {
  const part = PARTS[field]
  return {
    title: `${part.title}: ${nameOf(hop.provider_name)}`,
    value: value ?? `${railWords(hop)} · ${roundTo(hop.cost_bps, 1)} bps · ${shortDuration(hop.latency_p50)}`,
    how: part.how, illustrative: isIllustrative(hop, field), facts: [], provider: { id: hop.provider_id, name: hop.provider_name, labels: part.labels }, candidate: null,
  }
}

const anyIllustrative = (candidate: Candidate, field: HopField): boolean => candidate.hops.some((hop) => isIllustrative(hop, field))

/** A number of a whole route: its cost, what is sent, when it arrives, its score. */
export function routeTarget(candidate: Candidate, number: 'cost' | 'sent' | 'arrival' | 'score'): Target {
  const base = { facts: [], provider: null, candidate }
  if (number === 'cost') return { ...base, title: 'All-in cost', value: `${bpsToPct(candidate.cost_bps)} % (${roundTo(candidate.cost_bps, 1)} bps)`, how: `One less what is received (${candidate.received.currency} ${formatDecimal(candidate.received.amount)}) over what is sent (${candidate.sent.currency} ${formatDecimal(candidate.sent.amount)}) at mid ${candidate.mid_rate}, without the desk’s fee.`, illustrative: anyIllustrative(candidate, 'leg') }
  if (number === 'sent') return { ...base, title: 'Merchant sends', value: `${candidate.sent.currency} ${formatDecimal(candidate.sent.amount)}`, how: `The smallest amount that delivers ${candidate.received.currency} ${formatDecimal(candidate.received.amount)} through these legs, rounded up to the minor unit. Rate ${candidate.rate}, mid ${candidate.mid_rate}.`, illustrative: anyIllustrative(candidate, 'leg') }
  if (number === 'arrival') return { ...base, title: 'Arrival', value: `p50 ${candidate.arrival_p50.slice(0, 16).replace('T', ' ')}, p90 ${candidate.arrival_p90.slice(0, 16).replace('T', ' ')}`, how: 'The legs’ times one after the other, from the request plus the longest lead time of a missing paper, on each provider’s clock and calendar.', illustrative: anyIllustrative(candidate, 'time') }
  return { ...base, title: 'Score', value: `${roundTo(candidate.score, 1)} bps`, how: 'The sum of the weighted inputs, in basis points of what is sent; lower is better. Trust, liquidity and human steps are starting estimates.', illustrative: true }
}

/** The number of a reason, against its limit. */
export const reasonTarget = (reason: Reason): Target => ({
  title: reason.code, value: [reason.number, reason.against].filter((each) => each !== null).join(' against ') || 'no number', how: reason.sentence,
  illustrative: reason.illustrative, facts: reason.facts,
  provider: reason.provider_id === null ? null : { id: reason.provider_id, name: reason.provider_id, labels: ['minimum', 'maximum', 'daily liquidity', 'posture'] }, candidate: null,
})

/** Facts alone, as behind a rule or a pair. */
export const factsTarget = (title: string, value: string, how: string, facts: readonly string[], illustrative: boolean): Target =>
  ({ title, value, how, facts, illustrative, provider: null, candidate: null })
