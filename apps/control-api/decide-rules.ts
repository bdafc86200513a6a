/** A decision about proposed approval rules: by whom it may be, taken once, with one audit row, whether it happens or is refused. */
import type { FastifyRequest } from 'fastify'
import type { ApprovalRuleSet, RULES_REJECTIONS } from '#contracts/api/approval-rules.ts'
import { decideRuleSet, holdApprovalRules, isSecondAdmin, readRuleSet, readRulesInForce, refused, withTenantWrite } from '#database/index.ts'
import { readRuleSetToShow } from './approval-rule-views.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from './http/signed-in.ts'
import type { AppDeps } from './deps.ts'

type Decision = { readonly to: 'confirmed' | 'withdrawn' } | { readonly to: 'rejected'; readonly because: (typeof RULES_REJECTIONS)[number] }

export async function decideRules(deps: AppDeps, request: FastifyRequest, id: string, decision: Decision): Promise<ApprovalRuleSet> {
  const actor = actorOf(request)
  const action = request.routeOptions.config.audit!
  const because = decision.to === 'rejected' ? decision.because : null
  const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
    const refuse = (refusal: Refused) => refused(refusal, { action, entity: 'approval_rule_set', entity_id: id, facts: { code: refusal.code } })
    await holdApprovalRules(tx)
    const set = await readRuleSet(tx, id)
    if (set === null) return refuse({ code: 'not_found' })
    if (set.state !== 'proposed') return refuse({ code: 'rules_decided' })
    const own = set.proposed_by === actor.user_id
    if (decision.to === 'withdrawn' && !own) return refuse({ code: 'not_your_proposal' })
    if (decision.to !== 'withdrawn' && own) return refuse({ code: 'second_admin_required' })
    if (decision.to === 'confirmed' && !(await isSecondAdmin(tx, set))) return refuse({ code: 'second_admin_too_new' })
    // Nothing leads there while one proposal waits at a time; the database asks it too.
    if (decision.to === 'confirmed' && ((await readRulesInForce(tx))?.version ?? 0) !== set.base_version) return refuse({ code: 'stale_version' })
    if (!(await decideRuleSet(tx, id, decision.to, because))) return refuse({ code: 'rules_decided' })
    return {
      audit: { action, entity: 'approval_rule_set', entity_id: id, transition_seq: 2, facts: { version: set.version, base_version: set.base_version, proposed_by: set.proposed_by, ...(because === null ? {} : { because }) } },
      response: { status: 200, body: { id } },
    }
  })
  if (!written.ok) throw problemOf(written.error)
  return readRuleSetToShow(deps, actor, id)
}
