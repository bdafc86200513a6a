import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { closed, Uuid } from '#contracts/api/common.ts'
import { CandidatePage, CandidateQuery } from '#contracts/api/route-sessions.ts'
import { problems } from '#api/http/operation.ts'
import { ProblemError } from '#api/problems.ts'
import { pageOf } from '#api/http/offset-cursor.ts'
import { actorOf } from '#api/http/signed-in.ts'
import { findCandidates } from '#api/candidate-search.ts'
import { readSessionToShow } from '#api/read-session.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/route-sessions/:id/candidates: every candidate with every reason, computed again from what is stored. */
export const listCandidates = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/route-sessions/:id/candidates', {
    config: { permission: 'candidate:read', audit: null },
    schema: { operationId: 'listCandidates', summary: 'Candidates, lawful and refused', tags: ['route sessions'], params: Type.Object({ id: Uuid }, closed), querystring: CandidateQuery, response: { 200: CandidatePage, ...problems } },
  }, async (request) => {
    const { decided } = await readSessionToShow(deps, actorOf(request), request.params.id)
    const { cursor, limit = 20, ...filter } = request.query
    if (decided === null) {
      if (cursor !== undefined) throw new ProblemError('invalid_cursor', { field: '/cursor' })
      return { items: [], next_cursor: null, total: 0, facets: {} }
    }
    const { found, facets, describe } = findCandidates(decided.routed.decided, filter)
    const { items, next_cursor } = pageOf(found, cursor, limit)
    return { items: items.map(describe), next_cursor, total: found.length, facets }
  })
}
