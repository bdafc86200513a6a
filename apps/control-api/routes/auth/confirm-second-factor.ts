import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EnrolledSecondFactor, SecondFactorCode } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { enrolSecondFactor, readSignedIn } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { signedInCookies, sourceOf } from '#api/http/session-cookie.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/second-factor/confirm: a first code enrols what was begun. A new session cookie and the recovery codes, shown this once, out; every other session of the account ends. */
export const confirmSecondFactor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/second-factor/confirm', {
    config: { permission: 'second_factor:manage', audit: 'second_factor.enrolled', idempotent: false },
    schema: { operationId: 'confirmSecondFactor', summary: 'Enrol the second factor', tags: ['auth'], body: SecondFactorCode, response: { 200: EnrolledSecondFactor, ...problems } },
  }, async (request, reply) => {
    const [actor, token] = [actorOf(request), request.sessionToken!]
    const signedIn = await readSignedIn(deps.db, token)
    if (signedIn === null) throw new ProblemError('not_signed_in')
    const outcome = await enrolSecondFactor(deps.db, { token, actor, email: signedIn.email, ...sourceOf(deps, request), request_id: request.id }, request.body.code)
    switch (outcome.status) {
      case 'refused': return deny(deps, request, outcome.code === 'wrong_code' ? { code: 'wrong_code', field: '/code' } : { code: 'no_second_factor' })
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: outcome.retry_after_s })
      case 'ok':
        reply.header('set-cookie', signedInCookies(deps.config.cookie, outcome.token, outcome.max_age_s))
        return reply.send({ session: await portalSession(deps, actor, outcome.token), recovery_codes: [...outcome.recovery_codes] })
    }
  })
}
