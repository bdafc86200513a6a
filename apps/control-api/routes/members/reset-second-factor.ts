import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type, { type Static } from 'typebox'
import { Uuid } from '#contracts/api/common.ts'
import { SecondFactorReset, SecondFactorWasReset } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { refused, withTenantWrite } from '#database/index.ts'
import { resetSecondFactor } from '#platform/auth/index.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/**
 * POST /api/members/{id}/second-factor/reset: takes a member's second factor off and ends that member's sessions. 409 member_elsewhere where
 * the account is live in another tenant too, which this one's admin must not weaken.
 */
export const resetMemberSecondFactor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/members/:id/second-factor/reset', {
    config: { permission: 'member:reset_second_factor', audit: 'member.second_factor_reset', stepUp: true },
    schema: {
      operationId: 'resetMemberSecondFactor', summary: 'Take a member’s second factor off', tags: ['members'], params: Type.Object({ id: Uuid }),
      body: SecondFactorReset, response: { 200: SecondFactorWasReset, ...problems },
    },
  }, async (request) => {
    const { id } = request.params
    const written = await withTenantWrite<Static<typeof SecondFactorWasReset>, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const { outcome, sessions_ended } = await resetSecondFactor(tx, id)
      const audit = { action: 'member.second_factor_reset', entity: 'user', entity_id: id, facts: { reason: request.body.reason, sessions_ended } }
      if (outcome !== 'reset') return refused<Refused>({ code: outcome === 'missing' ? 'not_found' : 'member_elsewhere' }, { ...audit, facts: {} })
      return { audit: { ...audit, transition_seq: null }, response: { status: 200, body: { sessions_ended } } }
    })
    if (!written.ok) throw problemOf(written.error)
    return { sessions_ended: written.value.body.sessions_ended }
  })
}
