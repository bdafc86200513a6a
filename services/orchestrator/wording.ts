/** Codes put into words: one sentence for the desk, for some flags one for the merchant, and what would change a refusal. */
import { minorDigits } from '#contracts/money.ts'
import type { Flag, Reason } from '#contracts/routing.ts'
import type { Assessed } from './assess.ts'
import { dateOf, isoInZone } from './calendar.ts'
import type { IntentContext } from './intent-context.ts'
import { dayIn } from './intent-context.ts'
import { type Rational, toDecimalNearest } from './rational.ts'
import type { ExactHop } from './pricing.ts'
import type { Leg } from './leg.ts'

const COUNTRY_NAMES: Readonly<Record<string, string>> = {
  NG: 'Nigeria', CN: 'China', HK: 'Hong Kong', US: 'the United States', AE: 'the United Arab Emirates', KE: 'Kenya', GH: 'Ghana', ZA: 'South Africa', GB: 'the United Kingdom',
}
export const countryName = (code: string): string => COUNTRY_NAMES[code] ?? code

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
/** "1 October", from 2026-10-01: written here and not by Intl, so that every process writes the same bytes. */
export const dayInWords = (date: string): string => `${Number(date.slice(8, 10))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`

/** Groups of three before the point: 37102190.14 → 37,102,190.14. */
export function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.')
  const digits = whole.replace('-', '')
  const withCommas = digits.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${whole.startsWith('-') ? '-' : ''}${withCommas}${fraction === undefined ? '' : `.${fraction}`}`
}
export const moneyText = (amount: Rational, currency: string): string => `${currency} ${grouped(toDecimalNearest(amount, minorDigits(currency)))}`
const limitText = (limit: { amount: string; currency: string }): string => `${limit.currency} ${grouped(limit.amount)}`
const bpsText = (bps: number): string => `${bps.toFixed(1)} bps`

type Text = Pick<Flag, 'code' | 'severity' | 'sentence' | 'merchant_sentence' | 'illustrative'>

/** A flag's words. Unknown codes throw: a flag without words would reach a desk as a riddle. */
export function flagText(context: IntentContext, code: string, facts: Readonly<Record<string, string>>): Text {
  const [head = '', first = '', second = ''] = code.split(':')
  const { snapshot } = context
  const provider = (): string => snapshot.dataset.providers.find((p) => p.id === first)?.name ?? first
  const title = (): string => snapshot.documents.title(first)
  const amount = (): string => `${facts['currency']} ${grouped(facts['amount']!)}`
  const bound = (): string => { const [currency, value = ''] = facts['bound']!.split(' '); return `${currency} ${grouped(value)}` }
  const text = (severity: Text['severity'], sentence: string, merchant_sentence: string | null = null, illustrative = false): Text =>
    ({ code, severity, sentence, merchant_sentence, illustrative })
  switch (head) {
    case 'prohibited': return text('danger', `Prohibited: ${facts['rule'] ?? first}.`)
    case 'restricted': return text('danger', `Restricted: ${facts['rule'] ?? first}.`)
    case 'review': return text('attention', `A person must review this: ${facts['rule'] ?? first}.`)
    case 'missing': return facts['structural'] ? text('attention', `The merchant does not have: ${title()}.`)
      : text('attention', `Missing before payment: ${title()}.`, `You still need: ${title()}.`)
    case 'after_payment': return text('info', `Promised after payment: ${title()}.`, `After payment you will need: ${title()}.`)
    case 'validity': return text('info', `Form M is valid for ${facts['valid_for']?.replace('P', '').replace('D', ' days')} (plant and machinery).`)
    case 'above_budget': return text('attention', `The recommended route costs ${facts['cost_pct']} %, over the ${facts['budget_pct']} % asked for.`, `This costs ${facts['cost_pct']} %, more than the ${facts['budget_pct']} % you wanted.`)
    case 'above_guidance': return text('attention', `${provider()}: the amount is above its guidance.`, null, true)
    case 'holiday': {
      const span = facts['first'] === facts['last'] ? `on ${dayInWords(second)}` : `from ${dayInWords(second)} to ${dayInWords(facts['last']!)}`
      return text('attention', `${countryName(first)} is closed ${span}, before arrival or the deadline.`, `Banks in ${countryName(first)} are closed ${span}.`)
    }
    case 'closed_until': return text('attention', `The deadline falls in a closure of ${countryName(first)}; the next open day is ${dayInWords(second)}.`, `Your date falls on a day when banks in ${countryName(first)} are closed. They open again on ${dayInWords(second)}.`)
    case 'deadline_unlikely': return text('danger', `No lawful route of verified providers arrives by the deadline at p50; the soonest is ${facts['late_by_days']} days late.`, `This will not arrive by your date.`)
    case 'limit_exceeded': return text('danger', `${provider()}: ${amount()} is over its limit of ${bound()}.`, null, facts['illustrative'] === 'yes')
    case 'below_minimum': return text('attention', `${provider()}: ${amount()} is below its minimum of ${bound()}.`, null, facts['illustrative'] === 'yes')
    case 'insufficient_liquidity': return text('danger', `${provider()}: ${amount()} is more than the ${bound()} it can fill in a day.`, null, facts['illustrative'] === 'yes')
    case 'slow_settlement': return text('attention', `Tokens bought at a Nigerian exchange or desk may settle only after ${facts['settles']?.replace('P', '').replace('D', ' working days')} (${first}).`)
    case 'unverified_claim': return text('attention', `${provider()}: its licence is a claim that nobody has verified.`)
    case 'currency_mismatch': return text('attention', `The invoice is in ${first}, a lawful route pays out ${second}.`, `Your invoice is in ${first} and the supplier would get ${second}. Ask that they agree.`)
    case 'rate_cost_dominates': return text('info', `Spread and slippage are ${facts['spread_and_slippage_bps']} of ${facts['cost_bps']} bps of the cheapest lawful route.`, 'Most of the cost is in the rate, not in the fees.')
    case 'fixed_fee_dominates': return text('attention', `Fixed fees alone take ${facts['fixed_fee_pct']} % of this amount.`, 'This amount is small, so fixed fees take a large part of it.')
    case 'available_from': return text('info', `The next period lets this payment through from ${dayInWords(second)} ${second.slice(0, 4)}.`, `This way is open again from ${dayInWords(second)}.`)
    case 'no_structuring': return text('danger', `The cap of ${facts['cap']} holds for the payment as a whole. Splitting it to stay under the cap is never offered.`)
    case 'split_payment_pattern': return text('danger', `One invoice is to be paid to ${facts['accounts']} accounts.`, 'One invoice to several accounts is a warning sign. Ask your supplier for one account in its own name.')
    case 'first_payment_checks': return text('attention', 'First payment to this supplier: check licence, account name and contract before paying.', 'This is your first payment to this supplier. Check its details by phone.')
    case 'name_match_required': return text('attention', 'The payee is a person, or the account is a personal one: the name must match in Chinese script.', 'The account name must match the person exactly.')
    case 'stale': return text('attention', `${provider()}: its prices are older than they may be.`)
    case 'calendar_unknown': return text('attention', `No calendar of ${countryName(first)} for a year of this route: arrival does not know its holidays.`)
  }
  throw new Error(`flag without words: ${code}`)
}

/** What a reason needs to be put into words. */
export type Told = { readonly context: IntentContext; readonly candidate: Assessed; readonly hops: readonly ExactHop[] }

type Words = Pick<Reason, 'number' | 'against' | 'sentence' | 'retryable' | 'remedy'> & { facts?: readonly string[]; illustrative?: boolean }

const VERIFY_FIRST = 'Verify the provider in governance, with evidence.'

function reasonWords({ context, candidate, hops }: Told, head: string, rest: string, leg: Leg | null, hop: number | null): Words {
  const { corridor, snapshot } = context
  const limits = corridor.limits_record
  const amount = leg && hop !== null ? moneyText(hops[hop]!.amount_in, leg.from) : null
  const name = leg?.provider.name ?? rest
  const rule = corridor.rules.find((r) => r.id === rest)
  const limit = leg?.provider.limits
  switch (head) {
    case 'below_minimum': return { number: amount, against: limit?.min ? `at least ${limitText(limit.min)}` : null, sentence: `${name} takes no amount this small.`, retryable: false, remedy: 'Combine it with a later invoice to the same supplier, or use another route.', ...sourced(limit?.min) }
    case 'limit_exceeded': return { number: amount, against: limit?.max ? `at most ${limitText(limit.max)}${limit.max.per ? ` a ${limit.max.per}` : ''}` : null, sentence: `${name} takes no amount this large.`, retryable: false, remedy: 'Ask the provider for a higher limit. Splitting is not offered.', ...sourced(limit?.max) }
    case 'insufficient_liquidity': return { number: amount, against: limit?.daily_liquidity ? `${limitText(limit.daily_liquidity)} a day` : null, sentence: `${name} cannot fill this in a day.`, retryable: true, remedy: 'Ask the provider for more liquidity, or use another route. Splitting is not offered.', ...sourced(limit?.daily_liquidity) }
    case 'insufficient_held_funds': return { number: `${candidate.start.currency} ${grouped(candidate.price.sent.toFixed(minorDigits(candidate.start.currency)))}`, against: candidate.start.held ? `${candidate.start.currency} ${grouped(candidate.start.held.amount)} held` : null, sentence: 'The merchant holds less than this route needs.', retryable: true, remedy: 'Add to the held funds before this route is used.' }
    case 'not_available_to_merchant': return { number: 'not on file', against: snapshot.documents.title(rest), sentence: `The merchant does not have: ${snapshot.documents.title(rest)}.`, retryable: true, remedy: `${snapshot.documents.title(rest)}: a thing the merchant must be or have, not a paper to fetch.`, illustrative: true }
    case 'deadline_unreachable': return { number: isoInZone(context.supplier_zone, candidate.arrival_p90), against: isoInZone(context.supplier_zone, context.deadline), sentence: 'It arrives after the hard deadline at p90.', retryable: true, remedy: `Move the deadline to ${dayInWords(dateOf(dayIn(context, context.intent.supplier_settlement.country, candidate.arrival_p90)))} or later.`, illustrative: true }
    case 'settlement_not_agreed': return { number: candidate.target.currency, against: context.intent.supplier_settlement.currency, sentence: 'The supplier did not agree to be paid this way.', retryable: true, remedy: 'Ask the supplier to agree in writing to another settlement.' }
    case 'pair_not_allowed': return { number: leg ? `${leg.from} ${leg.from_country ?? ''} → ${leg.to} ${leg.to_country ?? ''}`.replaceAll('  ', ' ').trim() : null, against: `allowed pairs of ${corridor.record.id}`, sentence: `${name}: this pair is not allowed in this corridor.`, retryable: false, remedy: null }
    case 'prohibited': case 'restricted': return { number: null, against: rule?.reason ?? rest, sentence: rule?.reason ?? rest, retryable: false, remedy: head === 'restricted' ? 'Only where the exception in the rule holds.' : null, ...(rule ? { facts: rule.facts } : {}) }
    case 'provider_unverified': return { number: leg?.estimate.posture ?? null, against: limits.allowed_postures.join(' or '), sentence: `${name} is not verified.`, retryable: true, remedy: VERIFY_FIRST, illustrative: true }
    case 'provider_suspended': return { number: 'suspended', against: limits.allowed_postures.join(' or '), sentence: `${name} is suspended.`, retryable: true, remedy: 'A Platform Admin may lift the suspension, with evidence.' }
    case 'excessive_hops': return { number: `${candidate.legs.length} hops`, against: `at most ${limits.max_hops}`, sentence: 'The route has more hops than the limit.', retryable: false, remedy: 'A change of limits by two people.' }
    case 'excessive_cost': return { number: bpsText(candidate.price.cost_bps), against: `at most ${limits.max_cost_bps} bps`, sentence: 'The route costs more than the limit.', retryable: true, remedy: 'A better quote, or a change of limits by two people.', illustrative: true }
    case 'excessive_risk': return { number: `route risk ${candidate.route_risk.toFixed(2)}`, against: `at most ${limits.max_route_risk}`, sentence: 'The route is riskier than the limit.', retryable: false, remedy: 'A change of limits by two people.', illustrative: true }
    case 'quote_stale': return { number: leg ? `${(context.age_s(leg) / 3600).toFixed(1)} h old` : null, against: leg ? `${leg.provider.data_freshness.max_age}, ten times over` : null, sentence: `${name}: its price is far too old.`, retryable: true, remedy: 'Capture a fresh quote.' }
    case 'connector_unknown': return { number: leg?.estimate.connector_id ?? null, against: 'known connectors', sentence: `${name} names a connector this system does not know.`, retryable: false, remedy: 'Set a known connector, or none.' }
    case 'policy_unanswered': case 'facts_invalid': return { number: null, against: null, sentence: 'Policy gave no clear answer for this candidate, so it is refused.', retryable: true, remedy: 'Route again when policy answers.' }
    case 'missing': return { number: 'not on file', against: snapshot.documents.title(rest), sentence: `Missing before payment: ${snapshot.documents.title(rest)}.`, retryable: true, remedy: `Get it (about ${durationInWords(snapshot.documents.lead_time(rest))}).`, illustrative: true }
    case 'review': return { number: null, against: rule?.reason ?? rest, sentence: rule?.reason ?? rest, retryable: true, remedy: 'A person reviews and records why.', ...(rule ? { facts: rule.facts } : {}) }
    case 'pair_review': {
      const pair = leg ? corridor.record.allowed_pairs.find((p) => p.from === leg.from && p.to === leg.to && p.from_country === leg.from_country && p.to_country === leg.to_country) : undefined
      return { number: leg ? `${leg.from} → ${leg.to}` : null, against: pair?.conditions ?? 'review', sentence: `${name}: ${pair?.conditions ?? 'this pair needs a review'}.`, retryable: true, remedy: 'A person reviews and records why.', facts: pair?.facts ?? [] }
    }
    case 'above_guidance': return { number: amount, against: limit?.max ? `guidance ${limitText(limit.max)}` : null, sentence: `${name}: the amount is above its guidance.`, retryable: false, remedy: 'Use it only for smaller orders. Splitting is not offered.', ...sourced(limit?.max) }
    case 'stale': return { number: leg ? `${(context.age_s(leg) / 3600).toFixed(1)} h old` : null, against: leg?.provider.data_freshness.max_age ?? null, sentence: `${name}: its price is older than it may be.`, retryable: true, remedy: 'Capture a fresh quote.' }
  }
  throw new Error(`reason without words: ${head}`)
}

const sourced = (limit: { facts: readonly string[]; illustrative?: boolean } | null | undefined): { facts: readonly string[]; illustrative: boolean } =>
  ({ facts: limit?.facts ?? [], illustrative: limit?.illustrative === true })

/** "3 days", "4 hours", "12 minutes" of an ISO duration, by its largest unit. */
export function durationInWords(duration: string): string {
  const match = /^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?$/.exec(duration)
  const [, d, h, m, s] = match ?? []
  const one = (n: string, unit: string): string => `${n} ${unit}${n === '1' ? '' : 's'}`
  return d && d !== '0' ? one(d, 'day') : h && h !== '0' ? one(h, 'hour') : m && m !== '0' ? one(m, 'minute') : one(s ?? '0', 'second')
}

/** A refusal or condition as a full reason. `hop` where it is known; policy's denials are placed by their provider. */
export function reasonFor(told: Told, source: Reason['source'], code: string, hop: number | null): Reason {
  const [head = '', rest = ''] = code.split(':', 2)
  const { legs } = told.candidate
  const ruleHop = told.candidate.rules.find(({ rule }) => rule.id === rest)?.hop ?? null
  const byProvider = legs.findIndex((leg) => leg.provider.id === rest)
  const at = hop ?? (byProvider >= 0 ? byProvider : ruleHop)
  const leg = at === null ? null : legs[at]!
  const words = reasonWords(told, head, rest, leg, at)
  return {
    code, source, provider_id: leg?.provider.id ?? null, hop: at, number: words.number, against: words.against, sentence: words.sentence,
    retryable: words.retryable, remedy: words.remedy, facts: [...(words.facts ?? [])], illustrative: words.illustrative ?? false,
  }
}
