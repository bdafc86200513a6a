import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { InvitationBody, MadeAccountLink } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { liveMemberByEmail, refused, withTenantWrite } from '#database/index.ts'
import { createLink } from '#platform/auth/index.ts'
import { HOME_OF } from '#api/http/static-portals.ts'
import { deny, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { askedRole, merchantIsOurs } from '#api/member-changes.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/members/invitations: a link by which somebody becomes a member, shown in this answer alone. It is the same answer whether the
 * address has an account in another company or none. The request repeated with its Idempotency-Key answers link null: it is kept nowhere.
 */
export const createInvitation = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/invitations', {
    config: { permission: 'member:write', audit: 'account_link.made', stepUp: true },
    schema: { operationId: 'createInvitation', summary: 'Invite a member', tags: ['members'], body: InvitationBody, response: { 201: MadeAccountLink, ...problems } },
  }, async (request, reply) => {
    const { email, display_name } = request.body
    const asked = askedRole(request.body)
    if (!asked.ok) return deny(deps, request, asked.error)
    const { role, merchant_id } = asked.value
    let link: string | null = null
    const written = await withTenantWrite<{ id: string; expires_at: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (refusal: Refused) => refused(refusal, { action: 'account_link.made', entity: 'request', entity_id: request.id, facts: { purpose: 'invite', code: refusal.code } })
      if (!(await merchantIsOurs(tx, asked.value))) return refuse({ code: 'not_found', field: '/merchant_id' })
      if ((await liveMemberByEmail(tx, email.trim().toLowerCase())) !== null) return refuse({ code: 'already_member', field: '/email' })
      const { id, token, expires_at } = await createLink(tx, { purpose: 'invite', email, role, merchant_id, display_name })
      link = `${HOME_OF[role]}#link=${token}`
      return {
        audit: { action: 'account_link.made', entity: 'account_link', entity_id: id, transition_seq: 1, facts: { purpose: 'invite', role, merchant_id } },
        response: { status: 201, body: { id, expires_at } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { id, expires_at } = written.value.body
    return reply.code(201).send({ id, expires_at, link })
  })
}
