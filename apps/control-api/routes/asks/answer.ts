import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { AnswerBody, AskAnswer } from '#contracts/api/desk-work.ts'
import { problems } from '#api/http/operation.ts'
import { closeAsk } from '#api/close-ask.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/asks/:id/answer: the merchant's answer, a text or a file of the session or both. Given once. */
export const answerAsk = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/asks/:id/answer', {
    config: { permission: 'ask:answer', audit: 'ask.answered' },
    schema: { operationId: 'answerAsk', summary: 'Answer the desk', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), body: AnswerBody, response: { 200: AskAnswer, ...problems } },
  }, async (request) => closeAsk(deps, request, { id: request.params.id, state: 'answered', text: request.body.text ?? null, artifact_id: request.body.artifact_id ?? null }))
}
