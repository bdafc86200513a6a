import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PasswordBody, PortalSession } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { changePassword as change, readSignedIn, type PasswordRefusal } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { signedInCookies, sourceOf } from '#api/http/session-cookie.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

const FIELD_OF: Readonly<Record<PasswordRefusal, string | null>> = {
  wrong_password: '/current_password', password_too_short: '/new_password', password_too_long: '/new_password', password_not_new: '/new_password', stale_version: null,
}

/**
 * POST /api/auth/password: the current and the new password in, a new session cookie and the portal session out; every other session of the
 * account ends. Without an Idempotency-Key: what is kept under one is a digest of the body, which would be a fast hash of both passwords.
 */
export const changePassword = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/password', {
    config: { permission: 'password:change', audit: 'account.password_changed', idempotent: false },
    schema: { operationId: 'changePassword', summary: 'Change my password', tags: ['auth'], body: PasswordBody, response: { 200: PortalSession, ...problems } },
  }, async (request, reply) => {
    const [actor, token] = [actorOf(request), request.sessionToken!]
    const signedIn = await readSignedIn(deps.db, token)
    if (signedIn === null) throw new ProblemError('not_signed_in')
    const outcome = await change(deps.db, { ...request.body, token, actor, email: signedIn.email, ...sourceOf(deps, request), request_id: request.id })
    switch (outcome.status) {
      case 'refused': {
        const field = FIELD_OF[outcome.code]
        return deny(deps, request, { code: outcome.code, ...(field === null ? {} : { field }) })
      }
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: outcome.retry_after_s })
      case 'busy': throw new ProblemError('busy', { retry_after_s: outcome.retry_after_s })
      case 'ok':
        reply.header('set-cookie', signedInCookies(deps.config.cookie, outcome.token, outcome.max_age_s))
        return reply.send(await portalSession(deps, actor, outcome.token))
    }
  })
}
