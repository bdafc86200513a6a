/**
 * A dataset compiled once per data revision into what the request path reads: legs with prices in their own currency, calendars,
 * rules, documents and the graph of money states. Immutable; nothing here is computed again for a request.
 */
import { digestOf } from '#contracts/canonical-json.ts'
import type { MarketOverlay } from '#contracts/market-overlay.ts'
import type { PolicyLimits } from '#contracts/routing.ts'
import type { Plans } from './candidates.ts'
import { type Closures, closuresOf, type OpenDays, WORKING_WEEK, type Zone, zoneOf } from './calendar.ts'
import type { AppliesIf, CorridorRecord, Dataset, DocumentCondition, LimitsRecord, ProviderRecord, RuleMatch, WeightName } from './dataset.ts'
import { DatasetError, WEIGHT_NAMES } from './dataset.ts'
import { durationSeconds } from './durations.ts'
import type { Graph } from './graph.ts'
import { type CalendarFor, compareText, compileLeg, type Figure, figure, type Leg, legSortKey, makeCalendar, worstOfCategory } from './leg.ts'
import { fromDecimal, mul, toDecimalNearest } from './rational.ts'

export type Rule = {
  readonly id: string
  readonly status: string
  readonly reason: string
  readonly facts: readonly string[]
  readonly match: RuleMatch
  /** `to` and `payee_country` together speak of what the payee is given */
  readonly speaks_of_payout: boolean
  readonly has_leg_keys: boolean
  readonly has_route_keys: boolean
  /** the rule as policy sees it */
  readonly fact: { readonly id: string; readonly status: string }
}

export type CorridorDocument = { readonly code: string; readonly facts: readonly string[]; readonly illustrative: boolean; readonly applies_if: AppliesIf; readonly speaks_of_route: boolean }

export type P90Timing = { readonly p90_s: number; readonly days: OpenDays | null }

export type Corridor = {
  readonly record: CorridorRecord
  readonly rules: readonly Rule[]
  readonly documents: readonly CorridorDocument[]
  readonly pairs: ReadonlyMap<string, CorridorRecord['allowed_pairs'][number]>
  /** by leg ordinal: the leg's p90 with its settlement window in this corridor */
  readonly p90: readonly P90Timing[]
  readonly limits: PolicyLimits
  readonly limits_record: LimitsRecord
}
export type Weights = Readonly<Record<WeightName, number>>

export type Snapshot = {
  readonly digest: string
  readonly weights_revision: string
  /** with what is laid over it applied, but for observed prices of legs, which the legs carry */
  readonly dataset: Dataset
  /** the imported data alone, and what lies over it; null where this is the imported data alone */
  readonly over: { readonly base: Snapshot; readonly overlay: MarketOverlay } | null
  readonly legs: readonly Leg[]
  readonly corridors: ReadonlyMap<string, Corridor>
  readonly closures: ReadonlyMap<string, Closures>
  readonly country_zones: ReadonlyMap<string, Zone>
  readonly usd_mids: ReadonlyMap<string, Figure>
  readonly weights: Readonly<Record<string, Weights>>
  readonly weight_text: Readonly<Record<string, Readonly<Record<WeightName, string>>>>
  readonly documents: DocumentBook
  /** made on first use by graphOf and plansOf; a function of the rest of the snapshot */
  readonly graphs: Map<string, Graph>
  readonly plans: Map<string, Plans>
}

export type DocumentBook = {
  /** every code, sorted; bit i of a mask stands for codes[i] */
  readonly codes: readonly string[]
  readonly bit: ReadonlyMap<string, bigint>
  readonly title: (code: string) => string
  readonly stage: (code: string) => 'before_payment' | 'after_payment' | 'desk'
  readonly condition: (code: string) => DocumentCondition | undefined
  readonly lead_time: (code: string) => string
  readonly equivalents: (code: string) => readonly string[]
  readonly validity: (code: string) => { default: string; goods_class?: Record<string, string> } | undefined
  readonly structural: ReadonlySet<string>
  readonly structural_unless_method: ReadonlyMap<string, string>
}
export const pairKey = (from: string, to: string, from_country: string | null, to_country: string | null): string =>
  `${from}|${to}|${from_country ?? ''}|${to_country ?? ''}`
const LEG_KEYS = ['from', 'to', 'kind', 'country', 'provider_category', 'licence_status', 'provider_id', 'token_peg'] as const
const ROUTE_KEYS = ['requires', 'uses_token', 'payer_matches_buyer'] as const
/**
 * The dataset ready for requests. Deterministic: the order of records in the files changes nothing. Throws on an impossible dataset, and a DatasetError
 * where it needs more than `calendars_max` calendars: each is some fifty kilobytes, and a leg may need one of its own in each corridor.
 */
