import type { QuoteSource } from '#contracts/api/quote-sources.ts'
import type { QuoteSourceRow } from '#database/index.ts'

/** A source as the API shows it: nothing of its secret. */
export const quoteSourceOf = (tenant_id: string, row: QuoteSourceRow): QuoteSource => ({
  id: row.id, provider_id: row.provider_id, label: row.label, address: `/api/webhooks/quotes/${tenant_id}.${row.id}`, secret_version: row.secret_version, created_at: row.created_at, created_by: row.created_by,
})
