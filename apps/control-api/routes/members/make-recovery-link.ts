import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MadeAccountLink } from '#contracts/api/members.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { readMember, refused, withTenantWrite } from '#database/index.ts'
import { createLink } from '#platform/auth/index.ts'
import { HOME_OF } from '#api/http/static-portals.ts'
import { actorOf, deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/members/:id/recovery-links: a link by which another member chooses a new password, shown in this answer alone. Whether the account
 * also works for another company is not told here: then the link opens and cannot be used (docs/decisions/0007).
 */
export const createRecoveryLink = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/:id/recovery-links', {
    config: { permission: 'member:write', audit: 'account_link.made', stepUp: true },
    schema: { operationId: 'createRecoveryLink', summary: 'Make a recovery link for a member', tags: ['members'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 201: MadeAccountLink, ...problems } },
  }, async (request, reply) => {
    const { id: user_id } = request.params
    // A session left open must not be enough to take over the account that it belongs to.
    if (user_id === actorOf(request).user_id) return deny(deps, request, { code: 'own_membership' })
    let link: string | null = null
    const written = await withTenantWrite<{ id: string; expires_at: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const member = await readMember(tx, user_id)
      if (member === null || member.state !== 'active') return refused<Refused>({ code: 'not_found' }, { action: 'account_link.made', entity: 'member', entity_id: user_id, facts: { purpose: 'recovery', code: 'not_found' } })
      const { id, token, expires_at } = await createLink(tx, { purpose: 'recovery', email: member.email, user_id })
      link = `${HOME_OF[member.role]}#link=${token}`
      return {
        audit: { action: 'account_link.made', entity: 'account_link', entity_id: id, transition_seq: 1, facts: { purpose: 'recovery', user_id } },
        response: { status: 201, body: { id, expires_at } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { id, expires_at } = written.value.body
    return reply.code(201).send({ id, expires_at, link })
  })
}
