/** Rules of approval as people read them, and what their operations share. */
import type { FastifyRequest } from 'fastify'
import type { Actor } from '#contracts/roles.ts'
import type { ApprovalRuleSet } from '#contracts/api/approval-rules.ts'
import { decideApprovalRules, holdApprovalRules, readApprovalRuleSet, refused, withTenantRead, withTenantWrite, type ApprovalRuleSetRow } from '#database/index.ts'
import { changesBetween, DEFAULT_OWN_RULES, ruleView, rulesOf } from '#execution/approval-rules.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

export function ruleSetOf(row: ApprovalRuleSetRow): ApprovalRuleSet {
  return {
    id: row.id, version: row.version, base_version: row.base_version, state: row.state, rules: rulesOf(row.rules).map(ruleView),
    changes: changesBetween(row.base_rules ?? DEFAULT_OWN_RULES, row.rules), reason: row.reason,
    proposed_by: { user_id: row.proposed_by, name: row.proposed_by_name }, proposed_at: row.proposed_at,
    decided_by: row.decided_by === null ? null : { user_id: row.decided_by, name: row.decided_by_name! }, decided_at: row.decided_at, because: row.because as ApprovalRuleSet['because'],
  }
}

export async function readRuleSetToShow(deps: Pick<AppDeps, 'db'>, actor: Actor, id: string): Promise<ApprovalRuleSet> {
  const row = await withTenantRead(deps.db, actor, (tx) => readApprovalRuleSet(tx, id))
  if (row === null) throw new ProblemError('not_found')
  return ruleSetOf(row)
}

type Decision = Parameters<typeof decideApprovalRules>[2]
/** Decides a proposal once, with one audit row, or refuses with one: only another Platform Admin confirms or rejects, only who proposed withdraws. */
export async function decideProposal(deps: AppDeps, request: FastifyRequest, id: string, decision: Decision): Promise<ApprovalRuleSet> {
  const actor = actorOf(request)
  const action = request.routeOptions.config.audit!
  const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (why: Refused) => refused(why, { action, entity: 'approval_rule_set', entity_id: id, facts: { code: why.code } })
    await holdApprovalRules(tx)
    const set = await readApprovalRuleSet(tx, id)
    if (set === null) return refuse({ code: 'not_found' })
    if (set.state !== 'proposed') return refuse({ code: 'rules_decided' })
    const own = set.proposed_by === actor.user_id
    if (decision.state === 'withdrawn' ? !own : own) return refuse({ code: own ? 'second_admin_required' : 'not_proposer' })
    if (!(await decideApprovalRules(tx, id, decision))) return refuse({ code: 'rules_decided' })
    return {
      audit: { action, entity: 'approval_rule_set', entity_id: id, transition_seq: 2, facts: { version: set.version, base_version: set.base_version, state: decision.state, proposed_by: set.proposed_by, ...('because' in decision ? { because: decision.because } : {}) } },
      response: { status: 200, body: { id } },
    }
  })
  if (!written.ok) throw problemOf(written.error)
  return readRuleSetToShow(deps, actor, id)
}
