import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { InvoiceStanding } from '#contracts/api/invoices.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readInvoiceToShow } from '#api/read-invoice.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/invoice: every payment of the session's invoice, and how much of the whole they make. */
export const getInvoice = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/invoice', {
    config: { permission: 'route_session:read', audit: null },
    schema: { operationId: 'getInvoice', summary: 'The payments of the invoice', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), response: { 200: InvoiceStanding, ...problems } },
  }, async (request) => readInvoiceToShow(deps, actorOf(request), request.params.id))
}
