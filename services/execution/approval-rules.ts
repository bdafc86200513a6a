/** The rules of approval of a company: what it set itself, what holds for every company, and what each of them says in words. Pure. */
import { FLOOR_RULE_IDS, type ApprovalRule, type ApprovalRuleSet, type ApprovalRuleView } from '#contracts/api/approval-rules.ts'
import { canonicalJson } from '#contracts/canonical-json.ts'
import { withoutZeros } from '#contracts/money.ts'
import type { ExecutionMode } from './mode.ts'

/** What a company that set none of its own asks for beside the floor. */
export const DEFAULT_OWN_RULES: readonly ApprovalRule[] = [
  { id: 'large_amount', over_usd: '50000', approvals: 2 },
  { id: 'high_risk', over_route_risk: '0.12', approvals: 2 },
]
/** What holds whatever a company sets: two people stand behind another route than the recommended one, and behind a probe with real money. */
const FLOOR: Readonly<Record<(typeof FLOOR_RULE_IDS)[number], ApprovalRule>> = {
  other_route: { id: 'other_route', other_route: true, approvals: 2 },
  live_probe: { id: 'live_probe', modes: ['live_safe'], approvals: 2 },
}
export const FLOOR_RULES: readonly ApprovalRule[] = FLOOR_RULE_IDS.map((id) => FLOOR[id])

/** Everything that is asked for, of a company's own rules; null where it has none. */
export const rulesOf = (own: readonly ApprovalRule[] | null): readonly ApprovalRule[] => [...(own ?? DEFAULT_OWN_RULES), ...FLOOR_RULES]

/** A rule as it is kept: fields in one order, numbers without idle zeros, modes in theirs. */
export function normalRule(rule: ApprovalRule): ApprovalRule {
  const { id, corridor_id, over_usd, over_route_risk, other_route, modes, approvals } = rule
  return {
    id, ...(corridor_id === undefined ? {} : { corridor_id }), ...(over_usd === undefined ? {} : { over_usd: withoutZeros(over_usd) }),
    ...(over_route_risk === undefined ? {} : { over_route_risk: withoutZeros(over_route_risk) }), ...(other_route === undefined ? {} : { other_route }),
    ...(modes === undefined ? {} : { modes: MODES.filter((mode) => modes.includes(mode)) }), approvals,
  }
}

const MODE_WORDS: Readonly<Record<ExecutionMode, string>> = { simulation: 'a simulation', live_safe: 'a controlled probe', manual: 'a manual route', hybrid: 'a hybrid route' }
const MODES = Object.keys(MODE_WORDS) as ExecutionMode[]

/** Groups of three before the point. */
const grouped = (decimal: string): string => decimal.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
/** A share of one as a percentage, exactly. */
function percent(share: string): string {
  const [whole = '0', part = ''] = share.split('.')
  const digits = `${whole}${part.padEnd(2, '0')}`
  return withoutZeros(`${digits.slice(0, whole.length + 2).replace(/^0+(?=\d)/, '')}.${digits.slice(whole.length + 2) || '0'}`)
}
const either = (words: readonly string[]): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
const corridorWords = (id: string): string => `in the corridor ${id.split('-').map((part) => part.toUpperCase()).join(' → ')}`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What must hold of a payment, in words; empty where every payment is meant. */
const conditions = ({ over_usd, over_route_risk, other_route, modes }: ApprovalRule): string => [
  ...(over_usd === undefined ? [] : [`more than USD ${grouped(over_usd)} is sent`]),
  ...(over_route_risk === undefined ? [] : [`the route’s risk is above ${percent(over_route_risk)} %`]),
  ...(other_route === undefined ? [] : ['the desk chose another route than the recommended one']),
  ...(modes === undefined ? [] : [`it runs as ${either(modes.map((mode) => MODE_WORDS[mode]))}`]),
].join(' and ')

/** Why a session is asked for more approvals, as one sentence. */
export function reasonOf(rule: ApprovalRule): string {
  const [when, where] = [conditions(rule), rule.corridor_id === undefined ? '' : corridorWords(rule.corridor_id)]
  return `${capital([where, when === '' ? 'every payment is approved by more than one person' : when].filter((part) => part !== '').join(' '))}.`
}

/** What a rule asks for, whole. It is made from the fields that are enforced, so nobody reads anything else. */
export function sentenceOf(rule: ApprovalRule): string {
  const [when, where] = [conditions(rule), rule.corridor_id === undefined ? '' : `${corridorWords(rule.corridor_id)} `]
  return `${capital(`${where}${rule.approvals === 2 ? 'two' : 'three'} people approve ${when === '' ? 'every payment' : `when ${when}`}`)}.`
}

const isFloor = ({ id }: ApprovalRule): boolean => FLOOR_RULE_IDS.some((floor) => floor === id)
export const ruleView = (rule: ApprovalRule): ApprovalRuleView => ({ ...normalRule(rule), sentence: sentenceOf(rule), floor: isFloor(rule) })

/** What differs between a company's own rules and others, by their ids: what is new or other first, in the new order, then what is gone. */
export function changesBetween(before: readonly ApprovalRule[], after: readonly ApprovalRule[]): ApprovalRuleSet['changes'] {
  const same = (a: ApprovalRule, b: ApprovalRule): boolean => canonicalJson(normalRule(a)) === canonicalJson(normalRule(b))
  const other = after.flatMap((rule): ApprovalRuleSet['changes'] => {
    const was = before.find(({ id }) => id === rule.id)
    if (was === undefined) return [{ id: rule.id, what: 'added' as const, before: null, after: sentenceOf(rule) }]
    return same(was, rule) ? [] : [{ id: rule.id, what: 'changed' as const, before: sentenceOf(was), after: sentenceOf(rule) }]
  })
  return [...other, ...before.filter(({ id }) => !after.some((rule) => rule.id === id)).map((rule) => ({ id: rule.id, what: 'removed' as const, before: sentenceOf(rule), after: null }))]
}
