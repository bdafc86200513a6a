import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Candidate } from '#contracts/routing.ts'
import { problems } from '#api/http/operation.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToShow } from '#api/read-session.ts'
import type { AppDeps } from '#api/deps.ts'

const Params = Type.Object({ id: Uuid, candidate_id: Type.String({ minLength: 1, maxLength: 120 }) }, closed)

/** GET /api/route-sessions/:id/candidates/:candidate_id: one candidate with its hops, score inputs and reasons. */
export const getCandidate = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/candidates/:candidate_id', {
    config: { permission: 'candidate:read', audit: null },
    schema: { operationId: 'getCandidate', summary: 'One candidate', tags: ['route sessions'], params: Params, response: { 200: Candidate, ...problems } },
  }, async (request) => {
    const { decided } = await readSessionToShow(deps, actorOf(request), request.params.id)
    const candidate = decided?.routed.decided.describe(request.params.candidate_id) ?? null
    if (candidate === null) throw new ProblemError('not_found')
    return candidate
  })
}
