/** A set of rules as it is typed, and what it is as the API takes it. Pure. */
import { EXECUTION_MODES } from '#contracts/api/route-sessions.ts'
import type { ApprovalRuleView } from '../../api/types.ts'
import { fromUnits, toUnits } from '../decimal.ts'

export type Mode = (typeof EXECUTION_MODES)[number]
/** One rule as it stands in the form; an empty field is a condition that it does not name. */
export type DraftRule = { readonly id: string; readonly corridor: string; readonly amount: string; readonly risk: string; readonly other_route: boolean; readonly modes: readonly Mode[]; readonly approvals: '2' | '3' }
export type RuleBody = { readonly id: string; readonly corridor_id?: string; readonly over_usd?: string; readonly over_route_risk?: string; readonly other_route?: true; readonly modes?: Mode[]; readonly approvals: 2 | 3 }

export const ANY = 'any'
export const MODE_LABELS: Readonly<Record<Mode, string>> = { simulation: 'Simulation', live_safe: 'Controlled probe', manual: 'Manual route', hybrid: 'Hybrid route' }

const plainNumber = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)
/** "0.125" → "12.5" */
const percentOf = (share: string): string => plainNumber(fromUnits(toUnits(share) * 100n, 6))

/** An amount in USD as it was typed, with or without grouping; null for what is none. */
export function amountOf(text: string): string | null {
  const plain = text.trim().replaceAll(/[,\s]/g, '')
  return /^(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,2})?$/.test(plain) ? plain : null
}
/** A percentage below a hundred as a share of one; null for what is none. */
export function shareOf(text: string): string | null {
  const plain = text.trim().replace(/\s*%$/, '').replace(',', '.')
  return /^[0-9]{1,2}(?:\.[0-9]{1,4})?$/.test(plain) ? plainNumber(fromUnits(toUnits(plain) / 100n, 6)) : null
}

/** The company's own rules as they begin in the form; what holds for every company is not theirs to change. */
export const draftOf = (rules: readonly ApprovalRuleView[]): readonly DraftRule[] => rules.filter(({ floor }) => !floor).map((rule) => ({
  id: rule.id, corridor: rule.corridor_id ?? ANY, amount: rule.over_usd ?? '', risk: rule.over_route_risk === undefined ? '' : percentOf(rule.over_route_risk), other_route: rule.other_route ?? false, modes: rule.modes ?? [],
  approvals: rule.approvals === 3 ? '3' : '2',
}))

/** A fresh rule under a name that no other one has. */
export function newRule(rules: readonly DraftRule[]): DraftRule {
  let n = rules.length + 1
  while (rules.some(({ id }) => id === `rule_${n}`)) n++
  return { id: `rule_${n}`, corridor: ANY, amount: '', risk: '', other_route: false, modes: [], approvals: '2' }
}

export const bodyOf = (rules: readonly DraftRule[]): RuleBody[] => rules.map(({ id, corridor, amount, risk, other_route, modes, approvals }) => ({
  id, ...(corridor === ANY ? {} : { corridor_id: corridor }), ...(amount.trim() === '' ? {} : { over_usd: amountOf(amount)! }), ...(risk.trim() === '' ? {} : { over_route_risk: shareOf(risk)! }),
  ...(other_route ? { other_route: true as const } : {}), ...(modes.length === 0 ? {} : { modes: EXECUTION_MODES.filter((mode) => modes.includes(mode)) }), approvals: approvals === '3' ? 3 : 2,
}))

export const amountWrong = ({ amount }: DraftRule): string | null => (amount.trim() === '' || amountOf(amount) !== null ? null : 'This is not an amount.')
export const riskWrong = ({ risk }: DraftRule): string | null => (risk.trim() === '' || shareOf(risk) !== null ? null : 'Type a percentage below 100.')
/** Whether a rule names nothing, and so holds for every payment of its corridor. */
export const isOfAll = ({ amount, risk, other_route, modes }: DraftRule): boolean => amount.trim() === '' && risk.trim() === '' && !other_route && modes.length === 0
