import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Liveness } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /health/live: the process answers. It asks nothing else, so that a slow database never gets the server restarted. */
export const healthLive = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/health/live', {
    config: { permission: 'public', audit: null, rateClass: 'none' },
    schema: { operationId: 'healthLive', summary: 'Is the process alive', tags: ['health and metrics'], response: { 200: Liveness, ...problems } },
  }, async () => ({ ok: true as const, version: deps.config.browser.version }))
}
