/** Which events a listener is told: those of what it could read. */
import type { LiveEvent } from '#contracts/api/events.ts'
import type { Actor } from '#contracts/roles.ts'
import type { OutboxEvent } from '#database/index.ts'
import { sessionAccess, visibleMerchantId } from '#platform/session-access/index.ts'

/** Of a tenant's events those of sessions that the actor sees. Who of the desk has what in hand is the desk's alone. */
export function eventsFor(actor: Pick<Actor, 'tenant_id' | 'role' | 'merchant_id'>, of: { readonly tenant_id: string; readonly events: readonly OutboxEvent[] }): LiveEvent[] {
  const isDesk = visibleMerchantId(actor) === null
  return of.events
    .filter(({ topic, merchant_id }) => sessionAccess(actor, { tenant_id: of.tenant_id, merchant_id }).sees && (isDesk || topic !== 'claim'))
    .map(({ topic, session_id, version }) => ({ topic, session_id, version }))
}
