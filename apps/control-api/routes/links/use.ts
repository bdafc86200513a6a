import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { UsedLink, UseLinkBody } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { useLink } from '#platform/auth/index.ts'
import { sourceOf } from '#api/http/session-cookie.ts'
import { HOME_OF } from '#api/http/static-portals.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/links/use: uses a link up with a password; the person signs in next. Unknown, used, revoked and expired answer alike. */
export const useAccountLink = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/links/use', {
    config: { permission: 'public', audit: 'account_link.used', idempotent: false },
    schema: { operationId: 'useAccountLink', summary: 'Use a single-use link', tags: ['auth'], body: UseLinkBody, response: { 200: UsedLink, ...problems } },
  }, async (request) => {
    const used = await useLink(deps.db, { ...request.body, ...sourceOf(deps, request), request_id: request.id })
    switch (used.status) {
      case 'unusable': throw new ProblemError('link_unusable')
      case 'wrong_password': throw new ProblemError('wrong_password', { field: '/password' })
      case 'password_too_short': case 'password_too_long': throw new ProblemError(used.status, { field: '/password' })
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: used.retry_after_s })
      case 'busy': throw new ProblemError('busy', { retry_after_s: used.retry_after_s })
      case 'ok': return { purpose: used.purpose, home: HOME_OF[used.role], tenant_id: used.tenant_id }
    }
  })
}
