import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, page, PageQuery } from '#contracts/api/common.ts'
import { CorridorRow } from '#contracts/api/reference.ts'
import { problems } from '#api/http/operation.ts'
import { listCorridors as readCorridors, readMerchant, withTenantRead } from '#database/index.ts'
import { corridorRow } from '#governance/index.ts'
import { pageOf } from '#api/http/offset-cursor.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readMarket } from '#api/market.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/corridors: the markets of this workspace; a Merchant Client gets those that start in its country. */
export const listCorridors = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/corridors', {
    config: { permission: 'corridor:read', audit: null },
    schema: { operationId: 'listCorridors', summary: 'Corridors', tags: ['corridors and providers'], querystring: Type.Object(PageQuery, closed), response: { 200: page(CorridorRow), ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const rows = await withTenantRead(deps.db, actor, async (tx) => {
      const [{ snapshot }, corridors, merchant] = await Promise.all([readMarket(deps, tx), readCorridors(tx), actor.merchant_id === null ? null : readMerchant(tx, actor.merchant_id)])
      return corridors.flatMap(({ id, mode_ceiling }) => {
        const record = snapshot?.corridors.get(id)?.record
        if (record === undefined || (actor.role === 'merchant_client' && record.source.country !== merchant?.country)) return []
        return [corridorRow(record, mode_ceiling)]
      })
    })
    const { items, next_cursor } = pageOf(rows, request.query.cursor, request.query.limit ?? 100)
    return { items: [...items], next_cursor }
  })
}
