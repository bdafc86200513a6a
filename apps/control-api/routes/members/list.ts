import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { Member } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { listMembers as readMembers, withTenantRead } from '#database/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/members: everyone with a membership of this company, live ones first, ended ones after. */
export const listMembers = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/members', {
    config: { permission: 'member:read', audit: null },
    schema: { operationId: 'listMembers', summary: 'Members', tags: ['members'], response: { 200: page(Member), ...problems } },
  }, async (request) => ({ items: await withTenantRead(deps.db, actorOf(request), readMembers), next_cursor: null }))
}
