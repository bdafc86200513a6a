import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { MessagePage, MessagesQuery } from '#contracts/api/desk-work.ts'
import { listMessages as readMessages, readSeen, readSessionHead, withTenantRead } from '#database/index.ts'
import { visibleMerchantId } from '#platform/session-access/index.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf, paged } from '#api/http/signed-in.ts'
import { messageOf } from '#api/desk-work-views.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/messages: what desk and merchant wrote to each other, newest first, and how far each has read. */
export const listMessages = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/messages', {
    config: { permission: 'message:read', audit: null },
    schema: { operationId: 'listMessages', summary: 'Messages of a session', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), querystring: MessagesQuery, response: { 200: MessagePage, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const { cursor, limit = 50 } = request.query
    const found = await paged(() => withTenantRead(deps.db, actor, async (tx) => {
      if ((await readSessionHead(tx, request.params.id, { merchant_id: visibleMerchantId(actor) })) === null) return null
      const [page, seen] = await Promise.all([readMessages(tx, request.params.id, { limit, cursor: cursor ?? null }), readSeen(tx, request.params.id)])
      return { ...page, seen }
    }))
    if (found === null) throw new ProblemError('not_found')
    return { items: found.items.map((row) => messageOf(actor, row)), next_cursor: found.next_cursor, seen: found.seen }
  })
}
