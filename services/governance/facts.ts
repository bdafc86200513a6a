/** A row of data/facts.md as the API gives it: what a public source says, and where. */
import type { Static } from 'typebox'
import { Fact } from '#contracts/api/reference.ts'

/** The store's row of it. */
export type FactRecord = {
  readonly id: string; readonly statement: string; readonly value: string | null; readonly unit: string | null; readonly date: string | null
  readonly source: string; readonly url: string | null; readonly confidence: string | null
}

const SAYS_NOTHING: ReadonlySet<string> = new Set(['', 'n/a', 'see statement'])

export function factOf(row: FactRecord): Static<typeof Fact> {
  const measured = row.value === null || SAYS_NOTHING.has(row.value) ? '' : ` (${[row.value, row.unit].filter((part) => part !== null && part !== '').join(' ')})`
  const host = URL.canParse(row.source) ? new URL(row.source).hostname : row.source
  return {
    id: row.id, statement: `${row.statement}${measured}`, source: [host, row.date].filter((part) => part !== null && part !== '').join(', '),
    url: row.url, confidence: row.confidence,
  }
}
