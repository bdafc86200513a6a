import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { ProblemError } from '#api/problems.ts'
import { problems } from '#api/http/operation.ts'
import { mayScrape } from '#api/http/metrics.ts'
import type { AppDeps } from '#api/deps.ts'

const Exposition = Type.String({ description: 'Prometheus text exposition', 'x-media-type': 'text/plain' })

/** GET /metrics: for a scraper on this machine, or one that holds the metrics token. No label names a tenant, a person or a session. */
export const metrics = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  const { metricsToken, trustedProxies, cookie } = deps.config
  // Sign-in works under a public name only where one is configured, and then the cookie is a host cookie: that is a server behind TLS.
  const rules = { token: metricsToken, loopback: trustedProxies === 0 && cookie === 'local' }
  app.get('/metrics', {
    config: { permission: 'public', audit: null, rateClass: 'none' },
    schema: { operationId: 'metrics', summary: 'Metrics', tags: ['health and metrics'], response: { 200: Exposition, ...problems } },
  }, async (request, reply) => {
    if (!mayScrape(request.socket.remoteAddress, request.headers, rules)) throw new ProblemError('not_found')
    return reply.type('text/plain; version=0.0.4; charset=utf-8').serializer((text: unknown) => String(text)).send(await deps.metrics.text())
  })
}
