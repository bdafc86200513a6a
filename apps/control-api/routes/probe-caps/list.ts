import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ProbeCaps } from '#contracts/api/probes.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readProbeCaps } from '#api/probes.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/probe-caps: how much a controlled probe may be, of the company and by provider, and what of it is taken today. Fewer than both caps: nothing is probed. */
export const listProbeCaps = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/probe-caps', {
    config: { permission: 'probe_cap:read', audit: null },
    schema: { operationId: 'listProbeCaps', summary: 'Caps of controlled probes', tags: ['controlled probes'], response: { 200: ProbeCaps, ...problems } },
  }, async (request) => readProbeCaps(deps, actorOf(request)))
}
