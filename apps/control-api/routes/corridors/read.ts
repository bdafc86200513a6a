import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed } from '#contracts/api/common.ts'
import { Corridor } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { readCorridor, readMerchant, withTenantRead } from '#database/index.ts'
import { corridorDetail } from '#governance/index.ts'
import { ProblemError } from '#api/problems.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/corridors/:id: pairs, rules, documents and windows with their sources; a Merchant Client gets the documents alone. */
export const getCorridor = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/corridors/:id', {
    config: { permission: 'corridor:read', audit: null },
    schema: { operationId: 'getCorridor', summary: 'One corridor', tags: ['corridors and providers'], params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 40 }) }, closed), response: { 200: Corridor, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { id } = request.params
    const papers_only = actor.role === 'merchant_client'
    return withTenantRead(deps.db, actor, async (tx) => {
      const [{ snapshot }, corridor, merchant] = await Promise.all([readMarket(deps, tx), readCorridor(tx, id), actor.merchant_id === null ? null : readMerchant(tx, actor.merchant_id)])
      const record = snapshot?.corridors.get(id)?.record
      if (snapshot === null || corridor === null || record === undefined || (papers_only && record.source.country !== merchant?.country)) throw new ProblemError('not_found')
      return corridorDetail(snapshot.dataset, record, corridor.mode_ceiling, papers_only)
    })
  })
}
