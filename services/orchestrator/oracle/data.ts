/** The corridor files as the oracle reads them: only the keys that corridors/README.md gives a meaning to. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type MoneyText = { readonly amount: string; readonly currency: string }
export type Leg = {
  readonly from: string
  readonly to: string
  readonly from_country: string | null
  readonly to_country: string | null
  readonly kind: string
  readonly network?: string
  readonly documents_required?: readonly string[]
}
export type Provider = {
  readonly id: string
  readonly category: string
  readonly licence_status: string
  readonly risk_class: string
  readonly legs: readonly Leg[]
  readonly documents_required: readonly string[]
  readonly needs_held_funds?: boolean
  readonly settlement_window?: string
  readonly fee_schedule: {
    readonly fixed?: { readonly typical: string; readonly currency: string } | null
    readonly bps?: { readonly typical: string } | null
    readonly minimum_fee?: MoneyText | null
  }
  readonly fx_spread_bps: { readonly typical: string } | null
  readonly limits: {
    readonly min?: MoneyText | null
    readonly max?: (MoneyText & { readonly soft?: boolean }) | null
    readonly daily_liquidity?: MoneyText | null
  }
  readonly settlement_latency: { readonly clock: string; readonly quantiles: { readonly p50: string; readonly p90: string } }
  readonly cut_off: {
    readonly always_open?: boolean
    readonly local_time?: string
    readonly timezone?: string
    readonly days?: readonly string[]
  }
  readonly data_freshness: { readonly as_of: string; readonly max_age: string }
}
export type Rule = { readonly id: string; readonly status: string; readonly match: Readonly<Record<string, unknown>> }
export type Corridor = {
  readonly id: string
  readonly source: { readonly country: string; readonly currency: string }
  readonly allowed_pairs: readonly {
    readonly from: string
    readonly to: string
    readonly from_country: string | null
    readonly to_country: string | null
    readonly status: string
  }[]
  readonly prohibited_legs: readonly Rule[]
  readonly required_documents: readonly { readonly code: string; readonly applies_if: Readonly<Record<string, unknown>> }[]
  readonly settlement_windows: readonly {
    readonly id: string
    readonly timezone: string
    readonly duration?: { readonly p90: string; readonly clock: string }
  }[]
}
export type Estimate = {
  readonly provider_id: string
  readonly posture: string
  readonly trust_prior?: { readonly successes: number; readonly failures: number }
  readonly liquidity_confidence?: string
  readonly slippage_curve?: { readonly share_of_daily_liquidity_to_bps: readonly (readonly [string, string])[] }
  readonly human_steps: readonly { readonly kind: string; readonly typical: string; readonly proof_kinds: readonly string[]; readonly done_by: string }[]
  readonly connector_id: string | null
}
export type OracleData = {
  readonly corridors: {
    readonly corridors: readonly Corridor[]
    readonly holidays: readonly { readonly country: string; readonly start: string; readonly end: string }[]
    readonly document_conditions: Readonly<Record<string, unknown>>
    readonly document_stages: Readonly<Record<string, string>>
    readonly document_validity: Readonly<Record<string, { readonly default: string; readonly goods_class?: Readonly<Record<string, string>> }>>
    readonly document_structural: { readonly codes: readonly string[]; readonly unless_method: Readonly<Record<string, string>> }
    readonly document_lead_time: Readonly<Record<string, unknown>>
    readonly document_equivalents: Readonly<Record<string, unknown>>
    readonly country_time_zones: Readonly<Record<string, string>>
  }
  readonly providers: readonly Provider[]
  readonly estimates: {
    readonly provider_risk_by_class: Readonly<Record<string, string>>
    readonly providers: readonly Estimate[]
    readonly manual_actors: readonly {
      readonly id: string
      readonly covers: { readonly countries: readonly string[]; readonly steps: readonly string[] }
      readonly reliability_prior: { readonly successes: number; readonly failures: number }
    }[]
    readonly default_limits: {
      readonly max_hops: number
      readonly max_cost_bps: string
      readonly max_route_risk: string
      readonly allowed_postures: readonly string[]
      readonly max_age_ratio_conditional: string
      readonly max_age_ratio_refused: string
    }
    readonly weights: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
  readonly rates: { readonly usd_mids: readonly { readonly quote: string; readonly mid: string }[] }
}

/** Reads the four data files of a folder as they stand. */
export function readOracleData(folder: string): OracleData {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  return { corridors: read('corridors.json'), providers: read('providers.json'), estimates: read('estimates.json'), rates: read('rates.json') } as OracleData
}
