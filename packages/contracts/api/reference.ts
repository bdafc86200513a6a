/** corridors, providers, facts and the desk's fee: what the routing rests on, with where each number comes from. */
import Type from 'typebox'
import { Amount, Country, Currency } from '../routing.ts'
import { note } from '../text.ts'
import { closed, Instant, nullable, payable, Uuid, oneOf } from './common.ts'
import { EXECUTION_MODES } from './route-sessions.ts'

/** A number with its provenance. `illustrative` means that no public source gives it, and every screen says so. */
export const SourcedValue = Type.Object({
  label: Type.String(), value: Type.String(), facts: Type.Array(Type.String()), illustrative: Type.Boolean(),
  partly_sourced: Type.Boolean(), note: nullable(Type.String()),
}, closed)

export const CorridorRow = Type.Object({
  id: Type.String(), name: Type.String(), source_country: Country, source_currency: Type.String(), destination_country: Country,
  destination_currencies: Type.Array(Type.String()), mode_ceiling: oneOf(EXECUTION_MODES), depth: Type.String(),
  pair_count: Type.Integer(), rule_count: Type.Integer(), document_count: Type.Integer(),
}, closed)

export const Corridor = Type.Object({
  ...CorridorRow.properties,
  allowed_pairs: Type.Array(Type.Object({
    from: Type.String(), to: Type.String(), from_country: nullable(Country), to_country: nullable(Country), status: Type.String(),
    conditions: nullable(Type.String()), facts: Type.Array(Type.String()), illustrative: Type.Boolean(),
  }, closed)),
  rules: Type.Array(Type.Object({
    id: Type.String(), status: Type.String(), reason: Type.String(), match: Type.Unknown(), facts: Type.Array(Type.String()),
  }, closed)),
  documents: Type.Array(Type.Object({
    code: Type.String(), title: Type.String(), when: Type.String(), stage: Type.String(), lead_time: nullable(Type.String()),
    facts: Type.Array(Type.String()), illustrative: Type.Boolean(),
  }, closed)),
  checklist: Type.Array(Type.Object({
    id: Type.String(), item: Type.String(), blocking: Type.Boolean(), stage: Type.String(), facts: Type.Array(Type.String()),
  }, closed)),
  regulators: Type.Array(Type.Object({
    country: Country, authority: Type.String(), scope: Type.String(), notes: nullable(Type.String()), facts: Type.Array(Type.String()),
  }, closed)),
  settlement_windows: Type.Array(Type.Object({
    id: Type.String(), name: Type.String(), text: Type.String(), timezone: Type.String(), facts: Type.Array(Type.String()),
    unverified_claim: Type.Boolean(),
  }, closed)),
}, closed)

export const ProviderRow = Type.Object({
  id: Type.String(), name: Type.String(), category: Type.String(), countries: Type.Array(Country), licence_status: Type.String(),
  posture: Type.String(), risk_class: Type.String(), trust: Type.String(), leg_count: Type.Integer(), data_as_of: Type.String(),
}, closed)

export const Provider = Type.Object({
  ...ProviderRow.properties,
  archetype: Type.Boolean(),
  regulatory_status: Type.String(),
  kyc_level: Type.String(),
  notes: nullable(Type.String()),
  legs: Type.Array(Type.Object({
    from: Type.String(), to: Type.String(), from_country: nullable(Country), to_country: nullable(Country), kind: Type.String(),
    network: nullable(Type.String()), documents_required: Type.Array(Type.String()),
  }, closed)),
  values: Type.Array(SourcedValue),
  documents_required: Type.Array(Type.String()),
  facts: Type.Array(Type.String()),
}, closed)

/** A row of facts.md: what a public source says, and where. */
export const Fact = Type.Object({
  id: Type.String(), statement: Type.String(), source: Type.String(), url: nullable(Type.String()), confidence: nullable(Type.String()),
}, closed)

export const DeskFeeRuleBody = Type.Object({
  merchant_id: nullable(Uuid),
  corridor_id: nullable(Type.String()),
  fixed: Type.Object({ amount: Amount, currency: Currency }, payable('amount')),
  /** at most the whole amount */
  bps: Type.String({ pattern: '^(?:10000(?:\\.0{1,12})?|(?:0|[1-9][0-9]{0,3})(?:\\.[0-9]{1,12})?)$' }),
  minimum: Type.Object({ amount: Amount, currency: Currency }, payable('amount')),
  reason: note(300),
}, closed)
export const DeskFeeRule = Type.Object({
  id: Uuid, ...DeskFeeRuleBody.properties, version: Type.Integer(), changed_at: Instant, changed_by: Type.String(),
}, closed)
