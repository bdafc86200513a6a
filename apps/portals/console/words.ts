/** The console's words for codes that the API sends: short enough for a lane, plain enough to need no legend. */
import type { Candidate, Hop, RouteSessionRow } from '../api/types.ts'
import type { Tone } from '../shared/ui/index.ts'

type State = RouteSessionRow['state']

const STATES: Readonly<Record<State, { readonly tone: Tone; readonly label: string }>> = {
  draft: { tone: 'info', label: 'Draft' },
  recommended: { tone: 'waiting', label: 'With merchant' },
  no_route: { tone: 'danger', label: 'No route' },
  policy_unavailable: { tone: 'danger', label: 'Policy unavailable' },
  accepted: { tone: 'info', label: 'Accepted' },
  awaiting_merchant: { tone: 'waiting', label: 'With merchant' },
  approved: { tone: 'success', label: 'Approved' },
  executing: { tone: 'progress', label: 'Executing' },
  paused: { tone: 'waiting', label: 'Paused' },
  completed: { tone: 'success', label: 'Completed' },
  failed: { tone: 'danger', label: 'Failed' },
  returned: { tone: 'attention', label: 'Returned' },
  cancelled: { tone: 'attention', label: 'Cancelled' },
  expired: { tone: 'attention', label: 'Expired' },
}
/** Tone and label of a session's state. */
export const stateWords = (state: State): { readonly tone: Tone; readonly label: string } => STATES[state]

/** States in which the merchant acts next, so that the desk's clock is paused. */
export const WITH_MERCHANT: ReadonlySet<State> = new Set(['recommended', 'awaiting_merchant'])

const HOLDERS: Readonly<Record<Hop['from']['holder'], string>> = {
  payer: 'Merchant', provider: 'Provider', wallet_out: 'Out wallet', wallet_in: 'In wallet', payee_bank: 'Payee bank', payee: 'Supplier',
}
/** Who holds the money in a state, with the country where it is not the merchant's own. */
export const holderWords = (state: Hop['from'], home: string): string =>
  state.holder === 'payer' && state.country !== null && state.country !== home ? `${state.country} account` : HOLDERS[state.holder]

const CATEGORIES: Readonly<Record<string, string>> = {
  bank_fx: 'Bank, official FX', bank_wire: 'Bank wire', bank_rmb: 'Bank, direct yuan', bank_lc: 'Letter of credit', domestic_rail: 'Instant rail',
  exchange: 'Exchange', otc: 'OTC desk', p2p: 'P2P pool', informal_fx: 'Cash dealer', fintech: 'Payment platform', regional_rail: 'Regional rail',
  network: 'Token network', correspondent: 'Correspondent', beneficiary_bank: 'Supplier’s bank', issuer: 'Token issuer', clearing_rail: 'RMB clearing',
  informal_value_transfer: 'Manual settler', informal_crypto_otc: 'Token dealer', wallet_rail: 'Wallet rail', trade_agent: 'Trade agent', marketplace: 'Marketplace',
}
/** A provider category in words; one that is new is shown as its code, spaces for underscores. */
export const categoryWords = (category: string): string => CATEGORIES[category] ?? plain(category)

/** A leg's provider in few words: its category, with the country where a foreign one carries it. The full name is a click away. */
export const shortProvider = (hop: Hop, home: string): string => {
  const country = hop.from.country
  return country === null || country === home || hop.provider_category === 'beneficiary_bank' || hop.provider_category === 'correspondent'
    ? categoryWords(hop.provider_category)
    : `${categoryWords(hop.provider_category)}, ${country}`
}

/** The first clause of a provider's name: what stands before a bracket. */
export const nameOf = (name: string): string => name.split(' (')[0]!

/** The shortest name that still says who: the first clause, up to a comma, a colon or a bracket. */
export const clauseOf = (name: string): string => nameOf(name).split(/[,:] /)[0]!

/** A candidate as one line: "Bank, official FX › Bank wire › Supplier’s bank". */
export const pathWords = (candidate: Candidate): string => {
  const home = candidate.hops[0]?.from.country ?? ''
  return candidate.hops.map((hop) => shortProvider(hop, home)).join(' › ')
}

const RAILS: Readonly<Record<string, string>> = {
  fund: 'local transfer', fx: 'exchange', cross_border_transfer: 'cross-border', onramp: 'token purchase', onchain: 'on-chain', offramp: 'token sale',
  settlement: 'settlement', payout: 'payout', agent_payout: 'agent payout', documentary_credit: 'documentary credit', mirror_settlement: 'mirror settlement',
  escrow: 'escrow', wallet_payout: 'wallet payout',
}
/** The kind of a leg in words, with its network where it has one. */
export const railWords = (hop: Pick<Hop, 'kind' | 'network'>): string => `${RAILS[hop.kind] ?? plain(hop.kind)}${hop.network ? `, ${hop.network}` : ''}`

/** A code as words: "licensed_regulated" → "licensed regulated". */
export const plain = (code: string): string => code.replaceAll('_', ' ').toLowerCase()
/** The same, with a capital: "Licensed regulated". */
export const titled = (code: string): string => { const words = plain(code).replace(/^ky[bc]\b/, (short) => short.toUpperCase()); return words.charAt(0).toUpperCase() + words.slice(1) }

