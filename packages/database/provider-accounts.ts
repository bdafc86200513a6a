/** Accounts with providers of the tenant in context. What is secret of them is sealed before it comes here. */
import { err, ok, type Result } from '#contracts/result.ts'
import { decodeCursor, encodeCursor, isName, isUuid } from './cursor.ts'
import type { Tx } from './transactions.ts'
import type { NewProviderAccount, ProviderAccountRow } from './types.ts'

const ACCOUNT = `a.id, a.provider_id, a.label, a.currency, a.country, a.rail_owner, a.merchant_id, a.reference_masked, a.created_at, a.retired_at,
  (select c.name from merchants c where c.tenant_id = a.tenant_id and c.id = a.merchant_id) as merchant_name,
  (select b.display_name from memberships b where b.tenant_id = a.tenant_id and b.user_id = a.created_by) as created_by,
  (select b.display_name from memberships b where b.tenant_id = a.tenant_id and b.user_id = a.retired_by) as retired_by,
  case when a.retired_at is null then 'live' else 'retired' end as state`

export type ProviderAccountQuery = { readonly provider_id: string | null; readonly limit: number; readonly cursor: string | null }

/** Live accounts by label, then the retired ones. Throws CursorError. */
export async function listProviderAccounts(tx: Tx, { provider_id, limit, cursor }: ProviderAccountQuery): Promise<{ items: ProviderAccountRow[]; next_cursor: string | null }> {
  const [state, label, id] = cursor === null ? [null, null, null] : decodeCursor(cursor, [(part) => part === 'live' || part === 'retired', isName, isUuid])
  const rows = await tx.sql<ProviderAccountRow>(
    `select ${ACCOUNT} from provider_accounts a where a.tenant_id = $1 and ($2::text is null or a.provider_id = $2)
      and ($3::text is null or (a.retired_at is not null, a.label, a.id) > ($3 = 'retired', $4::text, $5::uuid))
    order by a.retired_at is not null, a.label, a.id limit $6`, [tx.actor.tenant_id, provider_id, state, label, id, limit + 1])
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next_cursor: rows.length > limit && last !== undefined ? encodeCursor([last.state, last.label, last.id]) : null }
}

export async function readProviderAccount(tx: Tx, id: string): Promise<ProviderAccountRow | null> {
  return (await tx.sql<ProviderAccountRow>(`select ${ACCOUNT} from provider_accounts a where a.tenant_id = $1 and a.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** Saves an account, its metadata sealed; a label stands once among a provider's live ones. */
export async function createProviderAccount(tx: Tx, account: NewProviderAccount): Promise<Result<null, { code: 'name_taken' }>> {
  const { id, provider_id, label, currency, country, rail_owner, merchant_id, reference_masked, metadata_sealed } = account
  const taken = await tx.sql('select from provider_accounts where tenant_id = $1 and provider_id = $2 and label = $3 and retired_at is null', [tx.actor.tenant_id, provider_id, label])
  if (taken.length > 0) return err({ code: 'name_taken' })
  await tx.sql(`insert into provider_accounts (tenant_id, id, provider_id, label, currency, country, rail_owner, merchant_id, reference_masked, metadata_sealed, created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
  [tx.actor.tenant_id, id, provider_id, label, currency, country, rail_owner, merchant_id, reference_masked, metadata_sealed, tx.actor.user_id])
  return ok(null)
}

/** Takes an account out of use for good; false where it was before. */
export async function retireProviderAccount(tx: Tx, id: string): Promise<boolean> {
  const retired = await tx.sql('update provider_accounts set retired_at = now(), retired_by = $3 where tenant_id = $1 and id = $2 and retired_at is null returning id', [tx.actor.tenant_id, id, tx.actor.user_id])
  return retired.length > 0
}

/** What a reveal needs; a retired account's metadata is kept, because a payment over it may be asked about for years. */
export async function readSealedMetadata(tx: Tx, id: string): Promise<Buffer | null> {
  const [row] = await tx.sql<{ metadata_sealed: Buffer }>('select metadata_sealed from provider_accounts where tenant_id = $1 and id = $2', [tx.actor.tenant_id, id])
  return row?.metadata_sealed ?? null
}
