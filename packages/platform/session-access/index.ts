/**
 * Which route sessions (and suppliers, and merchants) someone sees inside their tenant. One function, so that the answer cannot differ
 * between the list, the read and the write. The tenant itself is the database's matter (row-level security).
 */
import type { Actor } from '#contracts/roles.ts'

export type Sight =
  /** every merchant of the tenant */
  | { readonly kind: 'tenant' }
  /** this merchant's rows alone */
  | { readonly kind: 'merchant'; readonly merchant_id: string }
  | { readonly kind: 'nothing' }

/** What the actor sees. A merchant user without a merchant sees nothing rather than everything. */
export function sightOf(actor: Pick<Actor, 'role' | 'merchant_id'>): Sight {
  switch (actor.role) {
    case 'platform_admin':
    case 'desk_operator':
      return { kind: 'tenant' }
    case 'merchant_client':
      return actor.merchant_id === null ? { kind: 'nothing' } : { kind: 'merchant', merchant_id: actor.merchant_id }
    default:
      return { kind: 'nothing' }
  }
}

/** Matches no merchant, as a filter for who sees nothing. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The merchant filter for a query: null for the whole tenant. */
export function visibleMerchantId(actor: Pick<Actor, 'role' | 'merchant_id'>): string | null {
  const sight = sightOf(actor)
  return sight.kind === 'tenant' ? null : sight.kind === 'merchant' ? sight.merchant_id : NOBODY
}

/** Whether the actor sees what belongs to this merchant. */
export function seesMerchant(actor: Pick<Actor, 'role' | 'merchant_id'>, merchant_id: string): boolean {
  const sight = sightOf(actor)
  return sight.kind === 'tenant' || (sight.kind === 'merchant' && sight.merchant_id === merchant_id)
}

/** Whose route sessions bound the audit events that the actor sees: null for all of the tenant, else the sessions this person requested or moved. */
export const auditedSessionsOf = (actor: Pick<Actor, 'role' | 'user_id'>): string | null => (actor.role === 'platform_admin' ? null : actor.user_id)
