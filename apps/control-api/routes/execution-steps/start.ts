import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, StartStepBody } from '#contracts/api/execution.ts'
import { setRail } from '#database/index.ts'
import { payeeRefusal, screeningRefusal } from '#api/execution-gates.ts'
import { problems } from '#api/http/operation.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/start: the step is begun. The first step of a leg says who owns the account that the leg runs on. */
export const startStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/start', {
    config: { permission: 'execution_step:work', audit: 'execution_step.started' },
    schema: { operationId: 'startStep', summary: 'Begin a step', tags: ['execution'], params: StepParams, body: StartStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, rail } = request.body
    return commandStep(deps, request, { session_id: request.params.id, position: request.params.position, version, from: ['ready'] }, async ({ tx, step, session, candidate, market_clock, refuse }) => {
      const payee = payeeRefusal(session)
      if (payee !== null) return refuse(payee)
      // What stood when the execution began may have run out since: a screening counts for each step that it lets begin.
      const screening = await screeningRefusal(tx, session, candidate.hops, market_clock)
      if (screening !== null) return refuse(screening)
      if (step.rail_owner === null && rail === undefined) return refuse({ code: 'rail_required', field: '/rail' })
      if (step.rail_owner !== null && rail !== undefined) return refuse({ code: 'rail_stands', field: '/rail' })
      if (rail !== undefined && !(await setRail(tx, session.id, step.hop, { owner: rail.owner, account_label: rail.account_label, provider_account_id: rail.provider_account_id ?? null }))) return refuse({ code: 'account_not_usable', field: '/rail/provider_account_id' })
      return { to: 'in_progress', facts: { rail_owner: rail?.owner ?? step.rail_owner, provider_account_id: rail?.provider_account_id ?? step.provider_account_id } }
    })
  })
}
