import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { signOutEverywhere } from '#platform/auth/index.ts'
import { signedOutCookies } from '#api/http/session-cookie.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/logout-everywhere: ends every session of the account in every browser, this one too. */
export const logoutEverywhere = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/logout-everywhere', {
    config: { permission: 'session:end', audit: 'session.all_ended', idempotent: false },
    schema: { operationId: 'logoutEverywhere', summary: 'Sign out everywhere', tags: ['auth'], body: EmptyBody, response: { 204: Type.Null({ description: 'Signed out everywhere' }), ...problems } },
  }, async (request, reply) => {
    await signOutEverywhere(deps.db, request.sessionToken!, actorOf(request), { request_id: request.id })
    return reply.header('set-cookie', signedOutCookies(deps.config.cookie)).code(204).send(null)
  })
}
