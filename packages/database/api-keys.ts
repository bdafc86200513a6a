/** API keys of the tenant in context. Their secrets are in no type here: fc.create_api_key takes the hash, and nothing gives it back. */
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'
import type { ApiKeyRow, NewApiKey } from './types.ts'

/** More than a desk's programs, and few enough to look through. */
const LIVE_KEYS_MAX = 100

const KEY = `k.id, k.user_id, k.label, k.prefix, k.scopes, k.created_at, k.expires_at, k.revoked_at, m.role, m.merchant_id,
  (select c.name from merchants c where c.tenant_id = k.tenant_id and c.id = m.merchant_id) as merchant_name,
  (select b.display_name from memberships b where b.tenant_id = k.tenant_id and b.user_id = k.created_by) as created_by,
  (select b.display_name from memberships b where b.tenant_id = k.tenant_id and b.user_id = k.revoked_by) as revoked_by,
  k.created_by as created_by_id, u.last_used_at,
  case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' when u.stopped then 'stopped' else 'live' end as state`
const FROM = 'from api_keys k join memberships m on m.tenant_id = k.tenant_id and m.user_id = k.user_id left join fc.api_key_uses() u on u.key_id = k.id'

/** Every live key, then the newest of those that ended; at most 1,000. */
export const listApiKeys = (tx: Tx): Promise<ApiKeyRow[]> =>
  tx.sql<ApiKeyRow>(`select ${KEY} ${FROM} where k.tenant_id = $1 order by k.revoked_at is null and k.expires_at > now() desc, k.created_at desc, k.id limit 1000`, [tx.actor.tenant_id])

export async function readApiKey(tx: Tx, id: string): Promise<ApiKeyRow | null> {
  return (await tx.sql<ApiKeyRow>(`select ${KEY} ${FROM} where k.tenant_id = $1 and k.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** Makes a program with its membership and key; answers the key's id, or null where the tenant has as many live ones as it may. */
export async function createApiKey(tx: Tx, key: NewApiKey): Promise<string | null> {
  const id = newId()
  const [row] = await tx.sql<{ made: boolean }>('select fc.create_api_key($1, $2, $3, $4, $5, $6, $7, $8, make_interval(days => $9), $10, $11) as made',
    [id, newId(), key.role, key.merchant_id, key.label, key.prefix, key.secret_hash, key.scopes, key.lasts_days, tx.actor.user_id, LIVE_KEYS_MAX])
  return row!.made ? id : null
}

/** Ends the key and its program's membership; false where it was revoked before. */
export async function revokeApiKey(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.sql<{ revoked: boolean }>('select fc.revoke_api_key($1, $2) as revoked', [id, tx.actor.user_id])
  return row!.revoked
}
