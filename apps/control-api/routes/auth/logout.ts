import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { signOut } from '#platform/auth/index.ts'
import { signedOutCookies } from '#api/http/session-cookie.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/logout: ends the session for good; a copy of the cookie is worth nothing afterwards. 401 where it ended or got a new token meanwhile. */
export const logout = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/logout', {
    config: { permission: 'session:end', audit: 'session.ended', idempotent: false },
    schema: { operationId: 'logout', summary: 'Sign out', tags: ['auth'], body: EmptyBody, response: { 204: Type.Null({ description: 'Signed out' }), ...problems } },
  }, async (request, reply) => {
    // Ended, or gone on under a new token, since the hooks looked: the session that this cookie was for is missing.
    if (!(await signOut(deps.db, request.sessionToken!, actorOf(request), { request_id: request.id }))) return deny(deps, request, { code: 'not_signed_in' })
    return reply.header('set-cookie', signedOutCookies(deps.config.cookie)).code(204).send(null)
  })
}
