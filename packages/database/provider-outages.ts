/** Providers that carry nothing new for now, and the open sessions whose shown route goes through one. */
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'

export type OutageRow = {
  readonly id: string; readonly provider_id: string; readonly reason: string; readonly source: string; readonly since: string
  readonly reported_by: string; readonly reported_by_name: string; readonly reported_at: string
  readonly ended_by: string | null; readonly ended_by_name: string | null; readonly ended_at: string | null; readonly ended_because: string | null
}
const SELECT = `select o.id, o.provider_id, o.reason, o.source, o.since, o.reported_by, r.display_name as reported_by_name, o.reported_at, o.ended_by, e.display_name as ended_by_name, o.ended_at, o.ended_because
  from provider_outages o join memberships r on r.tenant_id = o.tenant_id and r.user_id = o.reported_by left join memberships e on e.tenant_id = o.tenant_id and e.user_id = o.ended_by`
const SHOWN_MAX = 200

/** Open ones first, then the newest. */
export const listOutages = (tx: Tx): Promise<OutageRow[]> =>
  tx.sql<OutageRow>(`${SELECT} where o.tenant_id = $1 order by (o.ended_at is null) desc, o.id desc limit ${SHOWN_MAX}`, [tx.actor.tenant_id])

export async function readOutage(tx: Tx, id: string): Promise<OutageRow | null> {
  return (await tx.sql<OutageRow>(`${SELECT} where o.tenant_id = $1 and o.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** The new outage's id; null where one of the provider is open already. */
export async function reportOutage(tx: Tx, outage: Pick<OutageRow, 'provider_id' | 'reason' | 'source' | 'since'>): Promise<string | null> {
  const id = newId()
  const made = await tx.sql(`insert into provider_outages (tenant_id, id, provider_id, reason, source, since, reported_by) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (tenant_id, provider_id) where ended_at is null do nothing returning id`, [tx.actor.tenant_id, id, outage.provider_id, outage.reason, outage.source, outage.since, tx.actor.user_id])
  return made.length === 0 ? null : id
}

/** The provider that works again; null where the outage has ended already. */
export async function endOutage(tx: Tx, id: string, because: string): Promise<string | null> {
  const [row] = await tx.sql<{ provider_id: string }>('update provider_outages set ended_at = clock_timestamp(), ended_by = $3, ended_because = $4 where tenant_id = $1 and id = $2 and ended_at is null returning provider_id',
    [tx.actor.tenant_id, id, tx.actor.user_id, because])
  return row?.provider_id ?? null
}

/** Every provider that is out. */
export const providersOut = async (tx: Tx): Promise<string[]> =>
  (await tx.sql<{ provider_id: string }>('select provider_id from provider_outages where tenant_id = $1 and ended_at is null order by provider_id', [tx.actor.tenant_id])).map((row) => row.provider_id)

export type AffectedSession = { readonly id: string; readonly reference: string; readonly state: string; readonly merchant_name: string; readonly needed_by: string; readonly provider_ids: string[]; readonly started: boolean }
/** Written out, so that the planner sees them. */
const OPEN = "('recommended', 'accepted', 'awaiting_merchant', 'approved', 'executing', 'paused')"

/** The open sessions whose shown route goes through one of these providers: what has started needs a person, what has not can be routed again. */
export const sessionsThrough = (tx: Tx, provider_ids: readonly string[]): Promise<AffectedSession[]> =>
  tx.sql<AffectedSession>(`select s.id, s.reference, s.state, m.name as merchant_name, s.needed_by, array(select p from unnest(s.providers_used) as p where p = any ($2::text[]) order by p) as provider_ids, s.state in ('executing', 'paused') as started
    from route_sessions s join merchants m on m.tenant_id = s.tenant_id and m.id = s.merchant_id
    where s.tenant_id = $1 and s.state in ${OPEN} and s.providers_used && $2::text[] order by s.due_at nulls last, s.id limit ${SHOWN_MAX}`, [tx.actor.tenant_id, provider_ids])
