import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppliedReferenceRates } from '#contracts/api/reference-rates.ts'
import { layMids, holdMarket, refused, withTenantWrite, type Json } from '#database/index.ts'
import { midsToLay } from '#orchestrator/reference-mids.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'reference_rates.applied'

/**
 * POST /api/reference-rates/apply: makes what the operator's feed says now the mids that routes stand on, all of it or nothing. 409 rate_feed_not_configured,
 * 503 rate_feed_unavailable where the feed gave nothing that can be believed, 400 rates_invalid where it contradicts the market.
 */
export const applyReferenceRates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/reference-rates/apply', {
    config: { permission: 'reference_rates:apply', audit: ACTION, stepUp: true },
    schema: { operationId: 'applyReferenceRates', summary: 'Apply the reference rates of the feed', tags: ['quotes'], body: EmptyBody, response: { 200: AppliedReferenceRates, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    // Read before the transaction: the feed may take its time, and nobody waits for it behind a lock.
    const feed = await deps.readRates(actor.tenant_id, 'manual')
    const written = await withTenantWrite<AppliedReferenceRates, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (why: Refused, facts: Readonly<Record<string, Json>> = {}) => refused<Refused>(why, { action: ACTION, entity: 'market', entity_id: actor.tenant_id, facts: { ...facts, code: why.code } })
      if (feed.status === 'not_configured') return refuse({ code: 'rate_feed_not_configured' })
      if (feed.status === 'unavailable') return refuse({ code: 'rate_feed_unavailable' }, { cause: feed.cause })
      await holdMarket(tx)
      const { settings, snapshot } = await readMarket(deps, tx)
      if (snapshot === null) return refuse({ code: 'no_corridor_data' })
      const { mids, issues } = midsToLay(snapshot, feed.rates, clockNow(settings, deps.now()))
      if (issues.length > 0) return refuse({ code: 'rates_invalid', issues: [...issues] }, { wrong: issues.length })
      if (mids.length === 0) return refuse({ code: 'nothing_new' })
      const laid = (await layMids(tx, mids))!
      return {
        audit: { action: ACTION, entity: 'market', entity_id: laid.to, transition_seq: null, facts: { from: laid.from, mids: mids.map(({ quote, mid }) => `${quote} ${mid}`) } },
        response: { status: 200, body: { applied: mids.map(({ quote, mid, observed_at }) => ({ quote, mid, observed_at })), snapshot_digest: laid.to } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { applied, snapshot_digest } = written.value.body
    return { applied, snapshot_digest }
  })
}
