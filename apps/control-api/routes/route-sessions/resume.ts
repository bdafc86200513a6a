import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ResumeBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { commandAndShow } from '#api/session-command.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/resume: what it waited for is there. */
export const resumeRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/resume', {
    config: { permission: 'route_session:execute', audit: 'route_session.resumed' },
    schema: { operationId: 'resumeRouteSession', summary: 'Resume the execution', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: ResumeBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, reason_code } = request.body
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['paused'] }, async ({ session, refuse }) => {
      if (session.payee_details === 'held') return refuse({ code: 'supplier_on_hold' })
      return { to: 'executing', reason: reason_code, facts: { reason_code } }
    })
  })
}
