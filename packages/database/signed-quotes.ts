/** Sources of signed quotes and the quotes that came. Secrets are sealed before they come here. */
import { err, ok, type Result } from '#contracts/result.ts'
import type { Tx } from './transactions.ts'
import type { NewQuoteSource, NewSignedQuote, QuoteSourceRow } from './types.ts'

const SOURCE = `s.id, s.provider_id, s.label, s.secret_version, s.created_at, m.display_name as created_by
  from quote_sources s join memberships m on m.tenant_id = s.tenant_id and m.user_id = s.created_by`

export const listQuoteSources = (tx: Tx): Promise<QuoteSourceRow[]> => tx.sql<QuoteSourceRow>(`select ${SOURCE} where s.tenant_id = $1 order by s.label`, [tx.actor.tenant_id])
export async function readQuoteSource(tx: Tx, id: string): Promise<QuoteSourceRow | null> {
  return (await tx.sql<QuoteSourceRow>(`select ${SOURCE} where s.tenant_id = $1 and s.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** What verifying a signature needs; null where there is no such source. */
export async function readQuoteSecret(tx: Tx, id: string): Promise<{ provider_id: string; secret_sealed: Buffer; secret_version: number; created_by: string } | null> {
  const [row] = await tx.sql<{ provider_id: string; secret_sealed: Buffer; secret_version: number; created_by: string }>(
    'select provider_id, secret_sealed, secret_version, created_by from quote_sources where tenant_id = $1 and id = $2', [tx.actor.tenant_id, id])
  return row ?? null
}

export async function createQuoteSource(tx: Tx, source: NewQuoteSource): Promise<Result<null, { readonly code: 'name_taken' }>> {
  const rows = await tx.sql(`insert into quote_sources (tenant_id, id, provider_id, label, secret_sealed, created_by) values ($1, $2, $3, $4, $5, $6)
    on conflict on constraint quote_sources_label do nothing returning id`, [tx.actor.tenant_id, source.id, source.provider_id, source.label, source.secret_sealed, tx.actor.user_id])
  return rows.length > 0 ? ok(null) : err({ code: 'name_taken' })
}

/** Puts a new secret in place of the old one, which counts no more. The new version; null where there is no such source. */
export async function renewQuoteSecret(tx: Tx, id: string, secret_sealed: Buffer): Promise<number | null> {
  const [row] = await tx.sql<{ secret_version: number }>(
    'update quote_sources set secret_sealed = $3, secret_version = secret_version + 1 where tenant_id = $1 and id = $2 returning secret_version', [tx.actor.tenant_id, id, secret_sealed])
  return row?.secret_version ?? null
}

/** Stores a quote once. The same number again is `repeated` where the signed bytes are the same, and `quote_ref_used` where they are not. */
export async function storeSignedQuote(tx: Tx, quote: NewSignedQuote): Promise<Result<{ readonly id: string; readonly status: 'stored' | 'repeated' }, { readonly code: 'quote_ref_used' }>> {
  const digest = Buffer.from(quote.body_digest, 'hex')
  const stored = await tx.sql(`insert into signed_quotes (tenant_id, id, source_id, provider_id, quote_ref, sell_asset, buy_asset, sell_amount, buy_amount, price, fee_amount, fee_currency,
      observed_at, expires_at, body_digest, secret_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    on conflict on constraint signed_quotes_once do nothing returning id`,
  [tx.actor.tenant_id, quote.id, quote.source_id, quote.provider_id, quote.quote_ref, quote.sell_asset, quote.buy_asset, quote.sell_amount, quote.buy_amount, quote.price, quote.fee.amount, quote.fee.currency,
    quote.observed_at, quote.expires_at, digest, quote.secret_version])
  if (stored.length > 0) return ok({ id: quote.id, status: 'stored' })
  const [before] = await tx.sql<{ id: string; same: boolean }>('select id, body_digest = $4 as same from signed_quotes where tenant_id = $1 and source_id = $2 and quote_ref = $3', [tx.actor.tenant_id, quote.source_id, quote.quote_ref, digest])
  return before?.same === true ? ok({ id: before.id, status: 'repeated' }) : err({ code: 'quote_ref_used' })
}
