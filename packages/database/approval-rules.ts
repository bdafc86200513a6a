/** Sets of a company's own rules of approval: proposed by one Platform Admin, then confirmed by another, rejected, or withdrawn by who proposed them. */
import { decodeCursor, encodeCursor, isUuid } from './cursor.ts'
import type { Tx } from './transactions.ts'
import type { ApprovalRuleSetRow, ApprovalRulesInForce, NewApprovalRuleSet } from './types.ts'

const SELECT = `select r.id, r.version, r.base_version, r.rules, o.rules as base_rules, r.reason, r.proposed_by, p.display_name as proposed_by_name, r.proposed_at, r.decided_by, d.display_name as decided_by_name, r.decided_at, r.because,
    case when r.state <> 'confirmed' then r.state when exists (select from approval_rule_sets n where n.tenant_id = r.tenant_id and n.state = 'confirmed' and n.version > r.version) then 'superseded' else 'in_force' end as state
  from approval_rule_sets r join memberships p on p.tenant_id = r.tenant_id and p.user_id = r.proposed_by
    left join memberships d on d.tenant_id = r.tenant_id and d.user_id = r.decided_by
    left join approval_rule_sets o on o.tenant_id = r.tenant_id and o.version = r.base_version`

/** The set in force; null where the company has none of its own. Read in the transaction that writes down how many must approve. */
export async function readApprovalRulesInForce(tx: Tx): Promise<ApprovalRulesInForce | null> {
  const [row] = await tx.sql<ApprovalRulesInForce>(
    "select version, rules, decided_at from approval_rule_sets where tenant_id = $1 and state = 'confirmed' order by version desc limit 1", [tx.actor.tenant_id])
  return row ?? null
}

export async function readApprovalRuleSet(tx: Tx, id: string): Promise<ApprovalRuleSetRow | null> {
  return (await tx.sql<ApprovalRuleSetRow>(`${SELECT} where r.tenant_id = $1 and r.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** The set that waits for a second person. */
export async function readProposedApprovalRules(tx: Tx): Promise<ApprovalRuleSetRow | null> {
  return (await tx.sql<ApprovalRuleSetRow>(`${SELECT} where r.tenant_id = $1 and r.state = 'proposed'`, [tx.actor.tenant_id]))[0] ?? null
}

/** A page of the sets that were decided, newest first. Throws CursorError. */
export async function listDecidedApprovalRules(tx: Tx, ask: { readonly limit: number; readonly cursor?: string | null }): Promise<{ items: ApprovalRuleSetRow[]; next_cursor: string | null }> {
  const [before] = ask.cursor ? decodeCursor(ask.cursor, [isUuid]) : [null]
  // Ids rise with the time, as versions do.
  const rows = await tx.sql<ApprovalRuleSetRow>(`${SELECT} where r.tenant_id = $1 and r.state <> 'proposed' and ($2::uuid is null or r.id < $2) order by r.id desc limit ${Math.trunc(ask.limit) + 1}`, [tx.actor.tenant_id, before])
  const items = rows.slice(0, ask.limit)
  return { items, next_cursor: rows.length > ask.limit ? encodeCursor([items.at(-1)!.id]) : null }
}

/** Whether there is a Platform Admin beside the actor, a person and not a program: without one nobody could confirm what the actor proposes. */
export async function hasSecondAdmin(tx: Tx): Promise<boolean> {
  const [row] = await tx.sql<{ there: boolean }>(`select exists (select from memberships m where m.tenant_id = $1 and m.user_id <> $2 and m.role = 'platform_admin' and m.ended_at is null
    and not exists (select from api_keys k where k.tenant_id = m.tenant_id and k.user_id = m.user_id)) as there`, [tx.actor.tenant_id, tx.actor.user_id])
  return row!.there
}

/** One change of the rules at a time: whoever proposes or decides waits here for who was first, and sees what it did. */
export async function holdApprovalRules(tx: Tx): Promise<void> {
  await tx.sql("select pg_advisory_xact_lock(hashtextextended('approval rules|' || $1, 0))", [tx.actor.tenant_id])
}

/** Proposes a set under the next version, which is answered. Behind holdApprovalRules. */
export async function proposeApprovalRules(tx: Tx, set: NewApprovalRuleSet): Promise<number> {
  const [row] = await tx.sql<{ version: number }>(
    `insert into approval_rule_sets (tenant_id, id, version, base_version, rules, reason, proposed_by)
      select $1, $2, coalesce(max(r.version), 0) + 1, $3, $4, $5, $6 from approval_rule_sets r where r.tenant_id = $1 returning version`,
    [tx.actor.tenant_id, set.id, set.base_version, JSON.stringify(set.rules), set.reason, tx.actor.user_id])
  return row!.version
}

/** Decides a set that waits; false where somebody was first. The database refuses a confirmation by who proposed it. */
export async function decideApprovalRules(tx: Tx, id: string, decision: { readonly state: 'confirmed' } | { readonly state: 'rejected' | 'withdrawn'; readonly because: string }): Promise<boolean> {
  const rows = await tx.sql<{ id: string }>("update approval_rule_sets set state = $3, decided_by = $4, decided_at = clock_timestamp(), because = $5 where tenant_id = $1 and id = $2 and state = 'proposed' returning id",
    [tx.actor.tenant_id, id, decision.state, tx.actor.user_id, decision.state === 'confirmed' ? null : decision.because])
  return rows.length === 1
}
