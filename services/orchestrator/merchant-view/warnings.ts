/** Bad news, before the price: what will be late, closed, dear or must be checked. Only what concerns the recommended route or the intent. */
import type { Candidate, Flag, PaymentIntent } from '#contracts/routing.ts'
import type { MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { capital, countryWord, dayWord, spanOfDays } from './words.ts'
import { papersBefore } from './papers.ts'

type Warning = MerchantRouteSession['warnings'][number]
type Closure = { readonly country: string; readonly first: string; readonly last: string }

/** Warnings of a recommended route, worst first. */
export function warningsOf(intent: PaymentIntent, candidate: Candidate, flags: readonly Flag[], degraded: boolean): Warning[] {
  const closures = closuresIn(flags)
  const warnings: Warning[] = []
  if (degraded) warnings.push({ tone: 'danger', title: 'This is a trial answer.', text: 'The rules could not be checked when it was made, so it cannot be accepted. Ask again later.' })
  const late = lateness(intent, candidate, closures)
  if (late !== null) warnings.push(late)
  else if (closures.length > 0) warnings.push(closed(closures))
  for (const flag of flags) {
    if (flag.candidate_ids.length > 0 && !flag.candidate_ids.includes(candidate.id)) continue
    const warning = ofFlag(flag)
    if (warning !== null) warnings.push(warning)
  }
  return warnings
}

/** What a merchant must know about a change of its supplier's bank details: fraud begins with one. */
export function payeeWarning(payee_details: 'confirmed' | 'held' | 'changed'): Warning[] {
  if (payee_details === 'held') return [{ tone: 'danger', title: 'Your supplier’s bank details are being checked.', text: 'We were told of new ones. Pay nothing to this supplier until the desk has checked them with it.' }]
  if (payee_details === 'changed') return [{ tone: 'attention', title: 'Your supplier’s bank details have changed.', text: 'The desk checked the new ones with your supplier after you accepted this route. Ask the desk before you pay.' }]
  return []
}

function lateness(intent: PaymentIntent, candidate: Candidate, closures: readonly Closure[]): Warning | null {
  const due = Date.parse(intent.needed_by)
  if (Date.parse(candidate.arrival_p90) <= due) return null
  const never = Date.parse(candidate.arrival_p50) > due
  const reasons = [
    ...(papersBefore(candidate).count > 0 ? ['The papers come first'] : []),
    ...byCountry(closures).map(([country, days]) => `${countryWord(country)}’s banks are closed ${days}`),
  ]
  const why = reasons.length === 0 ? 'The banks need this long.' : `${capital(joined(reasons))}.`
  const title = `This ${never ? 'will' : 'may'} not arrive by ${dayWord(intent.needed_by)}.`
  return { tone: never ? 'danger' : 'attention', title, text: `${why} ${never ? 'Tell your supplier today.' : 'It arrives later when things go slowly.'}` }
}

function closed(closures: readonly Closure[]): Warning {
  const [[country, days], ...others] = byCountry(closures) as [[string, string], ...[string, string][]]
  const rest = others.map(([other, closedDays]) => `banks in ${countryWord(other)} on ${closedDays}`)
  const title = `${capital(countryWord(country))}’s banks are closed ${days}.`
  return { tone: 'attention', title, text: `${rest.length === 0 ? '' : `Also closed: ${joined(rest)}. `}Nothing moves on those days. The dates above already count them.` }
}

/** One entry a country, with its closed days in order: "1 October and 18 to 19 October". */
function byCountry(closures: readonly Closure[]): [string, string][] {
  return [...new Set(closures.map((closure) => closure.country))].map((country) => {
    const days = closures.filter((closure) => closure.country === country).sort((a, b) => (a.first < b.first ? -1 : 1)).map(({ first, last }) => spanOfDays(first, last))
    return [country, days.length < 2 ? days[0]! : `${days.slice(0, -1).join(', ')} and ${days.at(-1)}`]
  })
}

/** Longest closure first: it is the one that moves the date. */
function closuresIn(flags: readonly Flag[]): Closure[] {
  const length = (closure: Closure): number => Date.parse(closure.last) - Date.parse(closure.first)
  return flags.filter((flag) => flag.code.startsWith('holiday:'))
    .map((flag) => ({ country: flag.code.split(':')[1]!, first: flag.facts['first'] ?? flag.code.split(':')[2]!, last: flag.facts['last'] ?? flag.code.split(':')[2]! }))
    .sort((a, b) => length(b) - length(a) || (a.first < b.first ? -1 : 1))
}

const joined = (parts: readonly string[]): string => (parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`)

/** The flags that a merchant can do something about, each in its own words; the others are the desk's business. */
function ofFlag(flag: Flag): Warning | null {
  const [family, first, second] = flag.code.split(':')
  switch (family) {
    case 'closed_until': return { tone: 'attention', title: `Your date falls on a closed day in ${countryWord(first!)}.`, text: `Banks there open again on ${dayWord(second!)}.` }
    case 'above_budget': return { tone: 'attention', title: `It costs ${flag.facts['cost_pct']} %, more than the ${flag.facts['budget_pct']} % you wanted.`, text: 'No lawful way that suits you better was found.' }
    case 'first_payment_checks': return { tone: 'attention', title: 'Your first payment to this supplier.', text: 'Check the account on the phone, with a number that you knew before.' }
    case 'split_payment_pattern': return { tone: 'danger', title: 'One invoice, several accounts.', text: 'That is a sign of fraud. Ask your supplier for one account in its own name.' }
    case 'name_match_required': return { tone: 'attention', title: 'The account is a person’s.', text: 'The name on the account must be exactly the name of the person you deal with.' }
    case 'currency_mismatch': return { tone: 'attention', title: `The invoice is in ${first}, the supplier gets ${second}.`, text: 'Ask your supplier to agree to that in writing.' }
    case 'slow_settlement': return { tone: 'info', title: 'Digital dollars may take some days.', text: 'What is bought at a Nigerian exchange can be held for three working days.' }
    case 'fixed_fee_dominates': return { tone: 'info', title: 'A small amount is dear to send.', text: 'Most of the cost is fixed fees. They are the same for a larger invoice.' }
    case 'stale': return { tone: 'info', title: 'Some prices are not of today.', text: 'You get a fresh price before you pay.' }
    case 'calendar_unknown': return { tone: 'info', title: `The holidays of ${countryWord(first!)} are not known yet.`, text: 'The dates may move by some days.' }
    case 'validity': return { tone: 'info', title: 'Your Form M lasts a year for machines.', text: 'It must still be valid on the day of the payment.' }
    default: return null
  }
}
