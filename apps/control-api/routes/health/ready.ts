import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Readiness } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /health/ready: 200 when a route request could be answered now, 503 with what is missing otherwise. */
export const healthReady = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/health/ready', {
    config: { permission: 'public', audit: null, rateClass: 'none' },
    schema: { operationId: 'healthReady', summary: 'Can it route now', tags: ['health and metrics'], response: { 200: Readiness, 503: Readiness, ...problems } },
  }, async (_request, reply) => {
    const readiness = await deps.readiness()
    return reply.code(readiness.ok ? 200 : 503).send(readiness)
  })
}
