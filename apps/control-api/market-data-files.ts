/** What the operations on corridor data share: reading the files of a body, and saying what is wrong with them. */
import type { Static } from 'typebox'
import type { MarketDataBody, MarketDataImport } from '#contracts/api/market-data.ts'
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { DataRevision, SnapshotFiles } from '#database/index.ts'
import { parseMarketData, type MarketData } from '#governance/index.ts'
import { DatasetError, type Dataset, type DatasetIssue } from '#orchestrator/dataset.ts'
import { countRoutes } from '#orchestrator/route-count.ts'
import { compileSnapshot } from '#orchestrator/snapshot.ts'
import type { Refused } from './http/signed-in.ts'

/**
 * A server is shared by companies: a corridor of which one company's data makes many times the shipped one's 419 routes would keep all the
 * others waiting. The owner of the server, who knows what it bears, may import more.
 */
const ROUTES_MAX = 20_000
/** The same of what costs time or memory before any route is counted, or for each payment; some ten times the shipped data. */
const SIZES_MAX = { legs: 2_500, corridors: 60, pairs: 200, holidays: 1_000, documents: 500, calendars: 400 } as const
const ISSUES_MAX = 50
const TEXT_MAX = 200
const short = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text)

/** The data of the five files, or the refusal that names file, record and field of what is wrong: the first as `field`, the first fifty as `issues`. */
export function readMarketDataFiles(files: Static<typeof MarketDataBody>['files'], now: Date): { readonly ok: true; readonly data: MarketData } | { readonly ok: false; readonly why: Refused } {
  try {
    const data = parseMarketData(files)
    refuseAll(datedAhead(data.dataset, now))
    refuseTooMany(data.dataset)
    return { ok: true, data }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error
    const issues = error.issues.slice(0, ISSUES_MAX).map(({ file, record, field, message }: DatasetIssue) => ({ file, record: short(record), field: short(field), message: short(message) }))
    return { ok: false, why: { code: 'market_data_invalid', field: `/files/${issues[0]!.file}`, issues } }
  }
}

const DAY_MS = 86_400_000
/** Data of a day that nowhere on earth has come yet: its prices would look fresh for as long as it is ahead. */
function datedAhead({ corridors, providers, estimates, rates }: Dataset, now: Date): DatasetIssue[] {
  const latest = new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10)
  const dated = [
    ['corridors.json', '(file)', 'as_of', corridors.as_of], ['estimates.json', '(file)', 'as_of', estimates.as_of], ['rates.json', '(file)', 'as_of', rates.as_of],
    ...providers.map(({ id, data_freshness }) => ['providers.json', id, 'data_freshness.as_of', data_freshness.as_of] as const),
  ] as const
  return dated.filter(([, , , as_of]) => as_of.slice(0, 10) > latest).map(([file, record, field]) => ({ file, record, field, message: 'is a day that has not come yet' }))
}

/** What policy allows at most, by the files of a dataset, to be compared. */
export const limitsOf = (files: SnapshotFiles): string => canonicalJson((files.estimates as { readonly default_limits: unknown }).default_limits)

/** Throws DatasetError for data of more than SIZES_MAX, and for each corridor with more than ROUTES_MAX routes to a supplier in one of the countries. */
function refuseTooMany(dataset: Dataset): void {
  const { corridors: book, providers } = dataset
  // Wherever a supplier may be: in a country with a time zone.
  const countries = Object.keys(book.country_time_zones)
  const pairsOf = ({ source }: Dataset['corridors']['corridors'][number]) => countries.map((supplier) => ({ source: source.country, supplier, key: `${source.country}|${supplier}` }))
  const sizes = [
    ['legs', 'providers.json', 'legs', providers.reduce((sum, { legs }) => sum + legs.length, 0)], ['corridors', 'corridors.json', 'corridors', book.corridors.length],
    ['pairs', 'corridors.json', 'country_time_zones', new Set(book.corridors.map(({ source }) => source.country)).size * countries.length],
    ['holidays', 'corridors.json', 'holidays', book.holidays.length], ['documents', 'corridors.json', 'document_codes', Object.keys(book.document_codes).length],
  ] as const
  refuseAll(sizes.filter(([name, , , size]) => size > SIZES_MAX[name]).map(([name, file, field, size]) => ({ file, record: '(file)', field, message: `${size} ${name}, more than ${SIZES_MAX[name]}; ${OWNERS}` })))
  const snapshot = compileSnapshot(dataset, undefined, SIZES_MAX.calendars)
  const counted = new Map<string, boolean>()
  const isTooMany = ({ source, supplier, key }: ReturnType<typeof pairsOf>[number]): boolean => {
    if (!counted.has(key)) counted.set(key, countRoutes(snapshot, source, supplier, ROUTES_MAX) > ROUTES_MAX)
    return counted.get(key)!
  }
  refuseAll(book.corridors.filter((corridor) => pairsOf(corridor).some(isTooMany)).map(({ id }) => ({ file: 'providers.json', record: id, field: 'legs', message: `more than ${ROUTES_MAX} routes are possible in this corridor; ${OWNERS}` })))
}

const OWNERS = 'data of this size is imported by the owner of the server'
function refuseAll(issues: readonly DatasetIssue[]): void {
  if (issues.length > 0) throw new DatasetError(issues)
}

export const marketDataImportOf = ({ revision, digest, imported_at, user_id, name }: DataRevision): MarketDataImport =>
  ({ revision, digest, imported_at, imported_by: user_id === null ? null : { user_id, name: name ?? '' } })
