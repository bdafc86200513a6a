/** An account with a provider as the API shows it, masked: what is sealed is in no type that reaches this file. */
import type { ProviderAccount } from '#contracts/api/provider-accounts.ts'
import type { ProviderAccountRow } from '#database/index.ts'

export const providerAccountOf = (row: ProviderAccountRow): ProviderAccount => ({
  id: row.id, provider_id: row.provider_id, label: row.label, currency: row.currency, country: row.country, rail_owner: row.rail_owner,
  merchant: row.merchant_id === null ? null : { id: row.merchant_id, name: row.merchant_name ?? '' },
  reference_masked: row.reference_masked, state: row.state, created_at: row.created_at, created_by: row.created_by,
  retired_at: row.retired_at, retired_by: row.retired_by,
})
