/** A company's own rules of approval, set by set: proposed by one admin, decided by another. None is ever changed. */
import type { ApprovalRule } from '#contracts/api/approval-rules.ts'
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'
import type { ApprovalRuleSetRow, RulesInForce } from './types.ts'

const SELECT = `select r.id, r.version, r.base_version, r.rules, r.note, r.state, r.proposed_by, p.display_name as proposed_by_name, r.proposed_at, r.decided_by, d.display_name as decided_by_name, r.decided_at, r.rejected_because
  from approval_rule_sets r join memberships p on p.tenant_id = r.tenant_id and p.user_id = r.proposed_by left join memberships d on d.tenant_id = r.tenant_id and d.user_id = r.decided_by`
const SHOWN_MAX = 51

/** The newest confirmed set; null while the product's own rules are in force. */
export async function readRulesInForce(tx: Tx): Promise<RulesInForce | null> {
  const [row] = await tx.sql<RulesInForce>("select version, rules from approval_rule_sets where tenant_id = $1 and state = 'confirmed' order by version desc limit 1", [tx.actor.tenant_id])
  return row ?? null
}

/** The newest sets, whatever became of them, and the one in force however old it is. The newest first. */
export async function listRuleSets(tx: Tx): Promise<ApprovalRuleSetRow[]> {
  const rows = await tx.sql<ApprovalRuleSetRow>(`${SELECT} where r.tenant_id = $1 order by r.version = fc.approval_rules_in_force($1) desc, r.version desc limit ${SHOWN_MAX}`, [tx.actor.tenant_id])
  return rows.sort((a, b) => b.version - a.version)
}

export async function readRuleSet(tx: Tx, id: string): Promise<ApprovalRuleSetRow | null> {
  return (await tx.sql<ApprovalRuleSetRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** Until the transaction ends nobody else proposes or decides: what is read after this still holds when it commits. */
export async function holdApprovalRules(tx: Tx): Promise<void> {
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('approval rules|' || $1, 0))", [tx.actor.tenant_id])
}

/** Behind holdApprovalRules. The database refuses a second open one, an old base and a corridor that is not there: ask before. */
export async function proposeRuleSet(tx: Tx, set: { readonly base_version: number; readonly rules: readonly ApprovalRule[]; readonly note: string }): Promise<{ id: string; version: number }> {
  const [row] = await tx.sql<{ id: string; version: number }>(`insert into approval_rule_sets (tenant_id, id, version, base_version, rules, note, proposed_by)
    select $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6 from approval_rule_sets where tenant_id = $1 returning id, version`,
  [tx.actor.tenant_id, newId(), set.base_version, JSON.stringify(set.rules), set.note, tx.actor.user_id])
  return row!
}

/** Whether the actor may be the second person of a proposal; the database asks the same when it is confirmed. */
export async function isSecondAdmin(tx: Tx, { proposed_by, id }: Pick<ApprovalRuleSetRow, 'proposed_by' | 'id'>): Promise<boolean> {
  const [row] = await tx.sql<{ may: boolean }>('select fc.is_second_admin(r.tenant_id, $3, $4, r.proposed_at) as may from approval_rule_sets r where r.tenant_id = $1 and r.id = $2',
    [tx.actor.tenant_id, id, tx.actor.user_id, proposed_by])
  return row!.may
}

/** Decides an open proposal; false where somebody was first. */
export async function decideRuleSet(tx: Tx, id: string, to: 'confirmed' | 'rejected' | 'withdrawn', because: string | null): Promise<boolean> {
  const rows = await tx.sql("update approval_rule_sets set state = $3, decided_by = $4, decided_at = clock_timestamp(), rejected_because = $5 where tenant_id = $1 and id = $2 and state = 'proposed' returning id",
    [tx.actor.tenant_id, id, to, tx.actor.user_id, because])
  return rows.length === 1
}
