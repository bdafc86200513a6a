import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Actuals, OutcomePreview } from '#contracts/api/settlement.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf } from '#api/http/signed-in.ts'
import { ProblemError } from '#api/problems.ts'
import { measure, previewOf, readSettlement } from '#api/settlement.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/outcome-preview: what closing with these actuals would record, and how far it would move each estimate. Nothing is written. */
export const previewSessionOutcome = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/outcome-preview', {
    config: { permission: 'route_session:close', audit: null, reads: true },
    schema: { operationId: 'previewSessionOutcome', summary: 'Look at an outcome before it is recorded', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: Actuals, response: { 200: OutcomePreview, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const settlement = await readSettlement(deps, actor, request.params.id)
    if (settlement === null) throw new ProblemError('not_found')
    if (settlement === 'no_prediction') throw new ProblemError('wrong_state')
    const measured = measure(settlement, request.body, deps.now())
    if ('issue' in measured) throw problemOf(measured.issue)
    return previewOf(deps, actor, settlement, measured)
  })
}
