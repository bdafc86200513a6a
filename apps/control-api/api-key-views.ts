/** An API key as the API shows it. */
import type { Static } from 'typebox'
import type { ApiKey } from '#contracts/api/api-keys.ts'
import type { ApiKeyRow } from '#database/index.ts'

export const apiKeyOf = (key: ApiKeyRow): Static<typeof ApiKey> => ({
  id: key.id, label: key.label, prefix: `fck_${key.prefix}`, state: key.state, role: key.role,
  merchant: key.merchant_id === null ? null : { id: key.merchant_id, name: key.merchant_name ?? '' },
  scopes: key.scopes, created_at: key.created_at, created_by: key.created_by, created_by_id: key.created_by_id, expires_at: key.expires_at, last_used_at: key.last_used_at,
  revoked_at: key.revoked_at, revoked_by: key.revoked_by,
})
