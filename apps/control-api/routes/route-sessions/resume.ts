import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { ResumeBody } from '#contracts/api/execution.ts'
import { DeskRouteSession, MerchantRouteSession } from '#contracts/api/route-sessions.ts'
import { payeeRefusal, screeningRefusal } from '#api/execution-gates.ts'
import { problems } from '#api/http/operation.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { readSessionToChange } from '#api/read-session.ts'
import { standingCandidate } from '#api/standing-offer.ts'
import { commandAndShow } from '#api/session-command.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/route-sessions/:id/resume: what it waited for is there. */
export const resumeRouteSession = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/route-sessions/:id/resume', {
    config: { permission: 'route_session:execute', audit: 'route_session.resumed' },
    schema: { operationId: 'resumeRouteSession', summary: 'Resume the execution', tags: ['execution'], params: Type.Object({ id: Uuid }, closed), body: ResumeBody, response: { 200: Type.Union([DeskRouteSession, MerchantRouteSession]), ...problems } },
  }, async (request) => {
    const { version, reason_code } = request.body
    const before = await readSessionToChange(deps, request, request.params.id)
    const decided = await deps.decisions.offered(actorOf(request), before)
    return commandAndShow(deps, request, { session_id: request.params.id, version, from: ['paused'] }, async ({ tx, session, market_clock, refuse }) => {
      const payee = payeeRefusal(session)
      if (payee !== null) return refuse(payee)
      const standing = standingCandidate(session, decided)
      const screening = standing === null ? null : await screeningRefusal(tx, session, standing.hops, market_clock)
      if (screening !== null) return refuse(screening)
      return { to: 'executing', reason: reason_code, facts: { reason_code } }
    })
  })
}
