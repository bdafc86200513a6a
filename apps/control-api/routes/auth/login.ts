import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { CodeAsked, LoginBody, PortalSession } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { findActor, signIn, signOut } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import { deviceCookie, readSessionToken, signedInCookies, sourceOf } from '#api/http/session-cookie.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/login: email and password in, the session cookie and the portal session out; 202 asks for the same with a code. 429 login_delayed says how long to wait. */
export const login = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/login', {
    config: { permission: 'public', audit: 'session.started', idempotent: false },
    schema: { operationId: 'login', summary: 'Sign in', tags: ['auth'], body: LoginBody, response: { 200: PortalSession, 202: CodeAsked, ...problems } },
  }, async (request, reply) => {
    const { email, password, code, tenant_id } = request.body
    // The session the browser came with ends when the new one begins: a planted cookie never becomes a signed-in one.
    const previous_token = readSessionToken(deps.config.cookie, request.headers.cookie)
    const outcome = await signIn(deps.db, {
      email, password, ...sourceOf(deps, request), request_id: request.id,
      ...(code === undefined ? {} : { code }), ...(tenant_id === undefined ? {} : { tenant_id }), ...(previous_token === null ? {} : { previous_token }),
    })
    switch (outcome.status) {
      case 'code_asked': return reply.code(202).send({ code_asked: true as const })
      case 'wrong_code': throw new ProblemError('wrong_code', { field: '/code' })
      case 'wrong': throw new ProblemError('wrong_credentials')
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: outcome.retry_after_s })
      case 'busy': throw new ProblemError('busy', { retry_after_s: outcome.retry_after_s })
      case 'ok': {
        // The new sign-in ended what its own account had there; another account's is ended here, with its own audit row.
        const left_behind = previous_token === null ? null : await findActor(deps.db, previous_token)
        if (left_behind !== null) await signOut(deps.db, previous_token!, left_behind, { request_id: request.id })
        reply.header('set-cookie', [...signedInCookies(deps.config.cookie, outcome.token, outcome.max_age_s), deviceCookie(deps.config.cookie, outcome.devices)])
        return reply.send(await portalSession(deps, outcome.actor, outcome.token))
      }
    }
  })
}
