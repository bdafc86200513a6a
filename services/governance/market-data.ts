/**
 * Corridor data on its way in: five files as texts, read strictly and validated whole, held against what is in force, imported or only looked
 * at. The owner's command and the console go this one way.
 */
import { canonicalJson, digestOf, sha256Hex } from '#contracts/canonical-json.ts'
import { MARKET_DATA_FILES, type MarketDataFileName } from '#contracts/api/market-data.ts'
import { parseStrictJson } from '#contracts/strict-json.ts'
import { isInForce, type CurrentData, type DatasetImport, type ExecutionMode, type Json } from '#database/index.ts'
import { DatasetError, parseDataset, senseIssues, type Dataset, type DatasetFiles, type DatasetIssue } from '#orchestrator/dataset.ts'
import { CHANGED_KINDS, datasetChanges, factIssues, type DatasetChanges } from './dataset-changes.ts'
import { factsOf } from './fact-table.ts'
import type { FactRecord } from './facts.ts'

/** The files by their names, as they were written. */
export type MarketDataTexts = Readonly<Record<MarketDataFileName, string>>
export type MarketData = {
  readonly files: DatasetFiles
  readonly dataset: Dataset
  readonly facts: readonly FactRecord[]
  /** SHA-256 in hex over the dataset in canonical form: the same data in another layout has the same digest */
  readonly digest: string
  /** SHA-256 in hex of each file's bytes */
  readonly file_digests: Readonly<Record<MarketDataFileName, string>>
  readonly mode_ceilings: Readonly<Record<string, ExecutionMode>>
}

/** Throws DatasetError with every issue found: what is no JSON first, then shapes, then references. `mode_ceilings` is the owner's alone to say. */
export function parseMarketData(texts: MarketDataTexts, mode_ceilings: MarketData['mode_ceilings'] = {}): MarketData {
  const issues: DatasetIssue[] = []
  const json = (name: MarketDataFileName): unknown => {
    const read = parseStrictJson(texts[name])
    if (read.ok) return read.value
    issues.push({ file: name, record: '(file)', field: read.error.field || '(itself)', message: NOT_JSON[read.error.code] ?? 'is not valid JSON' })
    return null
  }
  const files: DatasetFiles = { corridors: json('corridors.json'), providers: json('providers.json'), estimates: json('estimates.json'), rates: json('rates.json') }
  const { facts, issues: wrongFacts } = factsOf(texts['facts.md'])
  issues.push(...wrongFacts)
  if (issues.length > 0) throw new DatasetError(issues)
  const dataset = parseDataset(files)
  issues.push(...senseIssues(dataset), ...factIssues(files, facts), ...Object.keys(mode_ceilings).filter((id) => !dataset.corridors.corridors.some((each) => each.id === id))
    .map((id) => ({ file: 'corridors.json', record: id, field: 'mode_ceiling', message: 'there is no such corridor' })))
  if (issues.length > 0) throw new DatasetError(issues)
  const file_digests = Object.fromEntries(MARKET_DATA_FILES.map((name) => [name, sha256Hex(texts[name])])) as MarketData['file_digests']
  return { files, dataset, facts, digest: digestOf(dataset), file_digests, mode_ceilings }
}

const NOT_JSON: Readonly<Record<string, string>> = {
  duplicate_field: 'stands twice in one object', unsafe_number: 'is no whole number that can be kept exactly; write it as a text', forbidden_field: 'is a name that is never accepted', too_deep: 'is nested too deeply',
}

/** Where the data comes from and goes to: the store of one company, inside one transaction. */
export type MarketDataStore = {
  /** what is in force; until the transaction ends nobody else imports */
  readonly current: () => Promise<CurrentData>
  /** the new revision's number; null where exactly this is in force */
  readonly put: (data: DatasetImport) => Promise<number | null>
}

export type Imported = {
  readonly changes: DatasetChanges
  readonly from_revision: number | null
  /** exactly this is in force already */
  readonly nothing_new: boolean
  /** null where nothing was written: a dry run, or the data in force */
  readonly revision: number | null
  /** of the audit row, which the caller writes in the same transaction: hashes and counts, and no word of the files */
  readonly facts: Readonly<Record<string, Json>>
}

/** Compares with what is in force and, unless it is a dry run, puts the data in its place. */
export async function importMarketData(store: MarketDataStore, data: MarketData, { dry_run, note }: { readonly dry_run: boolean; readonly note: string }): Promise<Imported> {
  const now = await store.current()
  const changes = datasetChanges(now, data)
  const revision = dry_run ? null : await store.put({ digest: data.digest, note, files: data.files, facts: data.facts, mode_ceilings: data.mode_ceilings })
  const facts = {
    data_revision: revision, from_revision: now.data_revision, snapshot_digest: data.digest, facts_digest: sha256Hex(canonicalJson(data.facts)), files: data.file_digests,
    mode_ceilings: data.mode_ceilings, changes: countsOf(changes),
  }
  return { changes, from_revision: now.data_revision, nothing_new: isInForce(now, data), revision, facts }
}

const countsOf = (changes: DatasetChanges): Record<string, { added: number; changed: number; removed: number }> =>
  Object.fromEntries(CHANGED_KINDS.map((kind) => [kind, { added: changes[kind].added.length, changed: changes[kind].changed.length, removed: changes[kind].removed.length }]))
