import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { refused, revokeLink, withTenantWrite } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/members/invitations/:id/revoke: an open link, of either purpose, stops working. */
export const revokeInvitation = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/invitations/:id/revoke', {
    config: { permission: 'member:write', audit: 'account_link.revoked', stepUp: true },
    schema: { operationId: 'revokeInvitation', summary: 'Revoke an open link', tags: ['members'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: Type.Object({ id: Uuid }, closed), ...problems } },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const link = { action: 'account_link.revoked', entity: 'account_link', entity_id: id }
      if (!(await revokeLink(tx, id))) return refused<Refused>({ code: 'not_found' }, { ...link, facts: { code: 'not_found' } })
      return { audit: { ...link, transition_seq: 2, facts: {} }, response: { status: 200, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    return { id: written.value.body.id }
  })
}