export function compileSnapshot(dataset: Dataset, digest: string = digestOf(dataset), calendars_max = Number.POSITIVE_INFINITY): Snapshot {
  const { corridors: book, providers, estimates, rates } = dataset
  const usd_mids = new Map<string, Figure>([['USD', figure({ n: 1n, d: 1n })]])
  for (const mid of rates.usd_mids) usd_mids.set(mid.quote, figure(fromDecimal(mid.mid)))
  const closures = closuresOf(book.holidays)
  const worst = worstOfCategory(dataset)
  const estimateOf = new Map(estimates.providers.map((e) => [e.provider_id, e]))
  const calendars = new Map<string, OpenDays>()

  const calendarFor = (zone: string, cut_off: string, working: readonly string[], countries: readonly (string | null)[]): OpenDays => {
    const closedIn = [...new Set(countries.filter((c) => c !== null))].sort()
    const key = [zone, cut_off, working.join(','), ...closedIn].join('|')
    let days = calendars.get(key)
    if (!days && calendars.size >= calendars_max) throw new DatasetError([{ file: 'providers.json', record: '(file)', field: 'cut_off', message: `more than ${calendars_max} calendars of zones, cut-offs and countries; data of this size is imported by the owner of the server` }])
    if (!days) calendars.set(key, (days = makeCalendar(closures, zone, cut_off, working, closedIn)))
    return days
  }

  const documents = documentBook(dataset)
  const unordered = providers.flatMap((provider) => provider.legs.map((record) => ({ provider, record, key: legSortKey(provider, record) })))
  const legs = unordered.sort((a, b) => compareText(a.key, b.key)).map(({ provider, record }, ordinal) =>
    compileLeg(ordinal, provider, record, estimateOf.get(provider.id)!, dataset, usd_mids, documents.bit, worst, calendarFor))

  const corridors = new Map(book.corridors.map((record) => [record.id, compileCorridor(record, legs, estimates.default_limits, calendarFor)]))
  const weights: Record<string, Weights> = {}
  const weight_text: Record<string, Record<WeightName, string>> = {}
  for (const [preference, table] of Object.entries(estimates.weights)) {
    if (typeof table === 'string' || table === undefined) continue
    weight_text[preference] = table
    weights[preference] = Object.fromEntries(WEIGHT_NAMES.map((name) => [name, Number(table[name])])) as Record<WeightName, number>
  }
  return {
    digest, dataset, over: null, legs, corridors, closures, usd_mids, weights, weight_text, documents, graphs: new Map(), plans: new Map(),
    weights_revision: digestOf(weight_text).slice(0, 16),
    country_zones: new Map(Object.entries(book.country_time_zones).map(([country, zone]) => [country, zoneOf(zone)])),
  }
}

/**
 * The snapshot with one provider's record replaced, its legs keeping their pairs and kinds: a new price, limit or fee. Everything else is
 * shared. `digest` is that of the changed dataset. Throws when the legs themselves differ: then the graph does, and it is compiled anew.
 */
export function withProvider(snapshot: Snapshot, provider: ProviderRecord, digest: string): Snapshot {
  const before = snapshot.legs.filter((leg) => leg.provider.id === provider.id)
  const keys = provider.legs.map((record) => legSortKey(provider, record)).sort(compareText)
  if (before.length === 0 || keys.length !== before.length || before.some((leg) => !keys.includes(legSortKey(leg.provider, leg.record)))) {
    throw new Error(`provider ${provider.id} has other legs than before`)
  }
  const dataset: Dataset = { ...snapshot.dataset, providers: snapshot.dataset.providers.map((p) => (p.id === provider.id ? provider : p)) }
  const legs = snapshot.legs.slice()
  const worst = worstOfCategory(dataset)
  for (const old of before) {
    const record = provider.legs.find((leg) => legSortKey(provider, leg) === legSortKey(old.provider, old.record))!
    // The calendar stays unless cut-off or days changed; then the few milliseconds of a new one are paid.
    const same = JSON.stringify(provider.cut_off) === JSON.stringify(old.provider.cut_off) && provider.settlement_latency.clock === old.provider.settlement_latency.clock
    const calendarFor: CalendarFor = same ? () => old.days! : (zone, cut_off, working, countries) => makeCalendar(snapshot.closures, zone, cut_off, working, countries)
    legs[old.ordinal] = compileLeg(old.ordinal, provider, record, old.estimate, dataset, snapshot.usd_mids, snapshot.documents.bit, worst, calendarFor)
  }
  const changed = new Set(before.map((leg) => leg.ordinal))
  const corridors = new Map([...snapshot.corridors].map(([id, corridor]) => {
    const p90 = corridor.p90.slice()
    for (const ordinal of changed) p90[ordinal] = p90Of(corridor.record, legs[ordinal]!, (zone, cut_off, working, countries) => makeCalendar(snapshot.closures, zone, cut_off, working, countries))
    return [id, { ...corridor, p90 }]
  }))
  return { ...snapshot, digest, dataset, legs, corridors, graphs: new Map(), plans: new Map() }
}
/** A leg's p90 in a corridor: its own, or its settlement window's where that is longer, then with the window's clock. */
export function p90Of(corridor: CorridorRecord, leg: Leg, calendarFor: CalendarFor): P90Timing {
  const window = leg.provider.settlement_window === undefined ? undefined : corridor.settlement_windows.find((w) => w.id === leg.provider.settlement_window)
  const window_s = window?.duration ? durationSeconds(window.duration.p90) : 0
  if (!window?.duration || window_s <= leg.p90_s) return { p90_s: leg.p90_s, days: leg.days }
  if (window.duration.clock === 'elapsed') return { p90_s: window_s, days: null }
  const cut = leg.provider.cut_off
  const countries = [leg.from_country, leg.to_country]
  const days = 'always_open' in cut
    ? calendarFor(window.timezone, '23:59:59', WORKING_WEEK, countries)
    : calendarFor(cut.timezone, cut.local_time, cut.days, countries)
  return { p90_s: window_s, days }
}

