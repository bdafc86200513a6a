import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { withQuotes } from '#contracts/market-overlay.ts'
import { RatesBody, SavedRates } from '#contracts/api/rates.ts'
import { holdMarket, insertQuotes, layOver, refused, withTenantWrite, type Json } from '#database/index.ts'
import { checkRates, type CheckedRate } from '#orchestrator/rates.ts'
import { problems } from '#api/http/operation.ts'
import { problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'rates.saved'

/**
 * POST /api/rates: saves what a desk was told of up to a hundred legs, all of it or none, as one new market that routes stand on from now. 400
 * rates_invalid names each line that is wrong.
 */
export const saveRates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/rates', {
    config: { permission: 'rate:write', audit: ACTION },
    schema: { operationId: 'saveRates', summary: 'Save rates', tags: ['rates and quotes'], body: RatesBody, response: { 200: SavedRates, ...problems } },
  }, async (request) => {
    const { changes } = request.body
    const written = await withTenantWrite<Static<typeof SavedRates>, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (why: Refused, facts: Readonly<Record<string, Json>> = {}) => refused<Refused>(why, { action: ACTION, entity: 'market', entity_id: tx.actor.tenant_id, facts: { ...facts, code: why.code } })
      // Held first: what the lines are checked against is what they are laid over.
      const held = await holdMarket(tx)
      const { settings, snapshot } = await readMarket(deps, tx)
      if (snapshot === null || held.base_digest === null) return refuse({ code: 'no_corridor_data' })
      const { issues, checked } = checkRates(snapshot, changes, { clock: clockNow(settings, deps.now()), time_zone: settings.time_zone })
      if (issues.length > 0) {
        const told = issues.map(({ line, field, message }) => ({ file: 'rates', record: `line ${line + 1}`, field, message }))
        return refuse({ code: 'rates_invalid', field: `/changes/${issues[0]!.line}/${issues[0]!.field}`, issues: told }, { lines: changes.length, wrong: issues.length })
      }
      await insertQuotes(tx, checked.map((rate) => rowOf(rate, changes.find((change) => change.leg === rate.quote.leg)!.source)))
      const digest = await layOver(tx, held.base_digest, withQuotes({ ...held.overlay, leg_quotes: held.overlay.leg_quotes.filter(({ leg }) => !checked.some(({ quote }) => quote.leg === leg)) }, checked.map(({ quote }) => quote)))
      return {
        audit: { action: ACTION, entity: 'market', entity_id: digest, transition_seq: null, facts: { from: held.digest, rates: checked.length, unchanged: changes.filter(({ said }) => 'unchanged' in said).length } },
        response: { status: 200, body: { saved: checked.length, snapshot_digest: digest } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { saved, snapshot_digest } = written.value.body
    return { saved, snapshot_digest }
  })
}

const rowOf = ({ leg, quote, quoted_as, price, spread_bps, expires_at }: CheckedRate, source: string) => ({
  kind: 'operator_observed' as const, leg: quote.leg, provider_id: leg.provider.id, from_currency: leg.from, to_currency: leg.to, from_country: leg.from_country, to_country: leg.to_country,
  session_id: null, sell_amount: null, buy_amount: null, price, price_unit: quoted_as.unit, price_per: quoted_as.per, total_price: price, fee_amount: '0', fee_currency: leg.from, fee_details: null,
  spread_bps, said_as_spread: 'spread_bps' in quote.said, observed_at: quote.observed_at, expires_at, source, artifact_id: null, evidence_sha256: null, supersedes: null,
})
