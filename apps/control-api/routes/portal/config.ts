import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { PortalConfig } from '#contracts/api/portal.ts'
import { problems } from '#api/http/operation.ts'

import type { AppDeps } from '#api/deps.ts'

/** GET /api/portal/config: what every browser may know, the same for everyone. */
export const getPortalConfig = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/portal/config', {
    config: { permission: 'public', audit: null },
    schema: { operationId: 'getPortalConfig', summary: 'Configuration that is safe in a browser', tags: ['portal'], response: { 200: PortalConfig, ...problems } },
  }, async () => ({
    product: 'FlowClaw' as const, version: deps.config.browser.version, demo: deps.config.browser.demo,
    demo_accounts: deps.config.browser.demo ? [...deps.demoAccounts] : [], supported_locales: ['en'],
  }))
}
