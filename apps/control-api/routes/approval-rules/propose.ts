import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ApprovalRuleSet, ProposeApprovalRulesBody } from '#contracts/api/approval-rules.ts'
import { corridorNames, countAdmins, holdApprovalRules, listRuleSets, proposeRuleSet, readRulesInForce, refused, withTenantWrite } from '#database/index.ts'
import { asksLess, changesBetween, rulesThatCount, ruleView, takenId } from '#execution/approval-rules.ts'
import { readRuleSetToShow } from '#api/approval-rule-views.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'approval_rules.proposed'

/** POST /api/approval-rules/proposals: the whole set as it is to be. Nothing changes until another Platform Admin confirms it. 409 second_admin_missing, rules_pending, stale_version, nothing_new */
export const proposeApprovalRules = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/approval-rules/proposals', {
    config: { permission: 'approval_rules:propose', audit: ACTION, stepUp: true },
    schema: { operationId: 'proposeApprovalRules', summary: 'Propose other approval rules', tags: ['approval rules'], body: ProposeApprovalRulesBody, response: { 201: ApprovalRuleSet, ...problems } },
  }, async (request, reply) => {
    const { base_version, rules, note } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: ACTION, entity: 'approval_rule_set', entity_id: request.id, facts: { code: refusal.code } })
      await holdApprovalRules(tx)
      const [own, sets, names, admins] = await Promise.all([readRulesInForce(tx), listRuleSets(tx), corridorNames(tx), countAdmins(tx)])
      if (admins < 2) return refuse({ code: 'second_admin_missing' })
      if (sets.some(({ state }) => state === 'proposed')) return refuse({ code: 'rules_pending' })
      if ((own?.version ?? 0) !== base_version) return refuse({ code: 'stale_version' })
      const taken = takenId(rules)
      if (taken >= 0) return refuse({ code: 'invalid_field', field: `/rules/${taken}/id`, detail: 'Another rule has this id.' })
      const nowhere = rules.findIndex(({ corridor_id }) => corridor_id !== undefined && !names.has(corridor_id))
      if (nowhere >= 0) return refuse({ code: 'unknown_corridor', field: `/rules/${nowhere}/corridor_id` })
      const [before, after] = [rulesThatCount(own), rulesThatCount({ rules })]
      const changes = changesBetween(before, after, (rule) => ruleView(rule, String))
      if (changes.length === 0) return refuse({ code: 'nothing_new' })
      const { id, version } = await proposeRuleSet(tx, { base_version, rules, note })
      return {
        audit: {
          action: ACTION, entity: 'approval_rule_set', entity_id: id, transition_seq: 1,
          facts: { version, base_version, asks_less: asksLess(before, after), changes: changes.map((each) => ({ rule: (each.after ?? each.before)!.id, change: each.change, asks: each.asks })) },
        },
        response: { status: 201, body: { id } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readRuleSetToShow(deps, actorOf(request), written.value.body.id))
  })
}
