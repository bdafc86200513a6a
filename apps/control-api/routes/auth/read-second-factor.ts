import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { SecondFactor } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { readSecondFactor } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/auth/second-factor: whether and since when my account has one, and how many recovery codes are left. */
export const getSecondFactor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/auth/second-factor', {
    config: { permission: 'session:read', audit: null },
    schema: { operationId: 'getSecondFactor', summary: 'My second factor', tags: ['auth'], response: { 200: SecondFactor, ...problems } },
  }, async (request) => {
    const state = await readSecondFactor(deps.db, request.sessionToken!)
    if (state === null) throw new ProblemError('not_signed_in')
    return { enrolled_at: state.enrolled_at, recovery_codes_left: state.recovery_codes_left }
  })
}
