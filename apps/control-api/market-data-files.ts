/** What the operations on corridor data share: reading the files of a body, and saying what is wrong with them. */
import type { Static } from 'typebox'
import type { MarketDataBody, MarketDataImport } from '#contracts/api/market-data.ts'
import type { DataRevision } from '#database/index.ts'
import { parseMarketData, type MarketData } from '#governance/index.ts'
import { DatasetError, type DatasetIssue } from '#orchestrator/dataset.ts'
import type { Refused } from './http/signed-in.ts'

const ISSUES_MAX = 50
const TEXT_MAX = 200
const short = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text)

/** The data of the five files, or the refusal that names file, record and field of what is wrong: the first as `field`, the first fifty as `issues`. */
export function readMarketDataFiles(files: Static<typeof MarketDataBody>['files']): { readonly ok: true; readonly data: MarketData } | { readonly ok: false; readonly why: Refused } {
  try {
    return { ok: true, data: parseMarketData(files) }
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error
    const issues = error.issues.slice(0, ISSUES_MAX).map(({ file, record, field, message }: DatasetIssue) => ({ file, record: short(record), field: short(field), message: short(message) }))
    return { ok: false, why: { code: 'market_data_invalid', field: `/files/${issues[0]!.file}`, issues } }
  }
}

export const marketDataImportOf = ({ revision, digest, imported_at, user_id, name }: DataRevision): MarketDataImport =>
  ({ revision, digest, imported_at, imported_by: user_id === null ? null : { user_id, name: name ?? '' } })
