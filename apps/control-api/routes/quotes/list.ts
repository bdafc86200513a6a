import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { SessionPrices } from '#contracts/api/quotes.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionPrices } from '#api/session-prices.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/quotes: a session's quotes and re-pricings, and whether its price still stands. */
export const listQuotes = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/quotes', {
    config: { permission: 'quote:read', audit: null },
    schema: { operationId: 'listQuotes', summary: 'Quotes and prices of a session', tags: ['rates and quotes'], params: Type.Object({ id: Uuid }, closed), response: { 200: SessionPrices, ...problems } },
  }, async (request) => readSessionPrices(deps, actorOf(request), request.params.id))
}
