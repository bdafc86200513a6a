/** A provider as the API shows it: each number with its sources, its note, and whether no public source gives it. */
import type { Static } from 'typebox'
import { Provider, ProviderRow, SourcedValue } from '#contracts/api/reference.ts'
import type { EstimateRecord, ProviderRecord } from '#orchestrator/dataset.ts'

type Row = Static<typeof ProviderRow>
type Detail = Static<typeof Provider>
type Value = Static<typeof SourcedValue>
type Provenance = { readonly facts?: readonly string[]; readonly illustrative?: boolean; readonly partly_sourced?: boolean; readonly note?: string }

export function providerRow(record: ProviderRecord, estimate: EstimateRecord): Row {
  return {
    id: record.id, name: record.name, category: record.category, countries: [...record.countries], licence_status: record.licence_status,
    posture: estimate.posture, risk_class: record.risk_class,
    trust: estimate.trust_prior === undefined ? 'no outcomes yet' : `${estimate.trust_prior.successes} of ${estimate.trust_prior.successes + estimate.trust_prior.failures} went well`,
    leg_count: record.legs.length, data_as_of: record.data_freshness.as_of,
  }
}

export function providerDetail(record: ProviderRecord, estimate: EstimateRecord): Detail {
  return {
    ...providerRow(record, estimate),
    archetype: record.archetype, regulatory_status: record.regulatory_status, kyc_level: record.kyc_level, notes: record.notes === '' ? null : record.notes,
    legs: record.legs.map((leg) => ({
      from: leg.from, to: leg.to, from_country: leg.from_country, to_country: leg.to_country, kind: leg.kind, network: leg.network ?? null,
      documents_required: [...(leg.documents_required ?? record.documents_required)],
    })),
    values: [...prices(record), ...limits(record), ...times(record), ...estimates(estimate)],
    documents_required: [...record.documents_required],
    facts: [...record.facts],
  }
}

const value = (label: string, text: string, from: Provenance): Value =>
  ({ label, value: text, facts: [...(from.facts ?? [])], illustrative: from.illustrative === true, partly_sourced: from.partly_sourced === true, note: from.note ?? null })

function prices(record: ProviderRecord): Value[] {
  const { fixed, bps, minimum_fee } = record.fee_schedule
  return [
    ...(fixed ? [value('fixed fee', `${fixed.currency} ${fixed.typical} (${fixed.low} to ${fixed.high})`, fixed)] : []),
    ...(bps ? [value('variable fee', `${bps.typical} bps (${bps.low} to ${bps.high})`, bps)] : []),
    ...(minimum_fee ? [value('minimum fee', `${minimum_fee.currency} ${minimum_fee.amount}`, minimum_fee)] : []),
    ...(record.fx_spread_bps ? [value('spread', `${record.fx_spread_bps.typical} bps (${record.fx_spread_bps.low} to ${record.fx_spread_bps.high})`, record.fx_spread_bps)] : []),
  ]
}

function limits(record: ProviderRecord): Value[] {
  const { min, max, daily_liquidity, max_inflow_funded } = record.limits
  const rows = [['minimum', min], ['maximum', max], ['daily liquidity', daily_liquidity], ['maximum funded by inflow', max_inflow_funded]] as const
  return rows.flatMap(([label, limit]) => (limit ? [value(label, `${limit.currency} ${limit.amount}${limit.per ? ` a ${limit.per}` : ''}${limit.soft ? ' (guidance)' : ''}`, limit)] : []))
}

function times(record: ProviderRecord): Value[] {
  const { settlement_latency: latency, cut_off, data_freshness } = record
  const closes = 'always_open' in cut_off ? 'always open' : `${cut_off.local_time} ${cut_off.timezone}, ${cut_off.days.join(' ')}`
  const quantiles = { ...latency, illustrative: latency.quantiles.illustrative === true }
  return [
    value('latency p50', `${latency.quantiles.p50}, ${latency.clock} clock`, quantiles),
    value('latency p90', `${latency.quantiles.p90}, ${latency.clock} clock`, quantiles),
    value('latency range', `${latency.low} to ${latency.high}`, latency),
    value('cut-off', closes, cut_off),
    value('data as of', `${data_freshness.as_of}, renewed every ${data_freshness.max_age} (${data_freshness.basis})`, {}),
  ]
}

/** Everything in estimates.json is illustrative by that file's own word. */
function estimates(estimate: EstimateRecord): Value[] {
  const made = { illustrative: true }
  const curve = estimate.slippage_curve?.share_of_daily_liquidity_to_bps
  return [
    value('posture', estimate.posture, made),
    ...(estimate.trust_prior ? [value('trust prior', `${estimate.trust_prior.successes} successes, ${estimate.trust_prior.failures} failures`, made)] : []),
    ...(estimate.liquidity_confidence ? [value('liquidity confidence', estimate.liquidity_confidence, made)] : []),
    ...(curve ? [value('slippage curve', curve.map(([share, bps]) => `${share} of a day: ${bps} bps`).join('; '), made)] : []),
    ...estimate.human_steps.map((step) => value(`step: ${step.kind}`, `${step.typical}, done by ${step.done_by}, proof: ${step.proof_kinds.join(', ')}`, made)),
    value('connector', estimate.connector_id ?? 'none: people carry it', made),
  ]
}

type AccountAt = { readonly provider_id: string; readonly currency: string; /** null on a chain, which is in no country */ readonly country: string | null }

/** What is wrong with an account that is said to be with one of these providers, or null: it must be where the provider is, in money that a leg of it takes or gives. */
export function accountMisfit(providers: readonly ProviderRecord[], { provider_id, currency, country }: AccountAt): { readonly code: 'invalid_field' | 'missing_field'; readonly field: string } | null {
  const record = providers.find(({ id }) => id === provider_id)
  if (record === undefined) return { code: 'invalid_field', field: '/provider_id' }
  if (!record.legs.some(({ from, to }) => from === currency || to === currency)) return { code: 'invalid_field', field: '/currency' }
  if (country === null) return record.countries.length === 0 ? null : { code: 'missing_field', field: '/country' }
  return record.countries.includes(country) ? null : { code: 'invalid_field', field: '/country' }
}
