import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { disableSecondFactor as disable } from '#platform/auth/index.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/second-factor/disable: takes the factor and its recovery codes off my account. 409 no_second_factor. */
export const disableSecondFactor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/second-factor/disable', {
    config: { permission: 'second_factor:manage', audit: 'second_factor.disabled', idempotent: false, stepUp: true },
    schema: { operationId: 'disableSecondFactor', summary: 'Take the second factor off', tags: ['auth'], body: EmptyBody, response: { 204: Type.Null({ description: 'Taken off' }), ...problems } },
  }, async (request, reply) => {
    if (!(await disable(deps.db, { token: request.sessionToken!, actor: actorOf(request), request_id: request.id }))) return deny(deps, request, { code: 'no_second_factor' })
    return reply.code(204).send(null)
  })
}
