/** Who someone is here, as their own browser may know it. */
import type { Actor } from '#contracts/roles.ts'
import type { PortalSession } from '#contracts/api/portal.ts'
import { readSettings, withTenantRead } from '#database/index.ts'
import { readSignedIn } from '#platform/auth/index.ts'
import { permissionsOf } from '#platform/roles/index.ts'
import { csrfTokenOf } from './http/session-cookie.ts'
import { HOME_OF } from './http/static-portals.ts'
import { marketOf } from './market.ts'
import { ProblemError } from './problems.ts'
import type { AppDeps } from './deps.ts'

export async function portalSession(deps: AppDeps, actor: Actor, token: string): Promise<PortalSession> {
  const signedIn = await readSignedIn(deps.db, token)
  if (signedIn === null) throw new ProblemError('not_signed_in')
  const { email, expires_at, proved_until, enrolled, must_enrol, tenant, merchant, memberships } = signedIn
  const settings = await withTenantRead(deps.db, actor, (tx) => readSettings(tx))
  return {
    user: { id: actor.user_id, display_name: actor.display_name, email },
    tenant: { id: tenant.id, name: tenant.name, time_zone: tenant.time_zone },
    role: actor.role,
    merchant: merchant === null ? null : { id: merchant.id, name: merchant.name, city: merchant.city, country: merchant.country },
    memberships: memberships.map((one) => ({ tenant_id: one.tenant_id, tenant_name: one.tenant_name, role: one.role, merchant_id: one.merchant_id, merchant_name: one.merchant_name })),
    home: HOME_OF[actor.role],
    permissions: permissionsOf(actor.role),
    csrf_token: csrfTokenOf(token),
    market: marketOf(settings, deps.now()),
    expires_at,
    proved_until,
    second_factor: { enrolled, must_enrol },
  }
}
