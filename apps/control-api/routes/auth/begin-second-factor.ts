import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BegunSecondFactor } from '#contracts/api/portal.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { beginSecondFactor as begin, readSignedIn } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/auth/second-factor/begin: a new secret for an authenticator, shown this once. Without an Idempotency-Key: what is kept under one
 * would be the secret. 409 second_factor_enrolled.
 */
export const beginSecondFactor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/second-factor/begin', {
    config: { permission: 'second_factor:manage', audit: 'second_factor.begun', idempotent: false, stepUp: true },
    schema: { operationId: 'beginSecondFactor', summary: 'Begin to enrol a second factor', tags: ['auth'], body: EmptyBody, response: { 200: BegunSecondFactor, ...problems } },
  }, async (request) => {
    const [actor, token] = [actorOf(request), request.sessionToken!]
    const signedIn = await readSignedIn(deps.db, token)
    if (signedIn === null) throw new ProblemError('not_signed_in')
    return (await begin(deps.db, { token, actor, email: signedIn.email, request_id: request.id })) ?? deny(deps, request, { code: 'second_factor_enrolled' })
  })
}
