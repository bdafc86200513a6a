/** Quotes: what a provider said a leg costs, with source, time and evidence. A row is never changed; a firm one is used up once. */
import { newId } from './ids.ts'
import type { Tx } from './transactions.ts'

export type QuoteKind = 'indicative' | 'firm' | 'operator_observed'
export type NewQuote = {
  readonly kind: QuoteKind
  readonly leg: string; readonly provider_id: string
  readonly from_currency: string; readonly to_currency: string; readonly from_country: string | null; readonly to_country: string | null
  readonly session_id: string | null
  /** one of the two, or neither for a rate; decimals */
  readonly sell_amount: string | null; readonly buy_amount: string | null
  readonly price: string; readonly price_unit: string; readonly price_per: string; readonly total_price: string
  readonly fee_amount: string; readonly fee_currency: string; readonly fee_details: string | null
  readonly spread_bps: string; readonly said_as_spread: boolean
  /** market clock, ISO */
  readonly observed_at: string; readonly expires_at: string
  readonly source: string
  readonly artifact_id: string | null; readonly evidence_sha256: Buffer | null
  readonly supersedes: string | null
}
export type QuoteRow = Omit<NewQuote, 'evidence_sha256'> & {
  readonly id: string; /** hex */ readonly evidence_sha256: string | null
  readonly captured_by: string; readonly captured_by_name: string; readonly captured_at: string
  readonly consumed_by: string | null; readonly consumed_at: string | null
}

const SELECT = `select q.id, q.kind, q.leg, q.provider_id, q.from_currency, q.to_currency, q.from_country, q.to_country, q.session_id, q.sell_amount, q.buy_amount, q.price, q.price_unit, q.price_per,
    q.total_price, q.fee_amount, q.fee_currency, q.fee_details, q.spread_bps, q.said_as_spread, q.observed_at, q.expires_at, q.source, q.artifact_id, encode(q.evidence_sha256, 'hex') as evidence_sha256,
    q.supersedes, q.captured_by, m.display_name as captured_by_name, q.captured_at, q.consumed_by, q.consumed_at
  from quotes q join memberships m on m.tenant_id = q.tenant_id and m.user_id = q.captured_by`

/** Saves quotes together, in their order; answers their ids. Of a quote that a program sent `captured_by` is who answers for its source. */
export async function insertQuotes(tx: Tx, quotes: readonly NewQuote[], captured_by: string | null = tx.actor.user_id): Promise<string[]> {
  const rows = quotes.map((quote) => ({ ...quote, tenant_id: tx.actor.tenant_id, id: newId(), captured_by: captured_by! }))
  await tx.run(tx.db.insertInto('quotes').values(rows))
  return rows.map((row) => row.id)
}

/** The newest quote of each leg that belongs to no session and that people made the market's: what a program sent is only on offer. */
export const readLegQuotes = (tx: Tx): Promise<QuoteRow[]> =>
  tx.sql<QuoteRow>(`${SELECT} where q.tenant_id = $1 and q.id in (select distinct on (leg) id from quotes where tenant_id = $1 and session_id is null and source <> 'webhook' order by leg, id desc)`, [tx.actor.tenant_id])

/** How many quotes a session may have of people, and how many of programs are read: enough for every leg many times over. */
export const SESSION_QUOTES_MAX = 100
/** A session's own quotes, newest first: as many of people as of programs, so that a provider which sends many takes nobody's place. */
export const readSessionQuotes = (tx: Tx, session_id: string): Promise<QuoteRow[]> =>
  tx.sql<QuoteRow>(`${SELECT} where q.tenant_id = $1 and q.id in (select id from (select id, row_number() over (partition by source = 'webhook' order by id desc) as place
    from quotes where tenant_id = $1 and session_id = $2) placed where place <= ${SESSION_QUOTES_MAX}) order by q.id desc`, [tx.actor.tenant_id, session_id])

/** What providers' programs offer for these legs and no session in particular, not expired at this market clock, newest first. */
export const readOfferedQuotes = (tx: Tx, legs: readonly string[], market_clock: string): Promise<QuoteRow[]> =>
  tx.sql<QuoteRow>(`${SELECT} where q.tenant_id = $1 and q.leg = any ($2) and q.session_id is null and q.source = 'webhook' and q.expires_at > $3::timestamptz order by q.id desc limit ${OFFERED_MAX}`, [tx.actor.tenant_id, legs, market_clock])
const OFFERED_MAX = 50

export async function readQuote(tx: Tx, id: string): Promise<QuoteRow | null> {
  return (await tx.sql<QuoteRow>(`${SELECT} where q.tenant_id = $1 and q.id = $2`, [tx.actor.tenant_id, id]))[0] ?? null
}

/** Uses firm quotes up for one re-pricing; false where somebody used one of them before, and then nothing of this transaction may stand. */
export async function consumeQuotes(tx: Tx, ids: readonly string[], repricing_id: string): Promise<boolean> {
  const used = await tx.sql('update quotes set consumed_by = $3, consumed_at = clock_timestamp() where tenant_id = $1 and id = any ($2::uuid[]) and consumed_by is null returning id', [tx.actor.tenant_id, ids, repricing_id])
  return used.length === ids.length
}

/** What a file says of itself as evidence: its SHA-256; null where there is none that a quote of this session may rest on: the desk's, or its own merchant's. */
export async function readQuoteEvidence(tx: Tx, artifact_id: string, of: { readonly session_id: string; readonly merchant_id: string }): Promise<{ readonly sha256: Buffer } | null> {
  const [row] = await tx.sql<{ sha256: Buffer }>("select sha256 from artifacts where tenant_id = $1 and id = $2 and state in ('quarantined', 'clean') and (session_id is null or session_id = $3) and (merchant_id is null or merchant_id = $4)", [tx.actor.tenant_id, artifact_id, of.session_id, of.merchant_id])
  return row ?? null
}
