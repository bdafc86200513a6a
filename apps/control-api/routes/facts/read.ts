import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed } from '#contracts/api/common.ts'
import { Fact } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { readFact, withTenantRead } from '#database/index.ts'
import { factOf } from '#governance/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/facts/:id: what a public source says, and where: the ground under a number. */
export const getFact = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/facts/:id', {
    config: { permission: 'fact:read', audit: null },
    schema: { operationId: 'getFact', summary: 'The source of a number', tags: ['corridors and providers'], params: Type.Object({ id: Type.String({ pattern: '^F[0-9]{3,4}$' }) }, closed), response: { 200: Fact, ...problems } },
  }, async (request) => {
    const row = await withTenantRead(deps.db, actorOf(request), (tx) => readFact(tx, request.params.id))
    if (row === null) throw new ProblemError('not_found')
    return factOf(row)
  })
}
