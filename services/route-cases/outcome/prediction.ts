/** What a decision predicted of the route that was carried out: what its outcome is held against. */
import type { Prediction } from '#contracts/api/settlement.ts'
import type { Candidate } from '#contracts/routing.ts'

/** The prediction of a candidate, as it was shown. */
export function predictionOf(candidate: Candidate): Prediction {
  const { id, sent, received, rate, mid_rate, cost_bps, slippage_bps, arrival_p50, arrival_p90, hops } = candidate
  return {
    candidate_id: id, sent, received, rate, mid_rate, cost_bps, slippage_bps, arrival_p50, arrival_p90,
    hops: hops.map((hop) => ({
      provider_id: hop.provider_id, provider_name: hop.provider_name, kind: hop.kind, network: hop.network,
      from: hop.from.currency, to: hop.to.currency, from_country: hop.from.country, to_country: hop.to.country,
      amount_in: hop.amount_in, amount_out: hop.amount_out, cost_bps: hop.cost_bps, slippage_bps: hop.slippage_bps,
      latency_p50: hop.latency_p50, latency_p90: hop.latency_p90, starts_at_p50: hop.starts_at_p50, ends_at_p50: hop.ends_at_p50, ends_at_p90: hop.ends_at_p90,
    })),
  }
}