/** An ISO duration, short: "P2D" → "2 d", "PT6H" → "6 h", "P1DT12H" → "1 d 12 h". Anything else is shown as it is. */
export function shortDuration(duration: string): string {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
  if (!match) return duration
  const parts = (['d', 'h', 'min', 's'] as const).flatMap((unit, index) => (match[index + 1] && match[index + 1] !== '0' ? [`${match[index + 1]} ${unit}`] : []))
  return parts.length === 0 ? '0 min' : parts.join(' ')
}

/** A word of the audit: "route_session.accepted" → "Route session accepted". */
export const eventWords = (word: string): string => titled(word.replaceAll('.', ' '))

const FAMILIES: Readonly<Record<string, { readonly label: string; readonly tone: Tone }>> = {
  limit_exceeded: { label: 'Amount limit', tone: 'danger' }, below_minimum: { label: 'Below a minimum', tone: 'danger' },
  insufficient_liquidity: { label: 'Liquidity', tone: 'danger' }, insufficient_held_funds: { label: 'Held funds', tone: 'danger' },
  not_available_to_merchant: { label: 'Structure missing', tone: 'attention' }, deadline_unreachable: { label: 'Hard deadline', tone: 'danger' },
  settlement_not_agreed: { label: 'Not agreed', tone: 'attention' }, pair_not_allowed: { label: 'Pair not allowed', tone: 'danger' },
  prohibited: { label: 'Prohibited', tone: 'danger' }, restricted: { label: 'Restricted', tone: 'danger' }, provider_unverified: { label: 'Not verified', tone: 'danger' },
  provider_suspended: { label: 'Suspended', tone: 'danger' }, excessive_hops: { label: 'Too many hops', tone: 'danger' }, excessive_cost: { label: 'Cost limit', tone: 'danger' },
  excessive_risk: { label: 'Risk limit', tone: 'danger' }, quote_stale: { label: 'Quote too old', tone: 'danger' }, connector_unknown: { label: 'Unknown connector', tone: 'danger' },
  policy_unanswered: { label: 'No policy answer', tone: 'danger' }, facts_invalid: { label: 'Facts refused', tone: 'danger' },
  missing: { label: 'Paper missing', tone: 'attention' }, review: { label: 'Review', tone: 'attention' }, pair_review: { label: 'Pair review', tone: 'attention' },
  above_guidance: { label: 'Above guidance', tone: 'attention' }, stale: { label: 'Stale data', tone: 'attention' }, outranked: { label: 'Lost on score', tone: 'info' },
}
/** The family of a code (before the colon) as a chip's label and tone. */
export const familyWords = (code: string): { readonly label: string; readonly tone: Tone } => {
  const family = familyOf(code)
  return FAMILIES[family] ?? { label: titled(family), tone: 'attention' }
}
export const familyOf = (code: string): string => code.split(':', 1)[0]!

const FLAG_LABELS: Readonly<Record<string, string>> = {
  limit_exceeded: 'limit', below_minimum: 'minimum', insufficient_liquidity: 'liquidity', holiday: 'holiday', closed_until: 'closure', review: 'review',
  prohibited: 'prohibited', restricted: 'restricted', missing: 'missing', after_payment: 'after payment', validity: 'validity', above_budget: 'budget',
  above_guidance: 'guidance', deadline_unlikely: 'deadline', slow_settlement: 'slow', unverified_claim: 'claim', currency_mismatch: 'currency',
  rate_cost_dominates: 'rate cost', fixed_fee_dominates: 'fixed fees', available_from: 'next period', no_structuring: 'no splitting',
  split_payment_pattern: 'split', first_payment_checks: 'check', name_match_required: 'name', stale: 'stale', calendar_unknown: 'calendar',
}
/** The short label of a flag. */
export const flagLabel = (code: string): string => FLAG_LABELS[familyOf(code)] ?? plain(familyOf(code))

/** "NG → CN" of a corridor id "ng-cn". */
export const corridorArrow = (id: string): string => id.split('-').map((each) => each.toUpperCase()).join(' → ')

const DOCUMENT_STATUS: Readonly<Record<Candidate['documents'][number]['status'], { readonly label: string; readonly tone: Tone }>> = {
  on_file: { label: 'On file', tone: 'success' }, missing: { label: 'Missing', tone: 'attention' }, not_available: { label: 'Not available', tone: 'danger' },
  promised: { label: 'After payment', tone: 'waiting' }, desk: { label: 'The desk makes it', tone: 'info' },
}
export const documentStatus = (status: Candidate['documents'][number]['status']): { readonly label: string; readonly tone: Tone } => DOCUMENT_STATUS[status]

const METHODS: Readonly<Record<string, string>> = {
  mainland_corporate_account: 'Company account, mainland', hong_kong_corporate_account: 'Company account, Hong Kong', personal_bank_account: 'Personal bank account',
  mobile_wallet_personal: 'Personal mobile wallet', trade_agent: 'Trade agent', token_wallet: 'Token wallet', bank_account: 'Bank account',
}
export const methodWords = (method: string): string => METHODS[method] ?? titled(method)
