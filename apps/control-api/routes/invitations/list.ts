import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { OpenAccountLink } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { listOpenLinks, withTenantRead } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/members/invitations: links that somebody could still use, recovery links too, without the links themselves. */
export const listInvitations = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/members/invitations', {
    config: { permission: 'member:read', audit: null },
    schema: { operationId: 'listInvitations', summary: 'Open invitations and recovery links', tags: ['members'], response: { 200: page(OpenAccountLink), ...problems } },
  }, async (request) => ({ items: await withTenantRead(deps.db, actorOf(request), listOpenLinks), next_cursor: null }))
}
