import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { page } from '#contracts/api/common.ts'
import { AccountSession } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'
import { listSessions } from '#platform/auth/index.ts'
import type { AppDeps } from '#api/deps.ts'

/** GET /api/auth/sessions: where my account is signed in now, this browser first. */
export const listAccountSessions = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/auth/sessions', {
    config: { permission: 'session:read', audit: null },
    schema: { operationId: 'listAccountSessions', summary: 'Sessions of my account', tags: ['auth'], response: { 200: page(AccountSession), ...problems } },
  }, async (request) => ({ items: await listSessions(deps.db, request.sessionToken!), next_cursor: null }))
}
