import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { OutageBody, ProviderOutages } from '#contracts/api/provider-outages.ts'
import { holdMarket, refused, reportOutage, withTenantWrite } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import { layOutages, readOutages } from '#api/outages.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'provider_outage.reported'

/** POST /api/provider-outages: a provider carries nothing new from now on. Answers all outages and the open sessions that they hit. 409 outage_open. */
export const reportProviderOutage = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/provider-outages', {
    config: { permission: 'provider_outage:write', audit: ACTION },
    schema: { operationId: 'reportProviderOutage', summary: 'Report a provider as out', tags: ['rates and quotes'], body: OutageBody, response: { 201: ProviderOutages, ...problems } },
  }, async (request, reply) => {
    const { provider_id, reason, source } = request.body
    const written = await withTenantWrite<{ id: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code'], field?: string) => refused<Refused>({ code, ...(field === undefined ? {} : { field }) }, { action: ACTION, entity: 'provider_outage', entity_id: request.id, facts: { code } })
      await holdMarket(tx)
      const { settings, snapshot } = await readMarket(deps, tx)
      if (snapshot === null) return refuse('no_corridor_data')
      if (!snapshot.dataset.providers.some((provider) => provider.id === provider_id)) return refuse('unknown_provider', '/provider_id')
      const id = await reportOutage(tx, { provider_id, reason, source, since: clockNow(settings, deps.now()) })
      if (id === null) return refuse('outage_open')
      const digest = await layOutages(tx)
      return { audit: { action: ACTION, entity: 'provider_outage', entity_id: id, transition_seq: 1, facts: { provider_id, reason, source, snapshot_digest: digest } }, response: { status: 201, body: { id } } }
    })
    if (!written.ok) throw problemOf(written.error)
    return reply.code(201).send(await readOutages(deps, actorOf(request)))
  })
}
