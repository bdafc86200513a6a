/**
 * The corridor data as it is written in files, validated whole: a wrong type, an unknown key, code or enum value, or a reference to
 * nothing is an error that names file, record and field. Meaning: data/README in shared/corridors.
 */
import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { CURRENCIES, DECIMAL_PATTERN } from '#contracts/money.ts'
import { Country, Currency, GOODS_CLASSES, PAID_WHEN, PREFERENCES, PURPOSES, SETTLEMENT_METHODS, TRADE_CLASSES } from '#contracts/routing.ts'

export { senseIssues } from './dataset-sense.ts'

const closed = { additionalProperties: false } as const
const opt = Type.Optional
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values] as unknown as T)
const Text = Type.String({ minLength: 1 })
const Decimal = Type.String({ pattern: DECIMAL_PATTERN })
// Of this century: whatever walks from one day to another ends.
const Day = Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })
const Clock = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$' })
// At most 27 years: business days are counted one by one.
const Duration = Type.String({ pattern: '^P(?=.)([0-9]{1,4}D)?(T(?=.)([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,8}S)?)?$' })
const Facts = Type.Array(Type.String({ pattern: '^F[0-9]{3}$' }))
const provenance = { facts: Facts, illustrative: opt(Type.Boolean()), partly_sourced: opt(Type.Boolean()), note: opt(Text) }
const Amount = { amount: Decimal, currency: Currency }
const Threshold = Type.Object({ ...Amount, period: opt(Type.Literal('P3M')) }, closed)

export const LEG_KINDS = [
  'fund', 'fx', 'onramp', 'onchain', 'offramp', 'cross_border_transfer', 'settlement', 'payout', 'agent_payout', 'wallet_payout',
  'mirror_settlement', 'documentary_credit', 'escrow',
] as const
export type LegKind = (typeof LEG_KINDS)[number]
export const RISK_CLASSES = ['low', 'moderate', 'elevated', 'high', 'prohibited'] as const
export const POSTURES = ['verified', 'probation', 'unverified', 'suspended'] as const
const PAIR_STATUSES = ['allowed', 'conditional', 'review', 'restricted', 'prohibited'] as const
const RULE_STATUSES = ['review', 'restricted', 'prohibited'] as const
const LICENCE_STATUSES = ['licensed_regulated', 'licensed_unverified_claim', 'registered_only', 'unlicensed_informal', 'protocol'] as const
export const WEIGHT_NAMES = [
  'cost', 'slippage', 'hour', 'late_hour', 'liquidity', 'risk', 'trust', 'human_hour', 'human_step', 'actor_risk', 'freshness', 'document',
  'proof', 'probation', 'above_guidance',
] as const
export type WeightName = (typeof WEIGHT_NAMES)[number]
const CATEGORIES = [
  'bank_fx', 'bank_wire', 'bank_rmb', 'bank_lc', 'domestic_rail', 'exchange', 'otc', 'p2p', 'informal_fx', 'fintech', 'regional_rail', 'network',
  'correspondent', 'beneficiary_bank', 'issuer', 'clearing_rail', 'informal_value_transfer', 'informal_crypto_otc', 'wallet_rail', 'trade_agent',
  'marketplace',
] as const

const Band = Type.Object({ low: Decimal, typical: Decimal, high: Decimal, ...provenance }, closed)
const FixedFee = Type.Object({ low: Decimal, typical: Decimal, high: Decimal, currency: Currency, ...provenance }, closed)
const Limit = Type.Object({ ...Amount, per: opt(Text), soft: opt(Type.Literal(true)), ...provenance }, closed)

const Leg = Type.Object({
  from: Currency, to: Currency, from_country: nullable(Country), to_country: nullable(Country), kind: oneOf(LEG_KINDS),
  network: opt(oneOf(['TRON', 'ETHEREUM', 'SOLANA'])), settles_as: opt(Text), payee_type: opt(oneOf(['individual'])),
  documents_required: opt(Type.Array(Text)),
}, closed)

