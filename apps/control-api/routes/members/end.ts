import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Member } from '#contracts/api/members.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { changeMembership } from '#api/member-changes.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/members/:id/end: ends a membership and its sessions here. The person comes back by a new invitation. 409 own_membership, last_admin */
export const endMembership = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/:id/end', {
    config: { permission: 'member:write', audit: 'member.ended', stepUp: true },
    schema: { operationId: 'endMembership', summary: 'End a membership', tags: ['members'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: Member, ...problems } },
  }, async (request) => changeMembership(deps, request, request.params.id, null))
}
