import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Quote, QuoteBody } from '#contracts/api/quotes.ts'
import { insertQuotes, readQuoteEvidence, readQuote, readRouteSession, refused, SESSION_QUOTES_MAX, readSessionQuotes, withTenantRead, withTenantWrite } from '#database/index.ts'
import { legSortKey } from '#orchestrator/leg.ts'
import { checkQuote } from '#orchestrator/session-quotes.ts'
import { mustSee, visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, problemOf, writeRequestOf, type Refused } from '#api/http/signed-in.ts'
import { clockNow, readMarket } from '#api/market.ts'
import { ProblemError } from '#api/problems.ts'
import { quoteOf } from '#api/rate-views.ts'
import type { AppDeps } from '#api/deps.ts'

const ACTION = 'quote.captured'

/** POST /api/quotes: what a provider said a leg of a session costs, with its source and the file that shows it. Its formulas are held; how long it may be relied on is capped. */
export const captureQuote = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/quotes', {
    config: { permission: 'quote:write', audit: ACTION },
    schema: { operationId: 'captureQuote', summary: 'Capture a quote', tags: ['rates and quotes'], body: QuoteBody, response: { 201: Quote, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    const { body } = request
    const written = await withTenantWrite<{ id: string; clock: string }, Refused>(deps.db, writeRequestOf(request), async (tx) => {
      const refuse = (code: Refused['code'], field?: string) => refused<Refused>({ code, ...(field === undefined ? {} : { field }) }, { action: ACTION, entity: 'route_session', entity_id: body.session_id, facts: { code } })
      const [session, market] = await Promise.all([readRouteSession(tx, body.session_id, { merchant_id: visibleMerchantId(actor) }), readMarket(deps, tx)])
      if (session === null) return refuse('not_found')
      mustSee(actor, session)
      if (market.snapshot === null) return refuse('no_corridor_data')
      const leg = market.snapshot.legs.find((each) => each.from !== each.to && legSortKey(each.provider, each.record) === body.leg)
      if (leg === undefined) return refuse('unknown_leg', '/leg')
      const clock = clockNow(market.settings, deps.now())
      const fee = { amount: body.fee?.amount ?? '0', currency: body.fee?.currency ?? leg.from }
      const observed_at = body.observed_at ?? clock
      const said = { kind: body.kind, sell_amount: body.sell_amount ?? null, buy_amount: body.buy_amount ?? null, price: body.price, quoted_as: body.quoted_as, total_price: body.total_price ?? null, fee, observed_at, expires_at: body.expires_at }
      const checked = checkQuote(said, leg, clock)
      if ('code' in checked) return refuse(checked.code, checked.field)
      const [evidence, others] = await Promise.all([body.artifact_id === undefined ? null : readQuoteEvidence(tx, body.artifact_id, { session_id: session.id, merchant_id: session.merchant_id }), readSessionQuotes(tx, body.session_id)])
      if (body.artifact_id !== undefined && evidence === null) return refuse('not_found', '/artifact_id')
      if (body.supersedes !== undefined && !others.some((quote) => quote.id === body.supersedes && quote.leg === body.leg)) return refuse('not_found', '/supersedes')
      if (others.filter(({ source }) => source !== 'webhook').length >= SESSION_QUOTES_MAX) return refuse('rate_limited')
      const [id] = await insertQuotes(tx, [{
        kind: body.kind, leg: body.leg, provider_id: leg.provider.id, from_currency: leg.from, to_currency: leg.to, from_country: leg.from_country, to_country: leg.to_country, session_id: body.session_id,
        sell_amount: said.sell_amount, buy_amount: said.buy_amount, price: body.price, price_unit: body.quoted_as.unit, price_per: body.quoted_as.per, total_price: checked.total_price,
        fee_amount: fee.amount, fee_currency: fee.currency, fee_details: body.fee?.details ?? null, spread_bps: checked.spread_bps, said_as_spread: false, observed_at, expires_at: checked.expires_at,
        source: body.source, artifact_id: body.artifact_id ?? null, evidence_sha256: evidence?.sha256 ?? null, supersedes: body.supersedes ?? null,
      }])
      return {
        audit: { action: ACTION, entity: 'quote', entity_id: id!, transition_seq: null, facts: { session_id: body.session_id, provider_id: leg.provider.id, kind: body.kind, price: body.price, unit: body.quoted_as.unit, per: body.quoted_as.per, artifact_id: body.artifact_id ?? null, expiry_capped: checked.expiry_capped } },
        response: { status: 201, body: { id: id!, clock } },
      }
    })
    if (!written.ok) throw problemOf(written.error)
    const { id, clock } = written.value.body
    const row = await withTenantRead(deps.db, actor, (tx) => readQuote(tx, id))
    if (row === null) throw new ProblemError('unavailable')
    // As it was when it was captured: a repeated request is told what it did.
    return reply.code(201).send(quoteOf({ ...row, consumed_by: null }, new Set(), clock))
  })
}