export const ProviderRecord = Type.Object({
  id: Text, name: Text, archetype: Type.Boolean(), category: oneOf(CATEGORIES), countries: Type.Array(Country),
  legs: Type.Array(Leg, { minItems: 1 }),
  fee_schedule: Type.Object({
    fixed: opt(FixedFee), bps: opt(Band), minimum_fee: opt(Type.Object({ ...Amount, ...provenance }, closed)),
  }, closed),
  fx_spread_bps: nullable(Band),
  limits: Type.Object({
    min: nullable(Limit), max: nullable(Limit), daily_liquidity: nullable(Limit), max_inflow_funded: opt(Limit),
  }, closed),
  settlement_latency: Type.Object({
    low: Duration, high: Duration, clock: oneOf(['business', 'elapsed', 'mixed']), ...provenance,
    quantiles: Type.Object({ p50: Duration, p90: Duration, p99: Duration, illustrative: opt(Type.Boolean()) }, closed),
  }, closed),
  cut_off: Type.Union([
    Type.Object({ always_open: Type.Literal(true), ...provenance }, closed),
    Type.Object({
      local_time: Clock, timezone: Text, utc_offset: Type.String({ pattern: '^[+-][0-9]{2}:[0-9]{2}$' }),
      days: Type.Array(oneOf(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']), { minItems: 1 }), ...provenance,
    }, closed),
  ]),
  kyc_level: oneOf(['KYB_FULL', 'KYB_STANDARD', 'KYC_BASIC', 'NONE']),
  risk_class: oneOf(RISK_CLASSES),
  regulatory_status: Text,
  data_freshness: Type.Object({ as_of: Day, max_age: Duration, basis: Text }, closed),
  facts: Facts, notes: Text, documents_required: Type.Array(Text), licence_status: oneOf(LICENCE_STATUSES),
  needs_held_funds: opt(Type.Boolean()), settlement_window: opt(Text),
}, closed)
export type ProviderRecord = Static<typeof ProviderRecord>

const RuleMatch = Type.Object({
  from: opt(Type.Array(Currency)), to: opt(Type.Array(Currency)), kind: opt(Type.Array(oneOf(LEG_KINDS))), country: opt(Country),
  provider_category: opt(Type.Array(oneOf(CATEGORIES))), licence_status: opt(oneOf(LICENCE_STATUSES)), provider_id: opt(Type.Array(Text)),
  token_peg: opt(Currency), requires: opt(Text), uses_token: opt(Type.Boolean()), payer_matches_buyer: opt(Type.Boolean()),
  payee_country: opt(Country), payee_type: opt(oneOf(['company', 'individual', 'mixed'])), purpose: opt(oneOf(PURPOSES)),
  payee_matches_seller: opt(Type.Boolean()), payee_role: opt(Type.Array(oneOf(['agent', 'buying_company']))), sender_type: opt(oneOf(['business', 'individual'])),
  source_country: opt(Country), advance_payment: opt(Type.Boolean()), capital_goods: opt(Type.Boolean()), goods_import: opt(Type.Boolean()),
  amount_gt: opt(Threshold), amount_gte: opt(Threshold), cumulative_gt: opt(Threshold),
}, { ...closed, minProperties: 1 })
export type RuleMatch = Static<typeof RuleMatch>

const AppliesIf = Type.Object({
  purpose: opt(Type.Array(oneOf(PURPOSES))), route_requires: opt(Type.Array(Text)), route_uses: opt(Type.Array(oneOf(['token', 'own_funds', 'rmb_by_bank']))),
  payout_currency: opt(Type.Array(Currency)), paid: opt(Type.Array(oneOf(PAID_WHEN))), first_payment_to_supplier: opt(Type.Boolean()),
}, closed)
export type AppliesIf = Static<typeof AppliesIf>

export const CorridorRecord = Type.Object({
  id: Text, name: Text, depth: oneOf(['full', 'light']),
  source: Type.Object({ country: Country, currency: Currency }, closed),
  destination: Type.Object({ country: Country, currencies: Type.Array(Currency), transit_currencies: Type.Array(Currency) }, closed),
  transit_countries: Type.Array(Country),
  regulators: Type.Array(Type.Object({ country: Country, authority: Text, scope: Text, notes: opt(Text), facts: Facts }, closed)),
  allowed_pairs: Type.Array(Type.Object({
    from: Currency, to: Currency, from_country: nullable(Country), to_country: nullable(Country), status: oneOf(PAIR_STATUSES),
    conditions: opt(Text), facts: Facts, illustrative: opt(Type.Boolean()),
  }, closed)),
  prohibited_legs: Type.Array(Type.Object({ id: Text, status: oneOf(RULE_STATUSES), match: RuleMatch, reason: Text, facts: Facts }, closed)),
  required_documents: Type.Array(Type.Object({
    code: Text, when: Text, facts: Facts, illustrative: opt(Type.Boolean()), threshold: opt(Threshold), applies_if: AppliesIf,
  }, closed)),
  checklist: Type.Array(Type.Object({ id: Text, item: Text, blocking: Type.Boolean(), stage: Text, facts: Facts }, closed)),
  settlement_windows: Type.Array(Type.Object({
    id: Text, name: Text, timezone: Text, facts: Facts, opens: opt(Clock), closes: opt(Clock), cut_off: opt(Clock), settles: opt(Text),
    schedule: opt(Text), unverified_claim: opt(Type.Boolean()),
    duration: opt(Type.Object({ p90: Duration, clock: oneOf(['business', 'elapsed']) }, closed)),
  }, closed)),
  /** reference figures of what others charge, shown beside a corridor and never computed with */
  anchors: Type.Record(Text, Type.Union([Text, Facts])),
}, closed)
export type CorridorRecord = Static<typeof CorridorRecord>

const DocumentCondition = Type.Object({
  trade_class: opt(Type.Array(oneOf(TRADE_CLASSES))), goods_class: opt(Type.Array(oneOf(GOODS_CLASSES))), paid: opt(Type.Array(oneOf(PAID_WHEN))),
  amount_gte: opt(Threshold), first_payment_to_supplier: opt(Type.Boolean()), facts: Facts, partly_sourced: opt(Type.Boolean()),
}, closed)
export type DocumentCondition = Static<typeof DocumentCondition>
const Note = { note: opt(Text), illustrative: opt(Type.Boolean()) }
const openTable = <T extends TSchema>(named: Record<string, TSchema>, rest: T) => Type.Object(named, { additionalProperties: rest })

const CorridorsFile = Type.Object({
  as_of: Day, not_legal_advice: Type.Boolean(),
  status_values: Type.Record(Text, Text), leg_kinds: Type.Record(Text, Text), currency_notes: Type.Record(Text, Text),
  document_codes: Type.Record(Text, Text),
  corridors: Type.Array(CorridorRecord, { minItems: 1 }),
  holidays: Type.Array(Type.Object({
    country: Country, name: Text, start: Day, end: Day, facts: Facts, package: opt(Text), estimated: opt(Type.Boolean()),
  }, closed)),
  holiday_warning: Text,
  document_conditions: openTable(Note, DocumentCondition),
  document_stages: openTable(Note, oneOf(['before_payment', 'after_payment', 'desk'])),
  document_validity: openTable(Note, Type.Object({
    default: Duration, goods_class: opt(Type.Record(Text, Duration)), facts: Facts,
  }, closed)),
  document_structural: Type.Object({
    ...Note, codes: Type.Array(Text), unless_method: Type.Record(Text, oneOf(SETTLEMENT_METHODS)),
  }, closed),
  document_lead_time: openTable(Note, Duration),
  document_equivalents: openTable(Note, Type.Array(Text)),
  country_time_zones: Type.Record(Text, Text),
}, closed)

const Prior = Type.Object({ successes: Type.Integer({ minimum: 0 }), failures: Type.Integer({ minimum: 0 }) }, closed)
export const EstimateRecord = Type.Object({
  provider_id: Text, posture: oneOf(POSTURES),
  trust_prior: opt(Prior), liquidity_confidence: opt(Decimal),
  slippage_curve: opt(Type.Object({ share_of_daily_liquidity_to_bps: Type.Array(Type.Tuple([Decimal, Decimal]), { minItems: 1 }) }, closed)),
  human_steps: Type.Array(Type.Object({
    kind: Text, typical: Duration, proof_kinds: Type.Array(Text), done_by: oneOf(['merchant', 'desk_operator', 'settlement_agent']),
  }, closed)),
  connector_id: nullable(Text),
}, closed)
export type EstimateRecord = Static<typeof EstimateRecord>

const ManualActor = Type.Object({
  id: Text, name: Text,
  covers: Type.Object({ countries: Type.Array(Country), steps: Type.Array(Text), cities: opt(Type.Array(Text)) }, closed),
  hours: Type.Object({ timezone: Text, days: Type.Array(Text), from: Text, to: Text }, closed),
  languages: Type.Array(Text), capacity_per_day: Type.Integer({ minimum: 0 }), reliability_prior: Prior, proof_kinds: Type.Array(Text),
  works_as: oneOf(['desk_operator', 'settlement_agent']),
}, closed)

const Limits = Type.Object({
  max_hops: Type.Integer({ minimum: 1, maximum: 6 }), max_cost_bps: Decimal, max_route_risk: Decimal,
  allowed_postures: Type.Array(oneOf(POSTURES)), max_age_ratio_conditional: Decimal, max_age_ratio_refused: Decimal, note: opt(Text),
}, closed)
export type LimitsRecord = Static<typeof Limits>
const Weights = Type.Object(Object.fromEntries(WEIGHT_NAMES.map((name) => [name, Decimal])) as Record<WeightName, typeof Decimal>, closed)

const EstimatesFile = Type.Object({
  as_of: Day, illustrative: Type.Boolean(), note: Text,
  provider_risk_by_class: Type.Object(Object.fromEntries(RISK_CLASSES.map((c) => [c, Decimal])) as Record<(typeof RISK_CLASSES)[number], typeof Decimal>, closed),
  providers: Type.Array(EstimateRecord), manual_actors: Type.Array(ManualActor), default_limits: Limits,
  weights: Type.Object({
    note: opt(Text), ...(Object.fromEntries(PREFERENCES.map((p) => [p, Weights])) as Record<(typeof PREFERENCES)[number], typeof Weights>),
  }, closed),
}, closed)

const MidRate = Type.Object({
  base: Type.Literal('USD'), quote: Currency, mid: Decimal, inverse: Decimal, kind: oneOf(['fiat', 'token']), source: Text, source_version: Text,
  confidence: Text, facts: Facts, note: opt(Text),
}, closed)
const RatesFile = Type.Object({
  as_of: Day, valid_for: Duration, mid_definition: Text,
  source: Type.Object({ url: Text, version: Text, confidence: Text, facts: Facts }, closed),
  usd_mids: Type.Array(MidRate, { minItems: 1 }),
  crosses: Type.Array(Type.Object({ base: Currency, quote: Currency, mid: Decimal, derived: Type.Boolean(), formula: Text, meaning: Text }, closed)),
  history: Type.Array(Type.Object({ date: Day, base: Currency, mids: Type.Record(Text, Decimal), source: Text, source_version: Text }, closed)),
  market_adjustments: Type.Array(Type.Object({
    id: Text, applies_to: Text, type: Text, low: Decimal, typical: Decimal, high: Decimal, ...provenance,
  }, closed)),
}, closed)

/** The files by their names without ending; what an import is given. */
export type DatasetFiles = { corridors: unknown; providers: unknown; estimates: unknown; rates: unknown }
export type Dataset = {
  readonly corridors: Static<typeof CorridorsFile>
  readonly providers: readonly ProviderRecord[]
  readonly estimates: Static<typeof EstimatesFile>
  readonly rates: Static<typeof RatesFile>
}
export type ManualActorRecord = Static<typeof ManualActor>

export type DatasetIssue = { readonly file: string; readonly record: string; readonly field: string; readonly message: string }

/** Thrown by parseDataset; `issues` names file, record and field of each. */
export class DatasetError extends Error {
  readonly issues: readonly DatasetIssue[]
  constructor(issues: readonly DatasetIssue[]) {
    super(issues.slice(0, 20).map((i) => `${i.file}: ${i.record}: ${i.field}: ${i.message}`).join('\n'))
    this.name = 'DatasetError'
    this.issues = issues
  }
}

const FILES = {
  corridors: { name: 'corridors.json', check: Compile(CorridorsFile) },
  providers: { name: 'providers.json', check: Compile(Type.Array(ProviderRecord, { minItems: 1 })) },
  estimates: { name: 'estimates.json', check: Compile(EstimatesFile) },
  rates: { name: 'rates.json', check: Compile(RatesFile) },
} as const

/** The record and field that a JSON pointer speaks of: the innermost object that has an id names the record. */
function locate(root: unknown, pointer: string): { record: string; field: string } {
  let value: unknown = root
  let record = 'file'
  let field: string[] = []
  for (const step of pointer.split('/').slice(1).map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    field.push(step)
    value = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[step] : undefined
    if (value === null || typeof value !== 'object' || Array.isArray(value)) continue
    const own = value as Record<string, unknown>
    const id = own['id'] ?? own['provider_id'] ?? own['code'] ?? (own['quote'] && own['base'] ? `${own['base']}/${own['quote']}` : undefined)
    if (typeof id === 'string') {
      record = record === 'file' ? id : `${record} › ${id}`
      field = []
    }
  }
  return { record, field: field.join('.') || '(itself)' }
}

function unknownKeys(error: { keyword: string; params: unknown }): string[] {
  const params = error.params as { additionalProperties?: unknown; requiredProperties?: unknown }
  const named = params.additionalProperties ?? params.requiredProperties
  return Array.isArray(named) ? named.map(String) : []
}

/**
 * The four files as one validated dataset. Throws DatasetError with every issue found (shape first; references only once the shape
 * holds). Pure: reading files is the caller's.
 */
export function parseDataset(files: DatasetFiles): Dataset {
  const issues: DatasetIssue[] = []
  for (const [key, { name, check }] of Object.entries(FILES) as [keyof typeof FILES, (typeof FILES)[keyof typeof FILES]][]) {
    const value = files[key]
    if (check.Check(value)) continue
    for (const error of check.Errors(value)) {
      if (error.keyword === 'boolean') continue // the same unknown key, said a second time
      const at = locate(value, error.instancePath)
      const keys = unknownKeys(error)
      if (error.keyword === 'additionalProperties' && keys.length > 0) {
        for (const unknown of keys) issues.push({ file: name, record: at.record, field: at.field === '(itself)' ? unknown : `${at.field}.${unknown}`, message: 'unknown key' })
      } else issues.push({ file: name, record: at.record, field: at.field, message: error.message })
    }
  }
  if (issues.length > 0) throw new DatasetError(issues)
  const dataset = files as unknown as Dataset
  const broken = referenceIssues(dataset)
  if (broken.length > 0) throw new DatasetError(broken)
  return dataset
}

/** A holiday is days of which each is a holiday. */
const HOLIDAY_MAX_MS = 60 * 86_400_000
/** 30 February has the form of a day. */
const isRealDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** What a schema cannot say: every id, code, currency, country and zone that is named must exist, once. */
function referenceIssues(dataset: Dataset): DatasetIssue[] {
  const issues: DatasetIssue[] = []
  const say = (file: string, record: string, field: string, message: string) => issues.push({ file, record, field, message })
  const { corridors: book, providers, estimates, rates } = dataset
  const codes = new Set(Object.keys(book.document_codes))
  const code = (file: string, record: string, field: string, value: string) => {
    if (!codes.has(value)) say(file, record, field, `unknown document ${value}`)
  }
  const unique = (file: string, field: string, ids: readonly string[]) => {
    const seen = new Set<string>()
    for (const id of ids) {
      if (seen.has(id)) say(file, id, field, 'given twice')
      seen.add(id)
    }
  }
  const zones = new Map<string, boolean>()
  const zone = (file: string, record: string, value: string) => {
    const key = value.toLowerCase()
    if (!zones.has(key)) zones.set(key, isZone(value))
    if (!zones.get(key)) say(file, record, 'timezone', `unknown time zone ${value}`)
  }
  const mids = new Set(['USD', ...rates.usd_mids.map((m) => m.quote)])
  const providerIds = new Set(providers.map((p) => p.id))
  const windows = new Set(book.corridors.flatMap((c) => c.settlement_windows.map((w) => w.id)))
  unique('providers.json', 'id', providers.map((p) => p.id))
  unique('estimates.json', 'provider_id', estimates.providers.map((p) => p.provider_id))
  unique('estimates.json', 'id', estimates.manual_actors.map((a) => a.id))
  unique('corridors.json', 'id', book.corridors.map((c) => c.id))
  unique('rates.json', 'quote', rates.usd_mids.map((m) => m.quote))
  for (const currency of CURRENCIES) if (!mids.has(currency)) say('rates.json', currency, 'mid', 'no mid rate for this currency')
  for (const m of rates.usd_mids) if (!(Number(m.mid) > 0)) say('rates.json', m.quote, 'mid', 'must be above zero')

  for (const p of providers) {
    if (!estimates.providers.some((e) => e.provider_id === p.id)) say('estimates.json', p.id, 'provider_id', 'no estimates for this provider')
    for (const d of p.documents_required) code('providers.json', p.id, 'documents_required', d)
    p.legs.forEach((leg, i) => {
      for (const d of leg.documents_required ?? []) code('providers.json', p.id, `legs.${i}.documents_required`, d)
      for (const side of ['from', 'to'] as const) {
        const token = leg[side] === 'USDT' || leg[side] === 'USDC'
        if (token !== (leg[`${side}_country`] === null)) say('providers.json', p.id, `legs.${i}.${side}_country`, token ? 'a token has no country' : 'a country is needed')
      }
    })
    if (p.settlement_window !== undefined && !windows.has(p.settlement_window)) say('providers.json', p.id, 'settlement_window', `unknown window ${p.settlement_window}`)
    if ('timezone' in p.cut_off) zone('providers.json', p.id, p.cut_off.timezone)
    for (const [field, limit] of [['min', p.limits.min], ['max', p.limits.max], ['daily_liquidity', p.limits.daily_liquidity]] as const) {
      if (limit !== null && limit.amount.startsWith('-')) say('providers.json', p.id, `limits.${field}.amount`, 'must not be negative')
    }
  }
  for (const e of estimates.providers) {
    if (!providerIds.has(e.provider_id)) say('estimates.json', e.provider_id, 'provider_id', 'unknown provider')
    const curve = e.slippage_curve?.share_of_daily_liquidity_to_bps ?? []
    for (let i = 1; i < curve.length; i++) {
      // A falling or stepping curve would make one more cent deliver less (ENGINE-SPIKE "Traps").
      if (Number(curve[i]![0]) <= Number(curve[i - 1]![0]) || Number(curve[i]![1]) < Number(curve[i - 1]![1])) {
        say('estimates.json', e.provider_id, `slippage_curve.share_of_daily_liquidity_to_bps.${i}`, 'shares must rise and bps must not fall')
      }
    }
  }
  for (const c of book.corridors) {
    unique('corridors.json', `${c.id}.prohibited_legs`, c.prohibited_legs.map((r) => r.id))
    unique('corridors.json', `${c.id}.settlement_windows`, c.settlement_windows.map((w) => w.id))
    for (const d of c.required_documents) {
      code('corridors.json', `${c.id} › ${d.code}`, 'code', d.code)
      for (const r of d.applies_if.route_requires ?? []) code('corridors.json', `${c.id} › ${d.code}`, 'applies_if.route_requires', r)
    }
    for (const r of c.prohibited_legs) {
      if (r.match.requires !== undefined) code('corridors.json', `${c.id} › ${r.id}`, 'match.requires', r.match.requires)
      if (r.match.cumulative_gt && r.match.requires === undefined) say('corridors.json', `${c.id} › ${r.id}`, 'match.cumulative_gt', 'needs `requires`, the document whose totals it counts')
      for (const id of r.match.provider_id ?? []) if (!providerIds.has(id)) say('corridors.json', `${c.id} › ${r.id}`, 'match.provider_id', `unknown provider ${id}`)
    }
    for (const w of c.settlement_windows) zone('corridors.json', `${c.id} › ${w.id}`, w.timezone)
    for (const country of [c.source.country, c.destination.country]) {
      if (!book.country_time_zones[country]) say('corridors.json', c.id, 'country_time_zones', `no time zone for ${country}`)
    }
  }
  for (const [country, name] of Object.entries(book.country_time_zones)) zone('corridors.json', country, name)
  for (const [table, entries] of [
    ['document_conditions', book.document_conditions], ['document_stages', book.document_stages], ['document_validity', book.document_validity],
    ['document_lead_time', book.document_lead_time], ['document_equivalents', book.document_equivalents],
  ] as const) {
    for (const key of Object.keys(entries)) if (key !== 'note' && key !== 'illustrative' && key !== 'default') code('corridors.json', table, key, key)
  }
  for (const d of [...book.document_structural.codes, ...Object.keys(book.document_structural.unless_method)]) code('corridors.json', 'document_structural', d, d)
  book.holidays.forEach((h, i) => {
    for (const field of ['start', 'end'] as const) if (!isRealDay(h[field])) say('corridors.json', `${h.country} ${h.name}`, `holidays.${i}.${field}`, 'no calendar has this day')
    if (Date.parse(h.end) - Date.parse(h.start) > HOLIDAY_MAX_MS) say('corridors.json', `${h.country} ${h.name}`, `holidays.${i}.end`, 'lasts longer than sixty days')
    if (h.end < h.start) say('corridors.json', `${h.country} ${h.name}`, `holidays.${i}.end`, 'ends before it starts')
  })
  return issues
}
