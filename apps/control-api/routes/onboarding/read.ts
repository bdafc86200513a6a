import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Onboarding, ONBOARDING_STEPS, type OnboardingStepName } from '#contracts/api/onboarding.ts'
import { ROLES } from '#contracts/roles.ts'
import { problems } from '#api/http/operation.ts'
import { readOnboarding, withTenantRead } from '#database/index.ts'
import { may, type Permission } from '#platform/roles/index.ts'
import { actorOf } from '#api/http/signed-in.ts'
import type { AppDeps } from '#api/deps.ts'

type Way = { readonly permission: Permission; readonly page: string; readonly after: readonly OnboardingStepName[] }

/** By which permission and where each step is done, and after which. */
const WAYS: Readonly<Record<OnboardingStepName, Way>> = {
  desk_operator: { permission: 'member:write', page: '/members', after: [] },
  merchant: { permission: 'merchant:write', page: '/merchants', after: [] },
  corridor_data: { permission: 'market_data:import', page: '/data', after: [] },
  supplier: { permission: 'supplier:create', page: '/suppliers', after: ['merchant', 'corridor_data'] },
  first_route: { permission: 'route_session:create', page: '/request', after: ['merchant', 'corridor_data', 'supplier'] },
}
/** Who may read this answer works in the console; a Merchant Client's own way to a step is not on these pages. */
const AT_THE_DESK = ROLES.filter((role) => may(role, 'onboarding:read'))

/** GET /api/onboarding: what this company still needs for its first route, from its data; who may do it, and where. */
export const getOnboarding = (deps: AppDeps): FastifyPluginAsyncTypebox => async (app) => {
  app.get('/api/onboarding', {
    config: { permission: 'onboarding:read', audit: null },
    schema: { operationId: 'getOnboarding', summary: 'First steps of a company', tags: ['onboarding'], response: { 200: Onboarding, ...problems } },
  }, async (request) => {
    const actor = actorOf(request)
    const done = await withTenantRead(deps.db, actor, (tx) => readOnboarding(tx))
    const steps = ONBOARDING_STEPS.map((name) => {
      const { permission, page, after } = WAYS[name]
      return {
        name, done: done[name], roles: AT_THE_DESK.filter((role) => may(role, permission)), page, waits_for: after.filter((each) => !done[each]),
      }
    })
    return { routed: done.first_route, steps }
  })
}
