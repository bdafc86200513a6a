import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { OpenLinkBody, ShownLink } from '#contracts/api/members.ts'
import { problems } from '#api/http/operation.ts'
import { openLink } from '#platform/auth/index.ts'
import { ProblemError } from '#api/problems.ts'
import type { AppDeps } from '#api/deps.ts'

/** POST /api/auth/links/open: what a single-use link is for. It changes nothing; the token is in the body, because addresses are logged. */
export const openAccountLink = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.post('/api/auth/links/open', {
    config: { permission: 'public', audit: null, idempotent: false, reads: true },
    schema: { operationId: 'openAccountLink', summary: 'Look at a single-use link', tags: ['auth'], body: OpenLinkBody, response: { 200: ShownLink, ...problems } },
  }, async (request) => {
    const opened = await openLink(deps.db, { token: request.body.token, ip: request.ip })
    switch (opened.status) {
      case 'unusable': throw new ProblemError('link_unusable')
      case 'delayed': throw new ProblemError('login_delayed', { retry_after_s: opened.retry_after_s })
      case 'ok': return opened.link
    }
  })
}
