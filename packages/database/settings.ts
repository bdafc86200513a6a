/** A tenant's settings and the desk's fee rules. */
import { err, ok, type Result } from '#contracts/result.ts'
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'
import type { DeskFeeRuleRow, NewDeskFeeRule, TenantSettings } from './types.ts'

/** The tenant's name, zone, market clock and data revision. */
export async function readSettings(tx: Tx): Promise<TenantSettings> {
  const row = await tx.db.selectFrom('tenants as t').leftJoin('tenant_settings as s', 's.tenant_id', 't.tenant_id')
    .select(['t.tenant_id', 't.name as tenant_name', 't.time_zone', 's.market_clock', 's.data_revision', 's.snapshot_digest', 's.version'])
    .where('t.tenant_id', '=', tx.actor.tenant_id).executeTakeFirstOrThrow()
  return { ...row, snapshot_digest: row.snapshot_digest?.toString('hex') ?? null, version: row.version ?? 0 }
}

/** Moves a demo tenant's market clock. A tenant whose market is live refuses, whatever the version. */
export async function setMarketClock(tx: Tx, change: { readonly clock: string; readonly version: number }): Promise<Result<{ version: number }, { code: 'stale_version' | 'live_market_clock' }>> {
  const changed = await tx.db.updateTable('tenant_settings').set({ market_clock: change.clock, version: change.version + 1 })
    .where('tenant_id', '=', tx.actor.tenant_id).where('version', '=', change.version).where('market_clock', 'is not', null).returning('version').executeTakeFirst()
  if (changed !== undefined) return ok({ version: changed.version })
  const settings = await readSettings(tx)
  return err({ code: settings.market_clock === null ? 'live_market_clock' : 'stale_version' })
}

const RULE = `id, merchant_id, corridor_id, fixed_amount::text, fixed_currency, bps::text, minimum_amount::text, minimum_currency, reason, version, changed_at,
  (select m.display_name from memberships m where m.tenant_id = r.tenant_id and m.user_id = r.changed_by) as changed_by`
export type RawRule = {
  id: string; merchant_id: string | null; corridor_id: string | null; fixed_amount: string; fixed_currency: string; bps: string
  minimum_amount: string; minimum_currency: string; reason: string; version: number; changed_at: string; changed_by: string
}
const ruleOf = ({ fixed_amount, fixed_currency, minimum_amount, minimum_currency, ...row }: RawRule): DeskFeeRuleRow =>
  ({ ...row, fixed: { amount: fixed_amount, currency: fixed_currency }, minimum: { amount: minimum_amount, currency: minimum_currency } })

/** Every rule, the general one first. */
export async function listDeskFeeRules(tx: Tx): Promise<DeskFeeRuleRow[]> {
  const rows = await tx.sql<RawRule>(`select ${RULE} from desk_fee_rules r where tenant_id = $1 order by merchant_id nulls first, corridor_id nulls first, id limit 1000`, [tx.actor.tenant_id])
  return rows.map(ruleOf)
}

/** The rule that counts for a merchant in a corridor: the most particular one, the merchant before the corridor. */
export async function matchDeskFeeRule(tx: Tx, merchant_id: string, corridor_id: string): Promise<DeskFeeRuleRow | null> {
  const rows = await tx.sql<RawRule>(`select ${RULE} from desk_fee_rules r where tenant_id = $1 and (merchant_id = $2 or merchant_id is null)
    and (corridor_id = $3 or corridor_id is null) order by merchant_id is null, corridor_id is null limit 1`, [tx.actor.tenant_id, merchant_id, corridor_id])
  return rows[0] === undefined ? null : ruleOf(rows[0])
}

/** Makes or replaces the rule of this merchant and corridor (null: of any). */
export async function putDeskFeeRule(tx: Tx, rule: NewDeskFeeRule): Promise<DeskFeeRuleRow> {
  const rows = await tx.sql<RawRule>(`insert into desk_fee_rules as r (tenant_id, id, merchant_id, corridor_id, fixed_amount, fixed_currency, bps, minimum_amount, minimum_currency, reason, changed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (tenant_id, merchant_id, corridor_id) do update set fixed_amount = excluded.fixed_amount, fixed_currency = excluded.fixed_currency, bps = excluded.bps,
      minimum_amount = excluded.minimum_amount, minimum_currency = excluded.minimum_currency, reason = excluded.reason, changed_by = excluded.changed_by,
      changed_at = now(), version = r.version + 1
    returning ${RULE}`,
  [tx.actor.tenant_id, newId(), rule.merchant_id, rule.corridor_id, rule.fixed.amount, rule.fixed.currency, rule.bps, rule.minimum.amount, rule.minimum.currency, rule.reason, tx.actor.user_id])
  return ruleOf(rows[0]!)
}
