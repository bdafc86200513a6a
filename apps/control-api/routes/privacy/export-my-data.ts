import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MyData } from '#contracts/api/privacy.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { actorOf, deny } from '#api/http/signed-in.ts'
import { appendAlone, isStillMember } from '#database/index.ts'
import { readOwnData } from '#platform/auth/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** Ends the transaction without its audit row; the refusal has its own. */
class SessionOver extends Error {}

/**
 * POST /api/privacy/my-data: everything that is held about whoever asks, as one document. The audit row is committed before the answer leaves. It takes no
 * idempotency key, because such an answer is never stored, and asks for a fresh proof: a session left open must not give a stranger all of it at once.
 */
export const exportMyData = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/privacy/my-data', {
    config: { permission: 'own_data:export', audit: 'privacy.data_exported', idempotent: false, stepUp: true, rateClass: 'own_data' },
    schema: { operationId: 'exportMyData', summary: 'A copy of my data', tags: ['privacy'], body: EmptyBody, response: { 200: MyData, ...problems } },
  }, async (request, reply) => {
    const actor = actorOf(request)
    let copy: MyData | undefined
    const entry = { action: 'privacy.data_exported', entity: 'user', entity_id: actor.user_id, transition_seq: null, facts: {} }
    try {
      await appendAlone(deps.db, actor, entry, { request_id: request.id }, async (tx) => {
        const [stands, held] = await Promise.all([isStillMember(tx), readOwnData(tx, request.sessionToken!, `${deps.now().toISOString().slice(0, 19)}Z`)])
        if (!stands || held === null) throw new SessionOver()
        copy = held
      })
    } catch (cause) {
      if (cause instanceof SessionOver) return deny(deps, request, { code: 'not_signed_in' })
      throw cause
    }
    return reply.header('content-disposition', 'attachment; filename="flowclaw-my-data.json"').send(copy!)
  })
}
