/** Sets of approval rules: the product's own, a company's, what always holds, what a rule says in words, and what a change of them comes to. Pure. */
import type { ApprovalRule, RuleChange, RuleView } from '#contracts/api/approval-rules.ts'
import type { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import { compare, fromDecimal } from '#orchestrator/rational.ts'

/** What no company can do without: a probe moves real money where nothing was proved yet, and another route is the desk's word against the engine's. */
export const FLOOR_RULES: readonly ApprovalRule[] = [
  { id: 'other_route', other_route: true, approvals: 2 },
  { id: 'live_probe', modes: ['live_safe'], approvals: 2 },
]
/** The rest of what holds for a company without rules of its own: how much is a large amount, or a high risk, is the company's to say. */
export const PRODUCT_RULES: readonly ApprovalRule[] = [
  { id: 'large_amount', over_usd: '50000', approvals: 2 },
  { id: 'high_risk', over_route_risk: '0.12', approvals: 2 },
]
const FLOOR_IDS: ReadonlySet<string> = new Set(FLOOR_RULES.map(({ id }) => id))

/** The rules that count: a company's own, or the product's where it has none (null), and what always holds. */
export const rulesThatCount = (own: { readonly rules: readonly ApprovalRule[] } | null): readonly ApprovalRule[] => [...(own?.rules ?? PRODUCT_RULES), ...FLOOR_RULES]

/** Where in a proposed set an id stands that is taken, by a rule before it or by one that always holds; -1 where none is. */
export const takenId = (rules: readonly ApprovalRule[]): number => rules.findIndex(({ id }, i) => FLOOR_IDS.has(id) || rules.findIndex((other) => other.id === id) < i)

const MODE_WORDS: Readonly<Record<(typeof EXECUTION_MODES)[number], string>> = { simulation: 'a simulation', live_safe: 'a controlled probe', manual: 'manual', hybrid: 'hybrid' }
const listed = (words: readonly string[], last: string): string => (words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)!}`)
const usd = (amount: string): string => `USD ${amount.replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`
/** A share as a percentage, digit by digit: 0.12 → 12 %, 0.0005 → 0.05 %. */
const percent = (share: string): string => {
  const [whole = '0', digits = ''] = share.split('.')
  const rest = digits.padEnd(2, '0').slice(2).replace(/0+$/, '')
  return `${Number(whole + digits.padEnd(2, '0').slice(0, 2))}${rest === '' ? '' : `.${rest}`} %`
}

/** What must be so that the rule asks, in words; '' where it always does. A corridor is called as it is given. */
function conditionOf(rule: ApprovalRule, corridor: (id: string) => string): string {
  const { corridor_id, over_usd, over_route_risk, other_route, modes } = rule
  return listed([
    ...(over_usd === undefined ? [] : [`more than ${usd(over_usd)} is sent`]),
    ...(over_route_risk === undefined ? [] : [`the route’s risk is above ${percent(over_route_risk)}`]),
    ...(other_route === undefined ? [] : ['the desk chose another route than the recommended one']),
    ...(corridor_id === undefined ? [] : [`the corridor is ${corridor(corridor_id)}`]),
    ...(modes === undefined ? [] : [`its mode is ${listed(modes.map((mode) => MODE_WORDS[mode]), 'or')}`]),
  ], 'and')
}

/** The whole rule as a sentence: who approves, and where. */
export function ruleSentence(rule: ApprovalRule, corridor: (id: string) => string): string {
  const condition = conditionOf(rule, corridor)
  return `${rule.approvals === 3 ? 'Three' : 'Two'} people approve ${condition === '' ? 'every payment' : `where ${condition}`}.`
}
/** Why it asks, of a payment of which it does. */
export function reasonSentence(rule: ApprovalRule, corridor: (id: string) => string): string {
  const condition = conditionOf(rule, corridor)
  return condition === '' ? 'Every payment is approved by more than one person.' : `${condition.charAt(0).toUpperCase()}${condition.slice(1)}.`
}

const above = (wide: string | undefined, narrow: string | undefined): boolean => wide === undefined || (narrow !== undefined && compare(fromDecimal(wide), fromDecimal(narrow)) <= 0)
/** Whether the one asks for as many wherever the other asks. */
const covers = (one: ApprovalRule, other: ApprovalRule): boolean =>
  one.approvals >= other.approvals && (one.corridor_id === undefined || one.corridor_id === other.corridor_id) && above(one.over_usd, other.over_usd) && above(one.over_route_risk, other.over_route_risk)
  && (one.other_route === undefined || other.other_route === true) && (one.modes === undefined || (other.modes?.every((mode) => one.modes!.includes(mode)) ?? false))
const isCovered = (rule: ApprovalRule, by: readonly ApprovalRule[]): boolean => by.some((each) => covers(each, rule))

/** Whether some payment may ask for fewer people under the second set than under the first. It never says no wrongly: that no rule alone covers another is taken for less. */
export const asksLess = (before: readonly ApprovalRule[], after: readonly ApprovalRule[]): boolean => before.some((rule) => !isCovered(rule, after))

const sameRule = (a: ApprovalRule, b: ApprovalRule): boolean => covers(a, b) && covers(b, a)

/** What the second set changes of the first, rule by rule, in the order of the sets. */
export function changesBetween(before: readonly ApprovalRule[], after: readonly ApprovalRule[], view: (rule: ApprovalRule) => RuleView): RuleChange[] {
  const asks = (old: ApprovalRule | undefined, now: ApprovalRule | undefined): RuleChange['asks'] => {
    const less = old !== undefined && !isCovered(old, after)
    const more = now !== undefined && !isCovered(now, before)
    return less && more ? 'mixed' : less ? 'less' : more ? 'more' : 'same'
  }
  const gone = before.flatMap((old): RuleChange[] => {
    const now = after.find(({ id }) => id === old.id)
    if (now === undefined) return [{ change: 'removed', asks: asks(old, undefined), before: view(old), after: null }]
    return sameRule(old, now) ? [] : [{ change: 'changed', asks: asks(old, now), before: view(old), after: view(now) }]
  })
  const added = after.filter(({ id }) => !before.some((old) => old.id === id)).map((now): RuleChange => ({ change: 'added', asks: asks(undefined, now), before: null, after: view(now) }))
  return [...gone, ...added]
}

/** A rule as it is shown. */
export const ruleView = (rule: ApprovalRule, corridor: (id: string) => string): RuleView => ({ ...rule, ...(rule.modes === undefined ? {} : { modes: [...rule.modes] }), sentence: ruleSentence(rule, corridor), always: FLOOR_IDS.has(rule.id) })
