/** The flags of a session: "Flags of a session" in corridors/README.md, one block per row of its table. */
import type { PaymentIntent } from '#contracts/routing.ts'
import { instant, localDate, nextDate, weekday } from './clock.ts'
import type { Corridor, OracleData } from './data.ts'
import { legsRequire, routelessDocumentFlags } from './documents.ts'
import { byCost, refusedForAmountsAlone, type OracleCandidate } from './oracle.ts'
import { isToken } from './price.ts'
import { less } from './rational.ts'
import { capOf, isCap, ruleSpeaksOfIntent } from './rules.ts'
import type { Calendar } from './timing.ts'

type Session = {
  readonly data: OracleData
  readonly corridor: Corridor
  readonly calendar: Calendar
  readonly intent: PaymentIntent
  readonly candidates: readonly OracleCandidate[]
  readonly lawful: readonly OracleCandidate[]
  readonly recommended: OracleCandidate | null
  readonly cheapest: OracleCandidate | null
}

const PERSONAL_METHODS = ['personal_bank_account', 'mobile_wallet_personal']

const previousDate = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
const countriesOf = (candidate: OracleCandidate): string[] =>
  candidate.route.hops.flatMap(({ leg }) => [leg.from_country, leg.to_country]).filter((country) => country !== null)
const allVerified = (candidate: OracleCandidate): boolean => candidate.route.hops.every(({ estimate }) => estimate.posture === 'verified')

function closureStart(calendar: Calendar, country: string, date: string): string {
  let first = date
  while (calendar.isHoliday(country, previousDate(first))) first = previousDate(first)
  return first
}

/** Closures of a country that share a day with this span, both ends local to the country. */
function closuresBetween({ data, calendar }: Session, country: string, from: number, to: number): string[] {
  const zone = data.corridors.country_time_zones[country]
  if (!zone) return []
  const flags = new Set<string>()
  const last = localDate(zone, to)
  for (let date = localDate(zone, from); date <= last; date = nextDate(date)) {
    if (calendar.isHoliday(country, date)) flags.add(`holiday:${country}:${closureStart(calendar, country, date)}`)
  }
  return [...flags]
}

function closedUntil({ data, calendar, intent }: Session): string[] {
  const { country } = intent.supplier_settlement
  const zone = data.corridors.country_time_zones[country]!
  let date = localDate(zone, instant(intent.needed_by))
  if (!calendar.isHoliday(country, date)) return []
  while (calendar.isHoliday(country, date)) date = nextDate(date)
  while (calendar.isHoliday(country, date) || weekday(date) === 0 || weekday(date) === 6) date = nextDate(date)
  return [`closed_until:${country}:${date}`]
}

function ruleFlags({ data, corridor, intent, lawful }: Session): string[] {
  const flags: string[] = []
  for (const rule of corridor.prohibited_legs) {
    const speaks = ruleSpeaksOfIntent(data, corridor, intent, rule)
    if (speaks) flags.push(`${rule.status}:${rule.id}`)
    else if (rule.status === 'review' && lawful.some((one) => one.rules.includes(rule))) flags.push(`review:${rule.id}`)
    if (!speaks || !isCap(rule)) continue
    flags.push(`no_structuring:${rule.id}`)
    const { payment, cap, period } = capOf(data, intent, rule)!
    if (period !== 'P3M' || less(cap, payment)) continue
    const today = localDate(data.corridors.country_time_zones[corridor.source.country]!, instant(intent.created_at))
    const [year, month] = today.split('-').map(Number) as [number, number]
    const quarterStart = Math.floor((month - 1) / 3) * 3 + 4
    const date = quarterStart > 12 ? `${year + 1}-01-01` : `${year}-${String(quarterStart).padStart(2, '0')}-01`
    flags.push(`available_from:${rule.id}:${date}`)
  }
  return flags
}

