/** Caps of controlled probes, and what is reserved of them. The database itself refuses what would go over one. */
import { err, ok, type Result } from '#contracts/result.ts'
import type { Tx } from './transactions.ts'
import type { NewProbe, ProbeCap, ProbeCapRow, ProbeCounters, ProbeRow } from './types.ts'

/** The caps of the whole company stand under this name. */
export const WHOLE_COMPANY = '*'

/** The caps that hold for a provider, the company's first, and what was reserved of each on that day. Fewer than two: nothing may be probed. */
export const readProbeCounters = (tx: Tx, provider_id: string, day: string): Promise<ProbeCounters[]> => tx.sql<ProbeCounters>(
  `select c.provider_id, c.per_probe_usd, c.per_day_usd, c.probes_per_day, count(r.id)::int as probes, coalesce(sum(r.amount_usd), 0)::text as reserved_usd
    from probe_caps c left join probe_reservations r on r.tenant_id = c.tenant_id and r.day = $3 and r.state <> 'released' and (c.provider_id = '*' or r.provider_id = c.provider_id)
    where c.tenant_id = $1 and c.provider_id in ('*', $2) group by c.tenant_id, c.provider_id order by c.provider_id <> '*'`, [tx.actor.tenant_id, provider_id, day])

/** Holds the caps of the company and of these providers until the transaction ends, in the order in which the database locks them: what is counted after this still holds when it reserves. */
export async function holdProbeCaps(tx: Tx, provider_ids: readonly string[]): Promise<void> {
  await tx.sql("select from probe_caps where tenant_id = $1 and provider_id = any ($2) order by provider_id <> '*', provider_id for no key update", [tx.actor.tenant_id, [WHOLE_COMPANY, ...provider_ids]])
}

/**
 * Reserves a probe under every cap, in one statement; of those who come at once exactly as many as fit get one. After a refusal the transaction is over: answer
 * refused(…). `probe_reserved`: the leg has one that is open.
 */
export async function reserveProbe(tx: Tx, probe: NewProbe): Promise<Result<null, { readonly code: 'probe_cap_exceeded' | 'probe_cap_missing' | 'probe_reserved' }>> {
  try {
    await tx.sql('insert into probe_reservations (tenant_id, id, session_id, position, provider_id, day, amount_usd, policy_revision) values ($1, $2, $3, $4, $5, $6, $7, $8)',
      [tx.actor.tenant_id, probe.id, probe.session_id, probe.position, probe.provider_id, probe.day, probe.amount_usd, probe.policy_revision])
    return ok(null)
  } catch (cause) {
    const { constraint } = cause as { constraint?: string }
    if (constraint === 'probe_cap_exceeded' || constraint === 'probe_cap_missing') return err({ code: constraint })
    if (constraint === 'probe_reservations_one_of_step') return err({ code: 'probe_reserved' })
    throw cause
  }
}

/** Ends the reservation of a leg: `used` where the probe went out, or may have; `released` where it is certain that nothing did. False where there is none, or it has ended. */
export async function endProbe(tx: Tx, session_id: string, position: number, state: 'used' | 'released'): Promise<boolean> {
  const rows = await tx.sql("update probe_reservations set state = $4, ended_at = clock_timestamp() where tenant_id = $1 and session_id = $2 and position = $3 and state = 'reserved' returning id",
    [tx.actor.tenant_id, session_id, position, state])
  return rows.length > 0
}

/** Ends what a session still has reserved, with the session: a leg on which anything was begun may have gone out, one on which nothing was has not. */
export async function endProbesOfSession(tx: Tx, session_id: string): Promise<void> {
  await tx.sql(`update probe_reservations r set ended_at = clock_timestamp(), state = case when exists (
        select from execution_steps t join execution_step_transitions m on m.tenant_id = t.tenant_id and m.step_id = t.id and m.to_state = 'in_progress'
        where t.tenant_id = $1 and t.session_id = $2 and t.hop = r.position) then 'used' else 'released' end
      where r.tenant_id = $1 and r.session_id = $2 and r.state = 'reserved'`, [tx.actor.tenant_id, session_id])
}

/** The reservations of a session, leg by leg. */
export const readProbesOfSession = (tx: Tx, session_id: string): Promise<ProbeRow[]> => tx.sql<ProbeRow>(
  'select position, provider_id, day, amount_usd, state, reserved_at, ended_at from probe_reservations where tenant_id = $1 and session_id = $2 order by position, reserved_at', [tx.actor.tenant_id, session_id])

/** Every cap with what was reserved of it on that day, the company's first. */
export const listProbeCaps = (tx: Tx, day: string): Promise<ProbeCapRow[]> => tx.sql<ProbeCapRow>(
  `select c.provider_id, c.per_probe_usd, c.per_day_usd, c.probes_per_day, c.version, c.set_at, m.display_name as set_by_name, n.probes, n.reserved_usd
    from probe_caps c join memberships m on m.tenant_id = c.tenant_id and m.user_id = c.set_by cross join lateral (
      select count(*)::int as probes, coalesce(sum(r.amount_usd), 0)::text as reserved_usd from probe_reservations r
      where r.tenant_id = $1 and r.day = $2 and r.state <> 'released' and (c.provider_id = '*' or r.provider_id = c.provider_id)) n
    where c.tenant_id = $1 order by c.provider_id <> '*', c.provider_id`, [tx.actor.tenant_id, day])

/** Sets a cap: version 0 is one that nobody has set. False where it has another version by now. */
export async function setProbeCap(tx: Tx, cap: ProbeCap): Promise<boolean> {
  const values = [tx.actor.tenant_id, cap.provider_id, cap.per_probe_usd, cap.per_day_usd, cap.probes_per_day, tx.actor.user_id]
  const rows = cap.version === 0
    ? await tx.sql('insert into probe_caps (tenant_id, provider_id, per_probe_usd, per_day_usd, probes_per_day, set_by) values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning version', values)
    : await tx.sql(`update probe_caps set per_probe_usd = $3, per_day_usd = $4, probes_per_day = $5, set_by = $6, set_at = clock_timestamp(), version = version + 1
      where tenant_id = $1 and provider_id = $2 and version = $7 returning version`, [...values, cap.version])
  return rows.length > 0
}
