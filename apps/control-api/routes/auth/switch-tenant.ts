import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PortalSession, TenantSwitchBody } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { findActor, switchTenant as moveSession } from '#platform/auth/index.ts'
import { signedInCookies } from '#api/http/session-cookie.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { portalSession } from '#api/portal-session.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/auth/tenant: goes over to another one of my companies: a new session cookie and the portal session out. A company of which I am no
 * member answers like one that does not exist.
 */
export const switchTenant = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/tenant', {
    config: { permission: 'session:switch', audit: 'session.left', idempotent: false },
    schema: { operationId: 'switchTenant', summary: 'Go over to another of my companies', tags: ['auth'], body: TenantSwitchBody, response: { 200: PortalSession, ...problems } },
  }, async (request, reply) => {
    const [actor, token, { tenant_id }] = [actorOf(request), request.sessionToken!, request.body]
    if (tenant_id === actor.tenant_id) return deny(deps, request, { code: 'invalid_field', field: '/tenant_id' })
    const moved = await moveSession(deps.db, { token, actor }, tenant_id, { request_id: request.id })
    if (moved === null) {
      // Signed out, or no member any more, since the hooks looked: then it is the session that is missing.
      return deny(deps, request, { code: (await findActor(deps.db, token)) === null ? 'not_signed_in' : 'not_found' })
    }
    reply.header('set-cookie', signedInCookies(deps.config.cookie, moved.token, moved.max_age_s))
    return reply.send(await portalSession(deps, moved.actor, moved.token))
  })
}