function documentFlags({ data, corridor, intent, lawful }: Session): string[] {
  const flags = routelessDocumentFlags(data, corridor, intent)
  for (const { documents } of lawful) {
    for (const [code, standing] of documents) {
      if (standing === 'missing' || standing === 'after_payment') flags.push(`${standing}:${code}`)
    }
  }
  for (const code of ['FORM_M_VALID_FX', 'FORM_M_NOT_VALID_FX']) {
    const longer = data.corridors.document_validity[code]?.goods_class?.plant_machinery
    if (longer && intent.goods.class === 'plant_machinery' && lawful.some((one) => legsRequire(one.route, code))) flags.push(`validity:FORM_M:${longer}`)
  }
  return flags
}

function candidateFlags({ intent, corridor, lawful, candidates }: Session): string[] {
  const flags: string[] = []
  for (const { route, conditions } of lawful) {
    flags.push(...conditions.filter((code) => code.startsWith('above_guidance:') || code.startsWith('stale:')))
    for (const { provider, leg } of route.hops) {
      // In the data those who sell tokens for naira under the settlement rule are the exchanges and desks with its window.
      const window = corridor.settlement_windows.find(({ id }) => id === provider.settlement_window)
      if (leg.kind === 'onramp' && window) flags.push(`slow_settlement:${window.id}`)
      if (provider.licence_status === 'licensed_unverified_claim') flags.push(`unverified_claim:${provider.id}`)
    }
    const paidOut = route.target.currency
    if (!isToken(paidOut) && paidOut !== intent.invoice_currency) flags.push(`currency_mismatch:${intent.invoice_currency}:${paidOut}`)
  }
  for (const candidate of candidates.filter(refusedForAmountsAlone)) {
    flags.push(...candidate.refusals.filter((code) => code !== 'excessive_cost'))
  }
  return flags
}

function costFlags({ intent, candidates, recommended, cheapest }: Session): string[] {
  const flags: string[] = []
  if (recommended && intent.max_total_cost_pct !== undefined && recommended.cost_bps > Number(intent.max_total_cost_pct) * 100) flags.push('above_budget')
  if (cheapest && cheapest.spreadAndSlippageBps > cheapest.cost_bps / 2) flags.push('rate_cost_dominates')
  const priced = candidates.filter((one) => allVerified(one) && (one.status !== 'refused' || refusedForAmountsAlone(one))).sort(byCost)
  if (priced[0] && priced[0].fixedFeeBps > 500) flags.push('fixed_fee_dominates')
  return flags
}

function timeFlags(session: Session): string[] {
  const { data, intent, lawful, recommended, calendar } = session
  const [created, deadline] = [instant(intent.created_at), instant(intent.needed_by)]
  const flags: string[] = []
  const countries = new Set([...(recommended ? countriesOf(recommended) : []), intent.supplier_settlement.country, intent.merchant.country])
  for (const country of countries) flags.push(...closuresBetween(session, country, created, Math.max(deadline, recommended?.arrivalP90 ?? deadline)))
  flags.push(...closedUntil(session))
  const verified = lawful.filter(allVerified)
  const judged = verified.length ? verified : lawful
  if (judged.length && !judged.some((one) => one.arrivalP50 <= deadline)) flags.push('deadline_unlikely')
  for (const candidate of lawful) {
    for (const country of countriesOf(candidate)) {
      const zone = data.corridors.country_time_zones[country]
      const [first, last] = [candidate.startsAt, candidate.arrivalP90].map((at) => Number(localDate(zone ?? 'UTC', at).slice(0, 4)))
      for (let year = first!; year <= last!; year++) {
        if (!calendar.knows(country, String(year))) flags.push(`calendar_unknown:${country}`)
      }
    }
  }
  return flags
}

function supplierFlags({ intent }: Session): string[] {
  const { account_count, payee_type, method } = intent.supplier_settlement
  return [
    ...(account_count > 1 ? ['split_payment_pattern'] : []),
    ...(intent.first_payment_to_supplier ? ['first_payment_checks'] : []),
    ...(payee_type === 'individual' || PERSONAL_METHODS.includes(method) ? ['name_match_required'] : []),
  ]
}

/** All flag codes of a session, each once, sorted. */
export function flagsOf(session: Session): string[] {
  const flags = [ruleFlags, documentFlags, candidateFlags, costFlags, timeFlags, supplierFlags].flatMap((rows) => rows(session))
  return [...new Set(flags)].sort()
}
