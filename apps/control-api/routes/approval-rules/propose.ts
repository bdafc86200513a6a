import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApprovalRuleSet, FLOOR_RULE_IDS, ProposeApprovalRulesBody, type ApprovalRule } from '#contracts/api/approval-rules.ts'
import { hasSecondAdmin, holdApprovalRules, newId, proposeApprovalRules as saveProposal, readApprovalRulesInForce, readCorridor, readProposedApprovalRules, refused, withTenantWrite, type Tx } from '#database/index.ts'
import { changesBetween, DEFAULT_OWN_RULES, normalRule } from '#execution/approval-rules.ts'
import { readRuleSetToShow } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/approval-rules/proposals: other rules of the company's own, as a whole. They count when another Platform Admin has confirmed them. 409 while that cannot be. */
export const proposeApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals', {
    config: { permission: 'approval_rules:propose', audit: 'approval_rules.proposed', stepUp: true },
    schema: { operationId: 'proposeApprovalRules', summary: 'Propose other rules of approval', tags: ['approval rules'], body: ProposeApprovalRulesBody, response: { 201: ApprovalRuleSet, ...problems } },
  }, async (request, reply) => {
    const { base_version, reason } = request.body
    const rules = request.body.rules.map(normalRule)
    const id = newId()
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (why: Refused) => refused(why, { action: 'approval_rules.proposed', entity: 'approval_rule_set', entity_id: request.id, facts: { code: why.code } })
      const wrong = namesWrong(rules) ?? (await corridorsWrong(tx, rules))
      if (wrong !== null) return refuse(wrong)
      await holdApprovalRules(tx)
      if (!(await hasSecondAdmin(tx))) return refuse({ code: 'second_admin_required' })
      if ((await readProposedApprovalRules(tx)) !== null) return refuse({ code: 'rules_proposed' })
      const in_force = await readApprovalRulesInForce(tx)
      if ((in_force?.version ?? 0) !== base_version) return refuse({ code: 'stale_version' })
      const changes = changesBetween(in_force?.rules ?? DEFAULT_OWN_RULES, rules)
      if (changes.length === 0) return refuse({ code: 'nothing_new' })
      const version = await saveProposal(tx, { id, base_version, rules, reason })
      return {
        audit: { action: 'approval_rules.proposed', entity: 'approval_rule_set', entity_id: id, transition_seq: 1, facts: { version, base_version, changes: changes.map((change) => `${change.what} ${change.id}`) } },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readRuleSetToShow(deps, actorOf(request), written.value.body.id))
  })
}

/** A name says which rule asked, so each stands once and none is one of those that hold for every company. */
function namesWrong(rules: readonly ApprovalRule[]): Refused | null {
  const at = rules.findIndex(({ id }, index) => FLOOR_RULE_IDS.some((floor) => floor === id) || rules.findIndex((rule) => rule.id === id) !== index)
  return at === -1 ? null : { code: 'invalid_field', field: `/rules/${at}/id` }
}

/** A rule for a corridor that is not there would never ask for anybody. */
async function corridorsWrong(tx: Tx, rules: readonly ApprovalRule[]): Promise<Refused | null> {
  for (const [at, { corridor_id }] of rules.entries()) if (corridor_id !== undefined && (await readCorridor(tx, corridor_id)) === null) return { code: 'unknown_corridor', field: `/rules/${at}/corridor_id` }
  return null
}
