/** What an import would add, change and remove, record by record, so that whoever imports sees it before and the audit keeps it after. Pure. */
import { canonicalJson } from '#contracts/canonical-json.ts'
import type { DatasetFiles, DatasetIssue } from '#orchestrator/dataset.ts'

/** Ids of records, each list sorted. */
export type RecordChanges = { readonly added: readonly string[]; readonly changed: readonly string[]; readonly removed: readonly string[] }
export const CHANGED_KINDS = ['corridors', 'providers', 'estimates', 'rates', 'tables', 'facts'] as const
/** `tables`: the parts of corridors.json and estimates.json that are no list of records, by their names. */
export type DatasetChanges = Readonly<Record<(typeof CHANGED_KINDS)[number], RecordChanges>>

type Fact = { readonly id: string }
type Part = { readonly files: DatasetFiles | null; readonly facts: readonly Fact[] }
type Json = Record<string, unknown>

/** Compares what is in force (files null before the first import) with what is to come. */
export function datasetChanges(before: Part, after: Part): DatasetChanges {
  const [old, next] = [recordsOf(before), recordsOf(after)]
  return Object.fromEntries(CHANGED_KINDS.map((kind) => [kind, changesOf(old[kind], next[kind])])) as DatasetChanges
}

function recordsOf({ files, facts }: Part): Record<(typeof CHANGED_KINDS)[number], Map<string, string>> {
  const corridors = (files?.corridors ?? {}) as Json
  const estimates = (files?.estimates ?? {}) as Json
  const { corridors: corridorRecords, ...corridorTables } = corridors
  const { providers: estimateRecords, ...estimateTables } = estimates
  return {
    corridors: byId(corridorRecords, 'id'), providers: byId(files?.providers, 'id'), estimates: byId(estimateRecords, 'provider_id'), facts: byId(facts, 'id'),
    rates: byName(files?.rates), tables: new Map([...byName(corridorTables), ...byName(estimateTables)]),
  }
}

const byId = (records: unknown, key: string): Map<string, string> => new Map(((records ?? []) as Json[]).map((record) => [String(record[key]), canonicalJson(record)]))
const byName = (record: unknown): Map<string, string> => new Map(Object.entries((record ?? {}) as Json).map(([name, value]) => [name, canonicalJson(value)]))

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RecordChanges {
  const ids = [...after.keys()].sort()
  return {
    added: ids.filter((id) => !before.has(id)), changed: ids.filter((id) => before.has(id) && before.get(id) !== after.get(id)),
    removed: [...before.keys()].filter((id) => !after.has(id)).sort(),
  }
}

/** References to facts that there are none of: the source of a number must be readable. */
export function factIssues(files: DatasetFiles, facts: readonly Fact[]): DatasetIssue[] {
  const known = new Set(facts.map(({ id }) => id))
  const issues: DatasetIssue[] = []
  const visit = (file: string, value: unknown, record: string, field: readonly string[]): void => {
    if (typeof value !== 'object' || value === null) return
    const own = (value as Json)['id'] ?? (value as Json)['provider_id']
    const [name, path] = typeof own === 'string' ? [own, []] : [record, field]
    for (const [key, each] of Object.entries(value)) {
      if (key === 'facts' && Array.isArray(each)) {
        each.forEach((id: unknown, i) => { if (typeof id === 'string' && !known.has(id)) issues.push({ file, record: name, field: [...path, key, i].join('.'), message: `facts.md has no ${id}` }) })
      } else visit(file, each, name, [...path, key])
    }
  }
  for (const [name, content] of Object.entries(files)) visit(`${name}.json`, content, '(file)', [])
  return issues
}
