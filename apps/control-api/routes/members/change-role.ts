import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { Member, MemberRoleBody } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { askedRole, changeMembership } from '#api/member-changes.ts'
import { deny } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** PUT /api/members/:id/role: another role for another member, whose sessions here end. 409 own_membership, last_admin */
export const changeMemberRole = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.put('/api/members/:id/role', {
    config: { permission: 'member:write', audit: 'member.role_changed', stepUp: true },
    schema: { operationId: 'changeMemberRole', summary: 'Change the role of a member', tags: ['members'], params: Type.Object({ id: Uuid }, closed), body: MemberRoleBody, response: { 200: Member, ...problems } },
  }, async (request) => {
    const next = askedRole(request.body)
    return next.ok ? changeMembership(deps, request, request.params.id, next.value) : deny(deps, request, next.error)
  })
}
