/**
 * Who sees which route session (and supplier, and merchant), and why. One rule by role, from which the filter of a list and the answer about
 * one thing both follow, so that list, read and write cannot differ. Tenants are kept apart by the database (row-level security); here another
 * tenant's is refused once more.
 */
import type { Actor } from '#contracts/roles.ts'

type Asking = Pick<Actor, 'role' | 'merchant_id'>

export const REASONS_TO_SEE = ['admin_of_tenant', 'desk_of_tenant', 'own_merchant'] as const
export const REASONS_NOT_TO_SEE = ['other_tenant', 'not_own_merchant', 'merchant_user_without_merchant', 'agent_sees_no_ordinary_session', 'unknown_role'] as const
export type SessionAccess =
  | { readonly sees: true; readonly reason: (typeof REASONS_TO_SEE)[number] }
  | { readonly sees: false; readonly reason: (typeof REASONS_NOT_TO_SEE)[number] }

const yes = (reason: (typeof REASONS_TO_SEE)[number]): SessionAccess => ({ sees: true, reason })
const no = (reason: (typeof REASONS_NOT_TO_SEE)[number]): SessionAccess => ({ sees: false, reason })

/** What a role sees: each merchant of the tenant, one merchant, or none; and the reason. */
type Rule = { readonly merchants: 'all' | 'none' | { readonly only: string }; readonly access: SessionAccess }

function ruleOf(actor: Asking): Rule {
  switch (actor.role) {
    case 'platform_admin': return { merchants: 'all', access: yes('admin_of_tenant') }
    case 'desk_operator': return { merchants: 'all', access: yes('desk_of_tenant') }
    case 'merchant_client':
      // A merchant user without a merchant sees nothing rather than everything.
      return actor.merchant_id === null ? { merchants: 'none', access: no('merchant_user_without_merchant') } : { merchants: { only: actor.merchant_id }, access: yes('own_merchant') }
    case 'settlement_agent': return { merchants: 'none', access: no('agent_sees_no_ordinary_session') }
    default: return { merchants: 'none', access: no('unknown_role') }
  }
}

/** Whether the actor sees what belongs to this merchant of this tenant, and why or why not. */
export function sessionAccess(actor: Asking & Pick<Actor, 'tenant_id'>, owner: { readonly tenant_id: string; readonly merchant_id: string }): SessionAccess {
  if (actor.tenant_id !== owner.tenant_id) return no('other_tenant')
  const { merchants, access } = ruleOf(actor)
  return typeof merchants === 'object' && merchants.only !== owner.merchant_id ? no('not_own_merchant') : access
}

/** Matches no merchant, as a filter for who sees nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The same rule as a filter of a query: null for the whole tenant, else the one merchant. */
export function visibleMerchantId(actor: Asking): string | null {
  const { merchants } = ruleOf(actor)
  return merchants === 'all' ? null : merchants === 'none' ? NOBODY : merchants.only
}

/** Stops a request that is about to show what its actor may not see: a query that forgot its filter must not pass unseen. */
export function mustSee<T extends { readonly merchant_id: string }>(actor: Asking & Pick<Actor, 'tenant_id'>, thing: T): T {
  const access = sessionAccess(actor, { tenant_id: actor.tenant_id, merchant_id: thing.merchant_id })
  if (!access.sees) throw new Error(`a thing was read that its reader does not see: ${access.reason}`)
  return thing
}

/** Whose route sessions bound the audit events that the actor sees: null for all of the tenant, else the sessions this person requested or moved. */
export const auditedSessionsOf = (actor: Pick<Actor, 'role' | 'user_id'>): string | null => (actor.role === 'platform_admin' ? null : actor.user_id)
