import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Execution, RetryStepBody } from '#contracts/api/execution.ts'
import { problems } from '#api/http/operation.ts'
import { judgeLegAgain, reserveLegs } from '#api/probes.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { commandStep } from '#api/step-command.ts'
import type { AppDeps } from '#api/deps.ts'
import { StepParams } from './params.ts'

/** POST …/retry: a person decides that a failed step is tried again. Nothing is ever tried again by itself. A leg of a controlled probe takes of the caps again. */
export const retryStep = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/steps/:position/retry', {
    config: { permission: 'execution_step:work', audit: 'execution_step.retried' },
    schema: { operationId: 'retryStep', summary: 'Try a failed step again', tags: ['execution'], params: StepParams, body: RetryStepBody, response: { 200: Execution, ...problems } },
  }, async (request) => {
    const { version, reason_code, note = null } = request.body
    const { id, position } = request.params
    const probe = await judgeLegAgain(deps, request, actorOf(request), await readSessionToChange(deps, request, id), position)
    return commandStep(deps, request, { session_id: id, position, version, from: ['failed'] }, async ({ tx, session, market_clock, refuse }) => {
      if (session.execution_mode === 'live_safe') {
        if (probe === null) return refuse({ code: 'stale_version' })
        if ('code' in probe.judged) return refuse(probe.judged)
        const over = await reserveLegs(tx, { session_id: id, legs: probe.legs, market_clock, policy_revision: probe.judged.policy_revision })
        if (over !== null) return refuse(over)
      }
      return { to: 'ready', reason_code, note, facts: probe === null ? {} : { probe_usd: probe.legs.map(({ amount_usd }) => amount_usd).join(',') } }
    })
  })
}
