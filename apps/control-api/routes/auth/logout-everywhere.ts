import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { signOutEverywhere } from '#platform/auth/index.ts'
import { signedOutCookies } from '#api/http/session-cookie.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/logout-everywhere: ends every session of the account in every browser, this one too. */
export const logoutEverywhere = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/logout-everywhere', {
    config: { permission: 'session:end', audit: 'session.all_ended', idempotent: false },
    schema: { operationId: 'logoutEverywhere', summary: 'Sign out everywhere', tags: ['auth'], body: EmptyBody, response: { 204: Type.Null({ description: 'Signed out everywhere' }), ...problems } },
  }, async (request, reply) => {
    // Ended, or gone on under a new token, since the hooks looked: the session that this cookie was for is missing.
    if (!(await signOutEverywhere(deps.db, request.sessionToken!, actorOf(request), { request_id: request.id }))) return deny(deps, request, { code: 'not_signed_in' })
    return reply.header('set-cookie', signedOutCookies(deps.config.cookie)).code(204).send(null)
  })
}
