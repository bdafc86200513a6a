/** Rates, quotes, re-pricings and outages as the desk reads them. */
import type { ProviderOutages } from '#contracts/api/provider-outages.ts'
import type { Quote, Repricing } from '#contracts/api/quotes.ts'
import type { QuoteSource, RateSheet } from '#contracts/api/rates.ts'
import { withoutZeros } from '#contracts/money.ts'
import type { AffectedSession, OutageRow, QuoteRow, RepricingRow } from '#database/index.ts'
import { driftVerdict } from '#orchestrator/drift.ts'
import { rateRows, type MarketMoment } from '#orchestrator/rates.ts'
import type { Snapshot } from '#orchestrator/snapshot.ts'

export function rateSheetOf(snapshot: Snapshot, quotes: readonly QuoteRow[], market: MarketMoment): RateSheet {
  const quoteOf = new Map(quotes.map((quote) => [quote.leg, quote]))
  const { rates } = snapshot.dataset
  const items = rateRows(snapshot, market).map(({ observed, ...row }) => {
    // A leg that an import has taken back to its data has no observer, whoever quoted it before.
    const quote = observed ? quoteOf.get(row.leg) : undefined
    return { ...row, corridor_ids: [...row.corridor_ids], source: (quote?.source ?? 'market_file') as QuoteSource, who: quote?.captured_by_name ?? null }
  })
  const count = (state: string): number => items.filter((row) => row.state === state).length
  return {
    snapshot_digest: snapshot.digest, clock: market.clock, mids: { as_of: rates.as_of, definition: rates.mid_definition },
    counts: { all: items.length, stale: count('stale'), refused: count('refused') }, items,
  }
}

/** `clock` is the market clock in any zone. */
export function quoteOf(row: QuoteRow, superseded: ReadonlySet<string>, clock: string): Quote {
  const money = (amount: string | null, currency: string) => (amount === null ? null : { amount: withoutZeros(amount), currency })
  return {
    id: row.id, kind: row.kind, leg: row.leg, provider_id: row.provider_id, from: row.from_currency, to: row.to_currency, session_id: row.session_id,
    sell_amount: money(row.sell_amount, row.from_currency), buy_amount: money(row.buy_amount, row.to_currency),
    price: withoutZeros(row.price), quoted_as: { unit: row.price_unit, per: row.price_per }, total_price: withoutZeros(row.total_price), spread_bps: withoutZeros(row.spread_bps),
    fee: { amount: withoutZeros(row.fee_amount), currency: row.fee_currency, details: row.fee_details },
    observed_at: row.observed_at, expires_at: row.expires_at, source: row.source as QuoteSource, artifact_id: row.artifact_id, evidence_sha256: row.evidence_sha256,
    captured_by: row.captured_by_name, captured_at: row.captured_at, supersedes: row.supersedes,
    standing: row.consumed_by !== null ? 'used' : superseded.has(row.id) ? 'superseded' : Date.parse(row.expires_at) <= Date.parse(clock) ? 'expired' : 'usable',
  }
}
export const quotesOf = (rows: readonly QuoteRow[], clock: string): Quote[] => {
  const superseded = new Set(rows.flatMap((row) => row.supersedes ?? []))
  return rows.map((row) => quoteOf(row, superseded, clock))
}

export function repricingOf(row: RepricingRow): Repricing {
  const before = { sent: { amount: row.before_sent, currency: row.sent_currency }, received: { amount: row.before_received, currency: row.received_currency }, cost_bps: row.before_cost_bps }
  const now = row.sent === null ? null : {
    sent: { amount: row.sent, currency: row.sent_currency }, received: { amount: row.received!, currency: row.received_currency }, cost_bps: row.cost_bps!, arrival_p90: row.arrival_p90!, valid_until: row.valid_until!,
  }
  const verdict = now === null ? null : driftVerdict(before, now, row.tolerance_bps)
  return {
    id: row.id, session_id: row.session_id, candidate_id: row.candidate_id, snapshot_digest: row.snapshot_digest, policy_revision: row.policy_revision, market_clock: row.market_clock,
    status: row.status, refusals: row.refusals, before, now,
    difference: verdict === null ? null : { sent: verdict.sent_difference, received: verdict.received_difference, drift_bps: verdict.drift_bps },
    tolerance_bps: withoutZeros(row.tolerance_bps), within_tolerance: row.within_tolerance, because: row.because, quote_ids: row.quote_ids, repriced_by: row.repriced_by_name, repriced_at: row.repriced_at,
  }
}

export function outagesOf(rows: readonly OutageRow[], affected: readonly AffectedSession[]): ProviderOutages {
  return {
    items: rows.map((row) => ({
      id: row.id, provider_id: row.provider_id, reason: row.reason as ProviderOutages['items'][number]['reason'], source: row.source as ProviderOutages['items'][number]['source'], since: row.since,
      reported_by: row.reported_by_name, reported_at: row.reported_at, ended_by: row.ended_by_name, ended_at: row.ended_at, ended_because: row.ended_because as ProviderOutages['items'][number]['ended_because'],
    })),
    affected: { not_started: affected.filter((session) => !session.started), started: affected.filter((session) => session.started) },
  }
}