function compileCorridor(record: CorridorRecord, legs: readonly Leg[], limits: LimitsRecord, calendarFor: CalendarFor): Corridor {
  const p90 = legs.map((leg) => p90Of(record, leg, calendarFor))
  return {
    record, p90, limits_record: limits, limits: policyLimits(limits),
    pairs: new Map(record.allowed_pairs.map((p) => [pairKey(p.from, p.to, p.from_country, p.to_country), p])),
    rules: record.prohibited_legs.map((rule) => {
      const speaks_of_payout = rule.match.to !== undefined && rule.match.payee_country !== undefined
      return {
        id: rule.id, status: rule.status, fact: { id: rule.id, status: rule.status }, reason: rule.reason, facts: rule.facts, match: rule.match, speaks_of_payout,
        has_leg_keys: LEG_KEYS.some((key) => rule.match[key] !== undefined), has_route_keys: ROUTE_KEYS.some((key) => rule.match[key] !== undefined),
      }
    }),
    documents: record.required_documents.map((d) => ({
      code: d.code, facts: d.facts, illustrative: d.illustrative === true, applies_if: d.applies_if,
      speaks_of_route: d.applies_if.route_requires !== undefined || d.applies_if.route_uses !== undefined || d.applies_if.payout_currency !== undefined,
    })),
  }
}

/** Limits as policy compares them: integers of micro-bps, parts per billion and parts per million. */
export function policyLimits(limits: LimitsRecord): PolicyLimits {
  const scaled = (text: string, digits: number) => Number(toDecimalNearest(mul(fromDecimal(text), { n: 10n ** BigInt(digits), d: 1n }), 0))
  return {
    max_hops: limits.max_hops, max_cost_microbps: scaled(limits.max_cost_bps, 6), max_route_risk_ppb: scaled(limits.max_route_risk, 9),
    allowed_postures: limits.allowed_postures, max_age_ratio_refused_ppm: scaled(limits.max_age_ratio_refused, 6),
  }
}

function documentBook(dataset: Dataset): DocumentBook {
  const book = dataset.corridors
  const entry = <T>(table: object, code: string): T | undefined => (Object.hasOwn(table, code) ? (table as Record<string, T>)[code] : undefined)
  const stageDefault = entry<'before_payment'>(book.document_stages, 'default') ?? 'before_payment'
  const leadDefault = entry<string>(book.document_lead_time, 'default') ?? 'PT0S'
  const codes = Object.keys(book.document_codes).sort()
  return {
    codes, bit: new Map(codes.map((code, i) => [code, 1n << BigInt(i)])),
    title: (code) => book.document_codes[code] ?? code,
    stage: (code) => entry<'before_payment' | 'after_payment' | 'desk'>(book.document_stages, code) ?? stageDefault,
    condition: (code) => entry<DocumentCondition>(book.document_conditions, code),
    lead_time: (code) => entry<string>(book.document_lead_time, code) ?? leadDefault,
    equivalents: (code) => entry<string[]>(book.document_equivalents, code) ?? [],
    validity: (code) => entry<{ default: string; goods_class?: Record<string, string> }>(book.document_validity, code),
    structural: new Set(book.document_structural.codes),
    structural_unless_method: new Map(Object.entries(book.document_structural.unless_method)),
  }
}
