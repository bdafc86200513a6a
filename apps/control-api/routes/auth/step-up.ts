import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PortalSession, StepUpBody } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { readSignedIn, stepUp as prove, type StepUpRefusal } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { signedInCookies, sourceOf } from '#api/http/session-cookie.ts'
import { actorOf, deny, type Refused } from '#api/http/signed-in.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

const REFUSALS: Readonly<Record<StepUpRefusal, Refused>> = {
  password_required: { code: 'missing_field', field: '/password' }, code_required: { code: 'missing_field', field: '/code' },
  wrong_password: { code: 'wrong_password', field: '/password' }, wrong_code: { code: 'wrong_code', field: '/code' }, stale_version: { code: 'stale_version' },
}

/**
 * POST /api/auth/step-up: proves again who holds the session; a new session cookie and the portal session out. For five minutes governance
 * operations are open. Without an Idempotency-Key: a digest of the body would be a fast hash of the password.
 */
export const stepUp = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/step-up', {
    config: { permission: 'session:prove', audit: 'session.proved', idempotent: false },
    schema: { operationId: 'stepUp', summary: 'Prove again that it is me', tags: ['auth'], body: StepUpBody, response: { 200: PortalSession, ...problems } },
  }, async (request, reply) => {
    const [actor, token] = [actorOf(request), request.sessionToken!]
    const signedIn = await readSignedIn(deps.db, token)
    if (signedIn === null) throw new ProblemError('not_signed_in')
    const outcome = await prove(deps.db, { ...request.body, token, actor, email: signedIn.email, ...sourceOf(deps, request), request_id: request.id })
    switch (outcome.status) {
      case 'refused': return deny(deps, request, REFUSALS[outcome.code])
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: outcome.retry_after_s })
      case 'busy': throw new ProblemError('busy', { retry_after_s: outcome.retry_after_s })
      case 'ok':
        reply.header('set-cookie', signedInCookies(deps.config.cookie, outcome.token, outcome.max_age_s))
        return reply.send(await portalSession(deps, actor, outcome.token))
    }
  })
}
