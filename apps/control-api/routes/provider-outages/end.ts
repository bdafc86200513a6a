import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { OutageEndBody, ProviderOutages } from '#contracts/api/provider-outages.ts'
import { endOutage, holdMarket, readOutage, refused, withTenantWrite } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { layOutages, readOutages } from '#api/outages.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'provider_outage.ended'

/** POST /api/provider-outages/:id/end: the provider carries new payments again. 409 outage_ended. */
export const endProviderOutage = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/provider-outages/:id/end', {
    config: { permission: 'provider_outage:write', audit: ACTION },
    schema: { operationId: 'endProviderOutage', summary: 'End an outage', tags: ['rates and quotes'], params: Type.Object({ id: Uuid }, closed), body: OutageEndBody, response: { 200: ProviderOutages, ...problems } },
  }, async (request) => {
    const { id } = request.params
    const { because } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code']) => refused<Refused>({ code }, { action: ACTION, entity: 'provider_outage', entity_id: id, facts: { code } })
      await holdMarket(tx)
      if ((await readOutage(tx, id)) === null) return refuse('not_found')
      const provider_id = await endOutage(tx, id, because)
      if (provider_id === null) return refuse('outage_ended')
      const digest = await layOutages(tx)
      return { audit: { action: ACTION, entity: 'provider_outage', entity_id: id, transition_seq: 2, facts: { provider_id, because, snapshot_digest: digest } }, response: { status: 200, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    return readOutages(deps, actorOf(request))
  })
}
