import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed } from '#contracts/api/common.ts'
import { ProbeCapBody, ProbeCaps } from '#contracts/api/probes.ts'
import { refused, setProbeCap, withTenantWrite, WHOLE_COMPANY } from '#database/index.ts'
import { compare, fromDecimal } from '#orchestrator/rational.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import { readProbeCaps } from '#api/probes.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'probe_cap.set'

/** PUT /api/probe-caps/:provider_id: sets the cap of a provider, or as `*` of the whole company. What is reserved already stays reserved, also where it is more than the new cap. */
export const putProbeCap = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.put('/api/probe-caps/:provider_id', {
    config: { permission: 'probe_cap:write', audit: ACTION, stepUp: true },
    schema: {
      operationId: 'putProbeCap', summary: 'Set a cap of controlled probes', tags: ['controlled probes'],
      params: Type.Object({ provider_id: Type.String({ minLength: 1, maxLength: 80 }) }, closed), body: ProbeCapBody, response: { 200: ProbeCaps, ...problems },
    },
  }, async (request) => {
    const { provider_id } = request.params
    const { version, per_probe_usd, per_day_usd, probes_per_day } = request.body
    const written = await withTenantWrite<{ version: number }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      // The name of a provider that is not there is kept nowhere.
      const refuse = (why: Refused) => refused<Refused>(why, { action: ACTION, entity: 'request', entity_id: request.id, facts: { code: why.code } })
      if (provider_id !== WHOLE_COMPANY) {
        const { snapshot } = await readMarket(deps, tx)
        if (snapshot === null) return refuse({ code: 'no_corridor_data' })
        if (!snapshot.dataset.providers.some(({ id }) => id === provider_id)) return refuse({ code: 'unknown_provider', field: '/provider_id' })
      }
      if (compare(fromDecimal(per_day_usd), fromDecimal(per_probe_usd)) < 0) return refuse({ code: 'invalid_field', field: '/per_day_usd', detail: 'A day takes at least one probe: its cap is no less than that of one.' })
      if (!(await setProbeCap(tx, { provider_id, version, per_probe_usd, per_day_usd, probes_per_day }))) return refuse({ code: 'stale_version' })
      return {
        audit: { action: ACTION, entity: 'probe_cap', entity_id: provider_id, transition_seq: version + 1, facts: { per_probe_usd, per_day_usd, probes_per_day } },
        response: { status: 200, body: { version: version + 1 } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    return readProbeCaps(deps, actorOf(request))
  })
}
