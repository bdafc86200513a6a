/** What the operations on corridor data share: reading the files of a body, and saying what is wrong with them. */
import type { Static } from 'typebox'
import type { MarketDataBody, MarketDataImport } from '#contracts/api/market-data.ts'
import type { DataRevision } from '#database/index.ts'
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
const ISSUES_MAX = 50
const TEXT_MAX = 200
const short = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text)

/** The data of the five files, or the refusal that names file, record and field of what is wrong: the first as `field`, the first fifty as `issues`. */
export function readMarketDataFiles(files: Static<typeof MarketDataBody>['files']): { readonly ok: true; readonly data: MarketData } | { readonly ok: false; readonly why: Refused } {
  try {
    const data = parseMarketData(files)
    refuseTooMany(data.dataset)
    return { ok: true, data }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error
    const issues = error.issues.slice(0, ISSUES_MAX).map(({ file, record, field, message }: DatasetIssue) => ({ file, record: short(record), field: short(field), message: short(message) }))
    return { ok: false, why: { code: 'market_data_invalid', field: `/files/${issues[0]!.file}`, issues } }
  }
}

/** Throws DatasetError for each corridor with more than ROUTES_MAX routes to a supplier in one of its countries. */
function refuseTooMany(dataset: Dataset): void {
  const snapshot = compileSnapshot(dataset)
  const issues = dataset.corridors.corridors
    .filter(({ source, destination, transit_countries }) => [...new Set([destination.country, ...transit_countries])].some((country) => countRoutes(snapshot, source, country, ROUTES_MAX) > ROUTES_MAX))
    .map(({ id }) => ({ file: 'providers.json', record: id, field: 'legs', message: `more than ${ROUTES_MAX} routes are possible in this corridor; data of this size is imported by the owner of the server` }))
  if (issues.length > 0) throw new DatasetError(issues)
}

export const marketDataImportOf = ({ revision, digest, imported_at, user_id, name }: DataRevision): MarketDataImport =>
  ({ revision, digest, imported_at, imported_by: user_id === null ? null : { user_id, name: name ?? '' } })
