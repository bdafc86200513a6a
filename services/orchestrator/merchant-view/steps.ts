/**
 * A route as numbered steps in plain words: who does what and how long it takes, never a price. A provider is named only where the
 * merchant performs the step itself; everyone else is a kind of institution.
 */
import type { Candidate, Hop } from '#contracts/routing.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { about, countryWord, countWord, currencyWord, plural, span } from './words.ts'
import { papersBefore } from './papers.ts'

type Step = Omit<MerchantRouteSession['steps'][number], 'number'>

/** A step with what of the route it tells: `order` is what the payer says at its own bank, `own` what it does itself, `moves` what a leg does. */
export type PlainStep = Step & { readonly part: 'papers' | 'order' | 'own' | 'moves' | 'arrived'; /** which leg, from 0; null where it is of none */ readonly hop: number | null }

export const BANK_CATEGORIES: ReadonlySet<string> = new Set(['bank_fx', 'bank_wire', 'bank_rmb', 'bank_lc'])

/** Steps of the recommended route, numbered from 1. */
export const stepsOf = (candidate: Candidate, sourceCountry: string): MerchantRouteSession['steps'] =>
  plainSteps(candidate, sourceCountry).map(({ title, who, how_long }, index) => ({ number: index + 1, title, who, how_long }))

/** The same steps, each with the leg that it tells of. */
export function plainSteps(candidate: Candidate, sourceCountry: string): PlainStep[] {
  const papers = papersBefore(candidate)
  const steps: PlainStep[] = []
  if (papers.count > 0) {
    steps.push({ part: 'papers', hop: null, title: papers.count === 1 ? 'You get the one paper' : `You get the ${countWord(papers.count)} papers`, who: 'You', how_long: papers.slowest ?? 'ask the desk' })
  }
  let approved = false
  for (const [index, hop] of candidate.hops.entries()) {
    const ownBank = BANK_CATEGORIES.has(hop.provider_category)
    if (ownBank && !approved) {
      steps.push({ part: 'order', hop: index, ...approval(hop) })
      approved = true
    }
    const own = ownStep(hop)
    if (own !== null) steps.push({ part: 'own', hop: index, ...own })
    if (own === null || hop.kind === 'documentary_credit' || hop.kind === 'escrow') steps.push({ part: 'moves', hop: index, ...movement(hop, candidate, sourceCountry) })
  }
  const confirming = candidate.hops.findIndex((hop) => hop.human_steps.some((step) => step.kind === 'supplier_confirms_credit'))
  const confirmation = candidate.hops[confirming]?.human_steps.find((step) => step.kind === 'supplier_confirms_credit')
  steps.push({ part: 'arrived', hop: confirming < 0 ? null : confirming, title: 'Your supplier confirms that it arrived', who: 'Your supplier', how_long: about(confirmation?.typical ?? 'PT4H') })
  return steps
}

function approval(hop: Hop): Step {
  const credit = hop.human_steps.find((step) => step.kind === 'open_letter_of_credit')
  if (credit) return { title: 'You apply for the letter of credit at your bank', who: 'You, at your bank', how_long: about(credit.typical) }
  const order = hop.human_steps.find((step) => step.kind === 'instruct_bank')
  return { title: 'You approve the payment order at your bank', who: 'You', how_long: about(order?.typical ?? 'PT1H') }
}

/** A step that the merchant performs itself, with the name of what it uses; null for hops that others carry. */
function ownStep(hop: Hop): Step | null {
  const step = hop.human_steps.find((one) => one.done_by === 'merchant')
  if (step === undefined) return null
  const name = hop.provider_name.replace(/\s*\([^)]*\)\s*/g, ' ').trim()
  const title: Readonly<Record<string, string>> = {
    push_transfer: `You send the ${currencyWord(hop.from.currency)} by ${name}`,
    sign_transfer: `You sign the transfer of ${currencyWord(hop.from.currency)}: ${name}`,
    present_documents: 'You bring the shipping papers to your bank',
    send_from_phone: `You send it from your phone: ${name}`,
    pay_order: `You pay the order: ${name}`,
  }
  return { title: title[step.kind] ?? `You do your part: ${name}`, who: 'You', how_long: about(step.typical) }
}

/** What happens to the money in one hop, told by the kind of institution. */
function movement(hop: Hop, candidate: Candidate, sourceCountry: string): Step {
  const how_long = span(hop.latency_p50, hop.latency_p90, hop.latency_clock)
  const [from, to] = [currencyWord(hop.from.currency), currencyWord(hop.to.currency)]
  const there = countryWord(hop.to.country)
  const turns = from !== to
  const institution = institutionOf(hop, sourceCountry)
  switch (hop.kind) {
    case 'fx': return { title: `${institution} turns ${from} into ${to}`, who: institution, how_long }
    case 'cross_border_transfer':
      return { title: turns ? `${institution} turns ${from} into ${to} and sends it to ${there}` : `${institution} sends the ${to} to ${there}`, who: institution, how_long }
    case 'settlement': {
      const account = candidate.target.method.includes('corporate') ? 'company’s account' : 'supplier’s account'
      const title = turns ? `The supplier’s bank turns ${from} into ${to} and puts it on the ${account}` : `The supplier’s bank puts it on the ${account}`
      return { title, who: `Bank in ${there}`, how_long }
    }
    case 'documentary_credit': return { title: 'Your bank pays the supplier’s bank when the shipping papers are right', who: 'Your bank', how_long }
    case 'escrow': return { title: 'The marketplace pays the supplier when you have received the goods', who: institution, how_long }
    case 'onramp': return { title: `${institution} turns ${from} into ${to}`, who: institution, how_long }
    case 'onchain': return { title: `The ${to} are sent on`, who: institution, how_long }
    case 'offramp': return { title: `${institution} turns ${from} into ${to}`, who: institution, how_long }
    case 'agent_payout': return { title: `${institution} pays the supplier in ${to}`, who: institution, how_long }
    default: return { title: turns ? `${institution} turns ${from} into ${to} and pays the supplier` : `${institution} pays the supplier in ${to}`, who: institution, how_long }
  }
}

const KINDS: Readonly<Record<string, string>> = {
  beneficiary_bank: 'The supplier’s bank', correspondent: 'A bank in between', domestic_rail: 'A bank transfer', exchange: 'An exchange', otc: 'A trading desk',
  fintech: 'A payment company', regional_rail: 'A payment network', network: 'A token network', issuer: 'The issuer of the digital dollars', clearing_rail: 'A clearing network',
  trade_agent: 'A trade agent', wallet_rail: 'A wallet service', marketplace: 'The marketplace',
}

/** "Your bank", "Your bank in Hong Kong", "A payment company": a kind, never a name. */
export function institutionOf(hop: Hop, sourceCountry: string): string {
  if (!BANK_CATEGORIES.has(hop.provider_category)) return KINDS[hop.provider_category] ?? 'A provider'
  const country = hop.from.country
  return country === null || country === sourceCountry ? 'Your bank' : `Your bank in ${countryWord(country)}`
}

/** How often the money changes its currency; onshore and offshore yuan are one to a merchant. */
export const changesOfCurrency = (candidate: Candidate): number =>
  candidate.hops.filter((hop) => currencyWord(hop.from.currency) !== currencyWord(hop.to.currency)).length

export const changesText = (count: number): string => `${countWord(count)} ${plural(count, 'change', 'changes')} of currency`
