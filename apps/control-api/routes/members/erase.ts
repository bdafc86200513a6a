import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ErasedMember, MemberErasureBody } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { eraseMember as erase, readMember, refused, withTenantWrite } from '#database/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** The same in every answer: what another company has of the person is not told. */
const KEPT: Static<typeof ErasedMember>['kept'] = [
  { what: 'audit', why: 'The audit names people by an id alone. The pseudonym stands for the id wherever it is shown, and every hash still holds.' },
  { what: 'route_sessions', why: 'Requests and decisions are the company’s records of its payments. They name the requester by the same id.' },
  { what: 'role', why: 'In which role the id did what it did belongs to the record.' },
  { what: 'account_of_other_companies', why: 'The account that signs in is erased with the last company that has the person. What other companies have is theirs to erase.' },
]

/** POST /api/members/:id/erase: puts a pseudonym in place of somebody who left. Asked again, it answers the same. 409 membership_not_ended */
export const eraseMember = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/:id/erase', {
    config: { permission: 'member:erase', audit: 'member.erased', stepUp: true },
    schema: {
      operationId: 'eraseMember', summary: 'Erase somebody who left', tags: ['members'], params: Type.Object({ id: Uuid }, closed), body: MemberErasureBody,
      response: { 200: ErasedMember, ...problems },
    },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<Static<typeof ErasedMember>, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const entity = { action: 'member.erased', entity: 'member', entity_id: id }
      const { status, links_blanked, requests_closed } = await erase(tx, id)
      if (status !== 'erased' && status !== 'already') {
        const code = status === 'not_ended' ? 'membership_not_ended' : 'not_found'
        return refused<Refused>({ code }, { ...entity, facts: { code } })
      }
      const member = (await readMember(tx, id))!
      return {
        audit: { ...entity, transition_seq: null, facts: { reason: request.body.reason, links_blanked, requests_closed, already: status === 'already' } },
        response: { status: 200, body: { user_id: id, display_name: member.display_name, erased_at: member.erased_at!, kept: [...KEPT] } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return written.value.body
  })
}
