import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AskAnswer } from '#contracts/api/desk-work.ts'
import { EmptyBody, problems } from '#api/http/operation.ts'
import { closeAsk } from '#api/close-ask.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/asks/:id/withdraw: the desk needs it no more. */
export const withdrawAsk = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/asks/:id/withdraw', {
    config: { permission: 'ask:write', audit: 'ask.withdrawn' },
    schema: { operationId: 'withdrawAsk', summary: 'Take an ask back', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: EmptyBody, response: { 200: AskAnswer, ...problems } },
  }, async (request) => closeAsk(deps, request, { id: request.params.id, state: 'withdrawn' }))
}
