import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IncidentPage, IncidentQuery } from '#contracts/api/payment-incidents.ts'
import { listIncidents, readSettings, withTenantRead } from '#database/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { incidentOf } from '#api/check-views.ts'
import { clockNow } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/incidents: all of the workspace, open ones unless resolved ones are asked for, by what is due first. */
export const listPaymentIncidents = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/incidents', {
    config: { permission: 'payment_incident:read', audit: null },
    schema: { operationId: 'listPaymentIncidents', summary: 'Incidents of the workspace', tags: ['incidents'], querystring: IncidentQuery, response: { 200: IncidentPage, ...problems } },
  }, async (request) => {
    const { state = 'open', cursor, limit = 50 } = request.query
    const { page, settings } = await paged(() => withTenantRead(deps.db, actorOf(request), async (tx) => {
      const [page, settings] = await Promise.all([listIncidents(tx, { open: state === 'open', limit, cursor: cursor ?? null }), readSettings(tx)])
      return { page, settings }
    }))
    const now = clockNow(settings, deps.now())
    return { items: page.items.map((row) => incidentOf(row, now)), next_cursor: page.next_cursor }
  })
}
