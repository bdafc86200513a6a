/** The rows of facts.md: what public sources say, and where. Pure. */
import type { DatasetIssue } from '#orchestrator/dataset.ts'
import type { FactRecord } from './facts.ts'

const FILE = 'facts.md'

/** Every fact of the text, in order, and what is wrong with it: a table row that is no fact, an id that stands twice, no fact at all. */
export function factsOf(text: string): { readonly facts: readonly FactRecord[]; readonly issues: readonly DatasetIssue[] } {
  const issues: DatasetIssue[] = []
  const facts: FactRecord[] = []
  const seen = new Set<string>()
  for (const line of text.split('\n').filter((each) => /^\| *F[0-9]/.test(each))) {
    // A bar inside a cell is written \|. No text of an import holds U+0000.
    const cells = line.replaceAll('\\|', '\u0000').split('|').slice(1, -1).map((cell) => cell.replaceAll('\u0000', '|').trim())
    const [id, statement, value, unit, date, source, confidence] = cells as [string, ...string[]]
    const record = /^F[0-9]+/.exec(id)?.[0] ?? '(file)'
    if (cells.length !== 7 || !/^F[0-9]{3}$/.test(id) || !statement || !source) {
      issues.push({ file: FILE, record, field: '(itself)', message: 'not a row of seven cells with an id as F001, a statement and a source' })
      continue
    }
    if (seen.has(id)) issues.push({ file: FILE, record, field: 'id', message: 'given twice' })
    seen.add(id)
    facts.push({ id, statement, value: value || null, unit: unit || null, date: date || null, source, url: /^https?:\/\/\S+$/.exec(source)?.[0] ?? null, confidence: confidence || null })
  }
  if (facts.length === 0 && issues.length === 0) issues.push({ file: FILE, record: '(file)', field: '(itself)', message: 'has no row of a fact' })
  return { facts, issues }
}
