/** Approval rules as the desk reads them: each with its sentence, and a proposal with its difference to what is in force. */
import type { Actor } from '#contracts/roles.ts'
import type { ApprovalRules, ApprovalRuleSet, ApprovalRulesProposal } from '#contracts/api/approval-rules.ts'
import { corridorNames, countAdmins, listRuleSets, readRuleSet, readRulesInForce, withTenantRead, type ApprovalRuleSetRow, type RulesInForce } from '#database/index.ts'
import { asksLess, changesBetween, rulesThatCount, ruleView } from '#execution/approval-rules.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

type Names = ReadonlyMap<string, string>
const naming = (names: Names) => (id: string): string => names.get(id) ?? id

const rulesOf = (own: { readonly rules: RulesInForce['rules'] } | null, names: Names): ApprovalRuleSet['rules'] => rulesThatCount(own).map((rule) => ruleView(rule, naming(names)))

/** What holds for a company that has no rules of its own. */
const productSet = (names: Names): ApprovalRuleSet => ({
  id: null, version: 0, base_version: 0, state: 'in_force', rules: rulesOf(null, names), note: null, proposed_by: null, proposed_at: null, decided_by: null, decided_at: null, rejected_because: null,
})

function setView(row: ApprovalRuleSetRow, in_force: number, names: Names): ApprovalRuleSet {
  const { id, version, base_version, note, proposed_by, proposed_by_name, proposed_at, decided_by, decided_by_name, decided_at, rejected_because } = row
  return {
    id, version, base_version, state: row.state === 'confirmed' ? (version === in_force ? 'in_force' : 'superseded') : row.state, rules: rulesOf(row, names), note,
    proposed_by: { user_id: proposed_by, name: proposed_by_name }, proposed_at,
    decided_by: decided_by === null || decided_by_name === null ? null : { user_id: decided_by, name: decided_by_name }, decided_at, rejected_because,
  }
}

function proposalView(row: ApprovalRuleSetRow, own: RulesInForce | null, names: Names): ApprovalRulesProposal {
  const [before, after] = [rulesThatCount(own), rulesThatCount(row)]
  return { ...setView(row, own?.version ?? 0, names), changes: changesBetween(before, after, (rule) => ruleView(rule, naming(names))), asks_less: asksLess(before, after) }
}

export async function readApprovalRules(deps: Pick<AppDeps, 'db'>, actor: Actor): Promise<ApprovalRules> {
  const { rows, own, names, admins } = await withTenantRead(deps.db, actor, async (tx) => {
    const [rows, own, names, admins] = await Promise.all([listRuleSets(tx), readRulesInForce(tx), corridorNames(tx), countAdmins(tx)])
    return { rows, own, names, admins }
  })
  const in_force = rows.find(({ version }) => version === own?.version)
  const open = rows.find(({ state }) => state === 'proposed')
  return {
    in_force: in_force === undefined ? productSet(names) : setView(in_force, in_force.version, names), proposal: open === undefined ? null : proposalView(open, own, names),
    history: rows.filter(({ state }) => state !== 'proposed').slice(0, 50).map((row) => setView(row, own?.version ?? 0, names)), admins,
  }
}

/** One set, after somebody proposed or decided it. */
export async function readRuleSetToShow(deps: Pick<AppDeps, 'db'>, actor: Actor, id: string): Promise<ApprovalRuleSet> {
  const { row, own, names } = await withTenantRead(deps.db, actor, async (tx) => {
    const [row, own, names] = await Promise.all([readRuleSet(tx, id), readRulesInForce(tx), corridorNames(tx)])
    return { row, own, names }
  })
  if (row === null) throw new ProblemError('not_found')
  return setView(row, own?.version ?? 0, names)
}
